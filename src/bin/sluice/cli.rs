//! The command line: what was asked for, or what is wrong with the question.

use lexopt::prelude::{Long, Short, Value, ValueExt};
use std::ffi::OsString;
use std::path::PathBuf;

/// What `sluice help` prints.
pub const HELP: &str = "\
sluice - inspects parts: picture, U-Net, relay

  sluice run     [--station FILE] [--parts N]   the station; ends on SIGTERM, Ctrl-C or after N parts
  sluice check   [--station FILE]               checks the file, the model and the engine; changes no output
  sluice check   --keys                         lists every key of a station file
  sluice eval    DATASET [--station FILE] [--npy DIRECTORY]
                                                Dice and IoU over DATASET/N/image.png and DATASET/N/mask.png, and for
                                                each kind where DATASET/kinds.csv (\"part,kind\") says it; white is
                                                defect, or the grey value the class where the model has more than two
  sluice tune    DATASET [--station FILE] [--miss SHARE] [--class NAME] [--plot FILE.png] [--table FILE.csv]
                 [--write FILE]                 limits for the recipe from the same data: the fewest good parts rejected
                                                while no more than SHARE (0) of the defective ones pass; --write writes
                                                a new station file with them
  sluice safe    [--station FILE]               puts every output line to its safe level; no station may run
  sluice pulse   LINE [--ms N] [--station FILE] moves one output line for N (100) milliseconds; no station may run
  sluice watch-lines [--station FILE]           prints the trigger's edges until Ctrl-C; no station may run
  sluice explain CODE ...                       what an error code of AscendCL means (507033, a name, EE1001, or a message
                                                that holds some), and what to do
  sluice version                                what this binary is made of, by hash
  sluice help                                   this text

`sluice run` starts `sluice guard` beside it, which makes the lines safe when the station dies. SLUICE_GPIO_ABI=v1 or v2
chooses the version of the kernel's GPIO interface; without it the newest serves.
Without --station the file that was built in is used; paths in it are relative to the working directory.

Exit codes: 0 done; 1 a check or a part of the work failed; 2 wrong command line; 3 wrong station file;
4 a device, the model, the journal or a directory cannot be used; 5 the device failed for good while running:
the lines are in their safe state and the program must be started again.
";

/// What was asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// `sluice run`.
    Run {
        /// Another station file than the built-in one.
        station: Option<PathBuf>,
        /// End after so many parts.
        parts: Option<u64>,
    },
    /// `sluice check`.
    Check {
        /// Another station file than the built-in one.
        station: Option<PathBuf>,
    },
    /// `sluice check --keys`.
    Keys,
    /// `sluice eval`.
    Eval {
        /// Another station file than the built-in one.
        station: Option<PathBuf>,
        /// Directory of the data set.
        dataset: PathBuf,
        /// Where the output arrays go, if anywhere.
        npy: Option<PathBuf>,
    },
    /// `sluice tune`.
    Tune(Box<Tune>),
    /// `sluice safe`.
    Safe {
        /// Another station file than the built-in one.
        station: Option<PathBuf>,
    },
    /// `sluice pulse`.
    Pulse {
        /// Another station file than the built-in one.
        station: Option<PathBuf>,
        /// Name of the line, with or without `lines.` before it.
        line: String,
        /// Width of the movement.
        ms: u32,
    },
    /// `sluice watch-lines`.
    WatchLines {
        /// Another station file than the built-in one.
        station: Option<PathBuf>,
    },
    /// `sluice explain`.
    Explain {
        /// Numbers or names.
        codes: Vec<String>,
    },
    /// `sluice guard`, which the station starts for itself.
    Guard,
    /// `sluice version`.
    Version,
    /// `sluice help`.
    Help,
}

/// What `sluice tune` is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Tune {
    /// Another station file than the built-in one.
    pub station: Option<PathBuf>,
    /// Directory of the data set.
    pub dataset: PathBuf,
    /// Share of the defective parts that may pass, 0 to 1.
    pub miss_share: f64,
    /// The class to tune.
    pub class: Option<String>,
    /// Where the plot goes, if anywhere.
    pub plot: Option<PathBuf>,
    /// Where the table goes, if anywhere.
    pub table: Option<PathBuf>,
    /// Where a new station file goes, if anywhere.
    pub write: Option<PathBuf>,
}

/// Reads the words after the program's name.
///
/// # Errors
/// A sentence that says what is wrong and where to look.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let mut parser = lexopt::Parser::from_args(words);
    read(&mut parser).map_err(|error| format!("{error}; `sluice help` shows what there is"))
}

#[derive(Default)]
struct Options {
    station: Option<PathBuf>,
    parts: Option<u64>,
    npy: Option<PathBuf>,
    dataset: Option<PathBuf>,
    keys: bool,
    line: Option<String>,
    ms: Option<u32>,
    miss: Option<f64>,
    class: Option<String>,
    plot: Option<PathBuf>,
    table: Option<PathBuf>,
    write: Option<PathBuf>,
    codes: Vec<String>,
}

/// Every command that there is.
const COMMANDS: [&str; 11] = [
    "run",
    "check",
    "eval",
    "tune",
    "safe",
    "pulse",
    "watch-lines",
    "explain",
    "guard",
    "version",
    "help",
];

/// Width of a movement by hand, unless another is given.
const PULSE_MS: u32 = 100;
/// The widest.
const PULSE_MS_MAX: u32 = 60_000;

fn read(parser: &mut lexopt::Parser) -> Result<Command, lexopt::Error> {
    let command = match parser.next()? {
        None | Some(Long("help") | Short('h')) => return Ok(Command::Help),
        Some(Long("version") | Short('V')) => return Ok(Command::Version),
        Some(Value(word)) => word.string()?,
        Some(other) => return Err(other.unexpected()),
    };
    if !COMMANDS.contains(&command.as_str()) {
        return Err(format!("there is no command '{command}'").into());
    }
    let mut options = Options::default();
    while let Some(argument) = parser.next()? {
        match (argument, command.as_str()) {
            (
                Long("station"),
                "run" | "check" | "eval" | "tune" | "safe" | "pulse" | "watch-lines",
            ) => options.station = Some(parser.value()?.into()),
            (Long("parts"), "run") => options.parts = Some(parser.value()?.parse()?),
            (Long("ms"), "pulse") => options.ms = Some(parser.value()?.parse()?),
            (Value(word), "pulse") if options.line.is_none() => options.line = Some(word.string()?),
            (Value(word), "explain") => options.codes.push(word.string()?),
            (Long("keys"), "check") => options.keys = true,
            (Long("npy"), "eval") => options.npy = Some(parser.value()?.into()),
            (Long("miss"), "tune") => options.miss = Some(parser.value()?.parse()?),
            (Long("class"), "tune") => options.class = Some(parser.value()?.string()?),
            (Long("plot"), "tune") => options.plot = Some(parser.value()?.into()),
            (Long("table"), "tune") => options.table = Some(parser.value()?.into()),
            (Long("write"), "tune") => options.write = Some(parser.value()?.into()),
            (Value(word), "eval" | "tune") if options.dataset.is_none() => {
                options.dataset = Some(word.into())
            }
            (Long("help") | Short('h'), _) => return Ok(Command::Help),
            (other, _) => return Err(other.unexpected()),
        }
    }
    Ok(match command.as_str() {
        "run" => Command::Run {
            station: options.station,
            parts: options.parts,
        },
        "check" if options.keys => Command::Keys,
        "check" => Command::Check {
            station: options.station,
        },
        "eval" => Command::Eval {
            station: options.station,
            dataset: options
                .dataset
                .ok_or("eval needs the directory of a data set")?,
            npy: options.npy,
        },
        "tune" => Command::Tune(Box::new(Tune {
            station: options.station,
            dataset: options
                .dataset
                .ok_or("tune needs the directory of a data set")?,
            miss_share: match options.miss.unwrap_or_default() {
                share if (0.0..=1.0).contains(&share) => share,
                share => return Err(format!("--miss is {share}; allowed: 0 to 1").into()),
            },
            class: options.class,
            plot: options.plot,
            table: options.table,
            write: options.write,
        })),
        "safe" => Command::Safe {
            station: options.station,
        },
        "pulse" => Command::Pulse {
            station: options.station,
            line: options
                .line
                .ok_or("pulse needs the name of an output line, such as reject")?,
            ms: match options.ms.unwrap_or(PULSE_MS) {
                ms @ 1..=PULSE_MS_MAX => ms,
                ms => return Err(format!("--ms is {ms}; allowed: 1 to {PULSE_MS_MAX}").into()),
            },
        },
        "watch-lines" => Command::WatchLines {
            station: options.station,
        },
        "explain" if options.codes.is_empty() => {
            return Err("explain needs an error code, such as 507033".into());
        }
        "explain" => Command::Explain {
            codes: options.codes,
        },
        "guard" => Command::Guard,
        "version" => Command::Version,
        "help" => Command::Help,
        other => return Err(format!("there is no command '{other}'").into()),
    })
}

#[cfg(test)]
mod tests;

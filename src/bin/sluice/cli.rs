//! The command line: one options struct for each command. Help, errors, completions and man pages
//! all come from here.

use clap::{Args, Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Without --station the built-in station file is used. Paths in a station file are relative to the working directory.

Exit codes:
  0  done
  1  a check failed, or part of the work did
  2  the command line is wrong
  3  the station file is wrong
  4  a device, the model, the journal or a directory cannot be used
  5  the device failed for good during the run; the lines are safe, start the program again

Environment:
  SLUICE_GPIO_ABI=v1|v2  the version of the kernel's GPIO interface; otherwise the newest is used";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "sluice",
    version,
    about = "Inspects parts: picture, U-Net, relay",
    after_help = AFTER_HELP,
    max_term_width = 100
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What to do.
#[derive(Debug, PartialEq, Subcommand)]
pub enum Command {
    /// Run the station until SIGTERM, Ctrl-C, or N parts
    #[command(
        after_help = "It also starts `sluice guard`, a process that makes the lines safe when the station dies."
    )]
    Run(RunOptions),
    /// Check the station file, the devices, the model and the engine; no output moves
    Check(CheckOptions),
    /// Measure Dice and IoU on labelled pictures
    #[command(after_help = DATASET_HELP)]
    Eval(EvalOptions),
    /// Propose the recipe's limits from labelled pictures
    #[command(after_help = DATASET_HELP)]
    Tune(TuneOptions),
    /// Put every output line to its safe level; no station may run
    Safe(StationOption),
    /// Move one output line; no station may run
    Pulse(PulseOptions),
    /// Print the trigger's edges until Ctrl-C; no station may run
    WatchLines(StationOption),
    /// Explain error codes of AscendCL and CANN
    Explain(ExplainOptions),
    /// Print the hashes of the program, the built-in station file and its model
    Version,
    /// Make the lines safe when the station dies; `sluice run` starts it
    #[command(hide = true)]
    Guard,
}

const DATASET_HELP: &str = "\
The data set has DATASET/N/image.png and DATASET/N/mask.png for each part N. In a mask, white is defect. If the model
has more than two classes, the grey value is the class. DATASET/kinds.csv (\"part,kind\") may name the kind of each
part; then the results are also given by kind.";

/// The station file.
#[derive(Debug, Default, PartialEq, Args)]
pub struct StationOption {
    /// The station file; without it, the built-in one
    #[arg(long, value_name = "FILE")]
    pub station: Option<PathBuf>,
}

/// `sluice run`.
#[derive(Debug, PartialEq, Args)]
pub struct RunOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// End after N parts
    #[arg(long, value_name = "N")]
    pub parts: Option<u64>,
}

/// `sluice check`.
#[derive(Debug, PartialEq, Args)]
pub struct CheckOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// Only list every key of a station file, with its meaning and range
    #[arg(long)]
    pub keys: bool,
}

/// `sluice eval`.
#[derive(Debug, PartialEq, Args)]
pub struct EvalOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// The directory of the data set
    pub dataset: PathBuf,
    /// Also write the model's outputs to DIRECTORY, as NumPy arrays
    #[arg(long, value_name = "DIRECTORY")]
    pub npy: Option<PathBuf>,
}

/// `sluice tune`.
#[derive(Debug, PartialEq, Args)]
pub struct TuneOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// The directory of the data set
    pub dataset: PathBuf,
    /// The share of the defective parts that may pass, 0 to 1
    #[arg(long = "miss", value_name = "SHARE", default_value = "0", value_parser = share)]
    pub miss_share: f64,
    /// The class to tune; needed if the recipe has several
    #[arg(long, value_name = "NAME")]
    pub class: Option<String>,
    /// Draw the possible limits to FILE.png
    #[arg(long, value_name = "FILE.png")]
    pub plot: Option<PathBuf>,
    /// Write the possible limits to FILE.csv
    #[arg(long, value_name = "FILE.csv")]
    pub table: Option<PathBuf>,
    /// Write a new station file with the proposed limits
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
}

/// `sluice pulse`.
#[derive(Debug, PartialEq, Args)]
pub struct PulseOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// The output line, such as reject
    pub line: String,
    /// How long the line moves, in milliseconds, 1 to 60000
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=60_000))]
    pub ms: u32,
}

/// `sluice explain`.
#[derive(Debug, PartialEq, Args)]
pub struct ExplainOptions {
    /// A number (507033), a name, a code of CANN (EE1001), or a message that contains some
    #[arg(required = true, value_name = "CODE")]
    pub codes: Vec<String>,
}

/// A share, 0 to 1.
fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("not a number from 0 to 1".to_owned()),
    }
}

impl Cli {
    /// Parses the words of the command line, the program's name first.
    ///
    /// # Errors
    /// The help or version that was asked for, or what is wrong; see [`clap::Error::use_stderr`].
    pub fn read(words: impl IntoIterator<Item = OsString>) -> Result<Command, clap::Error> {
        Cli::try_parse_from(words).map(|cli| cli.command)
    }
}

#[cfg(test)]
// By its path: xtask includes this file from elsewhere.
#[path = "cli/tests.rs"]
mod tests;

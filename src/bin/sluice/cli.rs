//! The command line: one options struct for each command. Help, errors, completions and man pages
//! all come from here.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

// By their paths: xtask includes this file from elsewhere.
#[path = "cli/commission.rs"]
pub mod commission;
#[path = "cli/control.rs"]
pub mod control;
#[path = "cli/desk.rs"]
pub mod desk;
#[path = "cli/drift.rs"]
pub mod drift;
#[path = "cli/journal.rs"]
pub mod journal;
#[path = "cli/labelled.rs"]
pub mod labelled;
#[path = "cli/new_station.rs"]
pub mod new_station;
#[path = "cli/top.rs"]
pub mod top;

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
    /// Write a new station file
    #[command(after_help = new_station::INIT_HELP)]
    Init(new_station::InitOptions),
    /// Make a station file of an mxVision pipeline file
    #[command(after_help = new_station::IMPORT_HELP)]
    Import(new_station::ImportOptions),
    /// Show a station file of an older layout in the present one, and what changes
    #[command(after_help = new_station::MIGRATE_HELP)]
    Migrate(new_station::MigrateOptions),
    /// Run the station until SIGTERM, Ctrl-C, or N parts
    #[command(
        after_help = "It also starts `sluice guard`, a process that makes the lines safe when the station dies."
    )]
    Run(RunOptions),
    /// Check the station file, the devices, the model and the engine; no output moves
    Check(desk::CheckOptions),
    /// Inspect one picture as the station would, and draw it with region, mask, blobs and verdict
    Snap(desk::SnapOptions),
    /// Print sharpness and brightness of pictures as they come, to focus a camera and set its light
    #[command(after_help = desk::FOCUS_HELP)]
    Focus(desk::FocusOptions),
    /// Measure Dice and IoU on labelled pictures
    #[command(after_help = labelled::DATASET_HELP)]
    Eval(labelled::EvalOptions),
    /// Propose a recipe's limits from labelled pictures
    #[command(after_help = labelled::DATASET_HELP)]
    Tune(labelled::TuneOptions),
    /// Make a data set of the history, whose masks are the model's own
    #[command(after_help = EXPORT_HELP)]
    Export(ExportOptions),
    /// Run recorded parts again, and compare inputs, masks and verdicts
    #[command(after_help = REPLAY_HELP)]
    Replay(ReplayOptions),
    /// Change the mode of the running station
    #[command(after_help = control::MODE_HELP)]
    Mode(control::ModeOptions),
    /// Change the recipe of the running station, or print which one it uses
    #[command(after_help = control::RECIPE_HELP)]
    Recipe(control::RecipeOptions),
    /// Reset what the running station latched: faults and limits
    #[command(after_help = control::RESET_HELP)]
    Reset(control::ResetOptions),
    /// Have the running station prove itself on its golden parts
    #[command(after_help = control::CHALLENGE_HELP)]
    Challenge(control::ChallengeOptions),
    /// Print the parts and cycle times that the journal counts, or reset the counts
    #[command(after_help = COUNTERS_HELP)]
    Counters(CountersOptions),
    /// Show how pictures and masks changed over the recorded parts, and propose a baseline
    #[command(after_help = drift::HELP)]
    Drift(drift::DriftOptions),
    /// List, filter, follow, check or export the journal
    #[command(after_help = journal::HELP)]
    Journal(journal::JournalOptions),
    /// Show a running station in the terminal; changes nothing
    #[command(after_help = top::HELP)]
    Top(top::TopOptions),
    /// Put every output line to its safe level; no station may run
    Safe(StationOption),
    /// Move one output line; no station may run
    Pulse(commission::PulseOptions),
    /// Watch the input lines until Ctrl-C; no station may run
    #[command(after_help = commission::WATCH_HELP)]
    WatchLines(commission::WatchOptions),
    /// Explain keys of the station file, and error codes of AscendCL and CANN
    Explain(ExplainOptions),
    /// Print the hashes of the program, the built-in station file and its model
    Version(VersionOptions),
    /// Make the lines safe when the station dies; `sluice run` starts it
    #[command(hide = true)]
    Guard,
}

const COUNTERS_HELP: &str = "\
Works while the station runs and when it does not. Counts since the last reset, and of the shift if the station file has
journal.shifts. triggers = pass + reject + fault + missed. Percentiles are wrong by 1.6 % at most.";

const EXPORT_HELP: &str = "\
Writes N/image.png and N/mask.png for each kept part with a model input, and sources.csv with the name of each. The
masks are what the model found: a first label, which a person must correct. The station may run.";

const REPLAY_HELP: &str = "\
Prints each part that is not equal, and what was different then: binary, station_file, recipe, model, picture, engine.";

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
    /// Print what matters as much as LEVEL, or more. Info has the start, READY, faults, what is
    /// latched, changes and the end. Debug also has a line for each part that is no fault. Without
    /// it: info where systemd's journal reads the lines, debug elsewhere
    #[arg(long, value_name = "LEVEL", value_enum)]
    pub log: Option<LogLevel>,
}

/// How much is printed.
#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
pub enum LogLevel {
    Error,
    Warning,
    Info,
    Debug,
}

/// `sluice export`.
#[derive(Debug, PartialEq, Args)]
pub struct ExportOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// The directory of the data set; it is created, or must be empty
    pub dataset: PathBuf,
    /// The directory of the history; without it, that of the station file
    #[arg(long, value_name = "DIRECTORY")]
    pub history: Option<PathBuf>,
    /// Take the parts of this recipe; needed if the history has several
    #[arg(long, value_name = "NAME")]
    pub recipe: Option<String>,
    /// Print the counts as a line of JSON
    #[arg(long)]
    pub json: bool,
}

/// `sluice version`.
#[derive(Debug, PartialEq, Args)]
pub struct VersionOptions {
    /// Print all as a line of JSON
    #[arg(long)]
    pub json: bool,
}

/// `sluice replay`.
#[derive(Debug, PartialEq, Args)]
pub struct ReplayOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// Where the parts come from; without it, the history if the station file has one
    #[arg(long, value_enum)]
    pub from: Option<ReplayFrom>,
    /// The directory of the journal; without it, that of the station file
    #[arg(long, value_name = "DIRECTORY")]
    pub journal: Option<String>,
    /// The directory of the history; without it, that of the station file
    #[arg(long, value_name = "DIRECTORY")]
    pub history: Option<PathBuf>,
    /// Replay only the i-th of n shares of the parts
    #[arg(long, value_name = "i/n", default_value = "1/1", value_parser = shard)]
    pub shard: (u32, u32),
    /// Keep the results in FILE, and leave out the parts that it has
    #[arg(long, value_name = "FILE")]
    pub resume: Option<PathBuf>,
    /// Print a line of JSON for each part, and one with the counts
    #[arg(long)]
    pub json: bool,
}

/// Where replayed parts come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReplayFrom {
    /// The model's inputs in the history
    History,
    /// The pictures of the parts in the journal
    Pictures,
}

/// `sluice counters`.
#[derive(Debug, PartialEq, Args)]
pub struct CountersOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Count from 0 again; the journal keeps the counts before in a record, which is printed
    #[arg(long)]
    pub reset: bool,
}

/// `sluice explain`.
#[derive(Debug, PartialEq, Args)]
pub struct ExplainOptions {
    /// A key (gate.delay_ms), or a code: a number (507033), a name, one of CANN (EE1001), or a
    /// message that contains some
    #[arg(required = true, value_name = "KEY|CODE")]
    pub words: Vec<String>,
    /// Print a line of JSON for each key or code
    #[arg(long)]
    pub json: bool,
}

/// A share `i/n` of the parts.
fn shard(text: &str) -> Result<(u32, u32), String> {
    let numbers = text.split_once('/').and_then(|(number, of)| {
        let (number, of) = (number.parse().ok()?, of.parse().ok()?);
        (1..=of).contains(&number).then_some((number, of))
    });
    numbers.ok_or_else(|| "not i/n with i from 1 to n".to_owned())
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
#[path = "cli/tests.rs"]
mod tests;

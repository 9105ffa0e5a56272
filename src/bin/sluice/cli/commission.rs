//! The options of the commands that move or watch single lines.

use super::StationOption;
use clap::Args;

pub(super) const WATCH_HELP: &str = "\
In a terminal: a row for each input line of the station file with its waveform of the last seconds, and its edges. With
standard output elsewhere, or with --json: a line for each edge of the trigger, with its time.";

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
    /// Print what was done as a line of JSON
    #[arg(long)]
    pub json: bool,
}

/// `sluice watch-lines`.
#[derive(Debug, Default, PartialEq, Args)]
pub struct WatchOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// Print a line of JSON for the trigger, for each of its edges, and with their number
    #[arg(long)]
    pub json: bool,
}

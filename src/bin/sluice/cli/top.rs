//! The options of `sluice top`.

use super::StationOption;
use clap::Args;
use std::path::PathBuf;

pub(super) const HELP: &str = "\
Shows state, counters, stage times, alarms with what to do, and the last parts. Ends with q or Ctrl-C.

It only reads: the journal, its lock in /proc/locks, and live.json in $RUNTIME_DIRECTORY or /run/sluice, which says
whether READY is on. It locks nothing, opens no socket, and runs as another user who may read these. Begin it where the
station was started: paths in the station file are relative to that directory (/var/lib/sluice for the service).";

/// `sluice top`.
#[derive(Debug, PartialEq, Args)]
pub struct TopOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// The station file, as with --station
    #[arg(value_name = "STATION_FILE", conflicts_with = "station")]
    pub file: Option<PathBuf>,
}

//! `sluice watch-lines`.

use crate::cli::StationOption;
use crate::commission;
use crate::exit::{UNUSABLE, fail};
use crate::station_file::with_station;
use std::process::ExitCode;

/// Prints the trigger's edges until a signal comes.
pub fn run(options: &StationOption) -> ExitCode {
    with_station(options, |file| {
        match commission::watch_lines(&file.station) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(UNUSABLE, error),
        }
    })
}

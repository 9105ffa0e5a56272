//! `sluice top`.

use crate::cli::StationOption;
use crate::cli::top::TopOptions;
use crate::exit::{UNUSABLE, fail};
use crate::station_file::with_station;
use crate::top;
use std::process::ExitCode;

/// Shows the station until the person or a signal ends it.
pub fn run(options: &TopOptions) -> ExitCode {
    let named = options.station.station.clone().or(options.file.clone());
    with_station(&StationOption { station: named }, |file| {
        match top::run(&file.station) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(UNUSABLE, format_args!("top: {error}")),
        }
    })
}

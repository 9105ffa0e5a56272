//! `sluice mode`.

use crate::cli::{ModeOptions, ModeWord, StationOption};
use crate::exit::{FAILED, UNUSABLE, fail};
use crate::output::say;
use crate::station_file::with_station;
use sluice::run::ask;
use std::process::ExitCode;

/// Asks the running station for another mode, and prints its answer.
pub fn run(options: &ModeOptions) -> ExitCode {
    let request = match options.mode {
        ModeWord::Run => "mode run",
        ModeWord::Test => "mode test",
        ModeWord::Stop => "mode stop",
    };
    request_of(&options.station, request)
}

/// Sends a request to the station of this file, and prints its answer.
pub fn request_of(station: &StationOption, request: &str) -> ExitCode {
    with_station(station, |file| {
        match ask(&file.station.journal.directory, request) {
            Ok(answer) if answer.done => {
                say!("{}", answer.what);
                ExitCode::SUCCESS
            }
            Ok(answer) => fail(FAILED, answer.what),
            Err(error) => fail(UNUSABLE, error),
        }
    })
}

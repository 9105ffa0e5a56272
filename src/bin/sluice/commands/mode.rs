//! `sluice mode`.

use crate::cli::StationOption;
use crate::cli::control::{ModeOptions, ModeWord};
use crate::exit::{FAILED, UNUSABLE, fail};
use crate::json::{self, AnswerReport};
use crate::output::say;
use crate::station_file::with_station;
use sluice::run::{Answer, ask};
use std::process::ExitCode;

/// Asks the running station for another mode, and prints its answer.
pub fn run(options: &ModeOptions) -> ExitCode {
    let request = match options.mode {
        ModeWord::Run => "mode run",
        ModeWord::Test => "mode test",
        ModeWord::Stop => "mode stop",
    };
    request_of(&options.station, request, options.json)
}

/// Sends a request to the station of this file, and prints its answer, as JSON if asked to.
pub fn request_of(station: &StationOption, request: &str, is_json: bool) -> ExitCode {
    with_station(station, |file| {
        match ask(&file.station.journal.directory, request) {
            Ok(answer) => tell(&answer, is_json),
            Err(error) => fail(UNUSABLE, error),
        }
    })
}

/// Prints an answer. Returns the exit code.
pub fn tell(answer: &Answer, is_json: bool) -> ExitCode {
    if is_json {
        json::print(&AnswerReport::from(answer));
    } else if answer.done {
        say!("{}", answer.what);
    } else {
        return fail(FAILED, &answer.what);
    }
    if answer.done {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FAILED)
    }
}

//! `sluice challenge`.

use super::mode::tell;
use crate::cli::control::ChallengeOptions;
use crate::exit::{UNUSABLE, fail};
use crate::station_file::with_station;
use sluice::run::{Answer, AskError, ask};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

/// How often a command that waits asks how far the challenge is.
const POLL: Duration = Duration::from_millis(200);

/// Asks the running station for a challenge. With `--wait`, waits for its end.
pub fn run(options: &ChallengeOptions) -> ExitCode {
    with_station(&options.station, |file| {
        let directory = &file.station.journal.directory;
        let answered = ask(directory, "challenge").and_then(|answer| {
            if answer.done && options.wait {
                // A program gets one line: the result.
                if !options.json {
                    tell(&answer, false);
                }
                result(directory)
            } else {
                Ok(answer)
            }
        });
        match answered {
            Ok(answer) => tell(&answer, options.json),
            Err(error) => fail(UNUSABLE, error),
        }
    })
}

/// Waits until the challenge has ended.
fn result(directory: &str) -> Result<Answer, AskError> {
    loop {
        let answer = ask(directory, "challenge state")?;
        if !answer.what.starts_with("running") {
            return Ok(answer);
        }
        thread::sleep(POLL);
    }
}

//! `sluice pulse`.

use crate::cli::commission::PulseOptions;
use crate::commission::{self, PulseError};
use crate::exit::{FAILED, UNUSABLE, USAGE, fail};
use crate::guard::Keeper;
use crate::json;
use crate::station_file::with_station;
use sluice::station::StationFile;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// Moves one line, with a guard that makes it safe if this process dies meanwhile.
pub fn run(options: &PulseOptions) -> ExitCode {
    with_station(&options.station, |file| pulse(file, options))
}

fn pulse(file: &StationFile, options: &PulseOptions) -> ExitCode {
    let keeper = match Keeper::start(&file.text) {
        Ok(keeper) => keeper,
        Err(error) => return fail(UNUSABLE, error),
    };
    let done = commission::pulse(&file.station, &options.line, options.ms);
    keeper.dismiss();
    match done {
        Ok(done) => {
            // The exit code is that of the line, even if the text cannot be printed.
            let line = match options.json {
                true => json::line(&done).unwrap_or_default(),
                false => done.to_string(),
            };
            let _ = writeln!(io::stdout(), "{line}");
            ExitCode::SUCCESS
        }
        Err(PulseError::Unknown(error)) => fail(USAGE, error),
        Err(PulseError::Line(error)) => fail(UNUSABLE, error),
        Err(PulseError::Interrupted) => fail(FAILED, "interrupted; the line is at its safe level"),
    }
}

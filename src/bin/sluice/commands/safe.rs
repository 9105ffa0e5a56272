//! `sluice safe`.

use crate::cli::StationOption;
use crate::commission;
use crate::exit::UNUSABLE;
use crate::station_file::with_station;
use sluice::complain;
use sluice::station::StationFile;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// Makes every output line safe, and prints what became of each.
pub fn run(options: &StationOption) -> ExitCode {
    with_station(options, make_safe)
}

fn make_safe(file: &StationFile) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for line in commission::make_safe(&file.station) {
        match line.result {
            // The exit code is that of the lines, even if the text cannot be printed.
            Ok(()) => {
                let _ = writeln!(io::stdout(), "{}: at its safe level", line.key);
            }
            Err(error) => {
                code = ExitCode::from(UNUSABLE);
                complain!("sluice: {}: {error}", line.key);
            }
        }
    }
    code
}

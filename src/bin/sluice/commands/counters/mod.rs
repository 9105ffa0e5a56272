//! `sluice counters`: what the journal counts, and the reset of the counts.

mod report;

use super::run::identity;
use crate::cli::CountersOptions;
use crate::exit::{FAILED, UNUSABLE, fail};
use crate::station_file::with_station;
use report::{PeriodReport, Report};
use sluice::journal::{Journal, Period, ResetRequest, is_held, last_reset, restore};
use sluice::station::StationFile;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

/// How long a running station may take to reset its counts. It looks for the request four times a
/// second, and its disk may be slow.
const RESET_MAX: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);

/// Prints the counts, or resets them and prints those before.
pub fn run(options: &CountersOptions) -> ExitCode {
    with_station(&options.station, |file| {
        let printed = if options.reset {
            reset(file).and_then(|()| print_reset(file, options.json))
        } else {
            print_counts(file, options.json)
        };
        printed.map_or_else(|code| code, |()| ExitCode::SUCCESS)
    })
}

fn print_counts(file: &StationFile, json: bool) -> Result<(), ExitCode> {
    let directory = &file.station.journal.directory;
    let restored = restore(directory).map_err(|error| fail(UNUSABLE, error))?;
    let accounts = &restored.accounts;
    let mut periods = vec![PeriodReport::of(Period::Total, accounts)];
    if accounts.shift().is_some() {
        periods.push(PeriodReport::of(Period::Shift, accounts));
    }
    Report::new(file, restored.damaged, &periods).print(json)
}

/// Prints the record of the last reset.
fn print_reset(file: &StationFile, json: bool) -> Result<(), ExitCode> {
    let directory = &file.station.journal.directory;
    match last_reset(directory) {
        Ok(Some((counted, recipes))) => {
            let period = PeriodReport::before_reset(&counted, &recipes);
            Report::new(file, 0, &[period]).print(json)
        }
        Ok(None) => Err(fail(
            FAILED,
            "the counts were reset, but the record of it is not in the journal any more",
        )),
        Err(error) => Err(fail(UNUSABLE, error)),
    }
}

/// Resets the counts: the running station does it, or this command if none runs.
fn reset(file: &StationFile) -> Result<(), ExitCode> {
    let directory = &file.station.journal.directory;
    let request = ResetRequest::new(directory);
    let end = Instant::now() + RESET_MAX;
    let mut is_made = false;
    while Instant::now() < end {
        if is_made && !request.is_made() {
            return Ok(());
        }
        if !is_held(directory) {
            reset_alone(file)?;
            // A station that ended meanwhile has left it.
            let _ = request.withdraw();
            return Ok(());
        }
        if !is_made {
            request.make().map_err(|error| {
                let text = format!("journal.directory: asking for the reset failed: {error}");
                fail(UNUSABLE, text)
            })?;
            is_made = true;
        }
        thread::sleep(PAUSE);
    }
    if request.withdraw().is_err() && !request.is_made() {
        // The station took it just now.
        return Ok(());
    }
    Err(fail(
        FAILED,
        format_args!(
            "the station did not reset its counts within {} s; nothing is reset; see whether it can write its journal",
            RESET_MAX.as_secs()
        ),
    ))
}

fn reset_alone(file: &StationFile) -> Result<(), ExitCode> {
    let start = identity(file).map_err(|error| fail(UNUSABLE, error))?;
    Journal::open(&file.station.journal, start)
        .and_then(|mut journal| journal.reset("command"))
        .map_err(|error| fail(UNUSABLE, error))
}

//! `sluice check`.

use crate::cli::CheckOptions;
use crate::commission;
use crate::confinement::confine;
use crate::devices;
use crate::exit::FAILED;
use crate::output::{self, say};
use crate::station_file::with_station;
use sluice::check::{self, Finding};
use sluice::station::{Station, StationFile, keys, schema};
use std::process::ExitCode;

/// Checks everything that the station file names, or lists the keys or prints their schema.
pub fn run(options: &CheckOptions) -> ExitCode {
    if options.keys {
        output::print(format_args!("{}", keys::reference()));
        return ExitCode::SUCCESS;
    }
    if options.schema {
        output::print(format_args!("{}", schema::json_schema()));
        return ExitCode::SUCCESS;
    }
    with_station(&options.station, check_station)
}

fn check_station(file: &StationFile) -> ExitCode {
    let station = &file.station;
    say!("{}: every key is right", file.origin);
    let mut findings = commission::inspect(station);
    findings.extend(check::run(
        station,
        file.path.as_deref(),
        &devices::open_library,
    ));
    findings.extend(devices::check_display(&station.display));
    findings.extend(station.watchdog.as_ref().map(devices::check_watchdog));
    if let Some(camera) = &station.source.camera {
        findings.push(check::camera(camera, devices::open_camera(camera)));
    }
    // The last one, because it limits this process too.
    findings.push(sandbox(station));
    for finding in &findings {
        say!("{finding}");
    }
    if findings.iter().any(Finding::is_wrong) {
        ExitCode::from(FAILED)
    } else {
        ExitCode::SUCCESS
    }
}

fn sandbox(station: &Station) -> Finding {
    match confine(station) {
        Ok(Some(sandbox)) if sandbox.is_complete() => Finding::ok(format!("sandbox: {sandbox}")),
        Ok(Some(sandbox)) => Finding::warn(format!(
            "sandbox: {sandbox}: this kernel has no more; a newer one (5.13 for files, 6.10 for all of it) limits the station further"
        )),
        Ok(None) => Finding::ok(
            "sandbox: only what the service's settings give up, since it is unknown what the library engine.library needs",
        ),
        Err(error) => Finding::wrong(error.to_string()),
    }
}

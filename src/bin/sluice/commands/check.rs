//! `sluice check`.

use crate::cli::CheckOptions;
use crate::commission;
use crate::devices;
use crate::exit::FAILED;
use crate::output::{self, say};
use crate::station_file::with_station;
use sluice::check::{self, Finding};
use sluice::station::{StationFile, keys, schema};
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
    for finding in &findings {
        say!("{finding}");
    }
    if findings.iter().any(Finding::is_wrong) {
        ExitCode::from(FAILED)
    } else {
        ExitCode::SUCCESS
    }
}

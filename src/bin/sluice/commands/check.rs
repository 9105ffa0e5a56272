//! `sluice check`.

use crate::cli::desk::CheckOptions;
use crate::commission;
use crate::confinement::confine;
use crate::devices;
use crate::exit::{FAILED, STATION, fail};
use crate::output::{self, say};
use crate::station_file::{BUILT_IN, problems_of};
use sluice::check::{self, Computer, Finding, Grade, Report, Wording};
use sluice::language::Language;
use sluice::station::{LoadError, Problem, Station, StationFile, keys, schema};
use std::env;
use std::io::{self, IsTerminal as _};
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
    match StationFile::load(options.station.station.as_deref(), BUILT_IN) {
        Ok(file) => check_station(&file, options),
        Err(LoadError::Invalid { text, problems, .. }) if options.json => json_of(&text, &problems),
        Err(LoadError::Invalid {
            origin,
            text,
            problems,
        }) => {
            let wording = Wording::new(Language::of_station_file(&text));
            problems_of(&wording, &origin, problems)
        }
        Err(error) => {
            if options.json {
                say!("{}", Report::error(&error.to_string()));
                say!("{}", Report::summary_of_errors(1));
            }
            fail(STATION, error)
        }
    }
}

/// Prints the problems of a station file as JSON.
fn json_of(text: &[u8], problems: &[Problem]) -> ExitCode {
    let report = Report::new(text);
    for problem in problems {
        say!("{}", report.problem(problem));
    }
    say!("{}", Report::summary_of_errors(problems.len()));
    ExitCode::from(STATION)
}

fn check_station(file: &StationFile, options: &CheckOptions) -> ExitCode {
    let computer = if options.desk {
        Computer::Desk
    } else {
        Computer::Station
    };
    let findings = findings(file, computer);
    if options.json {
        let report = Report::new(&file.text);
        for finding in &findings {
            say!("{}", report.finding(finding));
        }
        say!("{}", Report::summary(&findings));
    } else {
        print(file, &findings);
    }
    if findings.iter().any(Finding::is_wrong) {
        ExitCode::from(FAILED)
    } else {
        ExitCode::SUCCESS
    }
}

/// Prints the findings for people, in their language, and in colour on a terminal.
fn print(file: &StationFile, findings: &[Finding]) {
    let language = file.station.station.language;
    let wording = Wording::new(language);
    let is_coloured = io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none();
    let right = format!("{}: every key is right", file.origin);
    say!("{}", wording.of(&right));
    for finding in findings {
        let grade = finding.grade;
        let word = grade.word(language);
        let text = finding.worded(&wording, &file.station);
        if is_coloured {
            let colour = match grade {
                Grade::Ok => 32,
                Grade::Warn | Grade::Unchecked => 33,
                Grade::Wrong => 31,
            };
            say!("\x1b[{colour}m{word}\x1b[0m  {text}");
        } else {
            say!("{word}  {text}");
        }
    }
    let count = |grade| {
        let of = findings.iter().filter(|finding| finding.grade == grade);
        of.count()
    };
    let summary = format!(
        "{} ok, {} warnings, {} errors",
        count(Grade::Ok),
        count(Grade::Warn),
        count(Grade::Wrong)
    );
    say!("{}", wording.of(&summary));
    if count(Grade::Unchecked) > 0 {
        let rest = format!(
            "{} not checked here: check the file on the station's computer too, without --desk",
            count(Grade::Unchecked)
        );
        say!("{}", wording.of(&rest));
    }
}

/// Everything that is found, with what to do about it. Changes no output.
fn findings(file: &StationFile, computer: Computer) -> Vec<Finding> {
    let station = &file.station;
    let mut findings = commission::inspect(station, computer);
    findings.extend(check::run(
        station,
        file.path.as_deref(),
        &devices::open_library,
        computer,
    ));
    let is_desk = computer == Computer::Desk;
    if let Some(camera) = &station.source.camera
        && (!is_desk || camera.device == "simulated")
    {
        findings.push(check::camera(camera, devices::open_camera(camera)));
    }
    if !is_desk {
        findings.extend(devices::check_display(&station.display));
        findings.extend(station.watchdog.as_ref().map(devices::check_watchdog));
        // The last one, because it limits this process too.
        findings.push(sandbox(station));
    }
    findings.into_iter().map(Finding::advised).collect()
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

//! The station program: reads the command line and runs what it asks for. Which devices that takes, `devices` knows.
#![forbid(unsafe_code)]

mod cli;
mod commission;
mod devices;
mod ending;
mod explain;
mod guard;
mod operate;
mod propose;
mod say;
mod starting;

use cli::Command;
use commission::PulseError;
use ending::SAY_MAX;
use guard::Keeper;
use say::say;
use sluice::check::{self, Finding};
use sluice::hash::Sha256;
use sluice::labelled::eval;
use sluice::station::{self, Station, keys};
use sluice::{complain, console};
use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The station file that is built in (see `build.rs`).
const BUILT_IN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/station.json"));

/// Part of the work failed, or a check did.
const FAILED: u8 = 1;
/// The command line is wrong.
const USAGE: u8 = 2;
/// The station file is wrong.
const STATION: u8 = 3;
/// Something that the station needs cannot be used.
const UNUSABLE: u8 = 4;
/// The device failed for good.
const DEVICE: u8 = 5;

fn main() -> ExitCode {
    let code = work();
    console::flush(SAY_MAX);
    code
}

fn work() -> ExitCode {
    let command = match cli::parse(env::args_os().skip(1)) {
        Ok(command) => command,
        Err(error) => return fail(USAGE, error),
    };
    match command {
        Command::Help => say::print(format_args!("{}", cli::HELP)),
        Command::Keys => say::print(format_args!("{}", keys::reference())),
        Command::Version => return version(),
        Command::Run { station, parts } => {
            return with_station(station, |file| operate::run_station(file, parts));
        }
        Command::Check { station } => return with_station(station, check_station),
        Command::Safe { station } => return with_station(station, make_safe),
        Command::Pulse { station, line, ms } => {
            return with_station(station, |file| pulse(file, &line, ms));
        }
        Command::Explain { codes } => return explain_codes(&codes),
        Command::WatchLines { station } => return with_station(station, watch_lines),
        Command::Guard => {
            return match guard::stand() {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => fail(UNUSABLE, format_args!("guard: {error}")),
            };
        }
        Command::Eval {
            station,
            dataset,
            npy,
        } => {
            return with_station(station, |file| evaluate(file, &dataset, npy.as_deref()));
        }
        Command::Tune(tune) => {
            return with_station(tune.station.clone(), |file| propose::propose(file, &tune));
        }
    }
    ExitCode::SUCCESS
}

fn fail(code: u8, error: impl core::fmt::Display) -> ExitCode {
    complain!("sluice: {error}");
    ExitCode::from(code)
}

/// A station file with its hash and where it came from.
struct File {
    station: Station,
    text: Vec<u8>,
    sha256: Sha256,
    origin: String,
    /// Where it is, unless it is built in.
    path: Option<PathBuf>,
}

fn with_station(path: Option<PathBuf>, work: impl FnOnce(&File) -> ExitCode) -> ExitCode {
    let (text, origin) = match &path {
        None => (BUILT_IN.to_vec(), "the built-in station file".to_owned()),
        Some(path) => match fs::read(path) {
            Ok(text) => (text, path.display().to_string()),
            Err(error) => return fail(STATION, format_args!("{}: {error}", path.display())),
        },
    };
    match station::read(&text) {
        Ok(station) => work(&File {
            station,
            sha256: Sha256::of(&text),
            text,
            origin,
            path,
        }),
        Err(problems) => {
            complain!("sluice: {origin}: {} to mend", problems.len());
            for problem in problems {
                complain!("  {problem}");
            }
            ExitCode::from(STATION)
        }
    }
}

/// The hash of a station's model, with the files of weights beside it.
fn model_hash(station: &Station) -> Result<Sha256, (PathBuf, io::Error)> {
    let model = Path::new(station.engine.model.as_str());
    Sha256::of_model(model, &devices::weights_beside(model))
}

fn explain_codes(codes: &[String]) -> ExitCode {
    let result = explain::explain_all(codes);
    let code = if result.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FAILED)
    };
    let (Ok(text) | Err(text)) = result;
    say::print(format_args!("{text}"));
    code
}

fn make_safe(file: &File) -> ExitCode {
    let mut failed = false;
    for outcome in commission::make_safe(&file.station) {
        match outcome.result {
            // The exit code is that of the lines, even if the text cannot be printed.
            Ok(()) => {
                let _ = writeln!(io::stdout(), "{}: at its safe level", outcome.key);
            }
            Err(error) => {
                failed = true;
                complain!("sluice: {}: {error}", outcome.key);
            }
        }
    }
    if failed {
        ExitCode::from(UNUSABLE)
    } else {
        ExitCode::SUCCESS
    }
}

fn pulse(file: &File, line: &str, ms: u32) -> ExitCode {
    let keeper = match Keeper::start(&file.text) {
        Ok(keeper) => keeper,
        Err(error) => return fail(UNUSABLE, error),
    };
    let done = commission::pulse(&file.station, line, ms);
    keeper.dismiss();
    match done {
        Ok(done) => {
            let _ = writeln!(io::stdout(), "{done}");
            ExitCode::SUCCESS
        }
        Err(PulseError::Unknown(error)) => fail(USAGE, error),
        Err(PulseError::Line(error)) => fail(UNUSABLE, error),
        Err(PulseError::Interrupted) => fail(FAILED, "interrupted; the line is at its safe level"),
    }
}

fn watch_lines(file: &File) -> ExitCode {
    match commission::watch_lines(&file.station) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(UNUSABLE, error),
    }
}

fn check_station(file: &File) -> ExitCode {
    say!("{}: every key is right", file.origin);
    let mut findings = commission::inspect(&file.station);
    findings.extend(check::run(
        &file.station,
        file.path.as_deref(),
        &devices::open_library,
    ));
    findings.extend(devices::check_display(&file.station.display));
    findings.extend(file.station.watchdog.as_ref().map(devices::check_watchdog));
    if let Some(camera) = &file.station.source.camera {
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

fn evaluate(file: &File, dataset: &Path, npy: Option<&Path>) -> ExitCode {
    let library = match devices::open_library(&file.station.engine.library) {
        Ok(library) => library,
        Err(error) => return fail(UNUSABLE, error),
    };
    let number = |value: Option<f64>| {
        value.map_or_else(|| "       -".to_owned(), |value| format!("{value:8.6}"))
    };
    say!("picture  soft Dice  soft IoU      Dice       IoU  decode  engine  verdict");
    let summary = eval::run(&file.station, library, dataset, npy, |figures| {
        say!(
            "{:>7}   {}  {}  {:8.6}  {:8.6}  {:>4} ms {:>4} ms  {}",
            figures.number,
            number(figures.soft_dice),
            number(figures.soft_dice.map(sluice::labelled::dice::iou_of_dice)),
            figures.counts.dice(),
            figures.counts.iou(),
            figures.decode.as_millis(),
            figures.engine.as_millis(),
            figures.verdict
        );
    });
    match summary {
        Ok(summary) => {
            say!("{summary}");
            ExitCode::SUCCESS
        }
        Err(error @ eval::EvalError::Engine(_)) => fail(UNUSABLE, error),
        Err(error) => fail(FAILED, error),
    }
}

fn version() -> ExitCode {
    say!("sluice {}", env!("CARGO_PKG_VERSION"));
    say!(
        "CPU engine: {}",
        if cfg!(feature = "cpu") {
            "linked in"
        } else {
            "not linked in"
        }
    );
    say!("station file, built in: sha256 {}", Sha256::of(BUILT_IN));
    match env::current_exe().map(|path| Sha256::of_file(&path)) {
        Ok(Ok(hash)) => say!("binary: sha256 {hash}"),
        Ok(Err(error)) | Err(error) => {
            return fail(FAILED, format_args!("reading this program: {error}"));
        }
    }
    if let Ok(station) = station::read(BUILT_IN) {
        match model_hash(&station) {
            Ok(hash) => say!("model {}: sha256 {hash}", station.engine.model),
            Err((path, error)) => say!("model {}: {error}", path.display()),
        }
    }
    ExitCode::SUCCESS
}

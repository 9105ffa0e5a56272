//! The station program: reads the command line and runs what it asks for. Which devices that takes, `devices` knows.
#![forbid(unsafe_code)]

mod commission;
mod devices;
mod ending;
mod guard;
mod propose;
mod say;
mod starting;

use board::camera::CameraError;
use commission::PulseError;
use devices::Lines;
use ending::SAY_MAX;
use guard::Keeper;
use say::say;
use sluice::check::{self, Finding};
use sluice::cli::{self, Command};
use sluice::hash::Sha256;
use sluice::journal;
use sluice::part::PartId;
use sluice::places::{self, watchers};
use sluice::run::{Devices, START_MAX, hold_signals, run};
use sluice::station::{self, Station, keys};
use sluice::{complain, console, eval, tell};
use starting::Starting;
use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

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
            return with_station(station, |file| run_station(file, parts));
        }
        Command::Check { station } => return with_station(station, check_station),
        Command::Safe { station } => return with_station(station, make_safe),
        Command::Pulse { station, line, ms } => {
            return with_station(station, |file| pulse(file, &line, ms));
        }
        Command::Explain { codes } => return explain(&codes),
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

fn run_station(file: &File, parts: Option<u64>) -> ExitCode {
    // Before a file is made: the simulated lines have one.
    let problems = places::problems(&file.station, file.path.as_deref());
    if !problems.is_empty() {
        complain!("sluice: {}: {} to mend", file.origin, problems.len());
        for problem in problems {
            complain!("  {problem}");
        }
        return ExitCode::from(STATION);
    }
    if let Some(directory) = &file.station.source.directory
        && let Some(watcher) = watchers(Path::new(directory.path.as_str())).first()
    {
        return fail(
            UNUSABLE,
            format_args!(
                "source.directory.path {}: process {} is a station that watches it; stop it, or name another directory",
                directory.path, watcher.pid
            ),
        );
    }
    // A stop that is asked for from here on is an ordered one.
    let signals = match hold_signals() {
        Ok(signals) => signals,
        Err(error) => return fail(UNUSABLE, error),
    };
    // Before anything else can speak, and after the signals are blocked, which every thread would take.
    if let Err(error) = console::start() {
        return fail(
            UNUSABLE,
            format_args!("starting a thread that prints: {error}"),
        );
    }
    let deadline = Duration::from_millis(file.station.gate.deadline_ms.into());
    let starting = match Starting::watch(&signals, deadline) {
        Ok(starting) => starting,
        Err(error) => return fail(UNUSABLE, error),
    };
    // The lines first: they are safe before anything else is tried.
    let lines = match devices::open_lines(&file.station) {
        Ok(lines) => lines,
        Err(error) => return fail(UNUSABLE, error),
    };
    let keeper = match Keeper::start(&file.text) {
        Ok(keeper) => Mutex::new(keeper),
        Err(error) => return fail(UNUSABLE, error),
    };
    let code = run_guarded(file, parts, lines, &keeper, starting);
    // All threads have ended, and the lines are safe.
    keeper
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .dismiss();
    code
}

fn run_guarded(
    file: &File,
    parts: Option<u64>,
    lines: Lines<'_>,
    keeper: &Mutex<Keeper>,
    starting: Starting,
) -> ExitCode {
    let station = &file.station;
    let Lines {
        outputs,
        mut chips,
        mut housekeeping,
    } = lines;
    let start = match identity(file) {
        Ok(start) => start,
        Err(error) => return fail(UNUSABLE, error),
    };
    let screen = devices::open_screen(&station.display, &mut chips);
    let watchdogs = match devices::watchdogs() {
        Ok(watchdogs) => watchdogs,
        Err(error) => return fail(UNUSABLE, error),
    };
    let edges = match station
        .trigger
        .as_ref()
        .map(|_| devices::open_trigger(station))
    {
        None => None,
        Some(Ok(line)) => {
            tell!("trigger: {}", line.description);
            Some(line.edges)
        }
        Some(Err(error)) => return fail(UNUSABLE, error),
    };
    let open_camera = || match &station.source.camera {
        Some(camera) => devices::open_camera(camera),
        None => Err(CameraError {
            device: "source.camera".to_owned(),
            doing: "opening it",
            problem: "there is none in the station file".to_owned(),
        }),
    };
    let devices = Devices {
        outputs,
        edges,
        open_camera: &open_camera,
        screen,
        watchdogs,
        open_library: &devices::open_library,
        housekeeping: Box::new(move || {
            // The station's threads run.
            starting.is_over();
            housekeeping();
            keeper.lock().unwrap_or_else(PoisonError::into_inner).look()
        }),
        start_max: START_MAX,
        leave: ending::leave,
    };
    tell!(
        "sluice {}: {} ({})",
        env!("CARGO_PKG_VERSION"),
        station.station.name,
        file.origin
    );
    match run(station, start, devices, parts) {
        Ok(outcome) => ExitCode::from(ending::tell(outcome)),
        Err(error) => fail(UNUSABLE, error),
    }
}

/// What the journal says about this start: the hashes of everything that decides.
fn identity(file: &File) -> Result<journal::Start, String> {
    let binary = env::current_exe().map_err(|error| format!("finding this program: {error}"))?;
    let binary_sha256 = Sha256::of_file(&binary)
        .map_err(|error| format!("this program {}: {error}", binary.display()))?;
    Ok(journal::Start {
        time: journal::WallTime::now(),
        station: file.station.station.name.clone(),
        version: sluice::text::cut(format_args!("{}", env!("CARGO_PKG_VERSION"))),
        binary_sha256,
        station_sha256: file.sha256,
        model_sha256: model_hash(&file.station)
            .map_err(|(path, error)| format!("engine.model {}: {error}", path.display()))?,
        next_part: PartId::FIRST,
        memory: None,
    })
}

/// The hash of a station's model, with the files of weights beside it.
fn model_hash(station: &Station) -> Result<Sha256, (PathBuf, io::Error)> {
    let model = Path::new(station.engine.model.as_str());
    Sha256::of_model(model, &devices::weights_beside(model))
}

fn explain(codes: &[String]) -> ExitCode {
    let result = sluice::explain::explain_all(codes);
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
            // The exit code is that of the lines, whoever listens.
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
            number(figures.soft_dice.map(sluice::dice::iou_of_dice)),
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

//! `sluice run`: opens the devices in a safe order, and runs the station on them.

mod ending;
mod starting;

use crate::cli::{LogLevel, RunOptions};
use crate::confinement;
use crate::devices::{self, InputLines, Lines};
use crate::exit::{UNUSABLE, fail};
use crate::guard::Keeper;
use crate::station_file::{StationModel, models, problems_of, with_station};
use board::camera::CameraError;
use sluice::check::Wording;
use sluice::console::Priority;
use sluice::hash::Sha256;
use sluice::journal;
use sluice::part::PartId;
use sluice::places::{self, ClaimError, claim};
use sluice::run::{Devices, START_MAX, hold_signals};
use sluice::station::StationFile;
use sluice::{complain, console, tell};
use starting::Starting;
use std::env;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Runs the station until it is stopped, or until it has had `--parts` parts.
pub fn run(options: &RunOptions) -> ExitCode {
    console::set_least(match options.log {
        Some(LogLevel::Error) => Priority::Error,
        Some(LogLevel::Warning) => Priority::Warning,
        Some(LogLevel::Info) => Priority::Info,
        Some(LogLevel::Debug) => Priority::Debug,
        // A service has the parts in the station's own journal.
        None if console::is_for_journal() => Priority::Info,
        None => Priority::Debug,
    });
    with_station(&options.station, |file| run_station(file, options.parts))
}

fn run_station(file: &StationFile, parts: Option<u64>) -> ExitCode {
    // Before any file is created: the simulated lines create one.
    let problems = places::problems(&file.station, file.path.as_deref());
    if !problems.is_empty() {
        return problems_of(&Wording::default(), &file.origin, problems);
    }
    // Held until the station has ended.
    let _claim = match &file.station.source.directory {
        None => None,
        Some(directory) => match claim(Path::new(directory.path.as_str())) {
            Ok(claim) => Some(claim),
            // A polled directory needs no watch but this one.
            Err(ClaimError::Call(error)) if directory.poll_ms > 0 => {
                complain!(
                    "sluice: {error}; another station on this directory would not be noticed"
                );
                None
            }
            Err(ClaimError::Call(error)) => return fail(UNUSABLE, error),
            Err(error @ ClaimError::Watched(_)) => {
                return fail(
                    UNUSABLE,
                    format_args!("source.directory.path {}: {error}", directory.path),
                );
            }
        },
    };
    // From here on a stop signal leads to an orderly stop.
    let signals = match hold_signals() {
        Ok(signals) => signals,
        Err(error) => return fail(UNUSABLE, error),
    };
    // Before the first thread starts: every later one inherits it.
    let confined = match confinement::confine(&file.station) {
        Ok(confined) => confined,
        Err(error) => return fail(UNUSABLE, error),
    };
    // Before anything else prints, and after the signals are blocked: every later thread inherits
    // that.
    if let Err(error) = console::start() {
        return fail(
            UNUSABLE,
            format_args!("starting a thread that prints: {error}"),
        );
    }
    if let Some(sandbox) = confined.filter(|sandbox| !sandbox.is_complete()) {
        complain!(
            "sluice: sandbox: {sandbox}: this kernel has no more; the service's own settings still hold"
        );
    }
    let deadline = Duration::from_millis(file.station.gate.deadline_ms.into());
    let starting = match Starting::watch(&signals, deadline) {
        Ok(starting) => starting,
        Err(error) => return fail(UNUSABLE, error),
    };
    // Opens the lines first, so that they are safe before anything else is tried.
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
    file: &StationFile,
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
    let InputLines {
        trigger,
        encoder,
        inputs,
    } = match devices::open_inputs(station) {
        Ok(lines) => lines,
        Err(error) => return fail(UNUSABLE, error),
    };
    if let Some(line) = &trigger {
        tell!("trigger: {}", line.description);
    }
    let open_camera = || match &station.source.camera {
        Some(camera) => devices::open_camera(camera),
        None => Err(CameraError {
            device: "source.camera".to_owned(),
            doing: "opening it",
            problem: "the station file has no camera".to_owned(),
        }),
    };
    let devices = Devices {
        outputs,
        edges: trigger.map(|line| line.edges),
        encoder,
        inputs,
        open_camera: &open_camera,
        screen,
        live: devices::runtime_directory(),
        watchdogs,
        open_library: &devices::open_library,
        housekeeping: Box::new(move || {
            // The station's threads run, so the start is over.
            starting.end();
            housekeeping();
            keeper.lock().unwrap_or_else(PoisonError::into_inner).poll()
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
    match sluice::run::run(station, start, devices, parts) {
        Ok(result) => ExitCode::from(ending::tell(result)),
        Err(error) => fail(UNUSABLE, error),
    }
}

/// This start's record in the journal: the hashes of everything that affects decisions.
///
/// # Errors
/// The file that could not be read, and why.
pub fn identity(file: &StationFile) -> Result<journal::Start, String> {
    let binary = env::current_exe().map_err(|error| format!("finding this program: {error}"))?;
    let binary_sha256 = Sha256::of_file(&binary)
        .map_err(|error| format!("this program {}: {error}", binary.display()))?;
    let time = journal::WallTime::now();
    let models = models(&file.station)?;
    let Some(first) = models.first() else {
        return Err("recipe: missing".to_owned());
    };
    let record = |model: &StationModel| journal::Model {
        time,
        station: file.station.station.name.clone(),
        model: model.path.clone(),
        sha256: model.sha256,
        recipes: model.recipes.iter().cloned().collect(),
        engine: None,
    };
    Ok(journal::Start {
        time,
        station: file.station.station.name.clone(),
        version: sluice::bounded::text::cut(format_args!("{}", env!("CARGO_PKG_VERSION"))),
        binary_sha256,
        station_sha256: file.sha256,
        model_sha256: first.sha256,
        next_part: PartId::FIRST,
        memory: None,
        engine: None,
        realtime: None,
        models: if models.len() > 1 {
            models.iter().map(record).collect()
        } else {
            heapless::Vec::new()
        },
    })
}

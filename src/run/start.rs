//! Running a station: open everything, start the threads, wait for a signal, stop.

use super::error::RunError;
use super::golden::GoldenPictures;
use super::history::History;
use super::inputs::{InputLine, Inputs};
use super::inspection::OpenLibrary;
use super::open::Opened;
use super::record::{LiveThread, Periods, Recorder, ScreenThread, Watchdogs, Writer};
use super::shared::{RunResult, Shared, Stop};
use super::source::OpenCamera;
use super::spawn::Work;
use super::stop::stop;
use super::threads::Threads;
use crate::bounded::text::cut;
use crate::gate::{Channels, Driver, Encoder, Handles, Outputs, Settings};
use crate::journal;
use crate::scheduling::Granted;
use crate::screen::Screen;
use crate::station::Station;
use board::Timestamp;
use board::edge::Edges;
use core::fmt;
use core::time::Duration;
use embedded_hal::digital::OutputPin;
use nix::sys::signal::{SigSet, Signal};
use std::path::{Path, PathBuf};
use std::thread;

/// Longest time from the start to a device with a warm model. Loading takes seconds on a board. The
/// service manager's own limit is 120 s (`TimeoutStartSec`), but it would not know the cause.
pub const START_MAX: Duration = Duration::from_secs(100);

/// The devices of a station, chosen by the program.
pub struct Devices<'d, P: OutputPin> {
    /// The output lines, already at their safe levels.
    pub outputs: Outputs<P>,
    /// The trigger line, if the station file names one.
    pub edges: Option<Box<dyn Edges + 'd>>,
    /// The lines of the encoder, if the station file has one: the one with the ticks, and line B.
    pub encoder: Vec<Box<dyn Edges + 'd>>,
    /// The other input lines that the station file names.
    pub inputs: Vec<InputLine<'d>>,
    /// Opens the camera, at the start and again after a failure. The station checks its frames.
    pub open_camera: &'d OpenCamera<'d>,
    /// The operator's screen.
    pub screen: Box<dyn Screen>,
    /// Where the station writes what it says of itself, a directory in memory; `None` for nowhere.
    pub live: Option<PathBuf>,
    /// Opens the AscendCL library that the station file names.
    pub open_library: &'d OpenLibrary<'d>,
    /// The watchdogs to feed.
    pub watchdogs: Watchdogs,
    /// Called periodically on the thread `keeper`. The station is not ready while it returns false
    /// or hangs.
    pub housekeeping: Box<dyn FnMut() -> bool + Send + 'd>,
    /// Longest time until the engine is ready, normally [`START_MAX`].
    pub start_max: Duration,
    /// Ends the process at the end of a stop that leaves a hung thread behind.
    pub leave: fn(RunResult) -> !,
}

impl<P: OutputPin> fmt::Debug for Devices<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Devices")
    }
}

/// Runs the station until a signal ends it, or until `parts` parts are in the journal. `start` is
/// the journal's first record of this run.
///
/// Call it on the main thread before any other thread is started: it blocks the signals that it
/// waits for.
///
/// # Errors
/// Something that the station needs could not be opened. The lines are safe.
pub fn run<P: OutputPin + Send>(
    station: &Station,
    start: journal::Start,
    devices: Devices<'_, P>,
    parts: Option<u64>,
) -> Result<RunResult, RunError> {
    let signals = hold_signals()?;
    // The gate's queues are there before the memory is locked: what is there then is in RAM as a
    // whole, so the gate never waits for one of their pages.
    let mut channels = Channels::new()?;
    let granted = Granted::obtain();
    for error in granted.errors() {
        complain!("sluice: NOT REAL-TIME, so a busy machine may move parts late: {error}");
    }
    let realtime = Some(cut(format_args!("{granted}")));
    let start = journal::Start { realtime, ..start };
    let history = History::new(station, &start);
    let (edges, open_camera) = (devices.edges, devices.open_camera);
    let opened = Opened::open(station, start, devices.watchdogs, edges, open_camera)?;
    let golden = GoldenPictures::new(station)?;
    let Handles {
        arming,
        resolving,
        control,
        events,
        gate,
    } = channels.split();
    let ms = |ms: u32| Duration::from_millis(ms.into());
    let next_part = opened.journal.next_part();
    let mut shared = Shared::new(next_part, ms(station.engine.self_check_ms), control)?;
    let latches = opened.journal.accounts().latches();
    shared.ready.begin(station, latches);
    for cause in latches.causes() {
        let (cause, ends) = (cause.text(), cause.ends());
        complain!(
            "sluice: still latched, from before the start: {cause}; no part passes until {ends}"
        );
    }
    let challenge = station.challenge.as_ref();
    let mut driver = Driver::new(Settings::from(station), devices.outputs, gate)?;
    if let Some(settings) = &station.encoder {
        let encoder = Encoder::new(settings, devices.encoder, Timestamp::now());
        let encoder = encoder.map_err(RunError::Encoder)?;
        let gate = &station.gate;
        driver = driver.with_encoder(encoder, gate.delay_ticks, gate.pulse_ticks);
    }
    let name = station.station.name.clone();
    let (screen, thumbnails) =
        ScreenThread::start(devices.screen, station.station.clone()).map_err(RunError::Screen)?;
    let live = devices.live.and_then(|directory| {
        let started = LiveThread::start(&directory, Path::new(station.journal.directory.as_str()));
        let failed = |error| {
            let place = directory.display();
            complain!("sluice: {place}: {error}; `sluice top` cannot show the state");
        };
        started.map_err(failed).ok()
    });
    let work = Work {
        driver,
        writer: Writer {
            journal: opened.journal,
            inspected: opened.inspected,
            shared: &shared,
            station: name,
            recipes: station
                .all_recipes()
                .map(|recipe| recipe.name.clone())
                .collect(),
            challenge,
            periods: Periods::new(&station.journal),
            lines: heapless::Vec::new(),
            parts,
        },
        recorder: Recorder::new(screen, live, opened.feeder, events, station, &shared),
        inputs: Inputs::new(devices.inputs, station, &shared),
        housekeeping: devices.housekeeping,
        station,
        open_library: devices.open_library,
        resolving,
        thumbnails,
        history: history.as_ref(),
        source: opened.source,
        golden,
        arming,
    };
    shared
        .hang_deadline
        .set(Timestamp::now() + devices.start_max);
    let counters = thread::scope(|scope| {
        let shared = &shared;
        let running = work.spawn(&Threads { scope, shared });
        wait_for_signal(&signals, shared);
        stop(running, ms(station.gate.deadline_ms), devices.leave, shared)
    });
    Ok(RunResult {
        stop: shared.why(),
        counters,
    })
}

/// Sleeps until a signal asks for a stop. A thread that stops the program sends one as well.
fn wait_for_signal(signals: &SigSet, shared: &Shared<'_>) {
    if let Err(errno) = signals.wait() {
        let why = format!("waiting for signals: {}", errno.desc());
        shared.stop(Stop::Broken(why));
    }
    shared.stop(Stop::Asked);
}

/// Blocks the signals that ask for a stop, until [`run`] takes them. Call it on the main thread
/// before the first line moves and before any other thread is started: a signal that came later
/// would kill the program.
///
/// # Errors
/// The kernel refuses, which is not expected.
pub fn hold_signals() -> Result<SigSet, RunError> {
    let signals: SigSet = [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP]
        .into_iter()
        .collect();
    signals.thread_block().map_err(RunError::Signals)?;
    Ok(signals)
}

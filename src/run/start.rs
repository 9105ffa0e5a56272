//! Starting and stopping, in order: first the lines are safe, then everything else; at the end the gate goes last but for
//! the recorder, which still writes what the gate did.

use super::alive::{Alive, AliveError, Watchdogs};
use super::recorder::Recorder;
use super::shared::{Outcome, Shared, Stop, THUMBNAILS};
use super::{decode, inspection, intake};
use crate::engine::EngineError;
use crate::frame::PngSource;
use crate::gate::{Channels, Driver, Handles, Outputs, Settings};
use crate::journal::{self, Journal};
use crate::part::{Cause, PartId};
use crate::resample::ResampleError;
use crate::screen::{Screen, Thumbnail};
use crate::station::Station;
use crate::watch::{self, Disposal, Folder, Identity, Ledger, Name};
use ascendcl::Library;
use board::realtime;
use board::wake::WakeError;
use core::fmt;
use core::time::Duration;
use embedded_hal::digital::OutputPin;
use nix::errno::Errno;
use nix::sys::signal::{SigSet, Signal};
use std::thread::{self, Scope, ScopedJoinHandle};

/// Real-time priority of the gate's thread, of 1 to 99: above all programs, below the kernel's own threads (50).
const GATE_PRIORITY: u8 = 40;

/// The devices that a station runs on, chosen by `main`.
pub struct Devices<'d, P: OutputPin> {
    /// The output lines, already at their safe levels.
    pub outputs: Outputs<P>,
    /// The operator's screen.
    pub screen: Box<dyn Screen + 'd>,
    /// Opens the AscendCL library that the station file names.
    pub open_library: &'d (dyn Fn(&str) -> Result<Library, EngineError> + Sync),
    /// Who watches the station.
    pub watchdogs: Watchdogs,
    /// Called now and then from the recorder's thread. While it gives false, the station is not ready.
    pub housekeeping: Box<dyn FnMut() -> bool + Send + 'd>,
}

impl<P: OutputPin> fmt::Debug for Devices<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Devices")
    }
}

/// Runs the station until a signal ends it, or `parts` parts are in the journal. `start` goes into the journal.
///
/// Call it from the main thread before any other thread is made: it blocks the signals that it waits for.
///
/// # Errors
/// Something that the station needs could not be opened. The lines are safe.
pub fn run<P: OutputPin + Send>(
    station: &Station,
    start: journal::Start,
    devices: Devices<'_, P>,
    parts: Option<u64>,
) -> Result<Outcome, RunError> {
    let signals = hold_signals()?;
    let mut alive = Alive::new(
        station.watchdog.as_ref(),
        Duration::from_millis(station.engine.self_check_ms.into()),
        devices.watchdogs,
    )
    .map_err(RunError::Watchdogs)?;
    let Some(directory) = &station.source.directory else {
        return Err(RunError::NoDirectory);
    };
    let disposal = Disposal::new(directory).map_err(RunError::Directory)?;
    // The journal first: its lock keeps two stations from one directory, and it makes what a new station does not have.
    let journal = Journal::open(&station.journal, start).map_err(RunError::Journal)?;
    if let Some(recovered) = journal.recovered() {
        eprintln!(
            "sluice: the journal ended in {} bytes of an unfinished line, which were cut off",
            recovered.cut_bytes
        );
    }
    let ledger = restore(station, &disposal)?;
    let image = &station.image;
    let mut sources = Vec::new();
    for _ in 0..directory.workers {
        sources.push(PngSource::new(image.roi, image.size, image.order).map_err(RunError::Image)?);
    }
    let shared = Shared::new().map_err(RunError::Wake)?;
    for _ in 0..THUMBNAILS {
        let _ = shared.thumbnails.send(Thumbnail::new());
    }
    if let Err(error) = realtime::lock_memory() {
        eprintln!("sluice: {error}");
    }

    let mut channels = Channels::new().map_err(RunError::Wake)?;
    let Handles {
        arming,
        resolving,
        control,
        events,
        gate,
    } = channels.split();
    let gate = Driver::new(Settings::from(&station.gate), devices.outputs, gate)
        .map_err(RunError::Wake)?;
    let first = journal.next_part();
    let recorder = Recorder {
        journal,
        disposal,
        screen: devices.screen,
        housekeeping: devices.housekeeping,
        alive: &mut alive,
        control,
        events,
        shared: &shared,
        station: station.station.name.clone(),
        parts,
    };
    let (shared, open_library) = (&shared, devices.open_library);
    let folder = Folder::new(&directory.path);
    let counters = thread::scope(|scope| {
        let threads = Threads { scope, shared };
        let gate = threads.start("gate", move || {
            if let Err(error) = realtime::raise_priority(GATE_PRIORITY) {
                eprintln!("sluice: {error}");
            }
            gate.run()
        });
        let recorder = threads.start("recorder", move || recorder.run());
        let inspection = threads.start("inspection", move || {
            inspection::run(station, open_library, resolving, control, shared)
        });
        let mut workers = Vec::new();
        for source in sources {
            workers.push(threads.start("decode", || decode::run(&folder, source, shared)));
        }
        let intake = threads.start("intake", move || {
            intake::run(directory, ledger, first, arming, control, shared)
        });

        if let Err(errno) = signals.wait() {
            shared.stop(Stop::Broken(format!(
                "waiting for signals: {}",
                errno.desc()
            )));
        }
        shared.stop(Stop::Asked);
        // From the source to the recorder, each behind the one that feeds it.
        threads.end(intake);
        shared.jobs.close();
        shared.inputs.close();
        for worker in workers {
            threads.end(worker);
        }
        shared.messages.close();
        threads.end(inspection);
        threads.end(gate);
        shared.decisions.close();
        threads.end(recorder).unwrap_or_default()
    });
    let stop = shared.why();
    alive.end(&stop);
    Ok(Outcome { stop, counters })
}

/// Holds back the signals that ask for a stop, until [`run`] takes them. Call it on the main thread before the first line
/// moves and before any other thread is made: a signal that came later would end the program where it stands.
///
/// # Errors
/// The kernel refuses, which it has no reason to.
pub fn hold_signals() -> Result<SigSet, RunError> {
    let signals: SigSet = [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP]
        .into_iter()
        .collect();
    signals.thread_block().map_err(RunError::Signals)?;
    Ok(signals)
}

/// Starts the station's threads and waits for their ends. Each has a name, by which tools and tests find it.
struct Threads<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    shared: &'scope Shared,
}

impl<'scope> Threads<'scope, '_> {
    /// Nothing when the system gives no thread: then the station stops, and dropping `work` closes what it held.
    fn start<T: Send + 'scope>(
        &self,
        name: &str,
        work: impl FnOnce() -> T + Send + 'scope,
    ) -> Option<ScopedJoinHandle<'scope, T>> {
        let thread = thread::Builder::new().name(name.to_owned());
        match thread.spawn_scoped(self.scope, work) {
            Ok(thread) => Some(thread),
            Err(error) => {
                let why = format!("starting the thread {name}: {error}");
                self.shared.stop(Stop::Broken(why));
                None
            }
        }
    }

    /// A thread that panicked has ended, which is all that is waited for here; the first reason to stop is kept.
    fn end<T>(&self, thread: Option<ScopedJoinHandle<'scope, T>>) -> Option<T> {
        let ended = thread?.join();
        if ended.is_err() {
            self.shared.stop(Stop::Broken(
                "a thread of the station panicked; please report its message".to_owned(),
            ));
        }
        ended.ok()
    }
}

/// What the journal says of the pictures that are still there.
fn restore(station: &Station, disposal: &Disposal) -> Result<Ledger, RunError> {
    let mut parts: Vec<(PartId, Name, Identity)> = Vec::new();
    for entry in journal::read(&station.journal.directory).map_err(RunError::Journal)? {
        match entry.content {
            Ok(journal::Record::Part(part)) if part.verdict.code != Cause::Stopping.code() => {
                parts.push((part.part, part.picture.name, part.picture.identity));
            }
            Ok(_) => {}
            Err(damage) => eprintln!(
                "sluice: {}, line {}: {damage}; left out",
                journal::file_name(entry.file),
                entry.line
            ),
        }
    }
    let (ledger, restored) =
        watch::restore(disposal, parts.into_iter()).map_err(RunError::Directory)?;
    if let Some(failure) = restored.failure {
        eprintln!(
            "sluice: {} inspected pictures could not be put away: {failure}",
            restored.failed
        );
    }
    Ok(ledger)
}

/// Something that the station needs could not be opened.
#[derive(Debug)]
pub enum RunError {
    /// The journal.
    Journal(journal::Error),
    /// The watched directory, or the one to move to.
    Directory(watch::Error),
    /// There is no watched directory.
    NoDirectory,
    /// `image` cannot be resampled.
    Image(ResampleError),
    /// A file descriptor for waking a thread.
    Wake(WakeError),
    /// Signals could not be blocked.
    Signals(Errno),
    /// A watchdog that the station would not feed in time.
    Watchdogs(AliveError),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Journal(error) => error.fmt(f),
            Self::Directory(error) => error.fmt(f),
            Self::NoDirectory => f.write_str("source.camera is not served yet"),
            Self::Image(error) => write!(f, "image: {error}"),
            Self::Wake(error) => error.fmt(f),
            Self::Signals(errno) => write!(f, "blocking signals: {}", errno.desc()),
            Self::Watchdogs(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for RunError {}

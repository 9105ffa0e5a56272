//! Starting and stopping, in order: first the lines are safe, then everything else; at the end the gate goes last but for
//! the recorder, which still writes what the gate did.

use crate::engine::EngineError;
use crate::gate::{Channels, Driver, Handles, Outputs, Settings};
use crate::journal::{self, Journal};
use crate::run::error::RunError;
use crate::run::inspection;
use crate::run::keeper;
use crate::run::record::journal::Writer;
use crate::run::record::overlaps::Overlaps;
use crate::run::record::recorder::{Recorded, Recorder};
use crate::run::record::screen::{ScreenThread, THUMBNAILS};
use crate::run::record::watchdogs::{Alive, Watchdogs};
use crate::run::shared::{Outcome, Shared, Stop};
use crate::run::source::camera::{CameraSource, OpenCamera};
use crate::run::source::trigger::Triggers;
use crate::run::source::{Files, Source, restore};
use crate::run::threads::{GATE_PRIORITY, Threads, holds_by};
use crate::screen::{Screen, Thumbnail};
use crate::station::Station;
use ascendcl::Library;
use board::Timestamp;
use board::edge::Edges;
use board::realtime;
use core::fmt;
use core::sync::atomic::Ordering;
use core::time::Duration;
use embedded_hal::digital::OutputPin;
use nix::sys::signal::{SigSet, Signal};
use std::thread::{self, ScopedJoinHandle};

/// What the inspection may take, after a stop, beyond the deadline of the part under way.
const DECIDE_MORE: Duration = Duration::from_secs(1);
/// What the threads that bring the parts may take beyond that deadline. They wait for files and cameras.
const SOURCES_MORE: Duration = Duration::from_millis(500);
/// What each of the others may take at least, however late the ones before it were.
const MOMENT: Duration = Duration::from_millis(300);
/// What a thread takes to end that has nothing to do any more.
const LOST: Duration = Duration::from_millis(200);
/// When the records are written or given up, after a stop, beyond that deadline. A whole stop may take 2 s beyond it
/// (SPECIFICATION.md).
const RECORD_MORE: Duration = Duration::from_millis(1350);
/// How long the device may take to unload the model and to be reset.
const RELEASE_MAX: Duration = Duration::from_secs(5);

/// The devices that a station runs on, chosen by `main`.
pub struct Devices<'d, P: OutputPin> {
    /// The output lines, already at their safe levels.
    pub outputs: Outputs<P>,
    /// The trigger's line, if the station file names one.
    pub edges: Option<Box<dyn Edges + 'd>>,
    /// Opens the camera, at the start and again when it has failed. What it does then is checked by watching it.
    pub open_camera: &'d OpenCamera<'d>,
    /// The operator's screen.
    pub screen: Box<dyn Screen>,
    /// Opens the AscendCL library that the station file names.
    pub open_library: &'d (dyn Fn(&str) -> Result<Library, EngineError> + Sync),
    /// Who watches the station.
    pub watchdogs: Watchdogs,
    /// Called now and then from a thread of its own. While it gives false, or does not come back, the station is not ready.
    pub housekeeping: Box<dyn FnMut() -> bool + Send + 'd>,
    /// Longest time until the engine is ready, normally [`START_MAX`](super::START_MAX).
    pub start_max: Duration,
    /// Ends the process, when all is done that can be and a thread is left that does not come back.
    pub leave: fn(Outcome) -> !,
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
    let self_check = Duration::from_millis(station.engine.self_check_ms.into());
    let alive = Alive::new(station.watchdog.as_ref(), self_check, devices.watchdogs)
        .map_err(RunError::Watchdogs)?;
    let trigger = match (&station.trigger, devices.edges) {
        (Some(trigger), Some(edges)) => Some((trigger, edges)),
        (Some(_), None) => return Err(RunError::NoEdges),
        (None, _) => None,
    };
    let source = match (&station.source.directory, &station.source.camera, &trigger) {
        (Some(directory), _, _) => Source::Files(Box::new(Files::new(station, directory)?)),
        (None, Some(camera), Some(_)) => {
            let source = CameraSource::new(station, camera, devices.open_camera)?;
            Source::Camera(Box::new(source))
        }
        (None, Some(_), None) => return Err(RunError::NoEdges),
        (None, None, _) => return Err(RunError::NoSource),
    };
    // The journal first: its lock keeps two stations from one directory, and it makes what a new station does not have.
    let journal = Journal::open(&station.journal, start).map_err(RunError::Journal)?;
    if let Some(recovered) = journal.recovered() {
        complain!(
            "sluice: the journal ended in {} bytes of an unfinished line, which were cut off",
            recovered.cut_bytes
        );
    }
    let (known, inspected) = match &source {
        Source::Files(files) => {
            let (known, inspected) = restore(station, &files.disposal)?;
            (Some(known), Some(inspected))
        }
        Source::Camera(_) => (None, None),
    };
    let shared = Shared::new(journal.next_part(), self_check).map_err(RunError::Wake)?;
    for _ in 0..THUMBNAILS {
        let _ = shared.thumbnails.send(Thumbnail::new());
    }
    if let Err(error) = realtime::lock_memory() {
        complain!("sluice: {error}");
    }

    let mut channels = Channels::new().map_err(RunError::Wake)?;
    let Handles {
        arming,
        resolving,
        control,
        events,
        gate,
    } = channels.split();
    let gate =
        Driver::new(Settings::from(station), devices.outputs, gate).map_err(RunError::Wake)?;
    let name = station.station.name.clone();
    let screen = ScreenThread::start(devices.screen, name, shared.thumbnails.clone())
        .map_err(RunError::Screen)?;
    let writer = Writer {
        journal,
        inspected,
        control,
        shared: &shared,
        station: station.station.name.clone(),
        parts,
    };
    let recorder = Recorder {
        screen,
        alive,
        control,
        events,
        shared: &shared,
        stall: Duration::from_millis(station.journal.stall_ms.into()),
        overlaps: Overlaps::new(station.gate.pulse_ms, station.gate.part_interval_ms),
    };
    let housekeeping = devices.housekeeping;
    let (shared, open_library, leave) = (&shared, devices.open_library, devices.leave);
    shared.patience.until(Timestamp::now() + devices.start_max);
    let deadline = Duration::from_millis(station.gate.deadline_ms.into());
    // Whoever sees the triggers arms the gate.
    let (triggers, arming) = match trigger {
        Some((settings, edges)) => {
            let triggers = Triggers::new(settings, edges, arming, control, shared);
            (Some(triggers), None)
        }
        None => (None, Some(arming)),
    };
    let counters = thread::scope(|scope| {
        let threads = Threads { scope, shared };
        let gate = threads.start("gate", move || {
            if let Err(error) = realtime::raise_priority(GATE_PRIORITY) {
                complain!("sluice: {error}");
            }
            if let Err(error) = gate.run() {
                shared.stop(Stop::Broken(format!("gate: {error}")));
            }
        });
        let writer = threads.start("journal", move || writer.run());
        let keeper = threads.start("keeper", move || {
            keeper::run(housekeeping, control, shared);
        });
        let recorder = threads.start("recorder", move || recorder.run());
        let inspection = threads.start("inspection", move || {
            inspection::run(station, open_library, resolving, control, shared)
        });
        // The one that finds the pictures comes first.
        let (source_name, sources) = match (source, known) {
            (Source::Files(files), Some(known)) => (
                "intake",
                files.start(&threads, known, arming, control, shared),
            ),
            // Files always have it.
            (Source::Files(_), None) => ("intake", Vec::new()),
            (Source::Camera(camera), _) => {
                let camera = threads.start("camera", move || camera.run(control, shared));
                ("camera", vec![camera])
            }
        };
        let triggers =
            triggers.and_then(|triggers| threads.start("trigger", move || triggers.run()));

        if let Err(errno) = signals.wait() {
            shared.stop(Stop::Broken(format!(
                "waiting for signals: {}",
                errno.desc()
            )));
        }
        shared.stop(Stop::Asked);
        let decided_by = Timestamp::now() + deadline;
        shared.stop_end.until(decided_by + RECORD_MORE);
        // At once: triggers are not seen any more, and the inspection may be waiting for the device. It fails only when the
        // gate has stopped, and then all lines are safe.
        let _ = shared.tell_gate(control);
        // From the trigger to the recorder, each behind the one that feeds it. One that hangs is left behind.
        let mut hung = Vec::new();
        let end = decided_by + SOURCES_MORE;
        hung.extend(threads.end_by("trigger", triggers, end).err());
        let mut sources = sources.into_iter();
        hung.extend(
            threads
                .end_by(source_name, sources.next().flatten(), end)
                .err(),
        );
        shared.jobs.close();
        shared.inputs.close();
        for worker in sources {
            hung.extend(threads.end_by("decode", worker, end).err());
        }
        shared.messages.close();
        // The inspection decides what has begun, which it can not while a call does not come back. However long the sources
        // took to end: it has known for a moment only that nothing more comes.
        let end = (decided_by + DECIDE_MORE).max(Timestamp::now() + MOMENT);
        let mut hangs = !holds_by(end, || {
            shared.all_decided.load(Ordering::Acquire)
                || inspection
                    .as_ref()
                    .is_none_or(ScopedJoinHandle::is_finished)
        });
        control.stop();
        // None of the bounds is shorter than the others leave it: on a busy machine a thread may wait for its turn.
        let end = (decided_by + DECIDE_MORE).max(Timestamp::now()) + MOMENT;
        hung.extend(threads.end_by("gate", gate, end).err());
        shared.decide_for_inspection(deadline);
        shared.decisions.close();
        // What was recorded is written by the end of the stop, and by then the recorder has said what was not.
        let end = shared.stop_end.end_at().max(Timestamp::now()) + MOMENT;
        let recorded = threads.end_by("recorder", recorder, end);
        let Recorded {
            counters,
            unwritten,
        } = match recorded {
            Ok(recorded) => recorded.unwrap_or_default(),
            Err(name) => {
                hung.push(name);
                Recorded::default()
            }
        };
        shared.turns.close();
        let end = end.max(Timestamp::now() + LOST);
        hung.extend(threads.end_by("journal", writer, end).err());
        hung.extend(threads.end_by("keeper", keeper, end).err());
        if let Some(why) = lost(&hung, unwritten, shared) {
            shared.stop_for_loss(why);
        }
        // The lines are safe and the journal is written; what is left is to take the device down.
        hangs = hangs || !threads.is_ended_by(inspection.as_ref(), Timestamp::now() + RELEASE_MAX);
        if hangs {
            complain!(
                "sluice: the AscendCL library does not come back from a call; the program ends without it"
            );
        }
        if hangs || !hung.is_empty() {
            let stop = shared.why();
            leave(Outcome { stop, counters });
        }
        threads.end(inspection);
        counters
    });
    Ok(Outcome {
        stop: shared.why(),
        counters,
    })
}

/// What this run leaves undone, if anything.
fn lost(hung: &[&str], unwritten: usize, shared: &Shared) -> Option<String> {
    if unwritten > 0 {
        let what = shared.recording.waits_for();
        let how = if hung.contains(&"journal") {
            "does not come back"
        } else {
            "failed to the end"
        };
        return Some(format!(
            "{what} {how}; {unwritten} records are not written; their pictures are inspected at the next start, as after a \
             kill; check the disk"
        ));
    }
    (!hung.is_empty()).then(|| {
        format!(
            "threads that do not come back from a call, which were left behind: {}; check the disks and devices that they \
             work with",
            hung.join(", ")
        )
    })
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

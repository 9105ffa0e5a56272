//! Starting the station's threads. The documentation of [`crate::run`] lists them.

use super::golden::GoldenPictures;
use super::history::{History, HistoryWriter};
use super::inputs::Inputs;
use super::inspection::{self, OpenLibrary};
use super::keeper;
use super::record::{Recorded, Recorder, Thumbnails, Writer};
use super::shared::{Shared, Stop};
use super::source::{Source, SourceThreads};
use super::threads::{Thread, Threads};
use crate::gate::{Arming, Driver, Resolving};
use crate::scheduling::GATE_PRIORITY;
use crate::station::Station;
use board::realtime::{self, PageFaults};
use embedded_hal::digital::OutputPin;

/// What the threads work with.
pub struct Work<'w, P: OutputPin> {
    pub driver: Driver<'w, P>,
    pub writer: Writer<'w>,
    pub recorder: Recorder<'w>,
    pub inputs: Inputs<'w>,
    pub housekeeping: Box<dyn FnMut() -> bool + Send + 'w>,
    pub station: &'w Station,
    pub open_library: &'w OpenLibrary<'w>,
    pub resolving: Resolving<'w>,
    pub thumbnails: Thumbnails,
    pub history: Option<&'w History>,
    pub source: Source<'w>,
    pub golden: Option<GoldenPictures<'w>>,
    pub arming: Arming<'w>,
}

/// The running threads. The screen's thread is not among them: the recorder ends it.
pub struct Running<'scope> {
    pub gate: Thread<'scope, ()>,
    pub journal: Thread<'scope, ()>,
    pub history: Option<RunningHistory<'scope>>,
    pub keeper: Thread<'scope, ()>,
    pub recorder: Thread<'scope, Recorded>,
    pub inputs: Thread<'scope, ()>,
    pub inspection: Thread<'scope, ()>,
    pub source: SourceThreads<'scope>,
    pub golden: Option<Thread<'scope, ()>>,
}

/// The thread `history`, and the queue to it.
pub struct RunningHistory<'scope> {
    pub thread: Thread<'scope, ()>,
    pub history: &'scope History,
}

impl<P: OutputPin + Send> Work<'_, P> {
    /// Starts all threads. Their queues are there already.
    pub fn spawn<'scope>(self, threads: &Threads<'scope, '_>) -> Running<'scope>
    where
        Self: 'scope,
    {
        let shared = threads.shared;
        let Self {
            driver,
            writer,
            recorder,
            inputs,
            housekeeping,
            station,
            open_library,
            resolving,
            thumbnails,
            history,
            source,
            golden,
            arming,
        } = self;
        Running {
            gate: threads.start("gate", move || run_gate(driver, shared)),
            journal: threads.start("journal", move || writer.run()),
            history: history.map(|history| {
                let writer = HistoryWriter::new(history, station.station.name.clone(), shared);
                let thread = threads.start("history", move || writer.run());
                RunningHistory { thread, history }
            }),
            keeper: threads.start("keeper", move || keeper::run(housekeeping, shared)),
            recorder: threads.start("recorder", move || recorder.run()),
            inputs: inputs.start(threads),
            golden: golden.map(|golden| threads.start("golden", move || golden.run(shared))),
            source: source.start(threads, arming),
            // Last: while it loads the engine, new stacks would be in RAM as a whole.
            inspection: threads.start("inspection", move || {
                inspection::run(
                    station,
                    open_library,
                    resolving,
                    &thumbnails,
                    history,
                    shared,
                );
            }),
        }
    }
}

fn run_gate<P: OutputPin>(driver: Driver<'_, P>, shared: &Shared<'_>) {
    // The station has said what is missing, if this fails.
    let _ = realtime::raise_priority(GATE_PRIORITY);
    realtime::touch_stack();
    let before = PageFaults::of_this_thread();
    let result = driver.run();
    let faults = PageFaults::of_this_thread().since(before);
    if faults.major > 0 {
        complain!(
            "sluice: the gate waited {} times for a page of its memory from the disk, and may have moved late; \
             let the station lock its memory (LimitMEMLOCK=infinity for the service)",
            faults.major
        );
    }
    match result {
        Ok(summary) if summary.events_lost > 0 => complain!(
            "sluice: the recorder did not take {} events of the gate in time; the fault line stayed active, and parts in the \
             journal may lack what the gate did",
            summary.events_lost
        ),
        Ok(_) => {}
        Err(error) => shared.stop(Stop::Broken(format!("gate: {error}"))),
    }
}

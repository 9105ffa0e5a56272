//! Starting the station's threads. The documentation of [`crate::run`] lists them.

use super::inspection::{self, OpenLibrary};
use super::keeper;
use super::record::{Recorded, Recorder, Thumbnails, Writer};
use super::shared::{Shared, Stop};
use super::source::{Source, SourceThreads};
use super::threads::{GATE_PRIORITY, Thread, Threads};
use crate::gate::{Arming, Driver, Resolving};
use crate::station::Station;
use board::realtime;
use embedded_hal::digital::OutputPin;

/// What the threads work with.
pub struct Work<'w, P: OutputPin> {
    pub driver: Driver<'w, P>,
    pub writer: Writer<'w>,
    pub recorder: Recorder<'w>,
    pub housekeeping: Box<dyn FnMut() -> bool + Send + 'w>,
    pub station: &'w Station,
    pub open_library: &'w OpenLibrary<'w>,
    pub resolving: Resolving<'w>,
    pub thumbnails: Thumbnails,
    pub source: Source<'w>,
    pub arming: Arming<'w>,
}

/// The running threads. The screen's thread is not among them: the recorder ends it.
pub struct Running<'scope> {
    pub gate: Thread<'scope, ()>,
    pub journal: Thread<'scope, ()>,
    pub keeper: Thread<'scope, ()>,
    pub recorder: Thread<'scope, Recorded>,
    pub inspection: Thread<'scope, ()>,
    pub source: SourceThreads<'scope>,
}

impl<P: OutputPin + Send> Work<'_, P> {
    /// Starts all threads: first those that the others send to.
    pub fn spawn<'scope>(self, threads: &Threads<'scope, '_>) -> Running<'scope>
    where
        Self: 'scope,
    {
        let shared = threads.shared;
        let Self {
            driver,
            writer,
            recorder,
            housekeeping,
            station,
            open_library,
            resolving,
            thumbnails,
            source,
            arming,
        } = self;
        Running {
            gate: threads.start("gate", move || run_gate(driver, shared)),
            journal: threads.start("journal", move || writer.run()),
            keeper: threads.start("keeper", move || keeper::run(housekeeping, shared)),
            recorder: threads.start("recorder", move || recorder.run()),
            inspection: threads.start("inspection", move || {
                inspection::run(station, open_library, resolving, &thumbnails, shared);
            }),
            source: source.start(threads, arming),
        }
    }
}

fn run_gate<P: OutputPin>(driver: Driver<'_, P>, shared: &Shared<'_>) {
    if let Err(error) = realtime::raise_priority(GATE_PRIORITY) {
        complain!("sluice: {error}");
    }
    match driver.run() {
        Ok(summary) if summary.events_lost > 0 => complain!(
            "sluice: the recorder did not take {} events of the gate in time; the fault line stayed active, and parts in the \
             journal may lack what the gate did",
            summary.events_lost
        ),
        Ok(_) => {}
        Err(error) => shared.stop(Stop::Broken(format!("gate: {error}"))),
    }
}

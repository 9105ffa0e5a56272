//! Stopping the station. This is the only place that knows the order:
//!
//! 1. The stop itself ([`Shared::stop`]): the station is not ready, and triggers are missed.
//! 2. `inputs`, `trigger`, then the thread that finds the pictures, `golden`, then the decode
//!    workers. Each thread ends after the one that feeds it.
//! 3. `inspection` decides the parts under way.
//! 4. `gate` rejects what still waits, and its lines are safe.
//! 5. Parts that a hung inspection left undecided become faults.
//! 6. `recorder`, which ends `screen`, then `journal` and `keeper`: everything is recorded.
//! 7. `inspection` unloads the model and resets the device.
//!
//! Every wait has a limit, counted from the stop. A thread that hangs is left behind and named, and
//! then the process ends without it. A whole stop may take 2 s in addition to the deadline
//! (SPECIFICATION.md).

use super::inspection::decide_for_inspection;
use super::record::Recorded;
use super::shared::{RunResult, Shared};
use super::source::SourceThreads;
use super::spawn::Running;
use super::threads::{Thread, holds_by};
use crate::screen::Counters;
use board::Timestamp;
use core::sync::atomic::Ordering;
use core::time::Duration;

/// Time for the source's threads to end, after the deadline: they wait for files and cameras.
const SOURCES_MAX: Duration = Duration::from_millis(500);
/// Time for the inspection to decide, after the deadline.
const DECIDE_MAX: Duration = Duration::from_secs(1);
/// Time for the records to be written or given up, after the deadline.
const RECORD_MAX: Duration = Duration::from_millis(1350);
/// Time that each of the other threads gets at least, even if the ones before it were late. On a
/// busy machine a thread may wait for the processor.
const GRACE: Duration = Duration::from_millis(300);
/// Time for a thread to end that has nothing left to do.
const IDLE_GRACE: Duration = Duration::from_millis(200);
/// Time for the device to unload the model and to be reset.
const RELEASE_MAX: Duration = Duration::from_secs(5);

/// A stop in progress.
struct Stopping<'s> {
    shared: &'s Shared<'s>,
    /// When every part under way has passed its deadline.
    decided_by: Timestamp,
    /// The threads that hang.
    hung: Vec<&'static str>,
}

/// Stops the station. Returns its counters, or ends the process by `leave` if a thread hangs.
/// `deadline` is `gate.deadline_ms`. Call it after [`Shared::stop`].
pub fn stop(
    running: Running<'_>,
    deadline: Duration,
    leave: fn(RunResult) -> !,
    shared: &Shared<'_>,
) -> Counters {
    let mut stopping = Stopping {
        shared,
        decided_by: Timestamp::now() + deadline,
        hung: Vec::new(),
    };
    let stop_deadline = &shared.stop_deadline;
    stop_deadline.set(stopping.decided_by + RECORD_MAX);
    stopping.end_by(running.inputs, stopping.decided_by + SOURCES_MAX);
    stopping.end_source(running.source, running.golden);
    let decided = stopping.wait_for_decisions(&running.inspection);
    stopping.end_gate(running.gate);
    decide_for_inspection(deadline, shared);
    shared.decided.close();
    if let Some(running) = &running.history {
        running.history.close();
    }
    let end = stop_deadline.at().max(Timestamp::now()) + GRACE;
    let recorded = stopping.end_by(running.recorder, end).unwrap_or_default();
    shared.keeper_turns.close();
    let end = end.max(Timestamp::now() + IDLE_GRACE);
    stopping.end_by(running.journal, end);
    stopping.end_by(running.keeper, end);
    if let Some(running) = running.history {
        stopping.end_by(running.thread, end.max(Timestamp::now() + IDLE_GRACE));
    }
    if let Some(why) = stopping.lost(&recorded) {
        shared.stop_for_loss(why);
    }
    let release_by = Timestamp::now() + RELEASE_MAX;
    let released = decided && running.inspection.has_ended_by(release_by);
    if !released {
        complain!(
            "sluice: the AscendCL library does not return from a call; the program ends without it"
        );
    }
    let counters = recorded.counters;
    if !released || !stopping.hung.is_empty() {
        let stop = shared.why();
        leave(RunResult { stop, counters });
    }
    running.inspection.join(shared);
    counters
}

impl Stopping<'_> {
    /// Waits for a thread until `end`. Returns its result; nothing if it panicked or hangs.
    fn end_by<T>(&mut self, thread: Thread<'_, T>, end: Timestamp) -> Option<T> {
        if thread.has_ended_by(end) {
            return thread.join(self.shared);
        }
        self.hung.push(thread.name());
        None
    }

    fn end_source(&mut self, source: SourceThreads<'_>, golden: Option<Thread<'_, ()>>) {
        let end = self.decided_by + SOURCES_MAX;
        self.shared.challenges.pictures.close();
        self.shared.challenges.inputs.close();
        if let Some(trigger) = source.trigger {
            self.end_by(trigger, end);
        }
        self.end_by(source.finder, end);
        if let Some(golden) = golden {
            self.end_by(golden, end);
        }
        self.shared.jobs.close();
        self.shared.inputs.close();
        for decoder in source.decoders {
            self.end_by(decoder, end);
        }
        self.shared.messages.close();
    }

    /// Waits until the inspection has decided every part. Returns false if it hangs in a call.
    fn wait_for_decisions<T>(&self, inspection: &Thread<'_, T>) -> bool {
        // However late the source ended, the inspection has only just been told that nothing more
        // comes.
        let end = (self.decided_by + DECIDE_MAX).max(Timestamp::now() + GRACE);
        holds_by(end, || {
            self.shared.all_decided.load(Ordering::Acquire) || inspection.has_ended()
        })
    }

    fn end_gate<T>(&mut self, gate: Thread<'_, T>) {
        self.shared.ready.stop_gate();
        let end = (self.decided_by + DECIDE_MAX).max(Timestamp::now()) + GRACE;
        self.end_by(gate, end);
    }

    /// What this run leaves undone, if anything.
    fn lost(&self, recorded: &Recorded) -> Option<String> {
        let unwritten = recorded.unwritten;
        if unwritten > 0 {
            let what = self.shared.recording.waits_for();
            let how = if self.hung.contains(&"journal") {
                "does not return"
            } else {
                "failed to the end"
            };
            return Some(format!(
                "{what} {how}; {unwritten} records are not written; their pictures are inspected at the next start, as after a \
                 kill; check the disk"
            ));
        }
        (!self.hung.is_empty()).then(|| {
            format!(
                "threads that do not return from a call, which were left behind: {}; check the disks and devices that they \
                 work with",
                self.hung.join(", ")
            )
        })
    }
}

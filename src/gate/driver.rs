//! The gate's thread. It sleeps until a part is due or another thread wakes it, and then drives the
//! lines as the schedule says.
//!
//! It never waits for another thread: the queues are lock-free, and the work of one turn is
//! bounded. An event that does not fit into the recorder's queue is counted and shown as a fault.
//! Once made, the driver allocates nothing.

use super::Settings;
use super::channels::{Arm, Closing, GateEnd, Resolve};
use super::encoder::Encoder;
use super::outputs::{ByHand, Levels, Outputs};
use super::report::{Counts, Event};
use super::schedule::Schedule;
use crate::station::file::LineName;
use board::Timestamp;
use board::wake::{Sleeper, WakeError};
use core::fmt;
use core::sync::atomic::Ordering;
use core::time::Duration;
use embedded_hal::digital::OutputPin;
use heapless::Vec;
use heapless::spsc::Consumer;
use outbox::Outbox;

mod belt;
#[cfg(any(test, feature = "simulation"))]
mod observed;
mod outbox;

#[cfg(test)]
mod alive;
#[cfg(test)]
mod failures;
#[cfg(test)]
mod late;
#[cfg(test)]
mod lease;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod wake_times;

/// Time after which a line that could not be driven is retried.
const RETRY: Duration = Duration::from_millis(20);

/// Totals of a gate that has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// The parts.
    pub counts: Counts,
    /// Events that did not fit into the recorder's queue. A single one keeps the fault line active
    /// until the station restarts.
    pub events_lost: u64,
}

/// The gate's thread, ready to run.
pub struct Driver<'c, P: OutputPin> {
    schedule: Schedule,
    outputs: Outputs<P>,
    sleeper: Sleeper<'c>,
    arms: Consumer<'c, Arm>,
    resolves: Consumer<'c, Resolve>,
    flags: Closing<'c>,
    outbox: Outbox<'c>,
    encoder: Option<Encoder<'c>>,
    /// When the belt moved as it should again. 0 if it was never in doubt.
    belt_since_ns: u64,
    /// A movement that begins or ends later than this after its time is late.
    late_max: Duration,
    /// Lines that could not be driven at least once.
    failed: Vec<LineName, { LineName::ALL.len() }>,
    /// When the station became ready, as set in the schedule. 0 while it is not ready.
    ready_since_ns: u64,
    /// Inspections without a part that the schedule has counted.
    inspected: u64,
    /// Finished inspections that were reported to the recorder.
    reported_finished: u64,
}

impl<'c, P: OutputPin> Driver<'c, P> {
    /// A gate that is not ready, with its lines at the safe levels set by [`Outputs::open`].
    ///
    /// # Errors
    /// If the process has no file descriptor left for the timer.
    pub fn new(
        settings: Settings,
        outputs: Outputs<P>,
        end: GateEnd<'c>,
    ) -> Result<Self, WakeError> {
        Ok(Self {
            schedule: Schedule::new(settings),
            outputs,
            sleeper: Sleeper::new(&end.flags.get().wake)?,
            arms: end.arms,
            resolves: end.resolves,
            flags: end.flags,
            late_max: Duration::from_millis(settings.late_max_ms.into()),
            outbox: Outbox::new(end.events),
            encoder: None,
            belt_since_ns: 0,
            failed: Vec::new(),
            ready_since_ns: 0,
            inspected: 0,
            reported_finished: 0,
        })
    }

    /// Drives the lines until the station stops or the thread that decides ends. Always leaves them
    /// at their safe levels, even after a panic.
    ///
    /// Runs on the calling thread, which should have a real-time priority
    /// ([`board::realtime::raise_priority`]).
    ///
    /// # Errors
    /// If the timer fails. Waiting parts are rejected and reported first.
    pub fn run(mut self) -> Result<Summary, WakeError> {
        let mut woken = Ok(());
        loop {
            let stopping = woken.is_err() || self.flags.get().stop.load(Ordering::Acquire);
            self.turn(stopping);
            if stopping {
                break;
            }
            woken = self.sleep();
        }
        woken.map(|()| Summary {
            counts: self.schedule.counts(),
            events_lost: self.outbox.lost(),
        })
    }

    fn sleep(&self) -> Result<(), WakeError> {
        if self.has_commands() {
            return Ok(());
        }
        self.sleep_for_turn()
    }

    /// Whether another thread has sent something.
    pub(crate) fn has_commands(&self) -> bool {
        self.arms.ready() || self.resolves.ready()
    }

    /// When to take the next turn, unless another thread rings before.
    fn next_wake(&self) -> Option<Timestamp> {
        let mut deadline = self.schedule.next_wake();
        if !self.outputs.all_driven() {
            let retry = Timestamp::now() + RETRY;
            deadline = Some(deadline.map_or(retry, |time| time.min(retry)));
        }
        // Wake when the time to be ready ends, so that the gate closes without a wake-up from
        // outside.
        let until_ns = self.flags.get().ready_until_ns.load(Ordering::Acquire);
        if self.schedule.is_ready() && until_ns != u64::MAX {
            let until = Timestamp::from_ns(until_ns);
            deadline = Some(deadline.map_or(until, |time| time.min(until)));
        }
        deadline
    }

    /// Takes all commands, acts on the parts that are due, drives the lines, and then reports.
    pub(crate) fn turn(&mut self, stopping: bool) {
        let before = self.schedule.levels();
        self.read_belt();
        self.judge_belt();
        self.take_commands();
        let refused_ns = self.flags.get().refused_ns.swap(0, Ordering::AcqRel);
        let now = Timestamp::now();
        if refused_ns != 0 {
            self.schedule.hold_for(Timestamp::from_ns(refused_ns), now);
        }
        // A movement that a command has caused is due now.
        let wanted = self.schedule.next_wake().map_or(now, |time| time.min(now));
        let out = &mut |event| self.outbox.take(event);
        if stopping {
            self.schedule.set_ready(false, now, out);
        }
        self.schedule.advance(now, out);
        self.tell_hold();
        let acted_at = self.drive().then(Timestamp::now);
        self.watch_time(wanted, before);
        let finished = self.schedule.finished();
        if acted_at.is_some() && finished != self.reported_finished {
            self.reported_finished = finished;
            self.outbox.send(Event::Alive);
        }
        self.outbox.publish(acted_at, self.late_max);
    }

    /// Reports if the lines that move parts were driven late, because this thread woke late or
    /// their driver is slow. `wanted` is the time at which they should have been driven, and
    /// `before` their levels before it.
    ///
    /// A gate that closed late is held from now on. One that opened late is not: closing it again
    /// would be the next late movement, and a slow driver would never open it.
    fn watch_time(&mut self, wanted: Timestamp, before: Levels) {
        let now = Timestamp::now();
        let by = now.since(wanted);
        if by <= self.late_max {
            return;
        }
        let after = self.schedule.levels();
        let closed = (!before.reject && after.reject) || (before.pass && !after.pass);
        let opened = (before.reject && !after.reject) || (!before.pass && after.pass);
        let held = closed || self.outbox.has_late(now, self.late_max);
        if held {
            self.schedule.hold_late(now);
            self.tell_hold();
        } else if opened {
            self.schedule.opened_late();
        } else {
            return;
        }
        self.drive();
        self.outbox.send(Event::MovedLate { by, held });
    }

    /// Tells the other threads until when no trigger is taken because of a late movement. They know
    /// it before the ready line drops.
    fn tell_hold(&self) {
        let until_ns = self.schedule.late_until().as_ns();
        let flags = self.flags.get();
        flags.late_until_ns.store(until_ns, Ordering::Release);
    }

    /// Takes the results of inspections that no part waits for. Several since the last turn count
    /// as one, and a failure counts as the latest of them.
    fn take_checks(&mut self) {
        let flags = self.flags.get();
        let inspected = flags.inspected.load(Ordering::Acquire);
        if inspected != self.inspected {
            self.inspected = inspected;
            self.schedule.inspected(true);
        }
        if flags.check_failed.swap(false, Ordering::AcqRel) {
            self.schedule.inspected(false);
        }
    }

    /// Takes the commands. The number is bounded, so that no sender can keep the gate busy forever.
    fn take_commands(&mut self) {
        for _ in 0..self.resolves.capacity() {
            let Some(Resolve { part, verdict, at }) = self.resolves.dequeue() else {
                break;
            };
            // The part may have been at the gate before its verdict came.
            self.read_belt();
            // The part was armed before it was resolved, so its arm is in the queue now, unless it
            // was already taken.
            self.take_arms();
            let out = &mut |event| self.outbox.take(event);
            self.schedule.resolve(part, verdict, at, out);
        }
        self.take_arms();
        self.take_checks();
        self.follow_station();
    }

    fn take_arms(&mut self) {
        for _ in 0..self.arms.capacity() {
            let Some(arm) = self.arms.dequeue() else {
                break;
            };
            let Arm { part, trigger, .. } = arm;
            // The ticks up to its trigger.
            self.read_belt();
            // The station becomes ready before it takes triggers, so read the flag after the arm.
            self.follow_station();
            let out = &mut |event| self.outbox.take(event);
            if arm.missed {
                self.schedule.arm_missed(part, trigger, out);
            } else {
                self.schedule.arm(part, trigger, out);
            }
        }
    }

    /// Sets the schedule to the states of the station. While a line that moves parts has failed, or
    /// the outputs are kept safe, the gate is not ready.
    fn follow_station(&mut self) {
        let flags = self.flags.get();
        let by_hand = ByHand {
            safe: flags.outputs_safe.load(Ordering::Acquire),
            lamp_test: flags.lamp_test.load(Ordering::Acquire),
        };
        self.outputs.set_by_hand(by_hand);
        let controls_parts = !self.failed.iter().any(|line| line.moves_parts());
        // Read the end first: `Control::renew` writes the start before the end.
        let until_ns = flags.ready_until_ns.load(Ordering::Acquire);
        let in_doubt = self.encoder.as_ref().is_some_and(Encoder::is_in_doubt);
        let leased = Timestamp::now().as_ns() < until_ns;
        let may = controls_parts && !by_hand.safe && !in_doubt && leased;
        let since_ns = match flags.ready_since_ns.load(Ordering::Acquire) {
            0 => 0,
            since_ns if may => since_ns.max(self.belt_since_ns),
            _ => 0,
        };
        if since_ns != self.ready_since_ns {
            self.ready_since_ns = since_ns;
            let out = &mut |event| self.outbox.take(event);
            // The station may have been not ready in between, so flush the parts from before.
            if self.schedule.is_ready() {
                self.schedule.set_ready(false, Timestamp::now(), out);
            }
            if since_ns != 0 {
                self.schedule
                    .set_ready(true, Timestamp::from_ns(since_ns), out);
            }
        }
        self.schedule
            .set_taking(flags.taking.load(Ordering::Acquire));
        let fault = flags.fault.load(Ordering::Acquire) || !leased || in_doubt;
        self.schedule
            .set_fault(fault || !self.failed.is_empty() || self.outbox.lost() > 0);
    }

    /// Drives the lines. Returns false if a line that moves parts failed: the gate is not ready.
    fn drive(&mut self) -> bool {
        let mut moved = true;
        for _ in 0..2 {
            let mut is_new = false;
            let levels = self.schedule.levels();
            let (failed, outbox) = (&mut self.failed, &mut self.outbox);
            self.outputs.drive(levels, |line, error| {
                moved &= !line.moves_parts();
                if !failed.contains(&line) {
                    is_new = true;
                    // Cannot fail: there is space for each name once.
                    let _ = failed.push(line);
                    outbox.send(Event::LineFailed { line, error });
                }
            });
            if !is_new && (moved || !self.schedule.is_ready()) {
                break;
            }
            // Drive once more with the gate closed and the fault shown, on the lines that work.
            self.follow_station();
        }
        moved
    }
}

impl<P: OutputPin> fmt::Debug for Driver<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver")
            .field("schedule", &self.schedule)
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}

//! The gate's thread: it sleeps until a part is due or another thread wakes it, asks the schedule,
//! and drives the lines.
//!
//! It waits for no other thread: the queues are lock-free, the work of one turn is bounded, and an
//! event that does not fit into the recorder's queue is counted and shown as a fault. Once made it
//! allocates nothing.

use super::Settings;
use super::channels::{Arm, Closing, GateEnd, Resolve};
use super::outputs::{Levels, Outputs};
use super::report::{Counts, Event, GateReport};
use super::schedule::Schedule;
use crate::part::PARTS_MAX;
use crate::station::file::LineName;
use board::Timestamp;
use board::wake::{Sleeper, WakeError};
use core::fmt;
use core::sync::atomic::Ordering;
use core::time::Duration;
use embedded_hal::digital::OutputPin;
use heapless::Vec;
use heapless::spsc::{Consumer, Producer};

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

/// How soon a line that could not be driven is tried again.
const RETRY: Duration = Duration::from_millis(20);

/// What a gate leaves behind when it has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Its parts.
    pub counts: Counts,
    /// Events that did not fit into the recorder's queue. One is enough for the fault line to stay
    /// active until the station is restarted.
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
    /// A movement later than this is late.
    late_max: Duration,
    /// Lines that could not be driven, now or before.
    failed: Vec<LineName, { LineName::ALL.len() }>,
    /// Since when the station is ready, as the schedule has heard; 0 while it is not.
    ready_since_ns: u64,
    /// How many inspections without a part the schedule has heard of.
    inspected: u64,
    /// How many finished inspections the recorder has heard of.
    told_finished: u64,
}

impl<'c, P: OutputPin> Driver<'c, P> {
    /// Makes the gate, not ready, with its lines at the safe levels that [`Outputs::open`] gave them.
    ///
    /// # Errors
    /// When the process has no file descriptor left for the timer.
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
            outbox: Outbox {
                queue: end.events,
                acted: Vec::new(),
                lost: 0,
            },
            failed: Vec::new(),
            ready_since_ns: 0,
            inspected: 0,
            told_finished: 0,
        })
    }

    /// Drives the lines until the station stops or the thread that decides is gone. Leaves them at their safe levels,
    /// whichever way it ends, a panic included.
    ///
    /// Runs on the calling thread, which should have a real-time priority ([`board::realtime::raise_priority`]).
    ///
    /// # Errors
    /// When the kernel does not wake the thread at a time any more. Waiting parts are rejected and reported first.
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
            events_lost: self.outbox.lost,
        })
    }

    fn sleep(&self) -> Result<(), WakeError> {
        if self.arms.ready() || self.resolves.ready() {
            return Ok(());
        }
        let mut deadline = self.schedule.next_wake();
        if !self.outputs.all_driven() {
            let retry = Timestamp::now() + RETRY;
            deadline = Some(deadline.map_or(retry, |time| time.min(retry)));
        }
        // The gate wakes when its time to be ready ends. A gate that is not ready has no such time.
        let until_ns = self.flags.get().ready_until_ns.load(Ordering::Acquire);
        if self.schedule.is_ready() && until_ns != u64::MAX {
            let until = Timestamp::from_ns(until_ns);
            deadline = Some(deadline.map_or(until, |time| time.min(until)));
        }
        self.sleeper.sleep_until(deadline)
    }

    /// Takes what was sent, acts on what is due, moves the lines, and then tells the recorder.
    fn turn(&mut self, stopping: bool) {
        self.take_commands();
        let refused_ns = self.flags.get().refused_ns.swap(0, Ordering::AcqRel);
        let now = Timestamp::now();
        if refused_ns != 0 {
            self.schedule.hold_for(Timestamp::from_ns(refused_ns), now);
        }
        let wanted = self.schedule.next_wake();
        let before = self.schedule.levels();
        let out = &mut |event| self.outbox.take(event);
        if stopping {
            self.schedule.set_ready(false, now, out);
        }
        self.schedule.advance(now, out);
        let acted_at = self.drive().then(Timestamp::now);
        self.watch_time(wanted, before);
        let finished = self.schedule.finished();
        if acted_at.is_some() && finished != self.told_finished {
            self.told_finished = finished;
            self.outbox.send(Event::Alive);
        }
        self.outbox.publish(acted_at, self.late_max);
    }

    /// Tells when the lines that move parts were driven late: this thread woke late, or their driver took long. `wanted` is
    /// when the lines were to be looked at, `before` what they were then.
    fn watch_time(&mut self, wanted: Option<Timestamp>, before: Levels) {
        let Some(wanted) = wanted else { return };
        let by = Timestamp::now().since(wanted);
        let after = self.schedule.levels();
        let moved = (before.reject, before.pass) != (after.reject, after.pass);
        if by > self.late_max && (moved || !self.outbox.acted.is_empty()) {
            self.schedule.moved_late();
            self.drive();
            self.outbox.send(Event::MovedLate { by });
        }
    }

    /// Inspections that no part waits for. Two between two turns count as one, and a failure as the later of two ends.
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

    /// Takes at most a queueful of verdicts, and of arms for each, so that no sender can keep the gate from its work.
    fn take_commands(&mut self) {
        for _ in 0..self.resolves.capacity() {
            let Some(Resolve { part, verdict, at }) = self.resolves.dequeue() else {
                break;
            };
            // The part was armed before it was resolved, so if its arm was not taken yet it is in the queue now.
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
            // The station was made ready before its triggers, so the flag is looked at after the arm.
            self.follow_station();
            let out = &mut |event| self.outbox.take(event);
            if arm.missed {
                self.schedule.arm_missed(part, trigger, out);
            } else {
                self.schedule.arm(part, trigger, out);
            }
        }
    }

    /// Brings the schedule to the states that the station asks for, as far as the lines allow.
    fn follow_station(&mut self) {
        let flags = self.flags.get();
        let controls_parts = !self.failed.iter().any(|line| line.moves_parts());
        // The end first: who gives another one has said before since when the station is ready anew.
        let until_ns = flags.ready_until_ns.load(Ordering::Acquire);
        let may = controls_parts && Timestamp::now().as_ns() < until_ns;
        let since_ns = match flags.ready_since_ns.load(Ordering::Acquire) {
            since_ns if may => since_ns,
            _ => 0,
        };
        if since_ns != self.ready_since_ns {
            self.ready_since_ns = since_ns;
            let out = &mut |event| self.outbox.take(event);
            // Also between two times at which it was ready.
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
        let fault = flags.fault.load(Ordering::Acquire) || Timestamp::now().as_ns() >= until_ns;
        self.schedule
            .set_fault(fault || !self.failed.is_empty() || self.outbox.lost > 0);
    }

    /// Moves the lines. False when one that moves parts could not be driven: from then on the gate is not ready.
    fn drive(&mut self) -> bool {
        let mut moved = true;
        for _ in 0..2 {
            let levels = self.schedule.levels();
            let (failed, outbox) = (&mut self.failed, &mut self.outbox);
            self.outputs.drive(levels, |line, error| {
                moved &= !line.moves_parts();
                if !failed.contains(&line) {
                    // There is room for each name once.
                    let _ = failed.push(line);
                    outbox.send(Event::LineFailed { line, error });
                }
            });
            if moved || !self.schedule.is_ready() {
                break;
            }
            // Once more, with everything closed as far as the lines still obey.
            self.follow_station();
        }
        moved
    }
}

/// What leaves the gate. Reports of parts for which lines move are kept until they have moved.
struct Outbox<'c> {
    queue: Producer<'c, Event>,
    acted: Vec<GateReport, { 2 * PARTS_MAX }>,
    lost: u64,
}

impl Outbox<'_> {
    fn take(&mut self, event: Event) {
        match event {
            Event::Report(report) if report.acted_at.is_some() => {
                // Full only if the station changed between ready and not ready more than once in one turn.
                if let Err(report) = self.acted.push(report) {
                    self.send(Event::Report(report));
                }
            }
            event => self.send(event),
        }
    }

    fn send(&mut self, event: Event) {
        if self.queue.enqueue(event).is_err() {
            self.lost = self.lost.saturating_add(1);
        }
    }

    fn publish(&mut self, acted_at: Option<Timestamp>, late_max: Duration) {
        for index in 0..self.acted.len() {
            if let Some(report) = self.acted.get(index).copied() {
                let late =
                    report.late || acted_at.is_some_and(|at| at.since(report.due) > late_max);
                self.send(Event::Report(GateReport {
                    acted_at,
                    late,
                    ..report
                }));
            }
        }
        self.acted.clear();
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

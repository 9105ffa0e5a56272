//! The gate's logic: which part is due when, what becomes of it, and the levels of the lines.
//!
//! It is told the time and asks nobody: no clock, no line, no thread. Every entry is made as a reject, and one
//! statement in [`Schedule::resolve`] makes it a pass. Nothing here allocates, waits or panics.
//!
//! The reject always wins: its time is never cut, a pass's time is never stretched. A part that waits is rejected at
//! its due time whatever happens to its verdict, and a part that cannot wait (too many, armed twice, station not ready)
//! still has its time at the gate held at reject.

use super::Settings;
use super::report::{Counts, Event, GateReport, Outcome, Rejection};
use crate::part::{PARTS_MAX, PartId, Verdict};
use crate::station::file::GateStyle;
use board::Timestamp;
use core::time::Duration;
use heapless::Vec;
use hold::Hold;

mod hold;
mod lines;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

/// A part between its trigger and the gate.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    part: PartId,
    due: Timestamp,
    outcome: Outcome,
    /// The part got a verdict, in time or late.
    decided: bool,
}

/// The gate's state. Made not ready: until [`Schedule::set_ready`] the reject is active.
#[derive(Debug)]
pub struct Schedule {
    style: GateStyle,
    delay: Duration,
    pulse: Duration,
    /// A movement that begins later than this after its due time is late.
    late_max: Duration,
    waiting: Vec<Waiting, PARTS_MAX>,
    /// Parts that were rejected without a verdict, oldest first: a verdict for one of them is late.
    overdue: Vec<(PartId, Timestamp), PARTS_MAX>,
    /// The highest number that was armed.
    last_armed: Option<PartId>,
    ready: bool,
    /// From this time on, no part is at the gate that was triggered before the gate was ready.
    opens_at: Timestamp,
    /// A trigger would be taken, as far as the rest of the station can say.
    taking: bool,
    /// Parts without a verdict at which no further trigger is taken.
    undecided_max: usize,
    /// The movement of the parts that were rejected at their due time.
    reject_until: Timestamp,
    /// The movement of a part that passed.
    pass_until: Timestamp,
    /// The time at the gate of all parts that could not wait.
    hold: Hold,
    /// The latest time that [`Schedule::advance`] was told.
    now: Timestamp,
    station_fault: bool,
    part_fault: bool,
    check_fault: bool,
    /// Inspections that finished; the alive line changes with each.
    finished: u64,
    counts: Counts,
}

impl Schedule {
    /// A gate that is not ready and holds no part.
    pub fn new(settings: Settings) -> Self {
        Self {
            style: settings.style,
            delay: Duration::from_millis(settings.delay_ms.into()),
            pulse: Duration::from_millis(settings.pulse_ms.into()),
            late_max: Duration::from_millis(settings.late_max_ms.into()),
            waiting: Vec::new(),
            overdue: Vec::new(),
            last_armed: None,
            ready: false,
            opens_at: Timestamp::default(),
            taking: true,
            undecided_max: settings.undecided_max.map_or(usize::MAX, usize::from),
            reject_until: Timestamp::default(),
            pass_until: Timestamp::default(),
            hold: Hold::default(),
            now: Timestamp::default(),
            station_fault: false,
            part_fault: false,
            check_fault: false,
            finished: 0,
            counts: Counts::default(),
        }
    }

    /// Takes a part at its trigger. It will be rejected when it is due unless [`Schedule::resolve`] says otherwise.
    ///
    /// The trigger may be earlier than those of parts taken before. If it is so early that the part is due now or gone,
    /// the next [`Schedule::advance`] rejects it.
    ///
    /// Numbers must rise. A number that does not, a part more than [`PARTS_MAX`], or a part that comes while the gate
    /// is not ready is reported at once as rejected, and its time at the gate is held at reject.
    pub fn arm(&mut self, part: PartId, trigger: Timestamp, out: &mut impl FnMut(Event)) {
        self.take(part, trigger, false, out);
    }

    /// Takes a part that is a fault already at its trigger, since the trigger was missed: its verdict is given with this.
    pub fn arm_missed(&mut self, part: PartId, trigger: Timestamp, out: &mut impl FnMut(Event)) {
        self.part_fault = true;
        self.take(part, trigger, true, out);
    }

    fn take(
        &mut self,
        part: PartId,
        trigger: Timestamp,
        decided: bool,
        out: &mut impl FnMut(Event),
    ) {
        self.counts.armed += 1;
        let due = trigger + self.delay;
        if let Err(rejection) = self.admit(part, due, decided) {
            self.part_fault |= rejection != Rejection::NotReady;
            self.hold(due);
            self.count(Outcome::Rejected(rejection));
            out(Event::Report(GateReport {
                part,
                due,
                acted_at: None,
                outcome: Outcome::Rejected(rejection),
                overlap: false,
                late: false,
            }));
        }
    }

    fn admit(&mut self, part: PartId, due: Timestamp, decided: bool) -> Result<(), Rejection> {
        if self.last_armed.is_some_and(|last| part <= last) {
            // Two parts with one number: a pass could be meant for either, so it is good for neither.
            for twin in self.waiting.iter_mut().filter(|twin| twin.part == part) {
                twin.outcome = Outcome::Rejected(Rejection::ArmedTwice);
                twin.decided = true;
            }
            return Err(Rejection::ArmedTwice);
        }
        self.last_armed = Some(part);
        if !self.ready {
            return Err(Rejection::NotReady);
        }
        let entry = Waiting {
            part,
            due,
            outcome: Outcome::Rejected(if decided {
                Rejection::Verdict
            } else {
                Rejection::NoVerdict
            }),
            decided,
        };
        self.waiting.push(entry).map_err(|_| Rejection::Full)
    }

    /// Takes the verdict on a part, given at the time `at`.
    ///
    /// A pass counts when the part waits, has had no verdict, and `at` is before its due time. A verdict at or after
    /// the due time is [`Event::Late`]. One for a part that does not wait is [`Event::Stray`]; so is a second one, and
    /// it takes a pass back.
    pub fn resolve(
        &mut self,
        part: PartId,
        verdict: Verdict,
        at: Timestamp,
        out: &mut impl FnMut(Event),
    ) {
        let waiting = self.waiting.iter_mut().find(|entry| entry.part == part);
        let late_for = if let Some(entry) = waiting {
            if entry.decided {
                if entry.outcome == Outcome::Passed {
                    entry.outcome = Outcome::Rejected(Rejection::ResolvedTwice);
                }
                return self.stray(part, out);
            }
            entry.decided = true;
            if at < entry.due {
                entry.outcome = match verdict {
                    Verdict::Pass => Outcome::Passed,
                    Verdict::Reject(_) | Verdict::Fault(_) => Outcome::Rejected(Rejection::Verdict),
                };
                None
            } else {
                Some(entry.due)
            }
        } else {
            let Some(index) = self.overdue.iter().position(|entry| entry.0 == part) else {
                return self.stray(part, out);
            };
            Some(self.overdue.remove(index).1)
        };
        let finished = matches!(verdict, Verdict::Pass | Verdict::Reject(_));
        if finished {
            self.inspected(true);
        }
        self.part_fault = !finished || late_for.is_some();
        if let Some(due) = late_for {
            let by = at.since(due);
            out(Event::Late { part, by });
        }
    }

    fn stray(&mut self, part: PartId, out: &mut impl FnMut(Event)) {
        self.part_fault = true;
        out(Event::Stray { part });
    }

    /// Makes the gate ready, or not, as of `at`. While it is not, the reject is active.
    ///
    /// It stays active until every part that was triggered before the gate was ready has come: nobody may have seen it.
    /// One that was triggered later is not at the gate before that.
    ///
    /// Parts that wait when it ceases to be ready are reported at once as rejected, and each one's time at the gate
    /// stays held at reject even if the gate is made ready again before.
    pub fn set_ready(&mut self, ready: bool, at: Timestamp, out: &mut impl FnMut(Event)) {
        if ready {
            if !self.ready {
                self.opens_at = at + self.delay;
            }
            self.ready = true;
            return;
        }
        self.ready = false;
        self.pass_until = Timestamp::default();
        for mut entry in core::mem::take(&mut self.waiting) {
            entry.outcome = Outcome::Rejected(Rejection::NotReady);
            self.hold(entry.due);
            self.report(entry, at, false, out);
        }
    }

    /// Whether the gate is ready.
    pub fn is_ready(&self) -> bool {
        self.ready
    }

    /// Holds the gate at reject from now until a part with this trigger is gone. For a part that could not be armed.
    pub fn hold_for(&mut self, trigger: Timestamp, now: Timestamp) {
        self.part_fault = true;
        self.hold(now);
        self.hold(trigger + self.delay);
    }

    fn hold(&mut self, due: Timestamp) {
        self.hold.add(due, self.pulse, self.now);
    }

    /// Moves on to the time `now`: acts on every part that is due and reports it.
    ///
    /// A part that is rejected closes the way from `now` for the whole pulse. A part that passed has its way open only
    /// while it is at the gate: to `pulse_ms` after its due time, however late the call comes. With `divert` a way that
    /// would open later than `late_max_ms` stays closed: the part has met the closed gate already.
    pub fn advance(&mut self, now: Timestamp, out: &mut impl FnMut(Event)) {
        let (before, now) = (self.now, self.now.max(now));
        self.now = now;
        if self.hold.advance(before, now) {
            // Late, like a part that was missed, is better than not at all.
            self.reject_until = self.reject_until.max(now + self.pulse);
            self.part_fault = true;
        }
        // Rejects first, so that a part that passed never counts on a way that the same moment closes.
        for passes in [false, true] {
            while let Some(index) = self
                .waiting
                .iter()
                .position(|entry| entry.due <= now && (entry.outcome == Outcome::Passed) == passes)
            {
                let entry = self.waiting.remove(index);
                self.act(entry, out);
            }
        }
    }

    fn act(&mut self, mut entry: Waiting, out: &mut impl FnMut(Event)) {
        let gone = entry.due + self.pulse;
        let late = self.now.since(entry.due) > self.late_max;
        let missed = gone <= self.now || (late && self.style == GateStyle::Divert);
        let rejecting = self.rejecting();
        let overlap = rejecting || self.now < self.pass_until;
        if entry.outcome == Outcome::Passed && !rejecting && !missed {
            self.pass_until = self.pass_until.max(gone);
        } else if entry.outcome == Outcome::Passed {
            // The movement that is under way is not made longer: the part itself is good.
            entry.outcome = Outcome::Rejected(if rejecting {
                Rejection::Overlap
            } else {
                Rejection::Missed
            });
        } else {
            // It outlasts every way that is open: the parts that those were opened for were due before.
            self.reject_until = self.reject_until.max(self.now + self.pulse);
        }
        // A part that nothing was decided about, or for which the gate moved late, needs attention.
        self.part_fault |= !entry.decided || missed || late;
        if !entry.decided {
            if self.overdue.is_full() {
                self.overdue.remove(0);
            }
            // There is room now.
            let _ = self.overdue.push((entry.part, entry.due));
        }
        self.report(entry, self.now, overlap, out);
    }

    fn report(
        &mut self,
        entry: Waiting,
        acted_at: Timestamp,
        overlap: bool,
        out: &mut impl FnMut(Event),
    ) {
        self.count(entry.outcome);
        out(Event::Report(GateReport {
            part: entry.part,
            due: entry.due,
            acted_at: Some(acted_at),
            outcome: entry.outcome,
            overlap,
            late: acted_at.since(entry.due) > self.late_max,
        }));
    }

    fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Passed => self.counts.passed += 1,
            Outcome::Rejected(_) => self.counts.rejected += 1,
        }
    }

    /// Whether the way is closed for every part.
    fn rejecting(&self) -> bool {
        let closed_until = self.reject_until.max(self.opens_at);
        !self.ready || self.now < closed_until || self.hold.holds(self.now)
    }
}

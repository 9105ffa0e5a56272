//! The gate's logic: when each part is due, whether it passes, and the levels of the lines.
//!
//! It gets the time as an argument and has no clock, line or thread. Each part is entered as a
//! reject, and only one statement, in [`Schedule::resolve`], makes it a pass. Nothing here
//! allocates, waits or panics.
//!
//! The reject always wins: its time is never cut, and a pass never delays it. A part that waits is
//! rejected at its due time unless its pass came before. A part that cannot wait (too many
//! parts, armed twice, station not ready) is rejected as well: its time at the gate is held at
//! reject.
//!
//! A movement that closes the gate late is a doubt about every part that was at the gate meanwhile.
//! So the reject is then held, and the station is not ready, until the last of them must be gone.

use super::Settings;
use super::belt::{Belt, Position};
use super::report::{Counts, Event, GateReport, Outcome, Rejection};
use crate::part::{PARTS_MAX, PartId, Verdict};
use crate::station::file::GateStyle;
use board::Timestamp;
use core::time::Duration;
use heapless::Vec;
use hold::Hold;
use neighbours::Side;
use travel::{Length, Moment, Travel};

pub use neighbours::Neighbours;

mod advance;
#[cfg(test)]
mod belt_rules;
mod hold;
#[cfg(test)]
mod late;
#[cfg(test)]
mod limits;
mod lines;
#[cfg(test)]
mod neighbour_rules;
mod neighbours;
#[cfg(test)]
mod refusals;
mod reports;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
mod travel;

/// A part between its trigger and the gate.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    part: PartId,
    due: Moment,
    outcome: Outcome,
    /// The part needs no further verdict: it got one, in time or late, or its trigger was missed.
    decided: bool,
}

/// The state of the gate.
#[derive(Debug)]
pub struct Schedule {
    style: GateStyle,
    travel: Travel,
    /// A movement that begins later than this after its due time is late.
    late_max: Duration,
    waiting: Vec<Waiting, PARTS_MAX>,
    /// Parts rejected without a verdict, with their due times, oldest first. A verdict for one of
    /// them is late.
    overdue: Vec<(PartId, Timestamp), PARTS_MAX>,
    /// The highest number armed so far.
    last_armed: Option<PartId>,
    ready: bool,
    /// From this time on, each part at the gate was triggered after the gate became ready.
    opens_at: Moment,
    /// The rest of the station would take a trigger.
    taking: bool,
    /// Undecided parts at which the ready line drops.
    undecided_max: usize,
    /// End of the movement for the parts that were rejected.
    reject_until: Moment,
    /// End of the time for which the gate is open for a part that passed.
    pass_until: Moment,
    /// The time at the gate of all parts that could not wait or were flushed.
    hold: Hold,
    /// Until then a part that a late movement affects may be at the gate. The reject is held, and
    /// the ready line is not active.
    late_until: Moment,
    /// Open or closed, for movements that come close together.
    side: Side,
    /// When the pass that was under way after the last [`Schedule::advance`] ends; the clock's
    /// origin if there was none. Calls since then may have ended it, but the line has not moved.
    was_open_until: Moment,
    /// The latest time given to [`Schedule::advance`].
    now: Timestamp,
    station_fault: bool,
    part_fault: bool,
    check_fault: bool,
    /// Finished inspections. The alive line toggles with each.
    finished: u64,
    counts: Counts,
}

impl Schedule {
    /// A gate that is not ready and holds no part. Its reject is active until
    /// [`Schedule::set_ready`].
    pub fn new(settings: Settings) -> Self {
        Self {
            style: settings.style,
            travel: Travel {
                belt: Belt::none(),
                delay: Length::Time(Duration::from_millis(settings.delay_ms.into())),
                pulse: Length::Time(Duration::from_millis(settings.pulse_ms.into())),
            },
            late_max: Duration::from_millis(settings.late_max_ms.into()),
            waiting: Vec::new(),
            overdue: Vec::new(),
            last_armed: None,
            ready: false,
            opens_at: Moment::default(),
            taking: true,
            undecided_max: settings.undecided_max.map_or(usize::MAX, usize::from),
            reject_until: Moment::default(),
            pass_until: Moment::default(),
            hold: Hold::default(),
            late_until: Moment::default(),
            side: Side::new(settings.style, settings.neighbours),
            was_open_until: Moment::default(),
            now: Timestamp::default(),
            station_fault: false,
            part_fault: false,
            check_fault: false,
            finished: 0,
            counts: Counts::default(),
        }
    }

    /// Measures the delay, the pulse or both in ticks of a belt, which stands at position 0.
    /// Allocates the record of the belt.
    #[must_use]
    pub fn with_belt(mut self, delay_ticks: Option<u32>, pulse_ticks: Option<u32>) -> Self {
        self.travel.belt = Belt::new();
        if let Some(ticks) = delay_ticks {
            self.travel.delay = Length::Ticks(ticks);
        }
        if let Some(ticks) = pulse_ticks {
            self.travel.pulse = Length::Ticks(ticks);
        }
        self
    }

    /// Takes a part at its trigger. It is rejected when it is due unless [`Schedule::resolve`]
    /// gives it a pass before.
    ///
    /// The trigger may be earlier than those of parts taken before. If the part is already due or
    /// gone, the next [`Schedule::advance`] rejects it.
    ///
    /// A part is reported at once as rejected, and its time at the gate held at reject, if its
    /// number is not higher than all before, if [`PARTS_MAX`] parts wait, or if the gate is not
    /// ready.
    pub fn arm(&mut self, part: PartId, trigger: Timestamp, out: &mut impl FnMut(Event)) {
        self.take(part, trigger, false, out);
    }

    /// Takes a part whose trigger was missed. It is a fault already and needs no verdict.
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
        let due = self.travel.due(trigger);
        // Without a record of the belt, the part counts as late: it may be anywhere up to the
        // furthest place.
        let admitted = match due {
            Some(due) => self.admit(part, due, decided),
            None => Err(Rejection::Missed),
        };
        let Err(rejection) = admitted else { return };
        self.part_fault |= rejection != Rejection::NotReady;
        match due {
            Some(due) => self.hold(due),
            None => self.hold_for(trigger, self.now),
        }
        self.count(Outcome::Rejected(rejection));
        out(Event::Report(GateReport {
            part,
            acted_at: None,
            outcome: Outcome::Rejected(rejection),
            overlap: false,
            late: false,
            ..self.report_of(part, due, trigger)
        }));
    }

    fn admit(&mut self, part: PartId, due: Moment, decided: bool) -> Result<(), Rejection> {
        if self.last_armed.is_some_and(|last| part <= last) {
            // A pass for this number could be meant for either part, so neither passes.
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
    /// A pass counts if the part waits, has no verdict yet, and `at` is before its due time. A
    /// verdict at or after the due time is [`Event::Late`]. One for a part that does not wait is
    /// [`Event::Stray`]. So is a second verdict, which also revokes a pass.
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
            let due = self.travel.time(entry.due);
            if at < due {
                entry.outcome = match verdict {
                    Verdict::Pass => Outcome::Passed,
                    Verdict::Reject(_) | Verdict::Fault(_) => Outcome::Rejected(Rejection::Verdict),
                };
                None
            } else {
                Some(due)
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

    /// Makes the gate ready or not ready, as of `at`. While it is not ready, the reject is active.
    ///
    /// After it becomes ready, the reject stays active for the delay. By then every part triggered
    /// earlier is at the gate or gone, also one that was never armed. No part triggered later is at
    /// the gate earlier. On a belt the reject stays active until the last of them is gone: the belt
    /// may have stood since before the station watched the trigger.
    ///
    /// When the gate stops being ready, the parts that wait are flushed: each is reported at once
    /// as rejected, and its time at the gate stays held at reject even if the gate is ready again
    /// by then.
    pub fn set_ready(&mut self, ready: bool, at: Timestamp, out: &mut impl FnMut(Event)) {
        if ready {
            if !self.ready {
                self.opens_at = self.travel.all_due(at);
                if self.travel.is_on_belt() {
                    self.hold(self.opens_at);
                }
            }
            self.ready = true;
            return;
        }
        self.ready = false;
        self.pass_until = Moment::default();
        self.side.close();
        for mut entry in core::mem::take(&mut self.waiting) {
            entry.outcome = Outcome::Rejected(Rejection::NotReady);
            self.hold(entry.due);
            self.report(entry, at, false, out);
        }
    }

    /// True if the gate is ready.
    pub fn is_ready(&self) -> bool {
        self.ready
    }

    /// Holds the gate at reject from `now` until a part with this trigger is gone. Use it for a
    /// part that could not be armed.
    pub fn hold_for(&mut self, trigger: Timestamp, now: Timestamp) {
        self.part_fault = true;
        self.hold(self.travel.now(now));
        self.hold(self.travel.all_due(trigger));
    }

    fn hold(&mut self, due: Moment) {
        self.hold.add(due, &self.travel, self.now);
    }

    /// True while a movement that rejects is under way, or the reject is held after a late one.
    fn moving(&self) -> bool {
        self.closed_for_parts() || self.held_late()
    }

    /// True while the reject is held after a late movement.
    fn held_late(&self) -> bool {
        self.now < self.travel.time(self.late_until)
    }

    /// As [`Self::moving`], without the hold after a late movement.
    fn closed_for_parts(&self) -> bool {
        let is_before = |moment| self.now < self.travel.time(moment);
        !self.ready
            || is_before(self.reject_until)
            || is_before(self.opens_at)
            || self.hold.holds(&self.travel, self.now)
    }
}

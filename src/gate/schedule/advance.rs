//! What the gate does with parts that are due.

use super::travel::Moment;
use super::{Schedule, Waiting};
use crate::gate::report::{Event, Outcome};
use board::Timestamp;

impl Schedule {
    /// Advances to the time `now`: acts on every part that is due and reports it.
    ///
    /// A rejected part closes the gate from `now` for the whole pulse. A passed part has the gate
    /// open only until `pulse_ms` after its due time, however late the call is. `neighbours` has
    /// the rules for movements that come close together.
    ///
    /// If a movement that closes the gate, or a part, is late by more than `late_max_ms`, the
    /// gate closes from `now` for the whole pulse. A late part does not pass: it may have met a
    /// gate that another movement should have opened or closed. A gate that opens late affects no
    /// part but those.
    pub fn advance(&mut self, now: Timestamp, out: &mut impl FnMut(Event)) {
        let (before, now) = (self.now, self.now.max(now));
        // A hold that was added since then does not count: the lines have not moved for it.
        let was_closed = self.side.is_closed();
        self.now = now;
        let travel = &self.travel;
        let is_late = |moment| travel.time(moment) + self.late_max < now;
        let closes_late = |moment| before < travel.time(moment) && is_late(moment);
        let part_late = self.waiting.iter().any(|entry| is_late(entry.due));
        let pass_late = closes_late(self.was_open_until);
        let hold_late = self.hold.edges().next().is_some_and(closes_late);
        let owes = self.hold.advance(travel, before, now);
        if owes {
            // A late movement is better than none.
            self.reject_until = travel.later(self.reject_until, travel.end_from(now));
            self.part_fault = true;
        }
        let held_before = self.held_late();
        if part_late || pass_late || (!was_closed && (hold_late || owes)) {
            self.hold_late(now);
        }
        // Rejects first: they may close the gate for a passed part that is due at the same time.
        for passes in [false, true] {
            if passes {
                self.bridge();
            }
            while let Some(index) = self.waiting.iter().position(|entry| {
                self.travel.time(entry.due) <= now && (entry.outcome == Outcome::Passed) == passes
            }) {
                let entry = self.waiting.remove(index);
                self.act(entry, held_before, out);
            }
        }
        self.note_side();
        self.was_open_until = if self.levels().pass {
            self.pass_until
        } else {
            Moment::default()
        };
    }

    /// `held_before`: the gate is still held after a late movement of an earlier turn.
    fn act(&mut self, mut entry: Waiting, held_before: bool, out: &mut impl FnMut(Event)) {
        let travel = &self.travel;
        let due = travel.time(entry.due);
        // The part is due, so this is known.
        let gone = travel.gone(entry.due, self.now).unwrap_or_default();
        let late = self.now.since(due) > self.late_max;
        let missed = late || travel.time(gone) <= self.now;
        let before_ready = due < travel.time(self.opens_at);
        let closed = self.closed_for_parts() || self.side.is_bridging() || before_ready;
        let overlap = closed || held_before || self.now < travel.time(self.pass_until);
        if entry.outcome != Outcome::Passed {
            self.part_fault |= self.closes_too_soon();
            // This outlasts any pass under way, because that part was due earlier.
            self.reject_until = self.reject_end();
        } else if let Some(rejection) = self.refuses_pass(due, missed) {
            // The movement under way is not extended, because the part itself is good.
            entry.outcome = Outcome::Rejected(rejection);
        } else {
            self.let_through(gone);
        }
        // An undecided part or a late movement is a fault.
        self.part_fault |= !entry.decided || missed || late;
        if !entry.decided {
            if self.overdue.is_full() {
                self.overdue.remove(0);
            }
            // Cannot fail: there is space now.
            let _ = self.overdue.push((entry.part, due));
        }
        self.report(entry, self.now, overlap, out);
    }
}

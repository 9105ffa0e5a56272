//! What the gate does with parts that are due.

use super::{Schedule, Waiting};
use crate::gate::report::{Event, Outcome, Rejection};
use crate::station::file::GateStyle;
use board::Timestamp;

impl Schedule {
    /// Advances to the time `now`: acts on every part that is due and reports it.
    ///
    /// A rejected part closes the gate from `now` for the whole pulse. A passed part has the gate
    /// open only until `pulse_ms` after its due time, however late the call is. With `divert`, the
    /// gate does not open later than `late_max_ms` after the due time: the part has already met the
    /// closed gate.
    pub fn advance(&mut self, now: Timestamp, out: &mut impl FnMut(Event)) {
        let (before, now) = (self.now, self.now.max(now));
        self.now = now;
        if self.hold.advance(before, now) {
            // A late movement is better than none.
            self.reject_until = self.reject_until.max(now + self.pulse);
            self.part_fault = true;
        }
        // Rejects first: they may close the gate for a passed part that is due at the same time.
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
        // For a part from before READY, the gate was closed at the due time. This turn may be
        // later.
        let rejecting = self.rejecting() || entry.due < self.opens_at;
        let overlap = rejecting || self.now < self.pass_until;
        if entry.outcome == Outcome::Passed && !rejecting && !missed {
            self.pass_until = self.pass_until.max(gone);
        } else if entry.outcome == Outcome::Passed {
            // The movement under way is not extended, because the part itself is good.
            entry.outcome = Outcome::Rejected(if rejecting {
                Rejection::Overlap
            } else {
                Rejection::Missed
            });
        } else {
            // This outlasts any pass under way, because that part was due earlier.
            self.reject_until = self.reject_until.max(self.now + self.pulse);
        }
        // An undecided part or a late movement is a fault.
        self.part_fault |= !entry.decided || missed || late;
        if !entry.decided {
            if self.overdue.is_full() {
                self.overdue.remove(0);
            }
            // Cannot fail: there is space now.
            let _ = self.overdue.push((entry.part, entry.due));
        }
        self.report(entry, self.now, overlap, out);
    }
}

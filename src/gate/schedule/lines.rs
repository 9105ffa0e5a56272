//! The levels of the lines, and when they change next.

use super::{Counts, Schedule};
use crate::gate::outputs::Levels;
use crate::station::file::GateStyle;
use board::Timestamp;

impl Schedule {
    /// Makes the fault line active on the station's behalf, or leaves it to the parts again.
    pub fn set_fault(&mut self, fault: bool) {
        self.station_fault = fault;
    }

    /// Says whether a trigger would be taken, as far as the rest of the station knows. The ready line is active only while
    /// one would: the gate is ready, this is true, and fewer parts than `undecided_max` wait for a verdict. It changes
    /// nothing for the parts.
    pub fn set_taking(&mut self, taking: bool) {
        self.taking = taking;
    }

    /// Says that the lines moved late: a fault until the next part is decided in time.
    pub fn moved_late(&mut self) {
        self.part_fault = true;
    }

    /// Takes the end of an inspection: of a part, or of one that no part waits for (see
    /// [`crate::gate::Resolving::inspected`]). One that finished changes the alive line, whatever was found.
    pub fn inspected(&mut self, finished: bool) {
        self.finished += u64::from(finished);
        self.check_fault = !finished;
    }

    /// Inspections that finished so far.
    pub fn finished(&self) -> u64 {
        self.finished
    }

    /// Which lines are active from the time of the last [`Schedule::advance`] until [`Schedule::next_wake`].
    pub fn levels(&self) -> Levels {
        let rejecting = self.rejecting();
        let undecided = self.waiting.iter().filter(|entry| !entry.decided).count();
        let pass = self.now < self.pass_until && !rejecting;
        Levels {
            reject: match self.style {
                GateStyle::Pulse => rejecting,
                GateStyle::Divert => !pass,
            },
            pass,
            ready: self.ready && self.taking && undecided < self.undecided_max,
            busy: undecided > 0,
            fault: self.station_fault || self.part_fault || self.check_fault,
            alive: !self.finished.is_multiple_of(2),
        }
    }

    /// When [`Schedule::advance`] is wanted next: a part is due, or a movement begins or ends.
    pub fn next_wake(&self) -> Option<Timestamp> {
        let moves = self
            .hold
            .edges()
            .chain([self.opens_at, self.reject_until, self.pass_until]);
        let dues = self.waiting.iter().map(|entry| entry.due);
        dues.chain(moves.filter(|time| *time > self.now)).min()
    }

    /// Parts so far.
    pub fn counts(&self) -> Counts {
        Counts {
            waiting: self.waiting.len(),
            ..self.counts
        }
    }
}

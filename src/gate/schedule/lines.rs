//! The levels of the lines, and when they change next.

use super::{Counts, Schedule};
use crate::gate::outputs::Levels;
use crate::station::file::GateStyle;
use board::Timestamp;

impl Schedule {
    /// Sets the station's own fault. While it is set, the fault line is active whatever the parts
    /// do.
    pub fn set_fault(&mut self, fault: bool) {
        self.station_fault = fault;
    }

    /// Sets whether the rest of the station would take a trigger. The ready line is active only
    /// while this is true, the gate is ready, and fewer parts than `undecided_max` wait for a
    /// verdict. Parts are not affected.
    pub fn set_taking(&mut self, taking: bool) {
        self.taking = taking;
    }

    /// Records that the lines moved late. This is a fault until the next part is decided in time.
    pub fn moved_late(&mut self) {
        self.part_fault = true;
    }

    /// Records the end of an inspection. If it finished, the alive line toggles, whatever its
    /// result. If not, the fault line is active until the next one finishes.
    pub fn inspected(&mut self, finished: bool) {
        self.finished += u64::from(finished);
        self.check_fault = !finished;
    }

    /// Number of finished inspections.
    pub fn finished(&self) -> u64 {
        self.finished
    }

    /// The lines that are active from the last [`Schedule::advance`] until [`Schedule::next_wake`].
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

    /// When to call [`Schedule::advance`] next: a part is due, or a movement begins or ends.
    pub fn next_wake(&self) -> Option<Timestamp> {
        let moves = self
            .hold
            .edges()
            .chain([self.opens_at, self.reject_until, self.pass_until]);
        let dues = self.waiting.iter().map(|entry| entry.due);
        dues.chain(moves.filter(|time| *time > self.now)).min()
    }

    /// The parts so far.
    pub fn counts(&self) -> Counts {
        Counts {
            waiting: self.waiting.len(),
            ..self.counts
        }
    }
}

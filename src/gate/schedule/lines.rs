//! The levels of the lines, and when they change next.

use super::travel::{Moment, NEVER};
use super::{Belt, Counts, Position, Schedule};
use crate::gate::outputs::Levels;
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

    /// Records that the lines opened the gate late. This is a fault until the next part is decided
    /// in time.
    pub fn opened_late(&mut self) {
        self.part_fault = true;
    }

    /// Records that the gate was closed, or a part acted on, only at `at`, which was too late.
    /// Parts due up to then may be at the gate for one more pulse: until they are gone, the
    /// reject is held, and the gate is a fault and not ready. This closes a gate at once that is
    /// held open, and waits for no gap.
    pub fn hold_late(&mut self, at: Timestamp) {
        let travel = &self.travel;
        self.late_until = travel.later(self.late_until, travel.end_from(at));
        self.part_fault = true;
        self.side.close_at(at);
        self.was_open_until = Moment::default();
    }

    /// When the hold after the last late movement ends; the clock's origin if there was none, and
    /// the end of the clock's range while the belt has not come so far.
    pub fn late_until(&self) -> Timestamp {
        self.travel.time(self.late_until)
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
        let undecided = self.waiting.iter().filter(|entry| !entry.decided).count();
        let held = self.held_late();
        Levels {
            reject: self.closed(),
            pass: self.now < self.travel.time(self.pass_until) && !self.rejecting(),
            ready: self.ready && self.taking && !held && undecided < self.undecided_max,
            busy: undecided > 0,
            fault: self.station_fault || self.part_fault || self.check_fault || held,
            alive: !self.finished.is_multiple_of(2),
        }
    }

    /// When to call [`Schedule::advance`] next: a part is due, or a movement begins or ends. What
    /// the belt decides counts once the belt is there.
    pub fn next_wake(&self) -> Option<Timestamp> {
        let times = |moment| self.travel.time(moment);
        let dues = self.waiting.iter().map(|entry| times(entry.due));
        let moves = self.moves().map(times).filter(|time| *time > self.now);
        dues.chain(moves).filter(|time| *time != NEVER).min()
    }

    /// The next position of the belt at which a part is due, or a movement begins or ends.
    pub fn next_position(&self) -> Option<Position> {
        let highest = self.travel.belt.highest();
        let dues = self.waiting.iter().map(|entry| entry.due);
        let positions = dues.chain(self.moves()).filter_map(|moment| match moment {
            Moment::On(position) if position > highest => Some(position),
            _ => None,
        });
        positions.min()
    }

    fn moves(&self) -> impl Iterator<Item = Moment> {
        let moves = [self.opens_at, self.reject_until, self.pass_until];
        self.hold.edges().chain(moves).chain([self.late_until])
    }

    /// The belt moved by `step` ticks at this time; backwards if it is negative.
    pub fn tick(&mut self, at: Timestamp, step: Position) {
        self.travel.belt.tick(at, step);
    }

    /// The belt, as far as it is known.
    pub fn belt(&self) -> &Belt {
        &self.travel.belt
    }

    /// The parts so far.
    pub fn counts(&self) -> Counts {
        Counts {
            waiting: self.waiting.len(),
            ..self.counts
        }
    }
}

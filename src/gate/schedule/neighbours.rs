//! Parts and movements that come close together: overlapping pulses, the rest of the actuator
//! between two movements, and a divert gate that holds its side.
//!
//! `docs/gate.md` states each rule with a timing diagram that is drawn from this code.
//!
//! A gate that is closed stays closed in doubt. So a gap that is too short costs a good part, and
//! never a movement for a rejected one.

use super::Schedule;
use super::travel::{Length, Moment};
use crate::gate::report::{Outcome, Rejection};
use crate::station::file::{AfterPass, GateSettings, GateStyle, OverlapRule};
use board::Timestamp;
use core::time::Duration;

/// What happens to movements that come close together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Neighbours {
    /// Shortest rest of the actuator between two movements.
    pub gap_min_ms: u32,
    /// What overlapping pulses become.
    pub overlap: OverlapRule,
    /// With [`OverlapRule::Extend`]: how long after its due time a reject may hold the gate.
    pub extend_max_ms: u32,
    /// What a divert gate does after a part that passed.
    pub after_pass: AfterPass,
}

impl From<&GateSettings> for Neighbours {
    fn from(gate: &GateSettings) -> Self {
        Self {
            gap_min_ms: gate.gap_min_ms,
            overlap: gate.overlap,
            extend_max_ms: gate.extend_max_ms(),
            after_pass: gate.after_pass,
        }
    }
}

/// Which side the gate is on. Kept from one advance to the next, as the actuator keeps it.
#[derive(Debug)]
pub(super) struct Side {
    gap: Duration,
    /// The longest time from a due time to the end of an extended movement. `None` to merge.
    extend_max: Option<Duration>,
    /// A divert gate that stays open after a part that passed.
    holds: bool,
    /// The gate is closed.
    closed: bool,
    /// When it went to this side.
    since: Timestamp,
    /// It stays closed between two movements, because the rest between them would be too short.
    bridging: bool,
    /// It stays open after a part that passed.
    held_open: bool,
}

impl Side {
    pub(super) fn new(style: GateStyle, neighbours: Neighbours) -> Self {
        let ms = |ms: u32| Duration::from_millis(ms.into());
        let extends = neighbours.overlap == OverlapRule::Extend;
        Self {
            gap: ms(neighbours.gap_min_ms),
            extend_max: extends.then_some(ms(neighbours.extend_max_ms)),
            holds: style == GateStyle::Divert && neighbours.after_pass == AfterPass::Hold,
            closed: true,
            since: Timestamp::default(),
            bridging: false,
            held_open: false,
        }
    }

    /// Ends the time for which the gate is held open.
    pub(super) fn close(&mut self) {
        self.held_open = false;
    }

    /// Closes the gate at this time. The gap counts from then on, even if no advance comes between.
    pub(super) fn close_at(&mut self, at: Timestamp) {
        self.close();
        if !self.closed {
            self.closed = true;
            self.since = at;
        }
    }

    /// True if the gate was closed after the last advance.
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    /// True if the gate stays closed between two movements.
    pub(super) fn is_bridging(&self) -> bool {
        self.bridging
    }
}

impl Schedule {
    /// True if the reject line is active from the last advance on.
    pub(super) fn closed(&self) -> bool {
        let rejecting = self.rejecting();
        match self.style {
            GateStyle::Pulse => rejecting,
            GateStyle::Divert => {
                let passing = self.now < self.travel.time(self.pass_until);
                rejecting || (!passing && !self.side.held_open)
            }
        }
    }

    /// True if the gate is closed for every part, so that it rejects a good one as well.
    pub(super) fn rejecting(&self) -> bool {
        self.moving() || self.side.bridging
    }

    /// Decides whether a pulse gate that could open now stays closed for the next movement. Call it
    /// after the rejects that are due and before the passes.
    pub(super) fn bridge(&mut self) {
        self.side.bridging = self.style == GateStyle::Pulse
            && self.side.closed
            && !self.moving()
            && self.reject_follows();
    }

    /// Notes the side that the gate is on after an advance.
    pub(super) fn note_side(&mut self) {
        self.side.held_open &= !self.rejecting();
        let closed = self.closed();
        if closed != self.side.closed {
            self.side.closed = closed;
            self.side.since = self.now;
        }
    }

    /// The end of the movement for a reject that is due now.
    pub(super) fn reject_end(&self) -> Moment {
        let travel = &self.travel;
        let merged = travel.later(self.reject_until, travel.end_from(self.now));
        match (self.side.extend_max, self.reject_until, travel.pulse) {
            (Some(extend_max), Moment::At(until), Length::Time(pulse)) if self.now < until => {
                let extended = Moment::At((until + pulse).min(self.now + extend_max));
                travel.later(merged, extended)
            }
            _ => merged,
        }
    }

    /// Why the gate cannot let a part with a pass through. `due` is its due time, and `missed` says
    /// that the gate acts on it too late.
    pub(super) fn refuses_pass(&self, due: Timestamp, missed: bool) -> Option<Rejection> {
        if missed {
            return Some(Rejection::Missed);
        }
        // For a part from before READY, the gate was closed at the due time. This turn may be
        // later.
        if self.closed_for_parts() || due < self.travel.time(self.opens_at) {
            return Some(Rejection::Overlap);
        }
        if self.held_late() {
            return Some(Rejection::Held);
        }
        let too_close = match self.style {
            GateStyle::Pulse => self.side.bridging,
            GateStyle::Divert => {
                let opens = self.side.closed;
                opens && (self.is_too_soon() || (self.side.holds && self.reject_follows()))
            }
        };
        too_close.then_some(Rejection::Gap)
    }

    /// Lets a part through that is due now, until `gone`.
    pub(super) fn let_through(&mut self, gone: Moment) {
        self.pass_until = self.travel.later(self.pass_until, gone);
        self.side.held_open = self.side.holds;
    }

    /// True if closing now is a movement before the actuator has rested. It happens only if the
    /// part became known, or was rejected, within the gap before it was due.
    pub(super) fn closes_too_soon(&self) -> bool {
        let begins = self.style == GateStyle::Pulse || self.side.holds;
        begins && !self.side.closed && self.is_too_soon()
    }

    fn is_too_soon(&self) -> bool {
        self.now < self.side.since + self.side.gap
    }

    /// True if a part that has no pass, or a hold, is due before the actuator could rest.
    fn reject_follows(&self) -> bool {
        let rested = self.now + self.side.gap;
        let rejects = |outcome| outcome != Outcome::Passed;
        let mut waiting = self.waiting.iter();
        waiting.any(|entry| self.travel.time(entry.due) < rested && rejects(entry.outcome))
            || self.hold.begins(&self.travel, self.now, rested)
    }
}

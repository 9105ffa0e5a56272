//! How a part's way to the gate and its time there are measured: by the clock or in ticks of the
//! belt, each by itself.

use crate::gate::belt::{Belt, Position};
use board::Timestamp;
use core::time::Duration;

/// A time that never comes: the belt has not reached the position.
pub(super) const NEVER: Timestamp = Timestamp::from_ns(u64::MAX);

/// A length of time, or of the belt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Time(Duration),
    Ticks(u32),
}

/// A moment by the clock, or the one at which the belt reaches a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    At(Timestamp),
    On(Position),
}

/// The clock's origin: a moment long ago.
impl Default for Moment {
    fn default() -> Self {
        Self::At(Timestamp::default())
    }
}

/// The belt, with the lengths that the station file gives.
#[derive(Debug)]
pub(super) struct Travel {
    pub(super) belt: Belt,
    /// From the trigger to the gate. All due moments are of its kind.
    pub(super) delay: Length,
    /// A part's time at the gate. All ends of movements are of its kind.
    pub(super) pulse: Length,
}

impl Travel {
    /// Whether the belt decides when a part is at the gate, or how long.
    pub(super) fn is_on_belt(&self) -> bool {
        [self.delay, self.pulse]
            .iter()
            .any(|length| matches!(length, Length::Ticks(_)))
    }

    /// When the moment was or will be; [`NEVER`] if the belt decides it and is not there yet.
    pub(super) fn time(&self, moment: Moment) -> Timestamp {
        match moment {
            Moment::At(time) => time,
            Moment::On(position) => self.belt.reached(position).unwrap_or(NEVER),
        }
    }

    /// When a part with this trigger is at the gate. `None` if the record of the belt does not
    /// reach back to the trigger, or if the belt had gone back so far that it was there before:
    /// places are reached once, and the part would come to the gate unnoticed.
    pub(super) fn due(&self, trigger: Timestamp) -> Option<Moment> {
        match self.delay {
            Length::Time(delay) => Some(Moment::At(trigger + delay)),
            Length::Ticks(ticks) => {
                let due = self.belt.position_at(trigger)? + Position::from(ticks);
                (self.belt.highest_at(trigger)? < due).then_some(Moment::On(due))
            }
        }
    }

    /// When all parts that were triggered up to `time` are at the gate, or were. A part that the
    /// belt brought back to the trigger was once further.
    pub(super) fn all_due(&self, time: Timestamp) -> Moment {
        match self.delay {
            Length::Time(delay) => Moment::At(time + delay),
            Length::Ticks(ticks) => {
                let highest = self.belt.highest_at(time);
                let highest = highest.unwrap_or_else(|| self.belt.highest());
                Moment::On(highest + Position::from(ticks))
            }
        }
    }

    /// The moment `now` of the kind of the due moments.
    pub(super) fn now(&self, now: Timestamp) -> Moment {
        match self.delay {
            Length::Time(_) => Moment::At(now),
            Length::Ticks(_) => Moment::On(self.belt.highest()),
        }
    }

    /// The end of a movement that begins now.
    pub(super) fn end_from(&self, now: Timestamp) -> Moment {
        match self.pulse {
            Length::Time(pulse) => Moment::At(now + pulse),
            Length::Ticks(ticks) => Moment::On(self.belt.highest() + Position::from(ticks)),
        }
    }

    /// When a part that is due then is gone, as far as that is known at `now`.
    pub(super) fn gone(&self, due: Moment, now: Timestamp) -> Option<Moment> {
        match (self.pulse, due) {
            (Length::Time(pulse), Moment::At(time)) => Some(Moment::At(time + pulse)),
            (Length::Time(pulse), Moment::On(position)) => {
                let reached = self.belt.reached(position)?;
                Some(Moment::At(reached + pulse))
            }
            (Length::Ticks(ticks), Moment::On(position)) => {
                Some(Moment::On(position + Position::from(ticks)))
            }
            (Length::Ticks(_), Moment::At(time)) if now < time => None,
            (Length::Ticks(ticks), Moment::At(time)) => {
                let highest = self.belt.highest_at(time);
                let highest = highest.unwrap_or_else(|| self.belt.highest());
                Some(Moment::On(highest + Position::from(ticks)))
            }
        }
    }

    /// The later of two moments.
    pub(super) fn later(&self, one: Moment, other: Moment) -> Moment {
        if self.is_before(one, other) {
            other
        } else {
            one
        }
    }

    /// The earlier of two moments.
    pub(super) fn earlier(&self, one: Moment, other: Moment) -> Moment {
        if self.is_before(one, other) {
            one
        } else {
            other
        }
    }

    /// Moments of different kinds are compared by their times.
    fn is_before(&self, one: Moment, other: Moment) -> bool {
        match (one, other) {
            (Moment::On(one), Moment::On(other)) => one < other,
            _ => self.time(one) < self.time(other),
        }
    }
}

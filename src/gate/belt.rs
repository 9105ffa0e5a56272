//! Where the belt is and was, in ticks of the encoder.
//!
//! Pure logic: no clock, line or thread. After construction nothing allocates, waits or panics.

use crate::station::file::RECORD_TICKS;
use board::Timestamp;
use core::fmt;
use std::boxed::Box;

/// A position of the belt in ticks since the start.
pub type Position = i64;

/// The belt after one tick.
#[derive(Debug, Clone, Copy, Default)]
struct Tick {
    at: Timestamp,
    position: Position,
    /// The highest position up to then.
    highest: Position,
}

/// The belt's position over time, as far as the record reaches back.
///
/// What goes back and forth counts once: a position is reached when the belt is there for the first
/// time. So a belt that reverses never brings a part to the gate twice.
pub struct Belt {
    /// A ring. Times and highest positions never fall from one tick to the next.
    ticks: Box<[Tick]>,
    /// The oldest tick.
    first: usize,
    len: usize,
}

impl Default for Belt {
    fn default() -> Self {
        Self::new()
    }
}

impl Belt {
    /// A belt at position 0 that has not moved. Allocates.
    pub fn new() -> Self {
        Self::with_space(RECORD_TICKS)
    }

    /// The belt of a station without an encoder. It takes no tick.
    pub fn none() -> Self {
        Self::with_space(1)
    }

    fn with_space(ticks: usize) -> Self {
        Self {
            ticks: std::vec![Tick::default(); ticks].into_boxed_slice(),
            first: 0,
            len: 1,
        }
    }

    /// The tick with this age rank: 0 is the oldest.
    fn get(&self, index: usize) -> Tick {
        let place = (self.first + index) % self.ticks.len().max(1);
        self.ticks.get(place).copied().unwrap_or_default()
    }

    fn last(&self) -> Tick {
        self.get(self.len - 1)
    }

    /// The belt moved by `step` ticks at this time; backwards if it is negative.
    pub fn tick(&mut self, at: Timestamp, step: Position) {
        let last = self.last();
        let position = last.position.saturating_add(step);
        let tick = Tick {
            // The edges of two lines may be stamped in the other order.
            at: last.at.max(at),
            position,
            highest: last.highest.max(position),
        };
        let space = self.ticks.len().max(1);
        if self.len == space {
            self.first = (self.first + 1) % space;
        } else {
            self.len += 1;
        }
        let place = (self.first + self.len - 1) % space;
        if let Some(place) = self.ticks.get_mut(place) {
            *place = tick;
        }
    }

    /// The position now.
    pub fn position(&self) -> Position {
        self.last().position
    }

    /// The highest position so far.
    pub fn highest(&self) -> Position {
        self.last().highest
    }

    /// The time of the last tick; the clock's origin if there was none.
    pub fn last_tick(&self) -> Timestamp {
        self.last().at
    }

    /// When the belt reached this position for the first time, or `None` if it has not. For a
    /// position from before the record: the beginning of the record.
    pub fn reached(&self, position: Position) -> Option<Timestamp> {
        let index = self.partition(|tick| tick.highest < position);
        (index < self.len).then(|| self.get(index).at)
    }

    /// The position at this time, or `None` if the record does not reach back so far.
    pub fn position_at(&self, time: Timestamp) -> Option<Position> {
        self.at(time).map(|tick| tick.position)
    }

    /// The highest position up to this time, or `None` if the record does not reach back so far.
    pub fn highest_at(&self, time: Timestamp) -> Option<Position> {
        self.at(time).map(|tick| tick.highest)
    }

    fn at(&self, time: Timestamp) -> Option<Tick> {
        let later = self.partition(|tick| tick.at <= time);
        later.checked_sub(1).map(|index| self.get(index))
    }

    /// The number of ticks, from the oldest on, for which `before` is true. It must be true for all
    /// ticks up to one, and false after it.
    fn partition(&self, before: impl Fn(Tick) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len);
        while low < high {
            let middle = low.midpoint(high);
            if before(self.get(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

impl fmt::Debug for Belt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Belt")
            .field("last", &self.last())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ns(time: u64) -> Timestamp {
        Timestamp::from_ns(time)
    }

    #[test]
    fn a_position_is_reached_once_however_often_the_belt_reverses() {
        let mut belt = Belt::new();
        assert_eq!(belt.reached(0), Some(ns(0)));
        for (at, step) in [
            (10, 1),
            (20, 1),
            (30, -1),
            (40, -1),
            (50, 1),
            (60, 1),
            (70, 1),
        ] {
            assert_eq!(belt.reached(3), None, "{at}");
            belt.tick(ns(at), step);
        }
        assert_eq!((belt.position(), belt.highest()), (3, 3));
        assert_eq!(belt.last_tick(), ns(70));
        for (position, at) in [(1, 10), (2, 20), (3, 70)] {
            assert_eq!(belt.reached(position), Some(ns(at)));
        }
        for (time, position, highest) in [(9, 0, 0), (10, 1, 1), (45, 0, 2), (69, 2, 2), (99, 3, 3)]
        {
            assert_eq!(belt.position_at(ns(time)), Some(position), "{time}");
            assert_eq!(belt.highest_at(ns(time)), Some(highest), "{time}");
        }
    }

    #[test]
    fn the_record_forgets_its_oldest_ticks() {
        let mut belt = Belt::new();
        let count = 2 * u64::try_from(RECORD_TICKS).unwrap() + 5;
        for tick in 1..=count {
            belt.tick(ns(10 * tick), 1);
        }
        let oldest = count + 1 - u64::try_from(RECORD_TICKS).unwrap();
        let position = |tick: u64| i64::try_from(tick).unwrap();
        assert_eq!(belt.position_at(ns(10 * oldest - 1)), None);
        assert_eq!(belt.position_at(ns(10 * oldest)), Some(position(oldest)));
        // What was reached before the record began counts as reached at its beginning.
        assert_eq!(belt.reached(1), Some(ns(10 * oldest)));
        for tick in [oldest, oldest + 1, count - 1, count] {
            assert_eq!(belt.reached(position(tick)), Some(ns(10 * tick)));
        }
        assert_eq!(belt.reached(position(count + 1)), None);
    }
}

//! The trigger's input line: its changes become triggers, and what the kernel lost of them is accounted for.

use super::{Debounce, Settled};
use board::Timestamp;
use board::edge::Edge;
use core::time::Duration;
use embedded_hal::digital::PinState;

#[cfg(test)]
mod tests;

/// What the line said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// A part came: the line went to its active level, and stayed.
    Trigger {
        /// The first edge of the change.
        at: Timestamp,
    },
    /// Edges were lost, and parts with them. Nobody can tell which edges were bounces, so each that went to the active
    /// level counts for one part.
    Lost {
        /// Parts that nobody saw; 0 when the lost edges brought none.
        triggers: u32,
        /// They came before this.
        until: Timestamp,
    },
}

/// One input line.
#[derive(Debug)]
pub struct Input {
    active: PinState,
    debounce: Debounce,
    /// The level after the last edge.
    level: Option<PinState>,
}

impl Input {
    /// A line that goes to `active` when a part comes. `period` is zero when its edges are debounced already.
    pub const fn new(active: PinState, period: Duration) -> Self {
        Self {
            active,
            debounce: Debounce::new(period),
            level: None,
        }
    }

    /// Takes the next edge. Gives at most three signals, in the order of their times.
    ///
    /// Levels take turns. So an edge to the level that the line had, or one that does not fit the number that was lost,
    /// shows that one more was lost: that way a loss is seen as well where the kernel does not count them, if it is of an
    /// odd number.
    pub fn edge(&mut self, edge: Edge, out: &mut impl FnMut(Signal)) {
        let Edge { at, level, lost } = edge;
        self.advance(at, out);
        let before = self.level.replace(level);
        let fits = |before| (before == level) == (lost % 2 == 1);
        let lost = lost.saturating_add(u32::from(!before.is_none_or(fits)));
        if lost == 0 {
            self.debounce.edge(at, level);
        } else {
            // Of edges in turn, the first of which leaves the level before, every second goes to the active one.
            let first_is_active = before != Some(self.active);
            let triggers = lost.saturating_add(u32::from(first_is_active)) / 2;
            out(Signal::Lost {
                triggers,
                until: at,
            });
            self.debounce.edge_after_lost(at, level);
        }
        self.advance(at, out);
    }

    /// Moves on to the time `now`; every edge up to it must have been taken.
    pub fn advance(&mut self, now: Timestamp, out: &mut impl FnMut(Signal)) {
        if let Some(Settled { at, level }) = self.debounce.settle(now)
            && level == self.active
        {
            out(Signal::Trigger { at });
        }
    }

    /// When [`Self::advance`] is wanted, unless an edge comes before.
    pub fn next_wake(&self) -> Option<Timestamp> {
        self.debounce.next_wake()
    }

    /// Whether a change has begun that may become a trigger.
    pub fn is_settling(&self) -> bool {
        self.next_wake().is_some()
    }
}

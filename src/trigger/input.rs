//! The trigger's input line: its changes become triggers, and what the kernel lost of them is accounted for.

use super::{Debounce, Settled};
use board::Timestamp;
use board::edge::Edge;
use core::time::Duration;
use embedded_hal::digital::PinState;

#[cfg(test)]
mod tests;

/// A line that changes for so long without settling hides parts; so does one that does for ten periods of its debounce, if
/// those are longer. Contacts bounce for some milliseconds.
const RESTLESS: Duration = Duration::from_millis(50);

fn restless_after(period: Duration) -> Duration {
    RESTLESS.max(period.saturating_mul(10))
}

/// What the line said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// A part came: the line went to its active level, and stayed.
    Trigger {
        /// The first edge of the change; the last one if the line was restless before.
        at: Timestamp,
    },
    /// Edges were lost, and parts with them; or the line does not settle, which counts for one part each time and for one
    /// more when it settles at last.
    Lost {
        /// Parts that nobody saw, at most; 0 when the lost edges can have brought none.
        triggers: u32,
        /// They came before this.
        until: Timestamp,
    },
}

/// One input line.
#[derive(Debug)]
pub struct Input {
    active: PinState,
    period: Duration,
    debounce: Debounce,
    /// The last edge, and the level from then on.
    last: Option<(Timestamp, PinState)>,
}

impl Input {
    /// A line that goes to `active` when a part comes. A level counts once it has lasted for `period`; zero for at once.
    pub const fn new(active: PinState, period: Duration) -> Self {
        Self {
            active,
            period,
            debounce: Debounce::new(period),
            last: None,
        }
    }

    /// Takes the next edge. Gives at most three signals, in the order of their times.
    ///
    /// Levels take turns. So an edge to the level that the line had, or one that does not fit the number that was lost,
    /// shows that one more was lost: that way a loss is seen as well where the kernel does not count them, if it is of an
    /// odd number. Edges lost within less than a period were bounces: nothing between them lasted.
    pub fn edge(&mut self, edge: Edge, out: &mut impl FnMut(Signal)) {
        let Edge { at, level, lost } = edge;
        self.advance(at, out);
        let last = self.last.replace((at, level));
        let before = last.map(|(_, level)| level);
        let apart = last.map(|(last, _)| at.since(last));
        let fits = |before| (before == level) == (lost % 2 == 1);
        let lost = lost.saturating_add(u32::from(!before.is_none_or(fits)));
        if lost == 0 || apart.is_some_and(|apart| apart < self.period) {
            self.debounce.edge(at, level);
        } else {
            // Of edges in turn, the first of which leaves the level before, every second goes to the active one.
            let first_is_active = before != Some(self.active);
            let triggers = lost.saturating_add(u32::from(first_is_active)) / 2;
            out(Signal::Lost {
                triggers: triggers.min(self.triggers_within(apart)),
                until: at,
            });
            self.debounce.edge_after_lost(at, level);
        }
        self.advance(at, out);
    }

    /// How many triggers can have settled in this time, whatever the line did: each lasted for a period, and so did the time
    /// between two.
    fn triggers_within(&self, apart: Option<Duration>) -> u32 {
        let periods = apart.and_then(|apart| apart.as_nanos().checked_div(self.period.as_nanos()));
        periods.map_or(u32::MAX, |periods| {
            u32::try_from(periods.div_ceil(2)).unwrap_or(u32::MAX)
        })
    }

    /// The level that the line has at `now` is another than that after its last edge, and no edge waits: the edge to it was
    /// lost, and its time is not known. For a line whose [`Self::next_wake`] has come; gives at most three signals.
    ///
    /// The level before has lasted for the period by then, so it counts, and the lost edge is no proven bounce: it may be one
    /// of three, with a part between them. So one part at most was not seen, and the level from now on is a new change.
    pub fn strayed(&mut self, now: Timestamp, level: PinState, out: &mut impl FnMut(Signal)) {
        // Between two different levels the number lost is even.
        let lost = 2;
        let at = now;
        self.edge(Edge { at, level, lost }, out);
    }

    /// Moves on to the time `now`; every edge up to it must have been taken. Gives at most two signals.
    pub fn advance(&mut self, now: Timestamp, out: &mut impl FnMut(Signal)) {
        let settled = self.debounce.settle(now);
        if let Some(Settled {
            at,
            level,
            restless,
        }) = settled
        {
            if restless {
                // A part may have hidden between the last report and the edge after which the line kept still.
                out(Signal::Lost {
                    triggers: 1,
                    until: at,
                });
            }
            if level == self.active {
                out(Signal::Trigger { at });
            }
        } else if self.debounce.is_restless(now, restless_after(self.period)) {
            out(Signal::Lost {
                triggers: 1,
                until: now,
            });
        }
    }

    /// The longest time from the first edge of a change to the signal that tells of it: it settles, or counts as restless at
    /// the next edge after its time, which is less than a period away.
    pub fn restless_within(period: Duration) -> Duration {
        restless_after(period).saturating_add(period)
    }

    /// When [`Self::advance`] is wanted, unless an edge comes before.
    pub fn next_wake(&self) -> Option<Timestamp> {
        self.debounce.next_wake()
    }

    /// The level after the last edge.
    pub fn level(&self) -> Option<PinState> {
        self.last.map(|(_, level)| level)
    }

    /// Whether a change has begun that may become a trigger.
    pub fn is_settling(&self) -> bool {
        self.next_wake().is_some()
    }
}

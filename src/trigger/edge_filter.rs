//! Turns the edges of the trigger's input line into triggers, and accounts for lost edges.

use super::{Debounce, Settled};
use board::Timestamp;
use board::edge::Edge;
use core::time::Duration;
use embedded_hal::digital::PinState;

#[cfg(test)]
mod tests;

/// Shortest time without settling that counts as chattering. Contacts bounce for a few
/// milliseconds.
const CHATTER_MIN: Duration = Duration::from_millis(50);

/// A line that changes for this long without settling is chattering and may hide parts. `period` is
/// its debounce period.
fn chatter_limit(period: Duration) -> Duration {
    CHATTER_MIN.max(period.saturating_mul(10))
}

/// What the edges of the line mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// A part arrived: the line changed to its active level and stayed there.
    Trigger {
        /// The first edge of the change, or the last one if the line was chattering.
        at: Timestamp,
    },
    /// Parts may have been missed, because edges were lost or the line is chattering. Chattering
    /// counts as one part at each report, and as one more when the line settles.
    Lost {
        /// Upper bound of the parts missed. 0 if the lost edges cannot have been a part.
        triggers: u32,
        /// The missed parts arrived before this time.
        until: Timestamp,
    },
}

/// Finds the triggers among the edges of one input line.
#[derive(Debug)]
pub struct EdgeFilter {
    active: PinState,
    period: Duration,
    debounce: Debounce,
    /// The last edge, and the level after it.
    last: Option<(Timestamp, PinState)>,
}

impl EdgeFilter {
    /// A line that changes to `active` when a part arrives. A level counts once it has lasted for
    /// `period`, or at once if that is zero.
    pub const fn new(active: PinState, period: Duration) -> Self {
        Self {
            active,
            period,
            debounce: Debounce::new(period),
            last: None,
        }
    }

    /// Takes the next edge. Calls `out` with at most three signals, in the order of their times.
    ///
    /// Levels alternate. A level that does not fit the previous level and the number of lost edges
    /// shows that one more edge was lost. This also reveals an odd loss where the kernel does not
    /// count lost edges. Edges lost within less than a period were bounces: no level between them
    /// lasted.
    ///
    /// The kernel reads the level some time after the edge. If it reads the next level already, an
    /// edge away from the active level may count as a part: too many rather than too few.
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
            // The first lost edge left the previous level, and every second one went to the active
            // level.
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

    /// How many triggers can have settled in this time: each lasted for a period, and so did the
    /// time between two. No bound if the time is unknown or the period is zero.
    fn triggers_within(&self, apart: Option<Duration>) -> u32 {
        let periods = apart.and_then(|apart| apart.as_nanos().checked_div(self.period.as_nanos()));
        periods.map_or(u32::MAX, |periods| {
            u32::try_from(periods.div_ceil(2)).unwrap_or(u32::MAX)
        })
    }

    /// Corrects the level after the edge to it was lost. Call this when the time of
    /// [`Self::next_wake`] has passed, no edge waits, and the line's level differs from
    /// [`Self::level`]. Calls `out` with at most three signals.
    ///
    /// The level before has lasted for the period, so it counts. The lost edge need not be a
    /// bounce: it may be one of three, with a part between them. So at most one part was missed,
    /// and the level from `now` on is a new change.
    pub fn resync(&mut self, now: Timestamp, level: PinState, out: &mut impl FnMut(Signal)) {
        // Between two different levels, the number of lost edges is even.
        let lost = 2;
        let at = now;
        self.edge(Edge { at, level, lost }, out);
    }

    /// Advances to the time `now`. Every edge up to it must have been taken. Calls `out` with at
    /// most two signals.
    pub fn advance(&mut self, now: Timestamp, out: &mut impl FnMut(Signal)) {
        let settled = self.debounce.settle(now);
        if let Some(Settled {
            at,
            level,
            chattered,
        }) = settled
        {
            if chattered {
                // A part may have passed between the last report and the last edge.
                out(Signal::Lost {
                    triggers: 1,
                    until: at,
                });
            }
            if level == self.active {
                out(Signal::Trigger { at });
            }
        } else if self
            .debounce
            .report_chatter(now, chatter_limit(self.period))
        {
            out(Signal::Lost {
                triggers: 1,
                until: now,
            });
        }
    }

    /// The longest time from the first edge of a change to its signal. Either the change settles,
    /// or the first edge after the chatter limit reports it. That edge is less than a period away.
    pub fn signal_delay_max(period: Duration) -> Duration {
        chatter_limit(period).saturating_add(period)
    }

    /// When to call [`Self::advance`] next, unless an edge arrives first.
    pub fn next_wake(&self) -> Option<Timestamp> {
        self.debounce.next_wake()
    }

    /// The level after the last edge.
    pub fn level(&self) -> Option<PinState> {
        self.last.map(|(_, level)| level)
    }

    /// True while a change has begun and has not settled.
    pub fn is_settling(&self) -> bool {
        self.next_wake().is_some()
    }
}

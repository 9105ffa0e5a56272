//! Debounce, by the time stamps of the edges: a level counts once it has lasted.

use board::Timestamp;
use core::time::Duration;
use embedded_hal::digital::PinState;

#[cfg(test)]
mod tests;

/// A change that has settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// The first edge of the change: the line left its last settled level then. The bouncing that followed, and the time
    /// for which the new level had to last, do not move it. Of a restless change it is the last edge.
    pub at: Timestamp,
    /// The level from then on; after a restless change it may be the one that was settled before.
    pub level: PinState,
    /// Whether [`Debounce::is_restless`] has said so of this change.
    pub restless: bool,
}

/// Follows one line. A level counts once it has lasted for the period; what is shorter belongs to a change or is noise.
#[derive(Debug)]
pub struct Debounce {
    period: Duration,
    /// The level that counts; nothing before the first edge.
    settled: Option<PinState>,
    moving: Option<Moving>,
}

/// A change that has not settled.
#[derive(Debug, Clone, Copy)]
struct Moving {
    /// Its first edge.
    first: Timestamp,
    /// The last level, and since when.
    level: PinState,
    since: Timestamp,
    /// Whether it has lasted for too long; `first` is the last time when that was said.
    restless: bool,
}

impl Debounce {
    /// A line whose level is not known. With a period of zero every edge counts.
    pub const fn new(period: Duration) -> Self {
        Self {
            period,
            settled: None,
            moving: None,
        }
    }

    /// Takes an edge to `level`. Call [`Self::settle`] with its time before, so that a level that lasted until this edge
    /// counts, and after, for a period of zero.
    ///
    /// The first edge of all counts as a change from the other level. One to the level that the line had shows that it left
    /// it in between: while a change settles, it begins to last anew.
    pub fn edge(&mut self, at: Timestamp, level: PinState) {
        let settled = *self.settled.get_or_insert(!level);
        match &mut self.moving {
            Some(moving) => {
                moving.level = level;
                moving.since = at;
            }
            None if level != settled => {
                self.moving = Some(Moving {
                    first: at,
                    level,
                    since: at,
                    restless: false,
                });
            }
            None => {}
        }
    }

    /// Takes an edge to `level` behind edges that were lost: nobody knows what was settled before, so it is a change.
    pub fn edge_after_lost(&mut self, at: Timestamp, level: PinState) {
        self.settled = Some(!level);
        self.moving = None;
        self.edge(at, level);
    }

    /// The change that has settled by `now`, if one has: to another level, or to either after a restless change. Every edge up to `now` must have been taken.
    pub fn settle(&mut self, now: Timestamp) -> Option<Settled> {
        let Moving {
            first,
            level,
            since,
            restless,
        } = self
            .moving
            .take_if(|moving| now.since(moving.since) >= self.period)?;
        let changed = self.settled.replace(level) != Some(level);
        let at = if restless { since } else { first };
        (changed || restless).then_some(Settled {
            at,
            level,
            restless,
        })
    }

    /// Whether the line has been changing for as long as `limit` without settling. That time begins anew then.
    pub fn is_restless(&mut self, now: Timestamp, limit: Duration) -> bool {
        match &mut self.moving {
            Some(moving) if now.since(moving.first) >= limit => {
                moving.first = now;
                moving.restless = true;
                true
            }
            _ => false,
        }
    }

    /// When [`Self::settle`] is wanted, unless an edge comes before.
    pub fn next_wake(&self) -> Option<Timestamp> {
        self.moving.map(|moving| moving.since + self.period)
    }
}

//! Debounce by the timestamps of the edges: a level counts once it has lasted for the period.

use board::Timestamp;
use core::time::Duration;
use embedded_hal::digital::PinState;

#[cfg(test)]
mod tests;

/// A change that has settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// The first edge of the change, when the line left its last settled level. Neither the bounces
    /// that follow nor the period moves this time. After chattering it is the last edge instead.
    pub at: Timestamp,
    /// The level from then on. After chattering it may equal the level that was settled before.
    pub level: PinState,
    /// True if [`Debounce::report_chatter`] reported this change.
    pub chattered: bool,
}

/// Debounces one line. A level counts once it has lasted for the period. A shorter one is noise or
/// part of a change.
#[derive(Debug)]
pub struct Debounce {
    period: Duration,
    /// The level that counts. `None` before the first edge.
    settled: Option<PinState>,
    moving: Option<Moving>,
}

/// A change that has not settled.
#[derive(Debug, Clone, Copy)]
struct Moving {
    /// Its first edge, or the time of the last chatter report.
    first: Timestamp,
    /// The level after the last edge.
    level: PinState,
    /// The last edge.
    since: Timestamp,
    /// This change was reported as chattering.
    chattered: bool,
}

impl Debounce {
    /// A line whose level is unknown. With a period of zero every edge counts.
    pub const fn new(period: Duration) -> Self {
        Self {
            period,
            settled: None,
            moving: None,
        }
    }

    /// Takes an edge to `level`.
    ///
    /// Call [`Self::settle`] with the time of the edge before this call, so that a level that
    /// lasted until the edge counts. Call it again afterwards, for a period of zero.
    ///
    /// The first edge of all counts as a change from the other level. An edge to the current level
    /// shows that the line left that level in between. During a change it restarts the period.
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
                    chattered: false,
                });
            }
            None => {}
        }
    }

    /// Takes an edge to `level` that follows lost edges. The level before it is unknown, so the
    /// edge counts as a change.
    pub fn edge_after_lost(&mut self, at: Timestamp, level: PinState) {
        self.settled = Some(!level);
        self.moving = None;
        self.edge(at, level);
    }

    /// Returns the change that has settled by `now`, if any. It is a change to another level, or to
    /// either level after chattering. Every edge up to `now` must have been taken.
    pub fn settle(&mut self, now: Timestamp) -> Option<Settled> {
        let Moving {
            first,
            level,
            since,
            chattered,
        } = self
            .moving
            .take_if(|moving| now.since(moving.since) >= self.period)?;
        let changed = self.settled.replace(level) != Some(level);
        let at = if chattered { since } else { first };
        (changed || chattered).then_some(Settled {
            at,
            level,
            chattered,
        })
    }

    /// Returns true if the line has been changing for at least `limit` without settling. The limit
    /// then starts anew, so that lasting chatter is reported once per `limit`.
    pub fn report_chatter(&mut self, now: Timestamp, limit: Duration) -> bool {
        match &mut self.moving {
            Some(moving) if now.since(moving.first) >= limit => {
                moving.first = now;
                moving.chattered = true;
                true
            }
            _ => false,
        }
    }

    /// When to call [`Self::settle`] next, unless an edge arrives first.
    pub fn next_wake(&self) -> Option<Timestamp> {
        self.moving.map(|moving| moving.since + self.period)
    }
}

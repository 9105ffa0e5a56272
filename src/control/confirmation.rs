//! Whether each part went the way that the gate sent it, by the sensor behind the gate.
//!
//! A part is seen if an edge of the sensor is in its window, which begins at its due time. Each
//! edge counts for one part, the first at the gate. A window is judged when all edges in it are
//! known. If they are not known in time, the part counts as not seen.

use crate::part::PartId;
use board::Timestamp;
use core::fmt;
use core::time::Duration;
use heapless::Vec;

/// Parts that can be between the gate and the sensor.
pub const CONFIRMING_MAX: usize = 64;
/// Edges that can wait for their parts.
const EDGES_MAX: usize = 2 * CONFIRMING_MAX;
/// How long after its window a part waits for edges that the reading thread has not taken, and how
/// long an edge waits for the report of its part.
const PATIENCE: Duration = Duration::from_secs(1);

/// When and which parts the sensor sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Shortest time from the due time to the edge.
    pub min: Duration,
    /// Longest time from the due time to the edge.
    pub max: Duration,
    /// The rejected parts pass the sensor; otherwise those that the gate let through.
    pub sees_rejected: bool,
}

/// A part that went the wrong way, as far as the sensor shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unconfirmed {
    /// A rejected part did not leave the line.
    NotLeft(PartId),
    /// A part that the gate let through left the line, or did not arrive.
    Left(PartId),
    /// A part that the station does not know was let through.
    Unknown,
}

impl Unconfirmed {
    /// Its part, if the station knows it.
    pub const fn part(self) -> Option<PartId> {
        match self {
            Self::NotLeft(part) | Self::Left(part) => Some(part),
            Self::Unknown => None,
        }
    }

    /// The code in the journal, which does not change between versions.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotLeft(_) => "not_left",
            Self::Left(_) => "left",
            Self::Unknown => "unknown",
        }
    }
}

/// `#000012 was rejected and did not leave`.
impl fmt::Display for Unconfirmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLeft(part) => write!(f, "{part} was rejected and did not leave"),
            Self::Left(part) => write!(f, "{part} passed and left, or did not arrive"),
            Self::Unknown => f.write_str("a part without a number was let through"),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Waiting {
    part: PartId,
    due: Timestamp,
    rejected: bool,
}

/// The parts between the gate and the sensor, and the sensor's edges.
#[derive(Debug)]
pub struct Confirmation {
    window: Window,
    /// In the order in which they were reported, which is that of their due times except for parts
    /// that were refused.
    waiting: Vec<Waiting, CONFIRMING_MAX>,
    /// In the order of their times.
    edges: Vec<Timestamp, EDGES_MAX>,
}

impl Confirmation {
    /// No part is on its way.
    pub const fn new(window: Window) -> Self {
        Self {
            window,
            waiting: Vec::new(),
            edges: Vec::new(),
        }
    }

    /// The gate acted on a part. For lack of space the oldest part may be judged early; returns its
    /// fault.
    pub fn part(&mut self, part: PartId, due: Timestamp, rejected: bool) -> Option<Unconfirmed> {
        let refused = if self.waiting.is_full() {
            let oldest = self.waiting.remove(0);
            self.judge(oldest)
        } else {
            None
        };
        // There is space now.
        let _ = self.waiting.push(Waiting {
            part,
            due,
            rejected,
        });
        refused
    }

    /// The sensor saw a part. An edge that finds no space replaces the oldest one.
    pub fn edge(&mut self, at: Timestamp) {
        if self.edges.is_full() {
            self.edges.remove(0);
        }
        // There is space now.
        let _ = self.edges.push(at);
    }

    /// Judges the next part or edge whose time is over. Call it until it returns nothing. All edges
    /// up to `known_until` have been given.
    pub fn next(&mut self, known_until: Timestamp, now: Timestamp) -> Option<Unconfirmed> {
        let max = self.window.max;
        let is_over = |due: Timestamp| {
            let end = due + max;
            end < known_until || end + PATIENCE < now
        };
        loop {
            let over = self
                .waiting
                .iter()
                .enumerate()
                .filter(|(_, part)| is_over(part.due));
            let Some((index, _)) = over.min_by_key(|(_, part)| part.due) else {
                break;
            };
            let waiting = self.waiting.remove(index);
            let wrong = self.judge(waiting);
            if wrong.is_some() {
                return wrong;
            }
        }
        while let Some(edge) = self.edges.first().copied() {
            if edge + max + PATIENCE >= now {
                return None;
            }
            self.edges.remove(0);
            if !self.window.sees_rejected {
                return Some(Unconfirmed::Unknown);
            }
            // The gate also rejects parts that have no number.
        }
        None
    }

    /// Whether the part went the wrong way. Takes its edge.
    fn judge(&mut self, waiting: Waiting) -> Option<Unconfirmed> {
        let Waiting {
            part,
            due,
            rejected,
        } = waiting;
        let (from, until) = (due + self.window.min, due + self.window.max);
        let is_inside = |edge: &Timestamp| (from..=until).contains(edge);
        let place = self.edges.iter().position(is_inside);
        if let Some(place) = place {
            self.edges.remove(place);
        }
        let is_expected = rejected == self.window.sees_rejected;
        (place.is_some() != is_expected).then_some(if rejected {
            Unconfirmed::NotLeft(part)
        } else {
            Unconfirmed::Left(part)
        })
    }
}

#[cfg(test)]
mod tests;

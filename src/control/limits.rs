//! The limits of rejected parts: in a row, and their share of the last ones.

use super::Latch;
use heapless::Deque;

/// Longest window of the share, in parts.
pub const WINDOW_MAX: usize = 1000;

/// The largest share of rejected parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RejectRate {
    /// The last parts that count, at most [`WINDOW_MAX`].
    pub parts: u16,
    /// The largest share of them that may be rejected.
    pub max_percent: u8,
}

/// A limit that was reached, with its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exceeded {
    /// Which limit.
    pub latch: Latch,
    /// Rejected parts.
    pub rejected: u16,
    /// The parts among which they were counted.
    pub parts: u16,
}

/// Counts rejected parts in the order in which they are at the gate.
#[derive(Debug)]
pub struct Limits {
    in_a_row_max: Option<u16>,
    rate: Option<RejectRate>,
    in_a_row: u16,
    /// The last parts, the oldest first; true for a rejected one.
    window: Deque<bool, WINDOW_MAX>,
    /// Rejected parts in the window.
    rejected: u16,
}

impl Limits {
    /// No part has come yet. `in_a_row_max` is the number of rejects in a row that reaches the
    /// limit.
    pub const fn new(in_a_row_max: Option<u16>, rate: Option<RejectRate>) -> Self {
        Self {
            in_a_row_max,
            rate,
            in_a_row: 0,
            window: Deque::new(),
            rejected: 0,
        }
    }

    /// Counts a part. Returns the limit that it reaches. Then the counting begins anew.
    ///
    /// The share counts once the window is full: the first reject of a shift is not 100 %.
    pub fn part(&mut self, rejected: bool) -> Option<Exceeded> {
        self.in_a_row = if rejected {
            self.in_a_row.saturating_add(1)
        } else {
            0
        };
        let exceeded = self.row().or_else(|| self.share(rejected));
        if exceeded.is_some() {
            self.clear();
        }
        exceeded
    }

    /// Begins anew.
    pub fn clear(&mut self) {
        self.in_a_row = 0;
        self.window.clear();
        self.rejected = 0;
    }

    fn row(&self) -> Option<Exceeded> {
        let most = self.in_a_row_max?;
        (self.in_a_row >= most).then_some(Exceeded {
            latch: Latch::RejectsInARow,
            rejected: self.in_a_row,
            parts: self.in_a_row,
        })
    }

    fn share(&mut self, rejected: bool) -> Option<Exceeded> {
        let RejectRate { parts, max_percent } = self.rate?;
        if self.window.len() >= usize::from(parts) {
            let oldest = self.window.pop_front();
            self.rejected -= u16::from(oldest == Some(true));
        }
        // There is space: `parts` is at most the capacity.
        let _ = self.window.push_back(rejected);
        self.rejected += u16::from(rejected);
        let is_full = self.window.len() >= usize::from(parts);
        let above = u32::from(self.rejected) * 100 > u32::from(max_percent) * u32::from(parts);
        (is_full && above).then_some(Exceeded {
            latch: Latch::RejectRate,
            rejected: self.rejected,
            parts,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts a part for each letter, `r` for a rejected one. Returns after which part which limit
    /// was reached.
    fn reached(limits: &mut Limits, parts: &str) -> Vec<(usize, Latch, u16)> {
        let mut reached = Vec::new();
        for (index, letter) in parts.chars().enumerate() {
            if let Some(exceeded) = limits.part(letter == 'r') {
                reached.push((index + 1, exceeded.latch, exceeded.rejected));
            }
        }
        reached
    }

    #[test]
    fn a_good_part_ends_a_row_and_a_reached_limit_begins_anew() {
        let mut limits = Limits::new(Some(3), None);
        assert_eq!(reached(&mut limits, "rrprrp"), []);
        let row = |at| (at, Latch::RejectsInARow, 3);
        assert_eq!(reached(&mut limits, "rrrrrprrr"), [row(3), row(9)]);
        let mut one = Limits::new(Some(1), None);
        assert_eq!(reached(&mut one, "pr").len(), 1);
        assert_eq!(reached(&mut Limits::new(None, None), "rrrrrrrr"), []);
    }

    #[test]
    fn the_share_is_of_the_last_parts_and_counts_once_there_are_enough() {
        let rate = RejectRate {
            parts: 10,
            max_percent: 30,
        };
        let share = |at| (at, Latch::RejectRate, 4);
        let mut limits = Limits::new(None, Some(rate));
        // Exactly 30 % is allowed. The oldest part leaves the window with each new one.
        assert_eq!(reached(&mut limits, "rrrppppppp"), []);
        assert_eq!(reached(&mut limits, "rrrppppppp"), []);
        assert_eq!(reached(&mut limits, "pppr"), []);
        let mut limits = Limits::new(None, Some(rate));
        assert_eq!(reached(&mut limits, "rrrrpppppp"), [share(10)]);
        // Nine parts are no window.
        assert_eq!(reached(&mut limits, "rrrrppppp"), []);
        assert_eq!(reached(&mut limits, "p"), [share(1)]);
        limits.clear();
        assert_eq!(reached(&mut limits, "rrrrrrrrr"), []);
    }

    /// Against the plain count over a list of all parts.
    #[test]
    fn the_window_equals_a_plain_count() {
        let rate = RejectRate {
            parts: 7,
            max_percent: 60,
        };
        let mut limits = Limits::new(None, Some(rate));
        let mut parts = Vec::new();
        let mut state = 1_u32;
        let mut reached = 0;
        for _ in 0..20_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let rejected = state >> 31 == 1;
            parts.push(rejected);
            let last = &parts[parts.len().saturating_sub(7)..];
            let count = last.iter().filter(|rejected| **rejected).count();
            let expected = last.len() == 7 && count > 4;
            assert_eq!(limits.part(rejected).is_some(), expected, "{last:?}");
            if expected {
                reached += 1;
                parts.clear();
            }
        }
        assert!(reached > 100);
    }
}

//! The stage times of the last parts, with exact percentiles.

use crate::journal::{Part, Stage};
use std::collections::VecDeque;

/// Parts whose times are remembered.
pub const TIMED_MAX: usize = 500;

/// The times of the last parts, in microseconds.
#[derive(Debug, Default)]
pub struct RecentTimes {
    parts: VecDeque<[Option<u32>; Stage::ALL.len()]>,
}

/// What the times of a stage say, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percentiles {
    /// Half of the times are at most this long.
    pub p50: u32,
    /// 99 of 100 times are at most this long.
    pub p99: u32,
    /// The longest time.
    pub max: u32,
}

impl RecentTimes {
    /// Adds the times of a part. The oldest part is forgotten if there are more than [`TIMED_MAX`].
    pub fn add(&mut self, part: &Part) {
        if self.parts.len() >= TIMED_MAX {
            self.parts.pop_front();
        }
        self.parts.push_back(Stage::ALL.map(|stage| stage.of(part)));
    }

    /// Number of parts that are remembered.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// What the times of a stage say; `None` if no part reached it.
    pub fn of(&self, stage: Stage) -> Option<Percentiles> {
        let times = self.parts.iter();
        let mut times: Vec<u32> = times.filter_map(|part| part[stage as usize]).collect();
        times.sort_unstable();
        let rank = |percent: usize| {
            let rank = (times.len() * percent).div_ceil(100);
            times.get(rank.checked_sub(1)?).copied()
        };
        Some(Percentiles {
            p50: rank(50)?,
            p99: rank(99)?,
            max: rank(100)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::tests::part;

    #[test]
    fn percentiles_are_those_of_the_last_parts() {
        let mut times = RecentTimes::default();
        assert_eq!(times.of(Stage::Engine), None);
        // The longest of all, which is forgotten.
        let count = u32::try_from(TIMED_MAX).unwrap();
        for time_us in [9_000_000].into_iter().chain(1..=count) {
            let mut part = part(1, "a.png");
            part.times_us.engine = time_us;
            part.times_us.wait = 0;
            times.add(&part);
        }
        let expected = Percentiles {
            p50: 250,
            p99: 495,
            max: 500,
        };
        assert_eq!(times.of(Stage::Engine), Some(expected));
        assert_eq!(times.of(Stage::Wait), None, "no part reached it");
        assert_eq!(times.parts(), TIMED_MAX);
    }
}

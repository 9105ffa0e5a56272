//! Delays in buckets of one microsecond, as `cyclictest` counts them.

use core::time::Duration;

/// Delays from this on share a bucket. Their maximum is kept.
pub const BUCKETS: usize = 100_000;

/// How many delays were how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histogram {
    counts: Vec<u64>,
    /// Delays of [`BUCKETS`] microseconds and more.
    longer: u64,
    max_us: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self::new()
    }
}

impl Histogram {
    /// Without a delay.
    pub fn new() -> Self {
        Self {
            counts: vec![0; BUCKETS],
            longer: 0,
            max_us: 0,
        }
    }

    /// Adds a delay, rounded down to microseconds.
    pub fn add(&mut self, delay: Duration) {
        let us = u64::try_from(delay.as_micros()).unwrap_or(u64::MAX);
        self.add_us(us, 1);
    }

    /// Adds `count` delays of this length.
    pub fn add_us(&mut self, us: u64, count: u64) {
        let bucket = usize::try_from(us).ok();
        match bucket.and_then(|bucket| self.counts.get_mut(bucket)) {
            Some(bucket) => *bucket += count,
            None => self.longer += count,
        }
        if count > 0 {
            self.max_us = self.max_us.max(us);
        }
    }

    /// Adds delays of which only the longest is known.
    pub fn add_longer(&mut self, max_us: u64, count: u64) {
        self.add_us(max_us.max(BUCKETS as u64), count);
    }

    /// Adds all delays of another histogram.
    pub fn merge(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.longer += other.longer;
        self.max_us = self.max_us.max(other.max_us);
    }

    /// Number of delays.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum::<u64>() + self.longer
    }

    /// The longest delay.
    pub const fn max_us(&self) -> u64 {
        self.max_us
    }

    /// The shortest delay that at least this share of all does not exceed. `share` is in
    /// thousandths.
    pub fn quantile_us(&self, share: u64) -> u64 {
        let rank = (self.total() * share).div_ceil(1_000).max(1);
        let mut sum = 0;
        for (us, count) in (0..).zip(&self.counts) {
            sum += count;
            if sum >= rank {
                return us;
            }
        }
        self.max_us
    }

    /// Number of delays longer than this.
    pub fn longer_than(&self, limit: Duration) -> u64 {
        let limit_us = usize::try_from(limit.as_micros()).unwrap_or(usize::MAX);
        let counts = self.counts.iter().skip(limit_us.saturating_add(1));
        counts.sum::<u64>() + self.longer
    }

    /// Each delay that occurred, with the share of all that is at least as long, shortest first.
    pub fn tail(&self) -> Vec<(u64, f64)> {
        let total = self.total();
        let mut left = total;
        let mut tail = Vec::new();
        let last = (self.max_us, self.longer);
        let counts = (0..).zip(self.counts.iter().copied());
        for (us, count) in counts.chain([last]).filter(|(_, count)| *count > 0) {
            tail.push((us, left as f64 / total as f64));
            left -= count;
        }
        tail
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_sorted_delays() {
        let mut histogram = Histogram::new();
        assert_eq!((histogram.total(), histogram.quantile_us(500)), (0, 0));
        for us in 1..=1_000 {
            histogram.add(Duration::from_nanos(us * 1_000 + 999));
        }
        for (share, us) in [(500, 500), (990, 990), (999, 999), (1_000, 1_000), (0, 1)] {
            assert_eq!(histogram.quantile_us(share), us, "{share}");
        }
        assert_eq!(histogram.longer_than(Duration::from_micros(998)), 2);
        histogram.add_longer(250_000, 3);
        assert_eq!((histogram.total(), histogram.max_us()), (1_003, 250_000));
        assert_eq!(histogram.quantile_us(1_000), 250_000);
        assert_eq!(histogram.longer_than(Duration::from_micros(1_000)), 3);
    }

    #[test]
    fn a_merged_histogram_has_the_delays_of_both() {
        let (mut one, mut other) = (Histogram::new(), Histogram::new());
        one.add_us(3, 2);
        other.add_us(5, 1);
        other.add_longer(0, 1);
        one.merge(&other);
        assert_eq!(one.total(), 4);
        assert_eq!(one.max_us(), BUCKETS as u64);
        let shares: Vec<_> = one.tail().into_iter().map(|point| point.1).collect();
        assert_eq!(shares, [1.0, 0.5, 0.25]);
    }
}

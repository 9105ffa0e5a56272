//! A histogram of times with a bounded relative error, in memory of fixed size.
//!
//! Each octave (from a power of two to the next) has 32 buckets of equal width, so a bucket is at
//! most 1/32 as wide as its least value. All times in a bucket count as its middle. So a percentile
//! is wrong by at most half a bucket, 1/64 (1.6 %) of the exact one. Times below 64 us have a
//! bucket each and are exact. So are count, minimum, mean and maximum.

use serde::{Deserialize, Serialize};

/// Buckets of an octave, as a power of two.
const OCTAVE_BITS: u32 = 5;
/// Number of buckets: 64 for the values below 64, and 32 for each of the 26 octaves above.
pub const BUCKETS: usize = 64 + 26 * 32;

/// Times in microseconds, up to 71 minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histogram {
    buckets: [u64; BUCKETS],
    count: u64,
    sum_us: u64,
    min_us: u32,
    max_us: u32,
}

/// What a histogram says, in microseconds. Everything is 0 without a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Statistics {
    /// Number of times.
    pub count: u64,
    /// The shortest time.
    pub min: u32,
    /// The mean, rounded down.
    pub mean: u32,
    /// Half of the times are at most this long. Percentiles are wrong by 1.6 % at most.
    pub p50: u32,
    /// 99 of 100 times are at most this long.
    pub p99: u32,
    /// 999 of 1000 times are at most this long.
    pub p999: u32,
    /// The longest time.
    pub max: u32,
}

impl Histogram {
    /// A histogram without a time.
    pub const EMPTY: Self = Self {
        buckets: [0; BUCKETS],
        count: 0,
        sum_us: 0,
        min_us: u32::MAX,
        max_us: 0,
    };

    /// Adds a time.
    pub fn add(&mut self, time_us: u32) {
        self.add_bucket(bucket_of(time_us), 1);
        self.add_range(time_us.into(), time_us, time_us);
    }

    /// Adds `times` to the bucket with this number. A number past the last bucket is ignored. The
    /// caller also adds what [`Self::add_range`] needs.
    pub fn add_bucket(&mut self, bucket: usize, times: u64) {
        if let Some(bucket) = self.buckets.get_mut(bucket) {
            *bucket = bucket.saturating_add(times);
            self.count = self.count.saturating_add(times);
        }
    }

    /// Adds a sum of times, and the shortest and the longest of them.
    pub fn add_range(&mut self, sum_us: u64, min_us: u32, max_us: u32) {
        self.sum_us = self.sum_us.saturating_add(sum_us);
        self.min_us = self.min_us.min(min_us);
        self.max_us = self.max_us.max(max_us);
    }

    /// The buckets that are not empty, from the one with this number on, and their times.
    pub fn buckets_from(&self, first: usize) -> impl Iterator<Item = (usize, u64)> {
        let buckets = self.buckets.iter().copied().enumerate().skip(first);
        buckets.filter(|&(_, times)| times > 0)
    }

    /// Whether it has no time.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The sum of the times, the shortest and the longest: the arguments of [`Self::add_range`].
    pub const fn range(&self) -> (u64, u32, u32) {
        (self.sum_us, self.min_us, self.max_us)
    }

    /// Count, minimum, mean, percentiles and maximum.
    pub fn statistics(&self) -> Statistics {
        let Some(mean_us) = self.sum_us.checked_div(self.count) else {
            return Statistics::default();
        };
        Statistics {
            count: self.count,
            min: self.min_us,
            mean: u32::try_from(mean_us).unwrap_or(u32::MAX),
            p50: self.percentile(500),
            p99: self.percentile(990),
            p999: self.percentile(999),
            max: self.max_us,
        }
    }

    /// The time at this rank, counted from the shortest: `per_mille` of the times, rounded up.
    fn percentile(&self, per_mille: u64) -> u32 {
        let rank = (u128::from(self.count) * u128::from(per_mille)).div_ceil(1000);
        if rank == u128::from(self.count) {
            return self.max_us;
        }
        let mut below: u128 = 0;
        for (bucket, times) in self.buckets_from(0) {
            below += u128::from(times);
            if below >= rank {
                return middle_of(bucket).clamp(self.min_us, self.max_us);
            }
        }
        self.max_us
    }
}

/// Number of the bucket of a time.
fn bucket_of(time_us: u32) -> usize {
    let octave = (time_us | 1).ilog2().saturating_sub(OCTAVE_BITS);
    // At most 26 * 32 + 63, so neither the sum nor the conversion loses anything.
    ((octave << OCTAVE_BITS) + (time_us >> octave)) as usize
}

/// The middle of a bucket, rounded down.
fn middle_of(bucket: usize) -> u32 {
    let bucket = u32::try_from(bucket).unwrap_or(u32::MAX);
    let octave = (bucket >> OCTAVE_BITS).saturating_sub(1);
    let least = (bucket - (octave << OCTAVE_BITS)) << octave;
    least + ((1 << octave) - 1) / 2
}

#[cfg(test)]
mod tests;

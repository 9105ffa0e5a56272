use super::*;

/// Pseudo-random numbers of 32 bits (xorshift64*), the same for the same seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32) as u32
    }
}

/// The exact percentile: the time at the rank, rounded up, of the sorted times.
fn exact(sorted: &[u32], per_mille: usize) -> u32 {
    sorted[(sorted.len() * per_mille).div_ceil(1000) - 1]
}

/// Fails unless `found` is within 1/64 of `exact`.
fn assert_near(found: u32, exact: u32, what: &str) {
    let error = u64::from(found.abs_diff(exact));
    assert!(
        error * 64 <= u64::from(exact),
        "{what}: {found} instead of {exact}"
    );
}

#[test]
fn percentiles_are_within_their_bound_of_the_exact_ones() {
    for seed in 1..=40 {
        let mut random = Random(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed));
        let count = 1 + random.next() as usize % 5_000;
        // Short, typical and long times: every seed has its own range, and a few outliers.
        let shift = u32::try_from(seed).unwrap() % 31;
        let mut times: Vec<u32> = (0..count)
            .map(|_| {
                let outlier = random.next().is_multiple_of(500);
                random.next() >> if outlier { 0 } else { shift }
            })
            .collect();
        let mut histogram = Histogram::EMPTY;
        times.iter().for_each(|&time| histogram.add(time));
        times.sort_unstable();
        let found = histogram.statistics();
        let sum: u64 = times.iter().copied().map(u64::from).sum();
        assert_eq!(found.count, count as u64);
        assert_eq!((found.min, found.max), (times[0], times[count - 1]));
        assert_eq!(u64::from(found.mean), sum / count as u64);
        for (name, found, per_mille) in [
            ("p50", found.p50, 500),
            ("p99", found.p99, 990),
            ("p99.9", found.p999, 999),
        ] {
            let exact = exact(&times, per_mille);
            assert_near(found, exact, &format!("seed {seed}, {name}"));
        }
    }
}

#[test]
fn every_bucket_is_as_narrow_as_the_bound_needs() {
    // The first and the last value of each bucket, from the values at which the number changes.
    assert_eq!((bucket_of(0), bucket_of(63)), (0, 63));
    assert_eq!(bucket_of(u32::MAX), BUCKETS - 1);
    for bucket in 0..BUCKETS {
        let middle = middle_of(bucket);
        assert_eq!(bucket_of(middle), bucket);
        let octave = u32::try_from(bucket / 32).unwrap().saturating_sub(1);
        let least = middle - ((1 << octave) - 1) / 2;
        let greatest = least + ((1 << octave) - 1);
        for time in [least, greatest] {
            assert_eq!(bucket_of(time), bucket, "{time}");
            assert_near(middle, time, "middle");
        }
        if let Some(next) = greatest.checked_add(1) {
            assert_eq!(bucket_of(next), bucket + 1, "{next}");
        }
    }
}

#[test]
fn a_histogram_without_a_time_says_nothing_and_one_time_is_exact() {
    assert_eq!(Histogram::EMPTY.statistics(), Statistics::default());
    let mut histogram = Histogram::EMPTY;
    histogram.add(123_457);
    let one = histogram.statistics();
    assert_eq!((one.min, one.mean, one.max), (123_457, 123_457, 123_457));
    assert_eq!((one.p50, one.p99, one.p999), (123_457, 123_457, 123_457));
    // The percentile that is the longest time is exact too.
    histogram.add(99_001);
    histogram.add(999_999);
    let three = histogram.statistics();
    assert_eq!((three.p99, three.p999), (999_999, 999_999));
}

#[test]
fn a_histogram_is_rebuilt_from_its_buckets_and_range() {
    let mut histogram = Histogram::EMPTY;
    for time in [0, 7, 7, 1_000, 99_999, u32::MAX] {
        histogram.add(time);
    }
    let mut copy = Histogram::EMPTY;
    for (bucket, times) in histogram.buckets_from(0) {
        copy.add_bucket(bucket, times);
    }
    copy.add_bucket(BUCKETS, 9);
    let (sum, min, max) = histogram.range();
    copy.add_range(sum, min, max);
    assert_eq!(copy, histogram);
}

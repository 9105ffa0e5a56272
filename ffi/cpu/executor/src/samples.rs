//! Numbers for tests, and the comparison of results.

/// Zeros, subnormal and normal numbers, their limits, halves and integers, infinities and NaNs.
pub(crate) fn notable() -> Vec<f32> {
    let positive: [u32; 34] = [
        0x0000_0000, // 0
        0x0000_0001, // smallest subnormal number
        0x0000_0002,
        0x0040_0000,
        0x007F_FFFF, // largest subnormal number
        0x0080_0000, // smallest normal number
        0x0080_0001,
        0x00FF_FFFF,
        0x0C80_0000,
        0x337F_FFFF,
        0x3380_0000, // half of the distance from 1 to the next number
        0x3EAA_AAAB, // 1/3
        0x3F00_0000, // 1/2
        0x3F7F_FFFF,
        0x3F80_0000, // 1
        0x3F80_0001,
        0x3FC0_0000, // 3/2
        0x4000_0000,
        0x4040_0000, // 3
        0x42B1_7217, // largest with a finite exponential
        0x42B1_7218,
        0x42CF_F1B4, // largest whose negative has an exponential above 0
        0x42CF_F1B5,
        0x4B00_0001, // 2^23 + 1
        0x4B40_0000, // 1.5 * 2^23
        0x4B40_01FF,
        0x7E80_0000,
        0x7F7F_FFFE,
        0x7F7F_FFFF, // largest number
        0x7F80_0000, // infinity
        0x7F80_0001, // signalling NaN
        0x7FC0_0000, // NaN
        0x7FC0_01FF, // NaN with low bits
        0x7FFF_FFFF,
    ];
    let negative = positive.map(|bits| bits | 0x8000_0000);
    let all = positive.into_iter().chain(negative);
    all.map(f32::from_bits).collect()
}

/// All pairs of notable numbers, then as many random pairs. The count is a multiple of 16.
pub(crate) fn pairs() -> [Vec<f32>; 2] {
    let notable = notable();
    let mut pairs: [Vec<f32>; 2] = [Vec::new(), Vec::new()];
    for a in &notable {
        pairs[0].extend(notable.iter().map(|_| *a));
        pairs[1].extend(&notable);
    }
    let count = (2 * pairs[0].len()).next_multiple_of(16);
    for (numbers, seed) in pairs.iter_mut().zip(1..) {
        numbers.extend(random(count - numbers.len(), seed));
    }
    pairs
}

/// Numbers with random bits: Marsaglia's xorshift with the shifts 13, 17 and 5.
pub(crate) fn random(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        f32::from_bits(state)
    };
    (0..count).map(|_| next()).collect()
}

/// Whether two numbers have the same bits. All NaNs count as one.
pub(crate) fn is_same(a: f32, b: f32) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

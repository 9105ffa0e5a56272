//! Random numbers that are the same on every machine.
//!
//! `SplitMix64` is a counter and a mixing function (Steele, Lea, Flood, "Fast splittable
//! pseudorandom number generators", OOPSLA 2014). The mixing function alone gives each pixel its
//! random number. So any window of a frame has the same noise as the whole frame.

/// The increment of `SplitMix64`: 2^64 divided by the golden ratio, made odd.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// Mixes 64 bits so that each output bit depends on every input bit.
pub(super) const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// A sequence of random numbers.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// Sequence number `stream` of `seed`. Different streams of one seed are independent.
    pub(super) const fn new(seed: u64, stream: u64) -> Self {
        Self(mix(seed.wrapping_add(GOLDEN)) ^ mix(stream.wrapping_mul(GOLDEN).wrapping_add(1)))
    }

    /// 64 random bits.
    pub(super) const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number in [0, 1), in steps of 2^-24.
    pub(super) fn unit(&mut self) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "24 bits fit an f32 exactly")]
        let unit = (self.bits() >> 40) as f32 / 16_777_216.0;
        unit
    }

    /// A number in [low, high).
    pub(super) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// An index below `count`, which must not be 0. The bias is below `count` / 2^32.
    pub(super) fn below(&mut self, count: usize) -> usize {
        let scaled = (self.bits() >> 32) * (count as u64);
        usize::try_from(scaled >> 32).unwrap_or(0)
    }

    /// True with the probability `share`.
    pub(super) fn chance(&mut self, share: f32) -> bool {
        self.unit() < share
    }
}

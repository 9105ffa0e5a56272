//! Random numbers from a seed. The numbers of a step depend on the seed and on the step's number
//! only, so a step that is left out changes no other.

/// Steele, Lea and Flood's SplitMix64.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// For one step of a seed.
    pub fn new(seed: u64, step: u32) -> Self {
        let mut random = Self(seed ^ (u64::from(step) << 32));
        random.next();
        random
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// A number from `from` on and below `end`.
    pub fn between(&mut self, from: u64, end: u64) -> u64 {
        from + self.below(end.saturating_sub(from))
    }

    /// True in `share` of a thousand cases.
    pub fn one_in_thousand(&mut self, share: u64) -> bool {
        self.below(1_000) < share
    }
}

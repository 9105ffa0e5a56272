//! Seeded random numbers.

use super::Tensor;
use crate::graph::Shape;
use crate::samples::notable;

/// The generator `SplitMix64` of Steele, Lea and Flood, 2014.
#[derive(Debug, Clone)]
pub(super) struct Random(pub(super) u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 on, below `count`.
    pub(super) fn below(&mut self, count: usize) -> usize {
        (self.bits() >> 33) as usize % count
    }

    /// A number of the range, both ends included.
    pub(super) fn within(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// True in one of `count` cases.
    pub(super) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// A number between -1 and 1.
    pub(super) fn number(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / 8_388_608.0 - 1.0
    }

    /// Numbers between -1 and 1; of them about one in `rarity` is a notable one, none for 0.
    pub(super) fn numbers(&mut self, count: usize, rarity: usize) -> Vec<f32> {
        let notable = notable();
        let mut next = || {
            if rarity > 0 && self.one_in(rarity) {
                self.pick(&notable)
            } else {
                self.number()
            }
        };
        (0..count).map(|_| next()).collect()
    }

    pub(super) fn tensor(&mut self, shape: Shape, rarity: usize) -> Tensor {
        let count = shape.channels * shape.height * shape.width;
        Tensor {
            shape,
            numbers: self.numbers(count, rarity),
        }
    }
}

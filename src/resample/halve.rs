//! Exactly half the width and half the height: the rounded mean of each 2x2 block.

use super::TargetRows;
use crate::frame::CHANNELS;

#[derive(Debug)]
pub struct Halve {
    /// Sums of horizontal pairs in the upper row of a block.
    upper: Vec<u16>,
    swap: bool,
}

impl Halve {
    pub fn new(target_row_bytes: usize, swap: bool) -> Halve {
        Halve {
            upper: vec![0; target_row_bytes],
            swap,
        }
    }

    /// Takes source row `y`; every second row completes a target row.
    pub fn push(&mut self, y: u32, row: &[u8], target: &mut TargetRows<'_>) {
        if self.swap {
            self.push_ordered::<2>(y, row, target);
        } else {
            self.push_ordered::<0>(y, row, target);
        }
    }

    /// `FIRST` is the source channel that becomes the target's first: 0, or 2 when the outer channels trade places.
    fn push_ordered<const FIRST: usize>(
        &mut self,
        y: u32,
        row: &[u8],
        target: &mut TargetRows<'_>,
    ) {
        let sums = |block: &[u8; 2 * CHANNELS]| {
            [FIRST, 1, 2 - FIRST]
                .map(|channel| u16::from(block[channel]) + u16::from(block[channel + CHANNELS]))
        };
        let blocks = row.as_chunks().0;
        let upper = self.upper.as_chunks_mut::<CHANNELS>().0;
        if y.is_multiple_of(2) {
            for (upper, block) in upper.iter_mut().zip(blocks) {
                *upper = sums(block);
            }
            return;
        }
        let pixels = target.next_row().as_chunks_mut::<CHANNELS>().0;
        for ((upper, block), pixel) in upper.iter().zip(blocks).zip(pixels) {
            let lower = sums(block);
            for channel in 0..CHANNELS {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "at most (4 * 255 + 2) >> 2 = 255"
                )]
                let mean = ((upper[channel] + lower[channel] + 2) >> 2) as u8;
                pixel[channel] = mean;
            }
        }
    }
}

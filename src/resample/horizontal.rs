//! The horizontal pass: a row of source pixels becomes a row of target columns, 16 bits a channel.
//!
//! A weighted sum of two bytes has up to 19 bits. OpenCV drops the low four of them before its vertical pass, so they are
//! dropped here already: what is left is at most 32 640.
//!
//! Two steps. [`Columns::gather`] copies the left and the right pixel of every column to two packed rows, which is all the
//! irregular access there is. [`combine`] then mixes the two in 16-bit lanes only, which the compiler turns into vectors on
//! every processor: no code here knows one.

use super::taps::{self, Tap};
use crate::frame::CHANNELS;

/// Bytes that [`Columns::gather`] reads at a column in one go: two pixels and two bytes more.
const WINDOW: usize = 8;
/// Bytes that it writes in one go: a pixel and one byte that the next pixel overwrites.
const STORE: usize = 4;

/// The columns of a target row, and the two rows of gathered pixels.
#[derive(Debug)]
pub struct Columns {
    /// First byte of each column's left pixel in the source row.
    offsets: Vec<u32>,
    /// How many leading columns have a whole [`WINDOW`] in the source row.
    windowed: usize,
    /// Weight of the right pixel times 32, once for every channel.
    far_32: Vec<u16>,
    left: Vec<u8>,
    right: Vec<u8>,
    swap: bool,
}

impl Columns {
    /// Columns for rows of `source` pixels that become `target` pixels. With `swap` the first and third channel trade places.
    pub fn new(source: u32, target: u32, swap: bool) -> Columns {
        let (mut offsets, mut far_32) = (Vec::new(), Vec::new());
        for Tap { index, far, .. } in taps::horizontal(source, target) {
            offsets.push(index.unsigned_abs() * 3);
            far_32.extend([far * 32; CHANNELS]);
        }
        let row_bytes = source * 3;
        let windowed = offsets.partition_point(|offset| offset + 8 <= row_bytes);
        let gathered = vec![0; far_32.len() + STORE - CHANNELS];
        Columns {
            offsets,
            windowed,
            far_32,
            left: gathered.clone(),
            right: gathered,
            swap,
        }
    }

    /// Fills `line`, three lanes a column, from `row`, a whole source row of three-byte pixels.
    pub fn run(&mut self, row: &[u8], line: &mut [u16]) {
        if self.swap {
            self.gather::<true>(row)
        } else {
            self.gather::<false>(row)
        }
        combine(&self.left, &self.right, &self.far_32, line);
    }

    fn gather<const SWAP: bool>(&mut self, row: &[u8]) {
        let pixel = |window: [u8; STORE]| {
            if SWAP {
                [window[2], window[1], window[0], 0]
            } else {
                window
            }
        };
        let (windowed, rest) = self.offsets.split_at(self.windowed);
        let mut at = 0;
        for &offset in windowed {
            let offset = offset as usize;
            let w: &[u8] = &row[offset..offset + WINDOW];
            self.left[at..at + STORE].copy_from_slice(&pixel([w[0], w[1], w[2], w[3]]));
            self.right[at..at + STORE].copy_from_slice(&pixel([w[3], w[4], w[5], w[6]]));
            at += CHANNELS;
        }
        for &offset in rest {
            let offset = offset as usize;
            let left = &row[offset..offset + CHANNELS];
            // The last pixel has no right neighbour and its weight is 0: any pixel will do.
            let right = row
                .get(offset + CHANNELS..offset + 2 * CHANNELS)
                .unwrap_or(left);
            self.left[at..at + STORE].copy_from_slice(&pixel([left[0], left[1], left[2], 0]));
            self.right[at..at + STORE].copy_from_slice(&pixel([right[0], right[1], right[2], 0]));
            at += CHANNELS;
        }
    }
}

/// `(near * left + far * right) >> 4` in every lane, with `near = 2048 - far`.
///
/// That is `128 * left + ((far * (right - left)) >> 4)`, as 2048 is a multiple of 16. With 256 added to the difference,
/// which adds `16 * far` to the result, both factors are positive and take 16 bits when scaled by 32 and 128, and the
/// shift by four is the upper half of their product.
fn combine(left: &[u8], right: &[u8], far_32: &[u16], line: &mut [u16]) {
    for (((lane, left), right), far_32) in line.iter_mut().zip(left).zip(right).zip(far_32) {
        let (left, right) = (u16::from(*left), u16::from(*right));
        let difference_128 = (right + 256 - left) << 7;
        *lane = (left << 7) + upper_half(*far_32, difference_128) - (*far_32 >> 1);
    }
}

/// The upper 16 bits of a 32-bit product.
#[inline]
pub fn upper_half(a: u16, b: u16) -> u16 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a product of two 16-bit numbers has 32 bits"
    )]
    let upper = ((u32::from(a) * u32::from(b)) >> 16) as u16;
    upper
}

//! The horizontal pass: a row of source pixels becomes a line of target columns, 16 bits a channel.
//!
//! A weighted sum of two bytes has up to 19 bits. OpenCV drops the low four of them before its vertical pass, so they are
//! dropped here already: what is left is at most 32 655 and fits a 16-bit lane, signed or not.

use super::taps::{self, Tap};
use crate::image::CHANNELS;

/// Bits dropped between the two passes.
pub const DROPPED_BITS: u32 = 4;

/// One target column.
#[derive(Clone, Copy, Debug, Default)]
pub struct Column {
    /// First byte of the left pixel in the source row.
    pub offset: u32,
    /// Weight of the left pixel.
    pub near: i16,
    /// Weight of the pixel to its right, 0 where there is none.
    pub far: i16,
}

/// The columns that turn a row of `source` pixels into one of `target` pixels.
pub fn columns(source: u32, target: u32) -> Vec<Column> {
    let weight = |weight: u16| i16::try_from(weight).unwrap_or(i16::MAX);
    taps::horizontal(source, target)
        .map(|Tap { index, near, far }| Column {
            offset: index.unsigned_abs() * 3,
            near: weight(near),
            far: weight(far),
        })
        .collect()
}

/// The definition: `(near * left + far * right) >> 4` in every channel; with `swap` the outer channels trade places.
pub fn mix(columns: &[Column], row: &[u8], swap: bool, line: &mut [u16]) {
    for (column, lanes) in columns.iter().zip(line.as_chunks_mut::<CHANNELS>().0) {
        let left = &row[column.offset as usize..];
        // The last pixel has no right neighbour and the weight of one is 0: any pixel will do.
        let right = left.get(CHANNELS..2 * CHANNELS).unwrap_or(left);
        for (channel, lane) in lanes.iter_mut().enumerate() {
            let from = if swap {
                CHANNELS - 1 - channel
            } else {
                channel
            };
            let sum = i32::from(column.near) * i32::from(left[from])
                + i32::from(column.far) * i32::from(right[from]);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "0 <= sum <= 255 * 2049"
            )]
            let kept = (sum >> DROPPED_BITS) as u16;
            *lane = kept;
        }
    }
}

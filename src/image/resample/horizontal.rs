//! The horizontal pass: turns a row of source pixels into a line of target columns, 16 bits a
//! channel.
//!
//! Every rule has weights of its own. [`columns`] scales them so that the pass is the same for all:
//! the weighted sum, of which the lower four bits are dropped. For `INTER_LINEAR` these are the
//! bits that OpenCV drops before its vertical pass; the rest is at most 32 655. For
//! the other rules they are zero; the rest is at most 65 280.

use super::taps::{Rule, Tap};
use crate::image::CHANNELS;

/// How many bits are dropped between the two passes.
pub const DROPPED_BITS: u32 = 4;

/// The source pixels and weights of a target column.
#[derive(Clone, Copy, Debug, Default)]
pub struct Column {
    /// The first byte of the left pixel in the source row.
    pub offset: u32,
    /// The weight of the left pixel, for each channel of the target.
    pub near: [i16; CHANNELS],
    /// The weight of the pixel to its right; 0 at the right border.
    pub far: [i16; CHANNELS],
}

/// The columns for rows of `source` pixels that become `target` pixels. All channels have the same
/// weights.
pub fn columns(rule: Rule, source: u32, target: u32) -> Vec<Column> {
    let scale = match rule {
        Rule::Linear | Rule::AreaEnlarged => 1,
        Rule::Exact => 1 << DROPPED_BITS,
    };
    let weight = |weight: u16| i16::try_from(weight * scale).unwrap_or(i16::MAX);
    rule.horizontal(source, target)
        .map(|Tap { index, near, far }| Column {
            offset: index.unsigned_abs() * 3,
            near: [weight(near); CHANNELS],
            far: [weight(far); CHANNELS],
        })
        .collect()
}

/// The definition of the pass: `(near * left + far * right) >> 4` for each channel. `swap`
/// exchanges the first and the last channel of the pixels.
pub fn mix(columns: &[Column], row: &[u8], swap: bool, line: &mut [u16]) {
    for (column, lanes) in columns.iter().zip(line.as_chunks_mut::<CHANNELS>().0) {
        let left = &row[column.offset as usize..];
        // The last pixel has no right neighbour. The neighbour's weight is 0, so any pixel will do.
        let right = left.get(CHANNELS..2 * CHANNELS).unwrap_or(left);
        for (channel, lane) in lanes.iter_mut().enumerate() {
            let from = if swap {
                CHANNELS - 1 - channel
            } else {
                channel
            };
            let sum = i32::from(column.near[channel]) * i32::from(left[from])
                + i32::from(column.far[channel]) * i32::from(right[from]);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "0 <= sum <= 255 * 4096"
            )]
            let kept = (sum >> DROPPED_BITS) as u16;
            *lane = kept;
        }
    }
}

//! Resize, row by row, to the same bytes as OpenCV's 8-bit `cv2.resize(..., interpolation=INTER_LINEAR)`.
//!
//! A model is trained on pictures that OpenCV has resized. One grey level of difference in an input pixel can move a
//! class at the border of a defect, so the bytes here are OpenCV's own: its integer arithmetic, its rounding of the
//! weights and its border rules. The reference is the x86-64 Python wheel of OpenCV; its builds for Arm round otherwise.
//!
//! Source rows come from whoever has them (a decoder, a camera buffer), each once and in order; target rows leave whole
//! and in order. Between them stand two rows of 16-bit sums, allocated by [`Resampler::new`].
//!
//! OpenCV has three methods: equal sizes are copied, an exact halving of both axes is the rounded mean of each 2x2 block, and
//! everything else is bilinear. The first two are what bilinear gives there, bit for bit, so only the copy has code of its
//! own. The order of red and blue can be turned round on the way.

mod bilinear;
mod error;
mod horizontal;
mod kernel;
mod taps;
#[cfg(test)]
mod tests;
mod vertical;

pub use error::ResampleError;

use core::mem;

use crate::image::{ChannelOrder, Size};
use bilinear::Bilinear;

/// Longest side of a source or target, in pixels.
pub const SIDE_MAX_PX: u32 = 32_767;

/// Turns frames of one size into frames of another; three 8-bit channels, interleaved, rows without padding.
#[derive(Debug)]
pub struct Resampler {
    source: Size,
    target: Size,
    source_row_bytes: usize,
    target_row_bytes: usize,
    target_bytes: usize,
    /// `None` for equal sizes and orders: a copy.
    bilinear: Option<Bilinear>,
}

impl Resampler {
    /// Prepares for rows of a `source`-sized region in order `from`, to become `target`-sized in order `to`.
    ///
    /// Allocates every buffer that a frame will need: about 40 bytes per target column and 12 per target row.
    ///
    /// # Errors
    /// When a side is 0 or longer than [`SIDE_MAX_PX`].
    pub fn new(
        source: Size,
        target: Size,
        from: ChannelOrder,
        to: ChannelOrder,
    ) -> Result<Resampler, ResampleError> {
        for size in [source, target] {
            if !(1..=SIDE_MAX_PX).contains(&size.width) || !(1..=SIDE_MAX_PX).contains(&size.height)
            {
                return Err(ResampleError::Side {
                    region: source,
                    target,
                });
            }
        }
        let row_bytes = |size: Size| Size { height: 1, ..size }.bytes();
        let lengths = (row_bytes(source), row_bytes(target), target.bytes());
        let (Some(source_row_bytes), Some(target_row_bytes), Some(target_bytes)) = lengths else {
            return Err(ResampleError::Side {
                region: source,
                target,
            });
        };
        let swap = from != to;
        let copies = source == target && !swap;
        let bilinear = (!copies).then(|| Bilinear::new(source, target, swap));
        Ok(Resampler {
            source,
            target,
            source_row_bytes,
            target_row_bytes,
            target_bytes,
            bilinear,
        })
    }

    /// Size of the frames that go in.
    #[must_use]
    pub fn source(&self) -> Size {
        self.source
    }

    /// Size of the frames that come out.
    #[must_use]
    pub fn target(&self) -> Size {
        self.target
    }

    /// Begins a frame that is written to `out`: `target` rows without padding.
    ///
    /// A frame that was begun earlier and not finished is forgotten.
    ///
    /// # Errors
    /// When `out` has not exactly the length of the target.
    pub fn begin<'a>(&'a mut self, out: &'a mut [u8]) -> Result<Rows<'a>, ResampleError> {
        if out.len() != self.target_bytes {
            return Err(ResampleError::OutputLength {
                expected: self.target_bytes,
                found: out.len(),
            });
        }
        let target = TargetRows {
            rest: out,
            row_bytes: self.target_row_bytes,
        };
        Ok(Rows {
            resampler: self,
            target,
            pushed: 0,
        })
    }
}

/// One frame on its way through a [`Resampler`].
///
/// Every byte of the output is written once, in ascending order, and never read: it may lie in memory that is slow to
/// read, such as a device's.
#[derive(Debug)]
pub struct Rows<'a> {
    resampler: &'a mut Resampler,
    target: TargetRows<'a>,
    pushed: u32,
}

impl Rows<'_> {
    /// Takes the next source row and writes the target rows that are now complete. Does not allocate.
    ///
    /// # Errors
    /// When `row` has not exactly the length of a source row, or the frame has had all its rows.
    pub fn push(&mut self, row: &[u8]) -> Result<(), ResampleError> {
        let Resampler {
            source,
            source_row_bytes,
            bilinear,
            ..
        } = &mut *self.resampler;
        if row.len() != *source_row_bytes {
            return Err(ResampleError::RowLength {
                expected: *source_row_bytes,
                found: row.len(),
            });
        }
        if self.pushed == source.height {
            return Err(ResampleError::RowCount {
                expected: source.height,
                found: source.height.saturating_add(1),
            });
        }
        match bilinear {
            Some(bilinear) => bilinear.push(self.pushed, row, &mut self.target),
            None => self.target.next_row().copy_from_slice(row),
        }
        self.pushed += 1;
        Ok(())
    }

    /// Ends the frame.
    ///
    /// # Errors
    /// When source rows are missing: then the output is written in part only.
    pub fn finish(self) -> Result<(), ResampleError> {
        let expected = self.resampler.source.height;
        if self.pushed == expected {
            Ok(())
        } else {
            Err(ResampleError::RowCount {
                expected,
                found: self.pushed,
            })
        }
    }
}

/// The rows of the output that are still to be written.
#[derive(Debug)]
struct TargetRows<'a> {
    rest: &'a mut [u8],
    row_bytes: usize,
}

impl<'a> TargetRows<'a> {
    /// Hands out the next row; whoever takes it fills it from its start to its end.
    fn next_row(&mut self) -> &'a mut [u8] {
        let (row, rest) = mem::take(&mut self.rest).split_at_mut(self.row_bytes);
        self.rest = rest;
        row
    }
}

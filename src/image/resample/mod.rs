//! Resizes frames row by row, with the bytes of OpenCV's 8-bit `cv2.resize`.
//!
//! A model is trained on pictures that OpenCV resized. One grey level of difference in an input
//! pixel can move a class at the border of a defect. So this module has OpenCV's arithmetic, its
//! rounding and its border rules, for each [`Interpolation`]. `docs/resize.md` compares them.
//!
//! Source rows are pushed by a decoder or from a camera buffer, each once and in order. Target rows
//! are written whole and in order. Between them there are one or two rows of sums, which
//! [`Resampler::new`] allocates.
//!
//! If the sizes are equal, every rule is a copy. Red and blue can be exchanged on the way.

mod area;
mod bilinear;
mod error;
mod horizontal;
mod kernel;
mod kleidicv;
mod nearest;
mod shares;
mod taps;
#[cfg(test)]
mod tests;
mod vertical;

pub use error::ResampleError;

use core::mem;

use crate::image::{ChannelOrder, Interpolation, Size};
use area::Area;
use bilinear::Bilinear;
use kleidicv::Kleidicv;
use nearest::Nearest;
use taps::Rule;

/// The longest side of a source or target, in pixels.
pub const SIDE_MAX_PX: u32 = 32_767;

/// Resizes frames of one size to another. Pixels have three interleaved 8-bit channels, rows have
/// no padding.
#[derive(Debug)]
pub struct Resampler {
    source: Size,
    target: Size,
    source_row_bytes: usize,
    target_row_bytes: usize,
    target_bytes: usize,
    method: Method,
}

/// How rows become target rows.
#[derive(Debug)]
enum Method {
    /// Sizes and orders are equal.
    Copy,
    Bilinear(Bilinear),
    Area(Area),
    Nearest(Nearest),
    Kleidicv(Kleidicv),
}

impl Method {
    fn of(
        interpolation: Interpolation,
        (source, target): (Size, Size),
        (from, to): (ChannelOrder, ChannelOrder),
    ) -> Result<Method, ResampleError> {
        let swap = from != to;
        let bilinear = |rule| Ok(Method::Bilinear(Bilinear::new(rule, source, target, swap)));
        let is_enlarged = source.width < target.width || source.height < target.height;
        match interpolation {
            _ if source == target && !swap => Ok(Method::Copy),
            // Only the order of the channels changes.
            _ if source == target => bilinear(Rule::Linear),
            // If both axes are halved exactly, OpenCV takes the rounded mean of 2x2 pixels. The
            // bilinear arithmetic gives the same bytes.
            Interpolation::Linear => bilinear(Rule::Linear),
            Interpolation::LinearExact => bilinear(Rule::Exact),
            Interpolation::Nearest => Ok(Method::Nearest(Nearest::new(source, target, swap))),
            Interpolation::Area if is_enlarged => bilinear(Rule::AreaEnlarged),
            Interpolation::Area if shares::whole_factors(source, target) == Some((2, 2)) => {
                bilinear(Rule::Linear)
            }
            Interpolation::Area => {
                let area = Area::new(source, target, swap).map(Method::Area);
                area.ok_or(ResampleError::Factor {
                    region: source,
                    target,
                })
            }
            Interpolation::LinearKleidicv if kleidicv::does(source, target) => {
                let kleidicv = Kleidicv::new(source, target, to, swap).map(Method::Kleidicv);
                kleidicv.ok_or(ResampleError::Lanes {
                    region: source,
                    target,
                })
            }
            Interpolation::LinearKleidicv => bilinear(Rule::Linear),
        }
    }
}

impl Resampler {
    /// Prepares for frames of size `source` in channel order `from`, which become `target` in order
    /// `to`, by this rule.
    ///
    /// Allocates every buffer that a frame will need: about 40 bytes per target column and 12 per
    /// target row. With [`Interpolation::Area`] also 28 bytes per source column and 12 per
    /// source row.
    ///
    /// # Errors
    /// If a side is 0 or longer than [`SIDE_MAX_PX`]. With [`Interpolation::Area`] also if a target
    /// pixel is the mean of more pixels than single precision adds.
    pub fn new(
        source: Size,
        target: Size,
        from: ChannelOrder,
        to: ChannelOrder,
        interpolation: Interpolation,
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
        let method = Method::of(interpolation, (source, target), (from, to))?;
        Ok(Resampler {
            source,
            target,
            source_row_bytes,
            target_row_bytes,
            target_bytes,
            method,
        })
    }

    /// The size of the source frames.
    #[must_use]
    pub fn source(&self) -> Size {
        self.source
    }

    /// The size of the target frames.
    #[must_use]
    pub fn target(&self) -> Size {
        self.target
    }

    /// Begins a frame, which is written to `out`: the rows of `target`, without padding.
    ///
    /// An earlier frame that was not finished is dropped.
    ///
    /// # Errors
    /// If `out` does not have exactly the target's length.
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

/// A frame that is being resized by a [`Resampler`].
///
/// Every byte of the output is written once, in ascending order, and never read. So the output may
/// be in memory that is slow to read, such as a device's.
#[derive(Debug)]
pub struct Rows<'a> {
    resampler: &'a mut Resampler,
    target: TargetRows<'a>,
    pushed: u32,
}

impl Rows<'_> {
    /// Takes the next source row and writes the target rows that are now complete. Allocates
    /// nothing.
    ///
    /// # Errors
    /// If `row` does not have exactly the length of a source row, or the frame already has all its
    /// rows.
    pub fn push(&mut self, row: &[u8]) -> Result<(), ResampleError> {
        let Resampler {
            source,
            source_row_bytes,
            method,
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
        match method {
            Method::Copy => self.target.next_row().copy_from_slice(row),
            Method::Bilinear(bilinear) => bilinear.push(self.pushed, row, &mut self.target),
            Method::Area(area) => area.push(self.pushed, row, &mut self.target),
            Method::Nearest(nearest) => nearest.push(self.pushed, row, &mut self.target),
            Method::Kleidicv(kleidicv) => kleidicv.push(self.pushed, row, &mut self.target),
        }
        self.pushed += 1;
        Ok(())
    }

    /// Ends the frame.
    ///
    /// # Errors
    /// If source rows are missing. Then the output is written in part only.
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

/// The rows of the output that are not written yet.
#[derive(Debug)]
struct TargetRows<'a> {
    rest: &'a mut [u8],
    row_bytes: usize,
}

impl<'a> TargetRows<'a> {
    /// Takes the next row. The caller must fill it from its start to its end.
    fn next_row(&mut self) -> &'a mut [u8] {
        let (row, rest) = mem::take(&mut self.rest).split_at_mut(self.row_bytes);
        self.rest = rest;
        row
    }
}

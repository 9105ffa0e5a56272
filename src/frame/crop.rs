//! What a format's reader does with a picture: check its size, and push the region's rows.

use super::FrameError;
use crate::image::resample::{Rows, SIDE_MAX_PX};
use crate::image::{CHANNELS, Roi, Size};

/// The most bytes that are decoded for one picture: 178 megapixels of three bytes.
const DECODED_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// Memory that is kept from one picture to the next.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    /// One row in the file's format. Grows to the widest so far.
    pub row: Vec<u8>,
    /// One row of the region: red, green and blue in 8 bits.
    pub cut: Vec<u8>,
    /// The region, for files whose rows do not come in order from the top.
    pub region: Vec<u8>,
    /// A whole file, for formats whose data may be anywhere in it. Grows to the longest so far.
    pub file: Vec<u8>,
}

/// The region of one picture, on its way into the resampler.
#[derive(Debug)]
pub(super) struct Crop<'a> {
    roi: Roi,
    expected: Option<Size>,
    rows: Rows<'a>,
}

impl<'a> Crop<'a> {
    /// The region `roi` of a picture, which must have the size `expected` if that is given.
    pub fn new(roi: Roi, expected: Option<Size>, rows: Rows<'a>) -> Crop<'a> {
        Crop {
            roi,
            expected,
            rows,
        }
    }

    /// The region.
    pub const fn roi(&self) -> Roi {
        self.roi
    }

    /// Refuses a frame that is of the wrong size, too large, or does not contain the region.
    /// `row_bytes` is what the file has for one row, and `rows` is how many are decoded.
    pub fn accept(&self, frame: Size, row_bytes: u64, rows: u32) -> Result<(), FrameError> {
        if let Some(expected) = self.expected.filter(|expected| *expected != frame) {
            return Err(FrameError::Size { frame, expected });
        }
        check_size(frame, self.roi, row_bytes, rows)
    }

    /// The rows of a file that are decoded if those below the region are not.
    pub const fn rows_to_end(&self) -> u32 {
        // Inside the frame, and so not past the end of the type, once `accept` has been called.
        self.roi.y.saturating_add(self.roi.height)
    }

    /// Takes the region's next row.
    pub fn push(&mut self, pixels: &[u8]) -> Result<(), FrameError> {
        self.rows.push(pixels).map_err(FrameError::Output)
    }

    /// Takes the whole region.
    pub fn push_all(&mut self, region: &[u8]) -> Result<(), FrameError> {
        let row_bytes = self.roi.width as usize * CHANNELS;
        region
            .chunks_exact(row_bytes.max(1))
            .try_for_each(|row| self.push(row))
    }

    /// Ends the picture.
    pub fn finish(self) -> Result<(), FrameError> {
        self.rows.finish().map_err(FrameError::Output)
    }
}

/// Refuses a frame that is too large or does not contain the region. Of the file, `rows` rows of
/// `row_bytes` are decoded.
pub(super) fn check_size(
    frame: Size,
    roi: Roi,
    row_bytes: u64,
    rows: u32,
) -> Result<(), FrameError> {
    if !roi.is_inside(frame) {
        return Err(FrameError::RoiOutside { frame, roi });
    }
    let is_long = |side: u32| side > SIDE_MAX_PX;
    let decoded_bytes = row_bytes.saturating_mul(u64::from(rows));
    if is_long(frame.width) || is_long(frame.height) || decoded_bytes > DECODED_BYTES_MAX {
        return Err(FrameError::TooLarge {
            frame,
            limit_bytes: DECODED_BYTES_MAX,
        });
    }
    Ok(())
}

//! The layout of a frame's pixels in memory.

use super::PixelFormat;
use core::fmt;

/// Size, format and rows of a frame. A frame always fits into the address space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameLayout {
    format: PixelFormat,
    width: u32,
    height: u32,
    row_bytes: usize,
    rows: usize,
}

impl FrameLayout {
    /// Frames of `width` by `height` pixels. `None` if a side is 0, if pixels share a colour or a
    /// byte across the end of a row or column, if a mosaic has fewer than 3 rows or columns, or if
    /// the frame exceeds the address space.
    pub fn new(format: PixelFormat, width: u32, height: u32) -> Option<Self> {
        let (columns, column_bytes) = group(format);
        let odd_rows = format == PixelFormat::Nv12 && !height.is_multiple_of(2);
        let too_small = matches!(format, PixelFormat::Bayer(..)) && width.min(height) < 3;
        let fits = width > 0 && height > 0 && !odd_rows && !too_small;
        let width_px = usize::try_from(width).ok()?;
        if !fits || !width_px.is_multiple_of(columns) {
            return None;
        }
        let rows = match format {
            PixelFormat::Nv12 => height.checked_add(height / 2)?,
            _ => height,
        };
        let layout = Self {
            format,
            width,
            height,
            row_bytes: (width_px / columns).checked_mul(column_bytes)?,
            rows: usize::try_from(rows).ok()?,
        };
        layout.bytes(layout.row_bytes).map(|_| layout)
    }

    /// The format of the pixels.
    pub const fn format(self) -> PixelFormat {
        self.format
    }

    /// Pixels per row.
    pub const fn width(self) -> u32 {
        self.width
    }

    /// Number of rows.
    pub const fn height(self) -> u32 {
        self.height
    }

    /// Bytes of a row in the first plane without padding: the smallest row pitch. 0 for compressed
    /// frames.
    pub const fn row_bytes(self) -> usize {
        self.row_bytes
    }

    /// Bytes of a frame with a row pitch of `stride_bytes`, without the padding of the last row; of
    /// a compressed frame the least, 0.
    /// `None` if the pitch is too small or the frame exceeds the address space.
    ///
    /// A plane of U and V follows the padded last row of Y and has the same row pitch.
    pub fn bytes(self, stride_bytes: usize) -> Option<usize> {
        if stride_bytes < self.row_bytes {
            return None;
        }
        stride_bytes
            .checked_mul(self.rows - 1)?
            .checked_add(self.row_bytes)
    }
}

/// The smallest number of pixels that a row can be a multiple of, and their bytes in the first
/// plane.
const fn group(format: PixelFormat) -> (usize, usize) {
    match format {
        PixelFormat::Yuyv | PixelFormat::Uyvy => (2, 4),
        PixelFormat::Nv12 => (2, 2),
        PixelFormat::Grey(samples) | PixelFormat::Bayer(_, samples) => samples.group(),
        PixelFormat::Rgb24 | PixelFormat::Bgr24 => (1, 3),
        // The length of a frame is its own.
        PixelFormat::Mjpeg => (1, 0),
    }
}

impl fmt::Display for FrameLayout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{} {}", self.width, self.height, self.format)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::Samples;

    #[test]
    fn a_frame_needs_every_row_but_not_the_padding_of_the_last_one() {
        let bytes =
            |format, stride_bytes| FrameLayout::new(format, 6, 4).unwrap().bytes(stride_bytes);
        assert_eq!(bytes(PixelFormat::Yuyv, 12), Some(48));
        assert_eq!(bytes(PixelFormat::Yuyv, 16), Some(60));
        assert_eq!(bytes(PixelFormat::Nv12, 6), Some(36));
        assert_eq!(bytes(PixelFormat::Nv12, 8), Some(46));
        assert_eq!(bytes(PixelFormat::Grey(Samples::Bits8), 6), Some(24));
        assert_eq!(bytes(PixelFormat::Rgb24, 18), Some(72));
        assert_eq!(bytes(PixelFormat::Rgb24, 17), None, "rows overlap");
        assert_eq!(bytes(PixelFormat::Bgr24, usize::MAX / 2), None);
    }

    #[test]
    fn pixels_that_share_a_colour_or_a_byte_are_not_cut_apart() {
        for format in PixelFormat::ALL {
            let (columns, bytes) = group(format);
            let layout = FrameLayout::new(format, 8, 4).unwrap();
            assert_eq!(layout.row_bytes(), 8 / columns * bytes, "{format}");
            for width in 5..8 {
                assert_eq!(
                    FrameLayout::new(format, width, 4).is_some(),
                    (width as usize).is_multiple_of(columns),
                    "{format}"
                );
            }
            assert_eq!(
                FrameLayout::new(format, 4, 5).is_none(),
                format == PixelFormat::Nv12,
                "{format}"
            );
            let is_mosaic = matches!(format, PixelFormat::Bayer(..));
            assert_eq!(FrameLayout::new(format, 4, 2).is_none(), is_mosaic);
            assert!(FrameLayout::new(format, 0, 4).is_none());
            assert!(FrameLayout::new(format, 4, 0).is_none());
        }
    }
}

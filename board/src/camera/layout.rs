//! The layout of a frame's pixels in memory.

use core::fmt;

/// A pixel format of V4L2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PixelFormat {
    /// Y0 U Y1 V, two pixels in four bytes.
    Yuyv,
    /// U Y0 V Y1, two pixels in four bytes.
    Uyvy,
    /// A plane of Y, then a plane of alternating U and V at half the width and height.
    Nv12,
    /// One byte of brightness.
    Grey,
    /// Three bytes, red first.
    Rgb24,
    /// Three bytes, blue first.
    Bgr24,
}

impl PixelFormat {
    /// All formats.
    pub const ALL: [Self; 6] = [
        Self::Yuyv,
        Self::Uyvy,
        Self::Nv12,
        Self::Grey,
        Self::Rgb24,
        Self::Bgr24,
    ];

    /// The four-character code of V4L2.
    pub const fn fourcc(self) -> [u8; 4] {
        match self {
            Self::Yuyv => *b"YUYV",
            Self::Uyvy => *b"UYVY",
            Self::Nv12 => *b"NV12",
            Self::Grey => *b"GREY",
            Self::Rgb24 => *b"RGB3",
            Self::Bgr24 => *b"BGR3",
        }
    }

    /// Bytes per pixel in the first plane.
    const fn pixel_bytes(self) -> usize {
        match self {
            Self::Yuyv | Self::Uyvy => 2,
            Self::Nv12 | Self::Grey => 1,
            Self::Rgb24 | Self::Bgr24 => 3,
        }
    }
}

impl fmt::Display for PixelFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yuyv => "YUYV",
            Self::Uyvy => "UYVY",
            Self::Nv12 => "NV12",
            Self::Grey => "GREY",
            Self::Rgb24 => "RGB24",
            Self::Bgr24 => "BGR24",
        })
    }
}

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
    /// Frames of `width` by `height` pixels, or `None` if a side is 0, if pixels share a colour
    /// across an odd side, or if the frame exceeds the address space.
    pub fn new(format: PixelFormat, width: u32, height: u32) -> Option<Self> {
        let pairs = matches!(
            format,
            PixelFormat::Yuyv | PixelFormat::Uyvy | PixelFormat::Nv12
        );
        let odd = pairs && !width.is_multiple_of(2)
            || format == PixelFormat::Nv12 && !height.is_multiple_of(2);
        if width == 0 || height == 0 || odd {
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
            row_bytes: usize::try_from(width)
                .ok()?
                .checked_mul(format.pixel_bytes())?,
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

    /// Bytes of a row in the first plane without padding: the smallest row pitch.
    pub const fn row_bytes(self) -> usize {
        self.row_bytes
    }

    /// Bytes of a frame with a row pitch of `stride_bytes`, without the padding of the last row.
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

impl fmt::Display for FrameLayout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{} {}", self.width, self.height, self.format)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_needs_every_row_but_not_the_padding_of_the_last_one() {
        let bytes =
            |format, stride_bytes| FrameLayout::new(format, 6, 4).unwrap().bytes(stride_bytes);
        assert_eq!(bytes(PixelFormat::Yuyv, 12), Some(48));
        assert_eq!(bytes(PixelFormat::Yuyv, 16), Some(60));
        assert_eq!(bytes(PixelFormat::Nv12, 6), Some(36));
        assert_eq!(bytes(PixelFormat::Nv12, 8), Some(46));
        assert_eq!(bytes(PixelFormat::Grey, 6), Some(24));
        assert_eq!(bytes(PixelFormat::Rgb24, 18), Some(72));
        assert_eq!(bytes(PixelFormat::Rgb24, 17), None, "rows overlap");
        assert_eq!(bytes(PixelFormat::Bgr24, usize::MAX / 2), None);
    }

    #[test]
    fn two_pixels_that_share_a_colour_need_even_sides() {
        for format in PixelFormat::ALL {
            let pairs = matches!(
                format,
                PixelFormat::Yuyv | PixelFormat::Uyvy | PixelFormat::Nv12
            );
            assert_eq!(FrameLayout::new(format, 5, 4).is_none(), pairs, "{format}");
            assert_eq!(
                FrameLayout::new(format, 4, 5).is_none(),
                format == PixelFormat::Nv12,
                "{format}"
            );
            assert!(FrameLayout::new(format, 0, 4).is_none());
            assert!(FrameLayout::new(format, 4, 0).is_none());
        }
    }
}

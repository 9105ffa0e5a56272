//! Sizes, regions and channel orders of frames.

use core::fmt;

use serde::{Deserialize, Serialize};

/// Channels of every pixel that a frame source gives: three of 8 bits, interleaved.
pub const CHANNELS: usize = 3;

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Size {
    /// The number of pixels.
    #[must_use]
    pub fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// The bytes of a frame of this size: three 8-bit channels, rows without padding. `None` if
    /// that exceeds the address space.
    #[must_use]
    pub fn bytes(self) -> Option<usize> {
        let width = usize::try_from(self.width).ok()?;
        let height = usize::try_from(self.height).ok()?;
        width.checked_mul(height)?.checked_mul(CHANNELS)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

/// A half-open rectangle in frame pixels: columns `x..x + width`, rows `y..y + height`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Roi {
    /// First column.
    pub x: u32,
    /// First row.
    pub y: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Roi {
    /// The size of the rectangle.
    #[must_use]
    pub fn size(self) -> Size {
        Size {
            width: self.width,
            height: self.height,
        }
    }

    /// Whether the whole rectangle is inside a frame of size `frame`.
    #[must_use]
    pub fn is_inside(self, frame: Size) -> bool {
        let ends_by = |start: u32, length: u32, limit: u32| {
            start.checked_add(length).is_some_and(|end| end <= limit)
        };
        ends_by(self.x, self.width, frame.width) && ends_by(self.y, self.height, frame.height)
    }
}

impl fmt::Display for Roi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}x{} at ({}, {})",
            self.width, self.height, self.x, self.y
        )
    }
}

/// The order of a pixel's three bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelOrder {
    /// Blue first, as OpenCV keeps pixels.
    Bgr,
    /// Red first, as PNG keeps pixels.
    Rgb,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_roi_may_end_at_the_border_but_not_past_it() {
        let frame = Size {
            width: 10,
            height: 8,
        };
        let roi = Roi {
            x: 4,
            y: 3,
            width: 6,
            height: 5,
        };
        assert!(roi.is_inside(frame));
        assert!(!Roi { x: 5, ..roi }.is_inside(frame));
        assert!(!Roi { y: 4, ..roi }.is_inside(frame));
        assert!(!Roi { x: u32::MAX, ..roi }.is_inside(frame));
    }
}

//! Rotation of the picture for a panel that is mounted on its side or upside down.

use super::Area;
use embedded_graphics::geometry::Size;

/// Rotation of the picture on the panel, clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Turn {
    /// No rotation.
    #[default]
    None,
    /// 90 degrees: the top left corner of the canvas is the top right corner of the panel.
    Quarter,
    /// 180 degrees.
    Half,
    /// 270 degrees.
    ThreeQuarters,
}

impl Turn {
    /// The rotation by this many degrees, or `None` for values other than 0, 90, 180 and 270.
    pub const fn from_degrees(degrees: u16) -> Option<Self> {
        Some(match degrees {
            0 => Self::None,
            90 => Self::Quarter,
            180 => Self::Half,
            270 => Self::ThreeQuarters,
            _ => return None,
        })
    }

    /// Whether rows of the canvas are columns of the panel.
    pub const fn is_sideways(self) -> bool {
        matches!(self, Self::Quarter | Self::ThreeQuarters)
    }

    /// The size of the canvas for a panel of `size`, or of the panel for a canvas of `size`.
    pub const fn size(self, size: Size) -> Size {
        if self.is_sideways() {
            Size::new(size.height, size.width)
        } else {
            size
        }
    }

    /// The canvas pixel that a panel of `width` x `height` pixels shows at `x`, `y`. The point must
    /// be on the panel.
    pub(super) const fn on_canvas(
        self,
        (width, height): (usize, usize),
        (x, y): (usize, usize),
    ) -> (usize, usize) {
        match self {
            Self::None => (x, y),
            Self::Quarter => (y, width - 1 - x),
            Self::Half => (width - 1 - x, height - 1 - y),
            Self::ThreeQuarters => (height - 1 - y, x),
        }
    }

    /// The area of a panel of `width` x `height` pixels that shows the canvas's `area`. The area
    /// must be inside the canvas.
    pub(super) const fn on_panel(self, (width, height): (usize, usize), area: &Area) -> Area {
        let Area { x, y } = area;
        match self {
            Self::None => Area {
                x: x.start..x.end,
                y: y.start..y.end,
            },
            Self::Quarter => Area {
                x: width - y.end..width - y.start,
                y: x.start..x.end,
            },
            Self::Half => Area {
                x: width - x.end..width - x.start,
                y: height - y.end..height - y.start,
            },
            Self::ThreeQuarters => Area {
                x: y.start..y.end,
                y: height - x.end..height - x.start,
            },
        }
    }
}

//! Pictures of machined parts, with defects and their masks, as the camera of the reference job
//! would take them.
//!
//! A part is a flange with a bore, bolt holes, grooves and an engraved number. It is turned, milled
//! or ground, and rests on a dark fixture. Every pixel is a function of the seed and the pixel's
//! position. So any window of a frame has exactly the pixels of the whole frame. The same seed
//! gives the same bytes on every machine, because no function of the C library is used.
//!
//! A mask covers each pixel that its defect covers by at least half. The defect's colour begins at
//! the same outline, softened only by the blur of the lens. So the outline can be read from the
//! picture to a fraction of a pixel.

mod background;
mod body;
mod defects;
mod geometry;
mod light;
mod marks;
mod noise;
pub mod onto;
mod patch;
mod random;
mod scene;
mod sensor;
mod shapes;
mod surface;
#[cfg(test)]
mod tests;
pub mod write;

pub use scene::{Defect, Part, render};

use geometry::{Vec2, index};

/// Width of a frame in pixels.
pub const FRAME_WIDTH: usize = 4096;
/// Height of a frame in pixels.
pub const FRAME_HEIGHT: usize = 3072;

/// The whole frame.
pub const FRAME: Window = Window {
    x: 0,
    y: 0,
    width: FRAME_WIDTH,
    height: FRAME_HEIGHT,
};
/// The inspected square of the reference job. The part leaves 0 to 110 px free on each side.
pub const ROI: Window = Window {
    x: 2200,
    y: 1000,
    width: 1800,
    height: 1800,
};

/// A half-open rectangle of frame pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First column.
    pub x: usize,
    /// First row.
    pub y: usize,
    /// Number of columns.
    pub width: usize,
    /// Number of rows.
    pub height: usize,
}

impl Window {
    /// The smallest window that contains both corners, cut to the frame.
    fn around(low: Vec2, high: Vec2) -> Self {
        let (x, y) = (
            index(low.x).min(FRAME_WIDTH),
            index(low.y).min(FRAME_HEIGHT),
        );
        let (right, bottom) = (
            index(high.x + 1.0).min(FRAME_WIDTH),
            index(high.y + 1.0).min(FRAME_HEIGHT),
        );
        Self {
            x,
            y,
            width: right.saturating_sub(x),
            height: bottom.saturating_sub(y),
        }
    }

    /// Whether the pixel at column `x`, row `y` belongs to the window.
    pub const fn holds(&self, x: usize, y: usize) -> bool {
        x >= self.x && y >= self.y && x - self.x < self.width && y - self.y < self.height
    }

    /// The intersection of both windows, of width or height 0 if they do not meet.
    fn intersection(self, other: Self) -> Self {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        let right = (self.x + self.width).min(other.x + other.width);
        let bottom = (self.y + self.height).min(other.y + other.height);
        Self {
            x,
            y,
            width: right.saturating_sub(x),
            height: bottom.saturating_sub(y),
        }
    }
}

/// Which defects a part has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No defect.
    Good,
    /// One to four defects of any kind.
    Defective,
    /// One defect of this kind.
    With(DefectKind),
}

impl Kind {
    /// Its word in `parts.json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Defective | Self::With(_) => "defective",
        }
    }
}

/// The seed of part `number` of a data set. It does not depend on the size of the data set, or on
/// how the data set is split into runs.
pub const fn seed_of(data_set_seed: u64, number: usize) -> u64 {
    random::mix(random::mix(data_set_seed).wrapping_add(number as u64))
}

/// The kind of part `number` of a data set in which `good_share` (0 to 1) of the parts are good,
/// spread evenly.
pub fn kind_of(number: usize, good_share: f64) -> Kind {
    let good_before = |number: usize| (number as f64 * good_share + 0.5).floor();
    if good_before(number + 1) > good_before(number) {
        Kind::Good
    } else {
        Kind::Defective
    }
}

/// The kinds of defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefectKind {
    /// A curved groove with a raised bright lip, 11 to 26 px wide and 150 to 700 px long. The lip
    /// is part of the mask.
    Scratch,
    /// A dark hollow, 25 to 92 px across.
    Pit,
    /// A piece broken out of the edge of the part or of a hole, 65 to 230 px at its longest.
    Chip,
    /// A brown blotch, 90 to 325 px across.
    Stain,
}

impl DefectKind {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Scratch, Self::Pit, Self::Chip, Self::Stain];

    /// Its word in `parts.json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scratch => "scratch",
            Self::Pit => "pit",
            Self::Chip => "chip",
            Self::Stain => "stain",
        }
    }
}

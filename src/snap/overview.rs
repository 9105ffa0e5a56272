//! A whole picture with coordinates, on which a person finds the region to inspect: a drawing with
//! a grid, and letters for a terminal.

use super::drawing::{BACKGROUND, QUIET, area, boxed, enlarged, frame, put, to_u32};
use super::picture::Picture;
use super::pixels::Pixels;
use super::{SnapError, WIDTH_PX};
use crate::image::{ChannelOrder, Roi, Size};
use crate::station::keys::{self, KeyKind};
use embedded_graphics::geometry::Size as Extent;
use embedded_graphics::mono_font::ascii::FONT_9X15;
use embedded_graphics::pixelcolor::{Rgb888, RgbColor as _};
use embedded_graphics::prelude::{DrawTarget, Drawable as _, Point, Primitive as _};
use embedded_graphics::primitives::{PrimitiveStyle, Rectangle};
use std::path::Path;

/// Place of the picture in the drawing; the numbers are above and left of it.
const AT: Point = Point::new(64, 24);
/// Longer side of the picture in the drawing, in pixels.
const SIDE_PX: u32 = WIDTH_PX - 80;
/// Height of the text below the picture, in pixels.
const TEXT_PX: u32 = 32;
/// Most grid lines on the longer side.
const LINES_MAX: u32 = 16;
const GRID: Rgb888 = Rgb888::new(0, 150, 190);

/// Columns in front of a terminal's picture, for the numbers of its rows.
const NUMBERS: usize = 6;
/// Columns between two numbers above it, at least.
const APART: u32 = 8;
/// From dark to bright. A region's outline is '#'.
const LETTERS: &[u8] = b" .:-=+*%@";
const OUTLINE: char = '#';
/// The colours of a terminal: 24 greys, and a yellow for the outline.
const GREY: u32 = 232;
const YELLOW: u32 = 226;

/// A picture that was read for a person to look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// Its size.
    pub size: Size,
    /// Scaled down: size and RGB pixels.
    preview: (Size, Vec<u8>),
}

impl Overview {
    /// Reads a picture file, whose pixels are decoded only if its size is allowed. Allocates.
    ///
    /// # Errors
    /// The file cannot be opened, is no picture, or is larger than a station's picture may be.
    pub fn of(path: &Path) -> Result<Self, SnapError> {
        let picture = Picture::File(path);
        let size = picture.size()?;
        let side_max = side_max();
        if size.width.max(size.height) > side_max {
            return Err(SnapError::TooLarge { size, side_max });
        }
        let preview = picture.preview(size, SIDE_PX)?;
        Ok(Self { size, preview })
    }

    /// Height of the drawing, in pixels. Its width is [`WIDTH_PX`].
    pub fn height_px(&self) -> u32 {
        to_u32(AT.y) + self.shown().height + TEXT_PX
    }

    /// Draws the picture with a grid, its numbers, and the region if there is one.
    ///
    /// # Errors
    /// The errors of `target`.
    pub fn draw<D: DrawTarget<Color = Rgb888>>(
        &self,
        roi: Option<Roi>,
        target: &mut D,
    ) -> Result<(), D::Error> {
        let shown = self.shown();
        target.clear(BACKGROUND)?;
        target.fill_contiguous(&area(AT, shown), self.pixels().scaled(shown))?;
        let step = round_up(self.size.width.max(self.size.height).div_ceil(LINES_MAX));
        let line = PrimitiveStyle::with_fill(GRID);
        for x in (0..self.size.width).step_by(to_usize(step)) {
            let at = boxed(AT, [x, 0, 0, 0], self.size, shown).top_left;
            let stroke = Rectangle::new(at, Extent::new(1, shown.height));
            stroke.into_styled(line).draw(target)?;
            put(
                target,
                &x.to_string(),
                &FONT_9X15,
                at - Point::new(0, 18),
                QUIET,
            )?;
        }
        for y in (0..self.size.height).step_by(to_usize(step)) {
            let at = boxed(AT, [0, y, 0, 0], self.size, shown).top_left;
            let stroke = Rectangle::new(at, Extent::new(shown.width, 1));
            stroke.into_styled(line).draw(target)?;
            let place = Point::new(4, at.y);
            put(target, &format!("{y:>6}"), &FONT_9X15, place, QUIET)?;
        }
        let mut text = format!("{}, a line each {step} px", self.size);
        if let Some(roi) = roi {
            let sides = [roi.x, roi.y, roi.width, roi.height];
            frame(target, boxed(AT, sides, self.size, shown))?;
            text += &format!("; the region is {roi}");
        }
        let below = i32::try_from(shown.height + 8).unwrap_or(i32::MAX);
        let place = AT + Point::new(0, below);
        put(target, &text, &FONT_9X15, place, Rgb888::WHITE)
    }

    /// The picture in letters, with its coordinates, for a terminal of this many columns and rows.
    /// `is_grey` uses the terminal's greys and half blocks, two pixels a letter. Allocates.
    pub fn letters(&self, (columns, rows): (u16, u16), roi: Option<Roi>, is_grey: bool) -> String {
        let wide = u32::from(columns).saturating_sub(to_u32(NUMBERS.try_into().unwrap_or(0)));
        let high = 2 * u32::from(rows).saturating_sub(1);
        let cells = self.fitting(wide.max(1), high.max(2));
        let greys: Vec<u32> = self.pixels().scaled(cells).map(grey).collect();
        let outline = roi.map(|roi| Outline::of(roi, self.size, cells));
        let step = round_up((self.size.width.saturating_mul(APART)).div_ceil(cells.width));
        let mut text = self.numbers_above(cells.width, step);
        let mut next = 0;
        for row in 0..cells.height / 2 {
            let top = scale(2 * row + 2, cells.height, self.size.height);
            let label = if next < top {
                let label = next.to_string();
                next = next.saturating_add(step);
                label
            } else {
                String::new()
            };
            text += &format!("{label:>5} ");
            for column in 0..cells.width {
                let value = |half: u32| {
                    let y = 2 * row + half;
                    let at = to_usize(y * cells.width + column);
                    let is_outline = outline.as_ref().is_some_and(|line| line.has(column, y));
                    (!is_outline).then(|| greys.get(at).copied().unwrap_or_default())
                };
                text += &letter([value(0), value(1)], is_grey);
            }
            text += if is_grey { "\x1b[0m\n" } else { "\n" };
        }
        text
    }

    /// The numbers above the picture; each begins in its column, and ends above the picture.
    fn numbers_above(&self, columns: u32, step: u32) -> String {
        let mut text = " ".repeat(NUMBERS);
        for x in (0..self.size.width).step_by(to_usize(step)) {
            let column = NUMBERS + to_usize(scale(x, self.size.width, columns));
            let label = x.to_string();
            if column + label.len() > NUMBERS + to_usize(columns) {
                break;
            }
            while text.len() < column {
                text.push(' ');
            }
            text += &label;
        }
        text + "\n"
    }

    /// The largest size with the picture's ratio within this one, of an even height.
    fn fitting(&self, wide: u32, high: u32) -> Size {
        let Size { width, height } = self.size;
        let by_width = scale(height, width, wide).max(2);
        let (width, height) = if by_width <= high {
            (wide, by_width)
        } else {
            (scale(width, height, high).clamp(1, wide), high)
        };
        let height = height + height % 2;
        Size { width, height }
    }

    fn pixels(&self) -> Pixels<'_> {
        Pixels {
            size: self.preview.0,
            order: ChannelOrder::Rgb,
            bytes: &self.preview.1,
            mask: &[],
        }
    }

    fn shown(&self) -> Size {
        enlarged(self.preview.0, SIDE_PX)
    }
}

/// The longest side that a station file allows, in pixels.
fn side_max() -> u32 {
    let key = keys::all().find(|key| key.path == "image.frame.width");
    match key.map(|key| key.kind) {
        Some(KeyKind::Integer(_, most)) => most,
        _ => u32::MAX,
    }
}

/// The cells of a region's outline: the first and last ones that it touches.
struct Outline {
    left: u32,
    right: u32,
    top: u32,
    bottom: u32,
}

impl Outline {
    fn of(roi: Roi, from: Size, to: Size) -> Self {
        let last = |end: u32, from: u32, to: u32| scale(end.saturating_sub(1), from, to);
        Self {
            left: scale(roi.x, from.width, to.width),
            right: last(roi.x.saturating_add(roi.width), from.width, to.width),
            top: scale(roi.y, from.height, to.height),
            bottom: last(roi.y.saturating_add(roi.height), from.height, to.height),
        }
    }

    fn has(&self, x: u32, y: u32) -> bool {
        let is_inside =
            (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y);
        let is_edge = x == self.left || x == self.right || y == self.top || y == self.bottom;
        is_inside && is_edge
    }
}

/// The letter of two values above each other, 0 to 255; nothing is the outline.
fn letter(halves: [Option<u32>; 2], is_grey: bool) -> String {
    if is_grey {
        let [above, below] =
            halves.map(|value| value.map_or(YELLOW, |value| GREY + value * 23 / 255));
        return format!("\x1b[38;5;{above};48;5;{below}m\u{2580}");
    }
    let [Some(above), Some(below)] = halves else {
        return OUTLINE.to_string();
    };
    let most = u32::try_from(LETTERS.len()).unwrap_or(1) - 1;
    let place = to_usize(above.midpoint(below) * most / 255);
    char::from(LETTERS.get(place).copied().unwrap_or(b' ')).to_string()
}

/// How bright a colour looks, 0 to 255.
fn grey(colour: Rgb888) -> u32 {
    (2 * u32::from(colour.r()) + 5 * u32::from(colour.g()) + u32::from(colour.b())) / 8
}

/// The least of 1, 2, 5, 10, 20, 50 and so on that is not smaller.
fn round_up(least: u32) -> u32 {
    let mut power = 1_u32;
    loop {
        for factor in [1, 2, 5] {
            let step = power.saturating_mul(factor);
            if step >= least {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

fn scale(value: u32, from: u32, to: u32) -> u32 {
    let scaled = u64::from(value) * u64::from(to) / u64::from(from.max(1));
    u32::try_from(scaled).unwrap_or(u32::MAX)
}

fn to_usize(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;

//! A contact sheet of an evaluation: the worst missed parts and the worst false rejects, each with
//! picture, expected mask, found mask and score, in one drawing of bounded size.
//!
//! The worst missed part has the largest defect in its mask, and the worst false reject the largest
//! area that the model found. No station uses it, so it may allocate.

use crate::image::{ChannelOrder, Size};
use crate::labelled::eval::{Figures, Seen};
use crate::snap::Pixels;
use crate::station::Station;
use embedded_graphics::geometry::Size as Extent;
use embedded_graphics::mono_font::ascii::{FONT_9X15, FONT_9X15_BOLD};
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::{DrawTarget, Drawable as _, Point};
use embedded_graphics::primitives::Rectangle;
use embedded_graphics::text::{Baseline, Text};

/// Most parts of each kind on a sheet. So no sheet is larger than 1040 x 4656 pixels.
pub const SHEET_PARTS_MAX: u8 = 24;

/// Longer side of each of a part's three pictures, in pixels.
const PANEL_PX: u32 = 160;
const GAP_PX: u32 = 8;
const CAPTION_PX: u32 = 22;
const HEADING_PX: u32 = 32;
/// Parts beside each other.
const COLUMNS: u32 = 2;
const PART_WIDTH_PX: u32 = 3 * (PANEL_PX + GAP_PX) + 2 * GAP_PX;
const PART_HEIGHT_PX: u32 = PANEL_PX + CAPTION_PX + GAP_PX;
/// Letters that fit above a part.
const CAPTION_LETTERS: usize = 55;

const BACKGROUND: Rgb888 = Rgb888::new(18, 22, 28);
const TEXT: Rgb888 = Rgb888::new(200, 208, 218);

/// The worst parts of an evaluation.
#[derive(Debug)]
pub struct Sheet {
    size: Size,
    order: ChannelOrder,
    missed: Worst,
    rejected: Worst,
}

/// The worst parts of one kind, the worst first.
#[derive(Debug)]
struct Worst {
    parts_max: usize,
    /// All of them, the forgotten ones included.
    count: u32,
    parts: Vec<Kept>,
}

/// A part on the sheet.
#[derive(Debug)]
struct Kept {
    area_px: u64,
    number: u32,
    caption: String,
    /// Its picture, with the expected mask and with the found one.
    panels: [Vec<Rgb888>; 3],
}

impl Sheet {
    /// An empty sheet for `parts_max` parts of each kind, at most [`SHEET_PARTS_MAX`].
    pub fn new(station: &Station, parts_max: u8) -> Self {
        let worst = || Worst {
            parts_max: parts_max.min(SHEET_PARTS_MAX).into(),
            count: 0,
            parts: Vec::new(),
        };
        Self {
            size: station.image.size,
            order: station.image.order,
            missed: worst(),
            rejected: worst(),
        }
    }

    /// Adds a part if it is among the worst. A part that was judged as it must be is not.
    pub fn add(&mut self, figures: &Figures, seen: &Seen<'_>) {
        let passes = figures.verdict.passes();
        let area = |mask: &[u8]| mask.iter().filter(|class| **class > 0).count() as u64;
        let (worst, area_px) = match (figures.is_defective(), passes) {
            (true, true) => (&mut self.missed, area(seen.truth)),
            (false, false) => (&mut self.rejected, area(seen.mask)),
            _ => return,
        };
        worst.count += 1;
        let number = figures.number;
        let place = worst.parts.partition_point(|kept| kept.area_px >= area_px);
        if place >= worst.parts_max {
            return;
        }
        let score = seen
            .score
            .map_or(String::new(), |score| format!(", score {score:.3}"));
        let caption = format!(
            "{number}: expected {} px, found {} px{score}, Dice {:.2}",
            area(seen.truth),
            area(seen.mask),
            figures.counts.dice()
        );
        let panel = |mask| {
            let pixels = Pixels {
                size: self.size,
                order: self.order,
                bytes: seen.input,
                mask,
            };
            pixels.scaled(panel_size(self.size)).collect()
        };
        worst.parts.insert(
            place,
            Kept {
                area_px,
                number,
                caption: caption.chars().take(CAPTION_LETTERS).collect(),
                panels: [panel(&[]), panel(seen.truth), panel(seen.mask)],
            },
        );
        worst.parts.truncate(worst.parts_max);
    }

    /// The numbers of the missed parts on the sheet, and of the false rejects; the worst first.
    pub fn numbers(&self) -> [Vec<u32>; 2] {
        let of = |worst: &Worst| worst.parts.iter().map(|kept| kept.number).collect();
        [of(&self.missed), of(&self.rejected)]
    }

    /// Width and height of the drawing, in pixels.
    pub fn size_px(&self) -> Extent {
        let height = self.missed.height_px() + self.rejected.height_px() + HEADING_PX;
        Extent::new(COLUMNS * PART_WIDTH_PX, height)
    }

    /// Draws it on a target of this size.
    ///
    /// # Errors
    /// The errors of `target`.
    pub fn draw<D: DrawTarget<Color = Rgb888>>(&self, target: &mut D) -> Result<(), D::Error> {
        target.clear(BACKGROUND)?;
        let missed = "missed: defective, and passed";
        self.section(&self.missed, missed, 0, target)?;
        let top = self.missed.height_px();
        let rejected = "false rejects: good, and not passed";
        self.section(&self.rejected, rejected, top, target)?;
        let legend = "each: picture, expected mask, found mask";
        let top = top + self.rejected.height_px();
        put(target, legend, &FONT_9X15, at(GAP_PX, top + GAP_PX))
    }

    fn section<D: DrawTarget<Color = Rgb888>>(
        &self,
        worst: &Worst,
        what: &str,
        top: u32,
        target: &mut D,
    ) -> Result<(), D::Error> {
        let (all, shown) = (worst.count, worst.parts.len());
        let heading = match all {
            0 => format!("0 {what}"),
            _ => format!("{all} {what}; the {shown} largest"),
        };
        put(target, &heading, &FONT_9X15_BOLD, at(GAP_PX, top + GAP_PX))?;
        let panel = panel_size(self.size);
        for (index, kept) in (0..).zip(&worst.parts) {
            let x = GAP_PX + index % COLUMNS * PART_WIDTH_PX;
            let y = top + HEADING_PX + index / COLUMNS * PART_HEIGHT_PX;
            put(target, &kept.caption, &FONT_9X15, at(x, y))?;
            for (place, colours) in (0..).zip(&kept.panels) {
                let corner = at(x + place * (PANEL_PX + GAP_PX), y + CAPTION_PX);
                let area = Rectangle::new(corner, Extent::new(panel.width, panel.height));
                target.fill_contiguous(&area, colours.iter().copied())?;
            }
        }
        Ok(())
    }
}

impl Worst {
    fn height_px(&self) -> u32 {
        let parts = u32::try_from(self.parts.len()).unwrap_or_default();
        HEADING_PX + parts.div_ceil(COLUMNS) * PART_HEIGHT_PX
    }
}

/// The size of a panel: the model's input, scaled so that its longer side is [`PANEL_PX`].
fn panel_size(size: Size) -> Size {
    let longer = u64::from(size.width.max(size.height).max(1));
    let scaled = |side: u32| {
        let scaled = u64::from(side) * u64::from(PANEL_PX) / longer;
        u32::try_from(scaled).unwrap_or(PANEL_PX).max(1)
    };
    Size {
        width: scaled(size.width),
        height: scaled(size.height),
    }
}

fn at(x: u32, y: u32) -> Point {
    let place = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
    Point::new(place(x), place(y))
}

fn put<D: DrawTarget<Color = Rgb888>>(
    target: &mut D,
    text: &str,
    font: &MonoFont<'_>,
    at: Point,
) -> Result<(), D::Error> {
    let style = MonoTextStyle::new(font, TEXT);
    Text::with_baseline(text, at, style, Baseline::Top)
        .draw(target)
        .map(drop)
}

#[cfg(test)]
mod tests;

//! The two points that are marked, and the legends.

use super::axes::letters;
use crate::labelled::tune::surface::Counts;
use embedded_graphics::pixelcolor::{Rgb888, RgbColor as _};
use embedded_graphics::prelude::{DrawTarget, Drawable as _, Point, Primitive as _, Size};
use embedded_graphics::primitives::{
    Circle, Line, PrimitiveStyle, PrimitiveStyleBuilder, Rectangle,
};
use embedded_graphics::text::Text;

/// Colour of the proposal.
pub(super) const PROPOSED: Rgb888 = Rgb888::new(215, 90, 0);
/// Colour of the station file's limits.
pub(super) const FILE: Rgb888 = Rgb888::BLACK;

const RING_PX: u32 = 15;
const CROSS_PX: i32 = 6;
const LETTER_PX: i32 = 8;

/// A score and an area that are marked.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mark {
    pub index: usize,
    pub score_min: f64,
    pub area_px: f64,
    pub counts: Counts,
    pub colour: Rgb888,
    pub is_ring: bool,
    pub text: String,
}

impl Mark {
    /// Draws a ring with a point in it, or a cross.
    pub(super) fn draw<D: DrawTarget<Color = Rgb888>>(
        &self,
        target: &mut D,
        at: Point,
    ) -> Result<(), D::Error> {
        if self.is_ring {
            let halo = PrimitiveStyle::with_stroke(Rgb888::WHITE, 6);
            let ring = PrimitiveStyleBuilder::new()
                .stroke_color(self.colour)
                .stroke_width(3)
                .build();
            let circle = Circle::with_center(at, RING_PX);
            circle.into_styled(halo).draw(target)?;
            circle.into_styled(ring).draw(target)?;
            let dot = PrimitiveStyle::with_fill(self.colour);
            Circle::with_center(at, 5).into_styled(dot).draw(target)
        } else {
            let style = PrimitiveStyle::with_stroke(self.colour, 3);
            for (x, y) in [(CROSS_PX, CROSS_PX), (CROSS_PX, -CROSS_PX)] {
                let reach = Point::new(x, y);
                Line::new(at - reach, at + reach)
                    .into_styled(style)
                    .draw(target)?;
            }
            Ok(())
        }
    }
}

/// A line along a row or a column. (The library's own thick lines overflow if they are drawn far
/// outside.)
pub(super) fn stroke<D: DrawTarget<Color = Rgb888>>(
    from: Point,
    to: Point,
    colour: Rgb888,
    width_px: i32,
    target: &mut D,
) -> Result<(), D::Error> {
    let reach = Point::new(width_px / 2, width_px / 2);
    let (low, high) = (from.component_min(to), from.component_max(to));
    let style = PrimitiveStyle::with_fill(colour);
    Rectangle::with_corners(low - reach, high + reach)
        .into_styled(style)
        .draw(target)
}

/// Draws coloured boxes with their names, side by side.
pub(super) fn legend<D: DrawTarget<Color = Rgb888>>(
    target: &mut D,
    mut at: Point,
    names: &[(&str, Rgb888)],
) -> Result<(), D::Error> {
    for (name, colour) in names {
        let style = PrimitiveStyleBuilder::new()
            .fill_color(*colour)
            .stroke_color(Rgb888::BLACK)
            .stroke_width(1)
            .build();
        let size = Size::new(14, 14);
        Rectangle::new(at - Point::new(0, 7), size)
            .into_styled(style)
            .draw(target)?;
        Text::new(name, at + Point::new(20, 4), letters()).draw(target)?;
        let letters = i32::try_from(name.len()).unwrap_or_default();
        at.x += 20 + letters * LETTER_PX + 24;
    }
    Ok(())
}

//! Draws each pixel as a square: of a layout on a larger screen, and of enlarged letters.

use embedded_graphics::Pixel;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::prelude::DrawTarget;
use embedded_graphics::primitives::Rectangle;

/// A drawing target within another one.
pub(super) struct Scaled<'a, D> {
    target: &'a mut D,
    size: Size,
    corner: Point,
    factor: u32,
}

impl<'a, D: DrawTarget + OriginDimensions> Scaled<'a, D> {
    /// A target of `size` in the middle of `target`, enlarged by the largest whole factor that
    /// fits. On a smaller `target`, its right and lower parts are cut off.
    pub fn new(target: &'a mut D, size: Size) -> Self {
        let whole = target.size();
        let fits = |whole: u32, side: u32| whole.checked_div(side).unwrap_or(1);
        let factor = fits(whole.width, size.width)
            .min(fits(whole.height, size.height))
            .clamp(1, 64);
        let margin = |whole: u32, side: u32| {
            i32::try_from(whole.saturating_sub(side * factor) / 2).unwrap_or_default()
        };
        Self {
            corner: Point::new(
                margin(whole.width, size.width),
                margin(whole.height, size.height),
            ),
            target,
            size,
            factor,
        }
    }
}

impl<'a, D> Scaled<'a, D> {
    /// A target without an end, whose upper left corner is at `corner`.
    pub fn at(target: &'a mut D, corner: Point, factor: u32) -> Self {
        Self {
            target,
            size: Size::new_equal(1 << 15),
            corner,
            factor,
        }
    }

    fn scaled(&self, area: &Rectangle) -> Rectangle {
        let factor = i32::try_from(self.factor).unwrap_or(1);
        Rectangle::new(
            self.corner + area.top_left * factor,
            area.size * self.factor,
        )
    }
}

impl<D> OriginDimensions for Scaled<'_, D> {
    fn size(&self) -> Size {
        self.size
    }
}

impl<D: DrawTarget> DrawTarget for Scaled<'_, D> {
    type Color = D::Color;
    type Error = D::Error;

    fn draw_iter<I: IntoIterator<Item = Pixel<D::Color>>>(
        &mut self,
        pixels: I,
    ) -> Result<(), D::Error> {
        pixels.into_iter().try_for_each(|Pixel(point, colour)| {
            self.fill_solid(&Rectangle::new(point, Size::new_equal(1)), colour)
        })
    }

    fn fill_solid(&mut self, area: &Rectangle, colour: D::Color) -> Result<(), D::Error> {
        // Pixels outside the layout must not appear beside it.
        let area = area.intersection(&Rectangle::new(Point::zero(), self.size));
        let area = self.scaled(&area);
        self.target.fill_solid(&area, colour)
    }
}

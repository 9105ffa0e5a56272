//! The drawing in memory, and the areas in which it differs from the panel.

use core::convert::Infallible;
use core::ops::Range;
use embedded_graphics::Pixel;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::pixelcolor::{BinaryColor, PixelColor};
use embedded_graphics::prelude::DrawTarget;
use embedded_graphics::primitives::Rectangle;

/// An area of a canvas, half-open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Its columns.
    pub x: Range<usize>,
    /// Its rows.
    pub y: Range<usize>,
}

/// A drawing and a copy of what was shown last. Allocated once.
#[derive(Debug, Clone)]
pub struct Canvas<C> {
    pixels: Box<[C]>,
    shown: Box<[C]>,
    /// Whether the panel shows the copy.
    is_shown: bool,
    width: usize,
    size: Size,
}

impl<C: PixelColor> Canvas<C> {
    /// A black canvas that was not shown yet.
    pub fn new(size: Size) -> Self
    where
        C: From<BinaryColor>,
    {
        let count = u64::from(size.width) * u64::from(size.height);
        let pixels = vec![C::from(BinaryColor::Off); usize::try_from(count).unwrap_or_default()];
        Self {
            shown: pixels.clone().into_boxed_slice(),
            pixels: pixels.into_boxed_slice(),
            is_shown: false,
            width: usize::try_from(size.width).unwrap_or_default(),
            size,
        }
    }

    /// Number of columns.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Number of rows.
    pub fn height(&self) -> usize {
        self.pixels
            .len()
            .checked_div(self.width)
            .unwrap_or_default()
    }

    /// The pixels, row by row.
    pub fn pixels(&self) -> &[C] {
        &self.pixels
    }

    /// The columns `x` of row `y`; empty outside the canvas.
    pub fn span(&self, x: Range<usize>, y: usize) -> &[C] {
        part(&self.pixels, self.width, x, y)
    }

    /// The pixel at `x`, `y`, or `None` outside the canvas.
    pub fn pixel(&self, x: usize, y: usize) -> Option<C> {
        self.span(x..x + 1, y).first().copied()
    }

    /// The areas to send. The canvas is split into bands of `rows` rows, and each band yields the
    /// smallest area that holds all its changes. Before the first [`Canvas::set_shown`] it yields
    /// every band whole.
    pub fn changes(&self, rows: usize) -> impl Iterator<Item = Area> + '_ {
        let rows = rows.max(1);
        (0..self.height())
            .step_by(rows)
            .filter_map(move |top| self.change(top..(top + rows).min(self.height())))
    }

    fn change(&self, rows: Range<usize>) -> Option<Area> {
        let all = 0..self.width;
        if !self.is_shown {
            return Some(Area { x: all, y: rows });
        }
        let mut found: Option<Area> = None;
        for y in rows {
            let now = self.span(all.clone(), y);
            let then = part(&self.shown, self.width, all.clone(), y);
            let mut differing = now.iter().zip(then).map(|(now, then)| now != then);
            let Some(first) = differing.position(|differs| differs) else {
                continue;
            };
            let last = differing.rposition(|differs| differs);
            let x = first..last.map_or(first + 1, |after| first + 1 + after + 1);
            found = Some(match found {
                None => Area { x, y: y..y + 1 },
                Some(area) => Area {
                    x: area.x.start.min(x.start)..area.x.end.max(x.end),
                    y: area.y.start..y + 1,
                },
            });
        }
        found
    }

    /// Records that the panel shows the drawing as it is now.
    pub fn set_shown(&mut self) {
        self.shown.copy_from_slice(&self.pixels);
        self.is_shown = true;
    }
}

fn part<C>(pixels: &[C], width: usize, x: Range<usize>, y: usize) -> &[C] {
    let start = y * width;
    let columns = x.start.min(width)..x.end.min(width);
    pixels
        .get(start + columns.start..start + columns.end)
        .unwrap_or_default()
}

impl<C> OriginDimensions for Canvas<C> {
    fn size(&self) -> Size {
        self.size
    }
}

impl<C: PixelColor> DrawTarget for Canvas<C> {
    type Color = C;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<C>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        for Pixel(point, colour) in pixels {
            let (Ok(x), Ok(y)) = (usize::try_from(point.x), usize::try_from(point.y)) else {
                continue;
            };
            if x >= self.width {
                continue;
            }
            if let Some(pixel) = self.pixels.get_mut(y * self.width + x) {
                *pixel = colour;
            }
        }
        Ok(())
    }

    fn fill_solid(&mut self, area: &Rectangle, colour: C) -> Result<(), Infallible> {
        let area = area.intersection(&Rectangle::new(Point::zero(), self.size));
        let whole = |value: i32| usize::try_from(value).unwrap_or_default();
        let columns = whole(area.columns().start)..whole(area.columns().end);
        for y in area.rows().map(whole) {
            let start = y * self.width;
            if let Some(row) = self
                .pixels
                .get_mut(start + columns.start..start + columns.end)
            {
                row.fill(colour);
            }
        }
        Ok(())
    }
}

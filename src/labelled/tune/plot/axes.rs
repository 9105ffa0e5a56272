//! A frame with two axes and their numbers, and the conversion from values to pixels.

use core::fmt::Write as _;
use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::ascii::{FONT_8X13, FONT_9X18_BOLD};
use embedded_graphics::pixelcolor::{Rgb888, RgbColor as _, WebColors as _};
use embedded_graphics::prelude::{DrawTarget, Drawable as _, Point, Primitive as _, Size};
use embedded_graphics::primitives::{Line, PrimitiveStyle, Rectangle};
use embedded_graphics::text::{Alignment, Baseline, Text, TextStyle, TextStyleBuilder};
use heapless::String;

/// Margin inside the frame, so that a point at the end of an axis is fully visible.
const INSET_PX: i32 = 12;
const TICK_PX: i32 = 5;

/// The scale of an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scale {
    /// Linear, with this many equal intervals and decimals.
    Linear { parts: u8, decimals: usize },
    /// Logarithm of the value plus one, so that 0 has a position.
    Areas,
}

/// One axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Axis {
    pub low: f64,
    pub high: f64,
    pub scale: Scale,
    pub name: &'static str,
}

impl Axis {
    fn stretched(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear { .. } => value,
            Scale::Areas => (value + 1.0).ln(),
        }
    }

    /// The position of a value: 0 at the low end, 1 at the high end.
    fn share(&self, value: f64) -> f64 {
        let low = self.stretched(self.low);
        let width = self.stretched(self.high) - low;
        if width > 0.0 {
            (self.stretched(value) - low) / width
        } else {
            0.0
        }
    }

    /// The value at a share of the axis.
    fn value(&self, share: f64) -> f64 {
        let (low, high) = (self.stretched(self.low), self.stretched(self.high));
        let stretched = low + share * (high - low);
        match self.scale {
            Scale::Linear { .. } => stretched,
            Scale::Areas => stretched.exp() - 1.0,
        }
    }

    /// Calls `each` with every number printed on the axis.
    fn ticks(&self, mut each: impl FnMut(f64, usize)) {
        match self.scale {
            Scale::Linear { parts, decimals } => {
                for part in 0..=parts {
                    let share = f64::from(part) / f64::from(parts.max(1));
                    each(self.low + share * (self.high - self.low), decimals);
                }
            }
            Scale::Areas => {
                each(0.0, 0);
                let mut decade = 1.0;
                while decade <= self.high {
                    for value in [decade, 3.0 * decade]
                        .into_iter()
                        .filter(|v| *v <= self.high)
                    {
                        each(value, 0);
                    }
                    decade *= 10.0;
                }
            }
        }
    }
}

/// A frame on the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Axes {
    pub frame: Rectangle,
    pub x: Axis,
    pub y: Axis,
}

impl Axes {
    /// The pixel of two values.
    pub(super) fn point(&self, x: f64, y: f64) -> Point {
        Point::new(self.column(x), self.row(y))
    }

    /// The column of a value.
    pub(super) fn column(&self, x: f64) -> i32 {
        let (left, width) = inside(self.frame.top_left.x, self.frame.size.width);
        left + pixels(self.x.share(x), width)
    }

    /// The row of a value; the low end is at the bottom.
    pub(super) fn row(&self, y: f64) -> i32 {
        let (top, height) = inside(self.frame.top_left.y, self.frame.size.height);
        top + height - pixels(self.y.share(y), height)
    }

    /// The value of a row.
    pub(super) fn value_of_row(&self, row: i32) -> f64 {
        let (top, height) = inside(self.frame.top_left.y, self.frame.size.height);
        self.y
            .value(f64::from(top + height - row) / f64::from(height.max(1)))
    }

    /// The rows that have a value.
    pub(super) fn rows(&self) -> core::ops::RangeInclusive<i32> {
        let (top, height) = inside(self.frame.top_left.y, self.frame.size.height);
        top..=top + height
    }

    /// Draws frame, numbers, lines at the numbers, the axes' names and a title.
    pub(super) fn draw<D: DrawTarget<Color = Rgb888>>(
        &self,
        target: &mut D,
        title: &str,
    ) -> Result<(), D::Error> {
        let Rectangle { top_left, size } = self.frame;
        let end = self.frame.bottom_right().unwrap_or(top_left);
        let ink = PrimitiveStyle::with_stroke(Rgb888::BLACK, 1);
        let pale = PrimitiveStyle::with_stroke(Rgb888::CSS_GAINSBORO, 1);
        let mut result = Ok(());
        let draw = |target: &mut D, x: Option<f64>, y: Option<f64>, decimals: usize| {
            let mut text = String::<16>::new();
            let _ = write!(text, "{:.decimals$}", x.or(y).unwrap_or_default());
            let (from, to, mark, place, style) = match (x, y) {
                (Some(x), _) => {
                    let x = self.column(x);
                    let (top, below) = (Point::new(x, top_left.y), Point::new(x, end.y));
                    let mark = below + Point::new(0, TICK_PX);
                    (
                        top,
                        below,
                        mark,
                        mark + Point::new(0, 3),
                        centred(Baseline::Top),
                    )
                }
                (_, y) => {
                    let y = self.row(y.unwrap_or_default());
                    let (left, right) = (Point::new(end.x, y), Point::new(top_left.x, y));
                    let mark = right - Point::new(TICK_PX, 0);
                    let style = TextStyleBuilder::new()
                        .alignment(Alignment::Right)
                        .baseline(Baseline::Middle);
                    (left, right, mark, mark - Point::new(4, 0), style.build())
                }
            };
            Line::new(from, to).into_styled(pale).draw(target)?;
            Line::new(to, mark).into_styled(ink).draw(target)?;
            Text::with_text_style(&text, place, letters(), style).draw(target)?;
            Ok(())
        };
        self.x.ticks(|value, decimals| {
            if result.is_ok() {
                result = draw(target, Some(value), None, decimals);
            }
        });
        self.y.ticks(|value, decimals| {
            if result.is_ok() {
                result = draw(target, None, Some(value), decimals);
            }
        });
        result?;
        self.frame.into_styled(ink).draw(target)?;
        let middle = top_left.x + i32::try_from(size.width / 2).unwrap_or_default();
        let below = Point::new(middle, end.y + 30);
        Text::with_text_style(self.x.name, below, letters(), centred(Baseline::Top))
            .draw(target)?;
        let above = top_left - Point::new(0, 6);
        let bottom = TextStyleBuilder::new().baseline(Baseline::Bottom).build();
        Text::with_text_style(self.y.name, above, letters(), bottom).draw(target)?;
        let bold = MonoTextStyle::new(&FONT_9X18_BOLD, Rgb888::BLACK);
        Text::with_text_style(title, above - Point::new(0, 18), bold, bottom).draw(target)?;
        Ok(())
    }
}

/// Start and length of the frame without its margin, from those of a side.
fn inside(start: i32, length: u32) -> (i32, i32) {
    let length = i32::try_from(length).unwrap_or(i32::MAX);
    (start + INSET_PX, (length - 1 - 2 * INSET_PX).max(1))
}

/// The font of numbers and legends.
pub(super) fn letters() -> MonoTextStyle<'static, Rgb888> {
    MonoTextStyle::new(&FONT_8X13, Rgb888::BLACK)
}

fn centred(baseline: Baseline) -> TextStyle {
    TextStyleBuilder::new()
        .alignment(Alignment::Center)
        .baseline(baseline)
        .build()
}

fn pixels(share: f64, length: i32) -> i32 {
    // A point far outside is not drawn either way.
    let exact = share.clamp(-4.0, 4.0) * f64::from(length);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "at most four times the length of a frame"
    )]
    let pixels = exact.round() as i32;
    pixels
}

/// Size of a frame.
pub(super) const fn frame(x: i32, y: i32, width: u32, height: u32) -> Rectangle {
    Rectangle::new(Point::new(x, y), Size::new(width, height))
}

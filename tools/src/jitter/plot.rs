//! The measurements as a picture: for each delay, the share of edges that were at least as late.

use super::canvas::Canvas;
use super::{Histogram, Pair, Plan};
use core::convert::Infallible;
use embedded_graphics::mono_font::ascii::{FONT_8X13, FONT_8X13_BOLD};
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::{Drawable, Point, Primitive, Size};
use embedded_graphics::primitives::{Line, PrimitiveStyle};
use embedded_graphics::text::{Alignment, Baseline, Text, TextStyleBuilder};

const SIZE: Size = Size::new(1_100, 500);
/// Each plot, from its upper left corner.
const PLOT: (i32, i32) = (440, 360);
const LEFT: [i32; 2] = [80, 620];
const TOP: i32 = 80;

const INK: Rgb888 = Rgb888::new(30, 30, 30);
const GRID: Rgb888 = Rgb888::new(225, 225, 225);
/// Colours that differ for colour-blind readers too (Okabe and Ito).
const GATE: Rgb888 = Rgb888::new(213, 94, 0);
const CYCLICTEST: Rgb888 = Rgb888::new(0, 114, 178);
const LIMIT: Rgb888 = Rgb888::new(130, 130, 130);

/// The delays are drawn from 1 us to this power of ten.
const DECADES_X: f64 = 5.0;
/// The marks of that axis, in microseconds.
const DELAYS: [(f64, &str); 6] = [
    (1.0, "1 us"),
    (10.0, "10 us"),
    (100.0, "100 us"),
    (1_000.0, "1 ms"),
    (10_000.0, "10 ms"),
    (100_000.0, "100 ms"),
];

/// Draws one plot for each of the first two pairs.
pub fn draw(pairs: &[Pair], plan: Plan, machine: &str) -> Canvas {
    let mut canvas = Canvas::new(SIZE);
    // Drawing on a canvas cannot fail.
    let _ = draw_on(&mut canvas, pairs, plan, machine);
    canvas
}

fn draw_on(
    canvas: &mut Canvas,
    pairs: &[Pair],
    plan: Plan,
    machine: &str,
) -> Result<(), Infallible> {
    let title = format!(
        "Reject edge after its due time, beside cyclictest: {} each, every {} us, SCHED_FIFO {}",
        plan.movements,
        plan.interval.as_micros(),
        plan.priority
    );
    text(
        canvas,
        &title,
        (20, 12),
        &FONT_8X13_BOLD,
        Alignment::Left,
        INK,
    )?;
    text(canvas, machine, (20, 30), &FONT_8X13, Alignment::Left, INK)?;
    let rarest = pairs
        .iter()
        .map(|pair| pair.edges.total().max(pair.cyclictest.total()));
    let decades = rarest.max().unwrap_or(1).max(10).ilog10() + 1;
    for (pair, left) in pairs.iter().zip(LEFT) {
        let plot = Plot { left, decades };
        plot.grid(canvas, pair.state)?;
        let limit = plot.x(plan.limit.as_micros() as f64);
        line(canvas, (limit, TOP), (limit, TOP + PLOT.1), LIMIT, 2)?;
        plot.curve(canvas, &pair.cyclictest, CYCLICTEST)?;
        plot.curve(canvas, &pair.edges, GATE)?;
        for (name, histogram, colour, y) in [
            ("gate", &pair.edges, GATE, TOP + 8),
            ("cyclictest", &pair.cyclictest, CYCLICTEST, TOP + 24),
        ] {
            let words = format!("{name}, max {} us", histogram.max_us());
            let at = (left + PLOT.0 - 8, y);
            text(canvas, &words, at, &FONT_8X13, Alignment::Right, colour)?;
        }
    }
    Ok(())
}

/// Where a plot is. Both axes are logarithmic.
struct Plot {
    left: i32,
    /// Powers of ten of the share, downwards from 1.
    decades: u32,
}

impl Plot {
    fn x(&self, us: f64) -> i32 {
        let place = us.max(1.0).log10() / DECADES_X;
        self.left + pixels(place.min(1.0), PLOT.0)
    }

    fn y(&self, share: f64) -> i32 {
        let place = -share.log10() / f64::from(self.decades);
        TOP + pixels(place.clamp(0.0, 1.0), PLOT.1)
    }

    fn grid(&self, canvas: &mut Canvas, state: &str) -> Result<(), Infallible> {
        let (right, bottom) = (self.left + PLOT.0, TOP + PLOT.1);
        for (us, words) in DELAYS {
            let x = self.x(us);
            line(canvas, (x, TOP), (x, bottom), GRID, 1)?;
            text(
                canvas,
                words,
                (x, bottom + 8),
                &FONT_8X13,
                Alignment::Center,
                INK,
            )?;
        }
        for decade in 0..=self.decades {
            let y = self.y(0.1_f64.powf(f64::from(decade)));
            line(canvas, (self.left, y), (right, y), GRID, 1)?;
            let words = if decade == 0 {
                "all".to_owned()
            } else {
                format!("1e-{decade}")
            };
            text(
                canvas,
                &words,
                (self.left - 8, y - 6),
                &FONT_8X13,
                Alignment::Right,
                INK,
            )?;
        }
        line(canvas, (self.left, TOP), (self.left, bottom), INK, 1)?;
        line(canvas, (self.left, bottom), (right, bottom), INK, 1)?;
        text(
            canvas,
            state,
            (self.left, TOP - 20),
            &FONT_8X13_BOLD,
            Alignment::Left,
            INK,
        )?;
        let words = "at least so late; the grey line is the limit";
        text(
            canvas,
            words,
            (self.left, bottom + 28),
            &FONT_8X13,
            Alignment::Left,
            INK,
        )
    }

    fn curve(
        &self,
        canvas: &mut Canvas,
        histogram: &Histogram,
        colour: Rgb888,
    ) -> Result<(), Infallible> {
        let mut from = (self.x(1.0), self.y(1.0));
        for (us, share) in histogram.tail() {
            let (x, y) = (self.x(us as f64), self.y(share));
            // A step: the share holds from the delay before up to this one.
            line(canvas, (from.0, y), (x, y), colour, 2)?;
            line(canvas, from, (from.0, y), colour, 2)?;
            from = (x, y);
        }
        line(canvas, from, (from.0, TOP + PLOT.1), colour, 2)
    }
}

/// This share of a length.
#[expect(
    clippy::cast_possible_truncation,
    reason = "at most the length of an axis"
)]
fn pixels(share: f64, length: i32) -> i32 {
    (share * f64::from(length)).round() as i32
}

fn line(
    canvas: &mut Canvas,
    from: (i32, i32),
    to: (i32, i32),
    colour: Rgb888,
    width_px: u32,
) -> Result<(), Infallible> {
    Line::new(Point::new(from.0, from.1), Point::new(to.0, to.1))
        .into_styled(PrimitiveStyle::with_stroke(colour, width_px))
        .draw(canvas)
}

fn text(
    canvas: &mut Canvas,
    words: &str,
    at: (i32, i32),
    font: &MonoFont<'_>,
    alignment: Alignment,
    colour: Rgb888,
) -> Result<(), Infallible> {
    let style = TextStyleBuilder::new()
        .alignment(alignment)
        .baseline(Baseline::Top)
        .build();
    let letters = MonoTextStyle::new(font, colour);
    Text::with_text_style(words, Point::new(at.0, at.1), letters, style)
        .draw(canvas)
        .map(drop)
}

//! Draws the movements of the simulated lines like an oscilloscope.

use crate::error::{Error, at};
use board::display::Canvas;
use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::ascii::{FONT_6X13, FONT_7X13_BOLD};
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::{Drawable, Point, Primitive, RgbColor};
use embedded_graphics::primitives::{Line, PrimitiveStyle};
use embedded_graphics::text::{Baseline, Text};
use std::fs;
use std::path::Path;

/// The lines of `host.json`: offset, name, active level.
const LINES: [(u32, &str, u8); 6] = [
    (0, "reject", 0),
    (1, "pass", 1),
    (2, "ready", 1),
    (3, "busy", 1),
    (4, "fault", 0),
    (5, "alive", 1),
];
/// Height of one line's track.
const TRACK_PX: i32 = 34;
/// Width of the names.
const NAMES_PX: i32 = 130;
const QUIET: Rgb888 = Rgb888::new(90, 100, 112);

/// One change of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Change {
    time_us: u64,
    offset: u32,
    level: u8,
}

/// Draws the timeline file into the rectangle from `corner`, `width` pixels wide.
///
/// # Errors
/// The file cannot be read.
pub(super) fn draw(
    target: &mut Canvas<Rgb888>,
    corner: Point,
    width: i32,
    file: &Path,
) -> Result<(), Error> {
    let text = fs::read_to_string(file).map_err(at(file))?;
    let changes: Vec<Change> = text.lines().filter_map(parse).collect();
    let Some(begin) = changes
        .iter()
        .find(|change| change.offset == 2 && change.level == 1)
    else {
        return Err(Error::Picture {
            path: file.to_owned(),
            error: "the station never was ready".to_owned(),
        });
    };
    // Begins when the station is ready. The time before depends on how long the model took to load.
    let begin_us = begin.time_us.saturating_sub(200_000);
    let end_us = changes
        .iter()
        .map(|change| change.time_us)
        .max()
        .unwrap_or(begin_us)
        + 200_000;
    let span_us = (end_us - begin_us).max(1);
    let plot = u64::try_from(width - NAMES_PX).unwrap_or(1);
    let x_of = |time_us: u64| {
        let along = time_us.saturating_sub(begin_us).min(span_us) * plot / span_us;
        corner.x + NAMES_PX + i32::try_from(along).unwrap_or_default()
    };
    seconds(target, corner, begin_us, end_us, &x_of);
    for ((offset, name, active), row) in LINES.iter().zip(0..) {
        let top = corner.y + row * TRACK_PX;
        label(target, Point::new(corner.x + 8, top + 6), name, true);
        let colour = match *name {
            "reject" => Rgb888::new(255, 110, 110),
            "pass" => Rgb888::new(90, 220, 130),
            "fault" => Rgb888::new(255, 190, 60),
            _ => Rgb888::new(110, 180, 255),
        };
        let y_of = |level: u8| top + if level == *active { 4 } else { TRACK_PX - 10 };
        let own: Vec<&Change> = changes
            .iter()
            .filter(|change| change.offset == *offset)
            .collect();
        for (index, change) in own.iter().enumerate() {
            let until_us = own.get(index + 1).map_or(end_us, |next| next.time_us);
            let (from, until, y) = (x_of(change.time_us), x_of(until_us), y_of(change.level));
            stroke(target, Point::new(from, y), Point::new(until, y), colour);
            if let Some(next) = own.get(index + 1) {
                stroke(
                    target,
                    Point::new(until, y),
                    Point::new(until, y_of(next.level)),
                    colour,
                );
            }
        }
    }
    Ok(())
}

/// Height of the drawing.
pub(super) fn height_px() -> i32 {
    TRACK_PX * i32::try_from(LINES.len()).unwrap_or_default() + 20
}

fn seconds(
    target: &mut Canvas<Rgb888>,
    corner: Point,
    begin_us: u64,
    end_us: u64,
    x_of: &impl Fn(u64) -> i32,
) {
    let step_us = if end_us - begin_us > 40_000_000 {
        5_000_000
    } else {
        1_000_000
    };
    let mut at_us = begin_us + 200_000;
    while at_us < end_us {
        let x = x_of(at_us);
        let bottom = corner.y + height_px() - 20;
        stroke(
            target,
            Point::new(x, corner.y),
            Point::new(x, bottom),
            Rgb888::new(44, 50, 58),
        );
        let text = format!("{} s", (at_us - begin_us - 200_000) / 1_000_000);
        label(target, Point::new(x - 6, bottom + 4), &text, false);
        at_us += step_us;
    }
}

fn parse(line: &str) -> Option<Change> {
    let mut words = line.split(',');
    Some(Change {
        time_us: words.next()?.parse().ok()?,
        offset: words.next()?.parse().ok()?,
        level: words.next()?.parse().ok()?,
    })
}

fn stroke(target: &mut Canvas<Rgb888>, from: Point, to: Point, colour: Rgb888) {
    let Ok(()) = Line::new(from, to)
        .into_styled(PrimitiveStyle::with_stroke(colour, 2))
        .draw(target);
}

fn label(target: &mut Canvas<Rgb888>, at: Point, text: &str, strong: bool) {
    let style = if strong {
        MonoTextStyle::new(&FONT_7X13_BOLD, Rgb888::WHITE)
    } else {
        MonoTextStyle::new(&FONT_6X13, QUIET)
    };
    let Ok(_) = Text::with_baseline(text, at, style, Baseline::Top).draw(target);
}

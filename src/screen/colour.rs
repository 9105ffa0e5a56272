//! The 240 x 320 colour layout: state, verdict in its colour, the part with its defects boxed, counters, cycle times.

use super::text::{Line, line, reason};
use super::view::{State, View};
use crate::part::Verdict;
use embedded_graphics::image::{Image, ImageRaw};
use embedded_graphics::mono_font::ascii::{FONT_6X13, FONT_7X13_BOLD, FONT_10X20};
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::{
    DrawTarget, DrawTargetExt, Drawable, Point, Primitive, RgbColor, Size,
};
use embedded_graphics::primitives::{PrimitiveStyle, Rectangle};
use embedded_graphics::text::{Alignment, Baseline, Text, TextStyleBuilder};

const WIDTH: i32 = 240;
const BACKGROUND: Rgb888 = Rgb888::new(18, 22, 28);
const PANEL: Rgb888 = Rgb888::new(38, 46, 56);
const QUIET: Rgb888 = Rgb888::new(150, 162, 176);
const GREEN: Rgb888 = Rgb888::new(24, 140, 66);
const RED: Rgb888 = Rgb888::new(200, 36, 40);
const AMBER: Rgb888 = Rgb888::new(226, 150, 16);
/// Upper edge of the picture and its side.
const PICTURE_TOP: i32 = 94;
const PICTURE_SIDE: i32 = 160;

/// Draws the whole screen. Displays with fewer colours convert (`DrawTargetExt::color_converted`).
///
/// # Errors
/// Whatever the target reports.
pub fn draw<D: DrawTarget<Color = Rgb888>>(
    view: &View<'_>,
    target: &mut D,
) -> Result<(), D::Error> {
    target.clear(BACKGROUND)?;
    header(view, target)?;
    verdict(view, target)?;
    picture(view, target)?;
    figures(view, target)
}

fn fill<D: DrawTarget<Color = Rgb888>>(
    target: &mut D,
    top: i32,
    height: u32,
    colour: Rgb888,
) -> Result<(), D::Error> {
    Rectangle::new(Point::new(0, top), Size::new(240, height))
        .into_styled(PrimitiveStyle::with_fill(colour))
        .draw(target)
}

fn put<D: DrawTarget<Color = Rgb888>>(
    target: &mut D,
    text: &str,
    font: &MonoFont<'_>,
    at: (i32, i32, Alignment),
    colour: Rgb888,
) -> Result<(), D::Error> {
    let (x, y, alignment) = at;
    let style = TextStyleBuilder::new()
        .alignment(alignment)
        .baseline(Baseline::Top)
        .build();
    Text::with_text_style(
        text,
        Point::new(x, y),
        MonoTextStyle::new(font, colour),
        style,
    )
    .draw(target)
    .map(|_| ())
}

fn header<D: DrawTarget<Color = Rgb888>>(view: &View<'_>, target: &mut D) -> Result<(), D::Error> {
    fill(target, 0, 22, PANEL)?;
    let name = line(format_args!("{:.18}", view.station));
    put(
        target,
        &name,
        &FONT_7X13_BOLD,
        (6, 4, Alignment::Left),
        Rgb888::WHITE,
    )?;
    let colour = match view.state {
        State::Ready => Rgb888::new(90, 220, 130),
        State::Busy => Rgb888::new(110, 180, 255),
        State::Starting | State::Stopped => QUIET,
        State::Fault => Rgb888::new(255, 190, 60),
    };
    put(
        target,
        view.state.word(),
        &FONT_7X13_BOLD,
        (WIDTH - 6, 4, Alignment::Right),
        colour,
    )
}

fn verdict<D: DrawTarget<Color = Rgb888>>(view: &View<'_>, target: &mut D) -> Result<(), D::Error> {
    let Some(last) = view.last else {
        fill(target, 22, 36, PANEL)?;
        return put(
            target,
            "no part yet",
            &FONT_10X20,
            (WIDTH / 2, 30, Alignment::Center),
            QUIET,
        );
    };
    let (ground, ink) = match last.verdict {
        Verdict::Pass => (GREEN, Rgb888::WHITE),
        Verdict::Reject(_) => (RED, Rgb888::WHITE),
        Verdict::Fault(_) => (AMBER, Rgb888::BLACK),
    };
    fill(target, 22, 36, ground)?;
    put(
        target,
        last.verdict.kind(),
        &FONT_10X20,
        (8, 30, Alignment::Left),
        ink,
    )?;
    let part = line(format_args!("{}", last.part));
    put(
        target,
        &part,
        &FONT_10X20,
        (WIDTH - 8, 30, Alignment::Right),
        ink,
    )?;
    let (first, second) = reason(last.verdict);
    put(
        target,
        &first,
        &FONT_6X13,
        (8, 62, Alignment::Left),
        Rgb888::WHITE,
    )?;
    put(target, &second, &FONT_6X13, (8, 76, Alignment::Left), QUIET)
}

fn picture<D: DrawTarget<Color = Rgb888>>(view: &View<'_>, target: &mut D) -> Result<(), D::Error> {
    let left = (WIDTH - PICTURE_SIDE) / 2;
    let frame = Rectangle::new(Point::new(left, PICTURE_TOP), Size::new(160, 160));
    frame
        .into_styled(PrimitiveStyle::with_fill(Rgb888::BLACK))
        .draw(target)?;
    let Some(thumbnail) = view.picture else {
        return Ok(());
    };
    let raw = ImageRaw::<Rgb888>::new(thumbnail.pixels(), thumbnail.width_px());
    let inset =
        |side_px: u32| i32::try_from(160_u32.saturating_sub(side_px) / 2).unwrap_or_default();
    let corner = Point::new(
        left + inset(thumbnail.width_px()),
        PICTURE_TOP + inset(thumbnail.height_px()),
    );
    Image::new(&raw, corner).draw(&mut target.clipped(&frame))
}

fn figures<D: DrawTarget<Color = Rgb888>>(view: &View<'_>, target: &mut D) -> Result<(), D::Error> {
    let counters = view.counters;
    let columns: [(&str, u64, Rgb888, i32); 4] = [
        ("PASS", counters.pass, Rgb888::new(90, 220, 130), 6),
        ("REJECT", counters.reject, Rgb888::new(255, 110, 110), 66),
        ("FAULT", counters.fault, Rgb888::new(255, 190, 60), 126),
        ("LATE", counters.late, QUIET, 186),
    ];
    for (word, count, colour, x) in columns {
        put(target, word, &FONT_6X13, (x, 260, Alignment::Left), QUIET)?;
        put(
            target,
            &line(format_args!("{count}")),
            &FONT_7X13_BOLD,
            (x, 274, Alignment::Left),
            colour,
        )?;
    }
    fill(target, 294, 26, PANEL)?;
    let cycle = &view.cycle;
    let text: Line = line(format_args!(
        "cycle {}  mean {}  max {} ms",
        cycle.last.as_millis(),
        cycle.mean().as_millis(),
        cycle.max.as_millis()
    ));
    put(
        target,
        &text,
        &FONT_6X13,
        (6, 300, Alignment::Left),
        Rgb888::WHITE,
    )
}

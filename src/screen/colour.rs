//! The colour layout: state, verdict in its colour, the part with its defects marked, counters,
//! cycle times.

use super::layout::{ColourLayout, PICTURE_SIDE};
use super::lettering::{BOLD, LARGE, SMALL, TITLE, put};
use super::scaled::Scaled;
use super::text::{count, line, name};
use super::view::{Notice, StationState, View};
use super::words::{self, belt, notice, reason, say};
use crate::language::Language;
use crate::part::Verdict;
use embedded_graphics::image::{Image, ImageRaw};
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::{
    DrawTarget, DrawTargetExt, Drawable, OriginDimensions, Point, Primitive, RgbColor, Size,
};
use embedded_graphics::primitives::{PrimitiveStyle, Rectangle};
use embedded_graphics::text::Alignment;

const BACKGROUND: Rgb888 = Rgb888::new(18, 22, 28);
const PANEL: Rgb888 = Rgb888::new(38, 46, 56);
const QUIET: Rgb888 = Rgb888::new(150, 162, 176);
const GREEN: Rgb888 = Rgb888::new(24, 140, 66);
const RED: Rgb888 = Rgb888::new(200, 36, 40);
const BLUE: Rgb888 = Rgb888::new(30, 90, 170);
const AMBER: Rgb888 = Rgb888::new(226, 150, 16);

/// Width of the reason, of the 140 pixels that the horizontal layout has for it.
const REASON_PX: u32 = 138;

/// Draws the whole screen, 240 x 320 pixels or 320 x 240, depending on the target. The layout is
/// centred and enlarged by a whole factor. On a smaller target, its right and lower parts are cut
/// off.
///
/// # Errors
/// The target's error.
pub fn draw<D>(view: &View<'_>, target: &mut D) -> Result<(), D::Error>
where
    D: DrawTarget<Color = Rgb888> + OriginDimensions,
{
    target.clear(BACKGROUND)?;
    let layout = ColourLayout::of(target.size());
    let target = &mut Scaled::new(target, layout.size);
    header(view, layout, target)?;
    verdict(view, layout, target)?;
    picture(view, layout, target)?;
    counters(view, layout, target)?;
    gate(view, layout, target)?;
    cycle(view, layout, target)
}

/// Fills a band across the whole width.
fn fill<D: DrawTarget<Color = Rgb888> + OriginDimensions>(
    target: &mut D,
    top: i32,
    height: u32,
    colour: Rgb888,
) -> Result<(), D::Error> {
    Rectangle::new(Point::new(0, top), Size::new(target.size().width, height))
        .into_styled(PrimitiveStyle::with_fill(colour))
        .draw(target)
}

/// A right-aligned position, `margin` pixels from the right edge.
fn right(layout: &ColourLayout, margin: i32, y: i32) -> (Point, Alignment) {
    let width = i32::try_from(layout.size.width).unwrap_or_default();
    (Point::new(width - 1 - margin, y), Alignment::Right)
}

const fn left(x: i32, y: i32) -> (Point, Alignment) {
    (Point::new(x, y), Alignment::Left)
}

fn header<D>(view: &View<'_>, layout: &ColourLayout, target: &mut D) -> Result<(), D::Error>
where
    D: DrawTarget<Color = Rgb888> + OriginDimensions,
{
    fill(target, 0, 22, PANEL)?;
    let name = name(view);
    let name = BOLD.beginning(&name, layout.name_px);
    put(target, name, &BOLD, left(6, 4), Rgb888::WHITE)?;
    let colour = match view.state {
        StationState::Ready => Rgb888::new(90, 220, 130),
        StationState::Busy => Rgb888::new(110, 180, 255),
        StationState::Starting | StationState::Stopped | StationState::Halted => QUIET,
        StationState::Fault
        | StationState::Latched
        | StationState::Test
        | StationState::Challenge => Rgb888::new(255, 190, 60),
    };
    let word = words::state(view.state, view.language);
    put(target, word, &BOLD, right(layout, 6, 4), colour)
}

fn verdict<D>(view: &View<'_>, layout: &ColourLayout, target: &mut D) -> Result<(), D::Error>
where
    D: DrawTarget<Color = Rgb888> + OriginDimensions,
{
    if let Some(shown) = view.notice {
        let (ground, ink) = match shown {
            Notice::Stopped { .. } | Notice::RecipeChanges => (PANEL, Rgb888::WHITE),
            Notice::Challenge(_) => (BLUE, Rgb888::WHITE),
            Notice::ResetNeeded(_) | Notice::NoRecipe | Notice::Belt => (AMBER, Rgb888::BLACK),
        };
        fill(target, 22, 36, ground)?;
        let (title, first, second) = notice(shown, view.language);
        put(target, title, &TITLE, left(8, 30), ink)?;
        return reasons((&first, Rgb888::WHITE), &second, view, layout, target);
    }
    let Some(last) = view.last else {
        fill(target, 22, 36, PANEL)?;
        let middle = i32::try_from(layout.size.width / 2).unwrap_or_default();
        let at = (Point::new(middle, 30), Alignment::Center);
        let text = view.language.choose("no part yet", "尚无工件");
        return put(target, text, &TITLE, at, QUIET);
    };
    let (ground, ink) = match last.verdict {
        Verdict::Pass => (GREEN, Rgb888::WHITE),
        Verdict::Reject(_) => (RED, Rgb888::WHITE),
        Verdict::Fault(_) => (AMBER, Rgb888::BLACK),
    };
    fill(target, 22, 36, ground)?;
    let word = words::verdict(last.verdict, view.language);
    put(target, word, &TITLE, left(8, 30), ink)?;
    let part = line(format_args!("{}", last.part));
    put(target, &part, &TITLE, right(layout, 8, 30), ink)?;
    let (first, second) = reason(last.verdict, view.drift, view.language);
    let is_warning = last.verdict.passes() && view.drift.is_some();
    let colour = if is_warning { AMBER } else { Rgb888::WHITE };
    reasons((&first, colour), &second, view, layout, target)
}

/// The two lines under the verdict.
fn reasons<D>(
    (first, colour): (&str, Rgb888),
    second: &str,
    view: &View<'_>,
    layout: &ColourLayout,
    target: &mut D,
) -> Result<(), D::Error>
where
    D: DrawTarget<Color = Rgb888> + OriginDimensions,
{
    for (row, text, colour) in [(0, first, colour), (14, second, QUIET)] {
        let face = if LARGE.width_px(text) > REASON_PX {
            &SMALL
        } else {
            &LARGE
        };
        let place = layout.reason + Point::new(0, row);
        put(target, text, face, (place, Alignment::Left), colour)?;
    }
    let speed = belt(view, second, &LARGE, REASON_PX);
    let at = right(layout, 6, layout.reason.y + 14);
    put(target, &speed, &LARGE, at, QUIET)
}

fn picture<D>(view: &View<'_>, layout: &ColourLayout, target: &mut D) -> Result<(), D::Error>
where
    D: DrawTarget<Color = Rgb888>,
{
    let frame = Rectangle::new(layout.picture, Size::new_equal(PICTURE_SIDE));
    frame
        .into_styled(PrimitiveStyle::with_fill(Rgb888::BLACK))
        .draw(target)?;
    let Some(thumbnail) = view.picture else {
        if view.last.is_none() {
            return Ok(());
        }
        let middle = Point::new(80, 74);
        let at = (layout.picture + middle, Alignment::Center);
        let text = view.language.choose("no picture", "没有图片");
        return put(target, text, &LARGE, at, QUIET);
    };
    let raw = ImageRaw::<Rgb888>::new(thumbnail.pixels(), thumbnail.width_px());
    let inset =
        |side_px: u32| i32::try_from(PICTURE_SIDE.saturating_sub(side_px) / 2).unwrap_or_default();
    let corner = Point::new(inset(thumbnail.width_px()), inset(thumbnail.height_px()));
    Image::new(&raw, layout.picture + corner).draw(&mut target.clipped(&frame))
}

fn counters<D>(view: &View<'_>, layout: &ColourLayout, target: &mut D) -> Result<(), D::Error>
where
    D: DrawTarget<Color = Rgb888>,
{
    let counters = view.counters;
    let missed = if counters.missed == 0 {
        QUIET
    } else {
        Rgb888::new(255, 190, 60)
    };
    let amber = Rgb888::new(255, 190, 60);
    let columns = [
        ("PASS", "合格", counters.pass, Rgb888::new(90, 220, 130)),
        (
            "REJECT",
            "剔除",
            counters.reject,
            Rgb888::new(255, 110, 110),
        ),
        ("FAULT", "故障", counters.fault, amber),
        ("MISSED", "漏检", counters.missed, missed),
        ("LATE", "迟到", counters.late, QUIET),
    ];
    let (mut place, step) = layout.counters;
    let alignment = if layout.numbers_end {
        Alignment::Right
    } else {
        Alignment::Left
    };
    for (english, chinese, number, colour) in columns {
        let word = view.language.choose(english, chinese);
        put(target, word, &LARGE, (place, Alignment::Left), QUIET)?;
        let at = (place + layout.number, alignment);
        put(target, &count(number), &BOLD, at, colour)?;
        place += step;
    }
    Ok(())
}

/// Shows what the gate did, which can differ from the verdicts.
fn gate<D>(view: &View<'_>, layout: &ColourLayout, target: &mut D) -> Result<(), D::Error>
where
    D: DrawTarget<Color = Rgb888> + OriginDimensions,
{
    let gate = view.counters.gate;
    let (passed, rejected) = (count(gate.passed), count(gate.rejected));
    let (place, step) = layout.gate;
    let Some(step) = step else {
        let text = say!(
            view.language,
            "GATE {passed} through, {rejected} out",
            "闸口 通过 {passed} 剔除 {rejected}"
        );
        let at = (place, Alignment::Left);
        put(target, &text, &LARGE, at, Rgb888::WHITE)?;
        let free_px = 222_u32.saturating_sub(LARGE.width_px(&text));
        return shift(view, free_px, right(layout, 5, place.y + 3), target);
    };
    shift(view, 165, left(10, 231), target)?;
    let rows = [
        ("GATE THROUGH", "闸口通过", passed, place),
        ("GATE OUT", "闸口剔除", rejected, place + step),
    ];
    for (english, chinese, number, place) in rows {
        let word = view.language.choose(english, chinese);
        put(target, word, &LARGE, (place, Alignment::Left), QUIET)?;
        let at = (place + layout.number, Alignment::Right);
        put(target, &number, &BOLD, at, Rgb888::WHITE)?;
    }
    Ok(())
}

/// Names the shift whose parts are counted, if the name fits. Without shifts, the parts are those
/// since the last reset.
fn shift<D: DrawTarget<Color = Rgb888>>(
    view: &View<'_>,
    free_px: u32,
    at: (Point, Alignment),
    target: &mut D,
) -> Result<(), D::Error> {
    if view.shift.is_empty() {
        return Ok(());
    }
    let fits = |text: &&str| SMALL.width_px(text) <= free_px;
    let shift = view.shift;
    let named = say!(view.language, "shift {shift}", "班次 {shift}");
    let text = [named.as_str(), shift].into_iter().find(fits);
    put(target, text.unwrap_or_default(), &SMALL, at, QUIET)
}

fn cycle<D>(view: &View<'_>, layout: &ColourLayout, target: &mut D) -> Result<(), D::Error>
where
    D: DrawTarget<Color = Rgb888> + OriginDimensions,
{
    let times = [
        (view.language.choose("cycle", "周期"), view.cycle.last),
        ("p99", view.cycle.p99),
        (view.language.choose("max", "最大"), view.cycle.max),
    ];
    let (mut place, step) = layout.cycle;
    let Some(step) = step else {
        fill(target, place.y - 3, 19, PANEL)?;
        let [last, p99, max] = times.map(|(_, time)| time.as_millis());
        let text = say!(
            view.language,
            "cycle {last}  p99 {p99}  max {max} ms",
            "周期 {last}  p99 {p99}  最大 {max} ms"
        );
        return put(
            target,
            &text,
            &LARGE,
            (place, Alignment::Left),
            Rgb888::WHITE,
        );
    };
    for (word, time) in times {
        put(target, word, &LARGE, (place, Alignment::Left), QUIET)?;
        let at = (place + layout.number, Alignment::Right);
        let text = line(format_args!("{} ms", time.as_millis()));
        put(target, &text, &LARGE, at, Rgb888::WHITE)?;
        place += step;
    }
    Ok(())
}

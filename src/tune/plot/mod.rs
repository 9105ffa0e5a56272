//! The trade-off as a picture: what is caught against what is rejected, and a map of scores and areas.

mod axes;
mod marks;

use super::Tuning;
use super::measure::NEVER;
use super::surface::Counts;
use super::table::share;
use axes::{Axes, Axis, Scale, block, frame, letters};
use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::ascii::FONT_10X20;
use embedded_graphics::pixelcolor::{Rgb888, RgbColor as _};
use embedded_graphics::prelude::{
    DrawTarget, DrawTargetExt as _, Drawable as _, Point, Primitive as _,
};
use embedded_graphics::primitives::{PrimitiveStyle, Rectangle};
use embedded_graphics::text::Text;
use marks::{FILE, Mark, PROPOSED, legend};

/// Width of the picture.
pub const PLOT_WIDTH_PX: u32 = 1280;
/// Height of the picture.
pub const PLOT_HEIGHT_PX: u32 = 680;

const LEFT: Rectangle = frame(90, 170, 500, 400);
const RIGHT: Rectangle = frame(730, 170, 500, 400);

const CURVE: Rgb888 = Rgb888::new(150, 150, 150);
const THIS_SCORE: Rgb888 = Rgb888::new(30, 90, 160);
const MISSED: Rgb888 = Rgb888::new(200, 40, 40);
const REJECTED: Rgb888 = Rgb888::new(40, 80, 200);
const NEITHER: Rgb888 = Rgb888::new(200, 236, 200);

/// Draws the trade-off of `tuning` on a target of [`PLOT_WIDTH_PX`] x [`PLOT_HEIGHT_PX`] pixels.
///
/// On the left the share of the defective parts that are caught over that of the good ones rejected, for the best score and
/// area of each, and for the proposed score with every area. On the right, with scores, what every score and area
/// give; without, the two shares over the area. The proposal and the station file's limits are marked in both.
///
/// # Errors
/// Those of `target`.
pub fn draw<D: DrawTarget<Color = Rgb888>>(
    tuning: &Tuning,
    target: &mut D,
) -> Result<(), D::Error> {
    target.clear(Rgb888::WHITE)?;
    let surface = &tuning.surface;
    let title = format!(
        "Limits of \"{}\": {} defective and {} good parts",
        tuning.class_name,
        surface.defective(),
        surface.good()
    );
    let style = MonoTextStyle::new(&FONT_10X20, Rgb888::BLACK);
    Text::new(&title, Point::new(40, 36), style).draw(target)?;
    for (line, mark) in (0..).zip(marks(tuning)) {
        let at = Point::new(48, 62 + 22 * line);
        mark.draw(target, at)?;
        Text::new(&mark.text, at + Point::new(16, 4), letters()).draw(target)?;
    }
    trade_off(tuning, target)?;
    if tuning.has_scores {
        map(tuning, target)
    } else {
        shares(tuning, target)
    }
}

/// The station file's limits and the proposal, which lies on top.
fn marks(tuning: &Tuning) -> Vec<Mark> {
    let mark = |name: &str, colour, is_ring, index: usize, area_px: u32| {
        let counts = tuning.surface.counts(index, area_px);
        let score_min = tuning.limits(index, area_px).score_min;
        let score = if tuning.has_scores {
            format!("score_min {score_min}, ")
        } else {
            String::new()
        };
        let text = format!(
            "{name}: {score}blob_area_max_px {area_px}: {} of {} defective missed, {} of {} good rejected",
            counts.missed,
            tuning.surface.defective(),
            counts.rejected,
            tuning.surface.good()
        );
        Mark {
            index,
            score_min: f64::from(score_min),
            area_px: f64::from(area_px),
            counts,
            colour,
            is_ring,
            text,
        }
    };
    let file = mark(
        "station file",
        FILE,
        false,
        tuning.file_index,
        tuning.file.blob_area_max_px,
    );
    let proposed = tuning
        .proposed
        .map(|point| mark("proposed", PROPOSED, true, point.index, point.area_px));
    [Some(file), proposed].into_iter().flatten().collect()
}

/// Good parts rejected and defective ones caught, in percent.
fn percent(tuning: &Tuning, counts: Counts) -> (f64, f64) {
    let rejected = share(counts.rejected, tuning.surface.good());
    let missed = share(counts.missed, tuning.surface.defective());
    (100.0 * rejected, 100.0 * (1.0 - missed))
}

fn trade_off<D: DrawTarget<Color = Rgb888>>(
    tuning: &Tuning,
    target: &mut D,
) -> Result<(), D::Error> {
    let surface = &tuning.surface;
    let marks = marks(tuning);
    let at = |mark: &Mark| percent(tuning, mark.counts);
    // The part of the plane where the two points are, not all of it.
    let far = marks.iter().map(|mark| at(mark).0).fold(0.0, f64::max);
    let low = marks.iter().map(|mark| at(mark).1).fold(100.0, f64::min);
    let high = [5.0, 10.0, 20.0, 50.0]
        .into_iter()
        .find(|high| far <= 0.8 * high);
    let bottom = [95.0, 90.0, 80.0, 50.0]
        .into_iter()
        .find(|bottom| low >= *bottom);
    let scale = Scale::Linear {
        parts: 5,
        decimals: 0,
    };
    let axes = Axes {
        frame: LEFT,
        x: Axis {
            low: 0.0,
            high: high.unwrap_or(100.0),
            scale,
            name: "good parts rejected, %",
        },
        y: Axis {
            low: bottom.unwrap_or(0.0),
            high: 100.0,
            scale,
            name: "defective parts caught, %",
        },
    };
    axes.draw(target, "What is caught, what is rejected")?;
    let point = |counts: Counts| {
        let (rejected, caught) = percent(tuning, counts);
        axes.point(rejected, caught)
    };
    let best = (0..=surface.defective()).filter_map(|allowed| surface.best(allowed));
    let mut inside = target.clipped(&LEFT);
    staircase(best.map(point), &axes, CURVE, 7, &mut inside)?;
    if let Some(mark) = marks.last() {
        let (defective, good) = surface.areas_px(mark.index);
        let mut areas: Vec<u32> = defective.iter().chain(good).copied().collect();
        areas.push(0);
        areas.retain(|area| *area <= surface.area_end_px());
        areas.sort_unstable();
        let counts = areas.iter().map(|area| surface.counts(mark.index, *area));
        staircase(counts.map(point), &axes, THIS_SCORE, 3, &mut inside)?;
    }
    for mark in &marks {
        mark.draw(&mut inside, point(mark.counts))?;
    }
    let names: &[(&str, Rgb888)] = if tuning.has_scores {
        &[
            ("best of all scores and areas", CURVE),
            ("this score, every area", THIS_SCORE),
        ]
    } else {
        &[("every area", THIS_SCORE)]
    };
    legend(target, Point::new(LEFT.top_left.x, 645), names)
}

/// A line through points of falling `missed` or `rejected`, from all good parts rejected to no defective one caught. Between
/// two points what was rejected before still is, and no more is caught than after: first down, then to the left.
fn staircase<D: DrawTarget<Color = Rgb888>>(
    points: impl Iterator<Item = Point>,
    axes: &Axes,
    colour: Rgb888,
    width_px: i32,
    target: &mut D,
) -> Result<(), D::Error> {
    let mut last: Option<Point> = None;
    for next in points {
        let from = last.unwrap_or(Point::new(axes.column(100.0), next.y));
        let corner = Point::new(from.x, next.y);
        stroke(from, corner, colour, width_px, target)?;
        stroke(corner, next, colour, width_px, target)?;
        last = Some(next);
    }
    let Some(from) = last else { return Ok(()) };
    let to = Point::new(from.x, axes.row(0.0));
    stroke(from, to, colour, width_px, target)
}

/// A line along a row or a column. (The library's own thick lines overflow when they are drawn far outside.)
fn stroke<D: DrawTarget<Color = Rgb888>>(
    from: Point,
    to: Point,
    colour: Rgb888,
    width_px: i32,
    target: &mut D,
) -> Result<(), D::Error> {
    let reach = Point::new(width_px / 2, width_px / 2);
    let (low, high) = (from.component_min(to), from.component_max(to));
    let style = PrimitiveStyle::with_fill(colour);
    block(low - reach, high + reach)
        .into_styled(style)
        .draw(target)
}

/// The areas that are worth showing: up to where the last part passes, and some more.
fn area_axis(tuning: &Tuning) -> Axis {
    let surface = &tuning.surface;
    let all = tuning.parts.iter().flat_map(|part| &part.pass_areas_px);
    let last = all
        .filter(|area| **area != NEVER)
        .max()
        .copied()
        .unwrap_or_default();
    let shown = last
        .saturating_mul(2)
        .max(tuning.file.blob_area_max_px)
        .max(10);
    Axis {
        low: 0.0,
        high: f64::from(shown.min(surface.area_end_px()).max(1)),
        scale: Scale::Areas,
        name: "blob_area_max_px",
    }
}

fn map<D: DrawTarget<Color = Rgb888>>(tuning: &Tuning, target: &mut D) -> Result<(), D::Error> {
    let surface = &tuning.surface;
    let axes = Axes {
        frame: RIGHT,
        x: Axis {
            low: 0.0,
            high: 1.0,
            scale: Scale::Linear {
                parts: 5,
                decimals: 1,
            },
            name: "score_min",
        },
        y: area_axis(tuning),
    };
    axes.draw(target, "What every score and area give")?;
    let scores = surface.scores();
    let column = |index: usize| {
        let score = scores.get(index).copied();
        axes.column(f64::from(score.unwrap_or(1.0)))
    };
    for index in 0..scores.len() {
        let left = match index.checked_sub(1) {
            None => axes.column(0.0),
            Some(before) => column(before).midpoint(column(index)) + 1,
        };
        let right = column(index).midpoint(column(index + 1));
        let mut run: Option<(i32, Counts)> = None;
        let end = axes.rows().end() + 1;
        for row in axes.rows().chain([end]) {
            let counts = (row < end).then(|| surface.counts(index, whole(axes.value_of_row(row))));
            if let Some((from, colour)) = run.filter(|(_, same)| Some(*same) != counts) {
                let area = block(Point::new(left, from), Point::new(right, row - 1));
                let fill = PrimitiveStyle::with_fill(shade(tuning, colour));
                area.into_styled(fill).draw(target)?;
                run = None;
            }
            run = run.or(counts.map(|counts| (row, counts)));
        }
    }
    if let Some(point) = tuning.proposed {
        // The room around the proposal.
        let area = f64::from(point.area_px);
        let score = f64::from(scores.get(point.index).copied().unwrap_or_default());
        let to = f64::from(point.area_to_px).min(axes.y.high);
        for [from, to] in [
            [
                axes.point(f64::from(point.score_from), area),
                axes.point(f64::from(point.score_to), area),
            ],
            [
                axes.point(score, f64::from(point.area_from_px)),
                axes.point(score, to),
            ],
        ] {
            stroke(from, to, PROPOSED, 1, target)?;
        }
    }
    for mark in marks(tuning) {
        mark.draw(target, axes.point(mark.score_min, mark.area_px))?;
    }
    let names = [
        ("none missed, none rejected", NEITHER),
        ("defective missed", mixed(1.0, 0.0)),
        ("good rejected", mixed(0.0, 1.0)),
    ];
    legend(target, Point::new(RIGHT.top_left.x - 60, 645), &names)
}

fn shares<D: DrawTarget<Color = Rgb888>>(tuning: &Tuning, target: &mut D) -> Result<(), D::Error> {
    let surface = &tuning.surface;
    let axes = Axes {
        frame: RIGHT,
        x: area_axis(tuning),
        y: Axis {
            low: 0.0,
            high: 100.0,
            scale: Scale::Linear {
                parts: 5,
                decimals: 0,
            },
            name: "share of the parts, %",
        },
    };
    axes.draw(target, "What every area gives")?;
    let (defective, good) = surface.areas_px(0);
    let mut areas: Vec<u32> = defective.iter().chain(good).copied().collect();
    let end = whole(axes.x.high);
    areas.extend([0, end]);
    areas.retain(|area| *area <= end);
    areas.sort_unstable();
    areas.dedup();
    let mut inside = target.clipped(&RIGHT);
    for (colour, is_missed) in [(REJECTED, false), (MISSED, true)] {
        let mut last: Option<Point> = None;
        for area in &areas {
            let (rejected, caught) = percent(tuning, surface.counts(0, *area));
            let value = if is_missed { 100.0 - caught } else { rejected };
            let next = axes.point(f64::from(*area), value);
            // What an area gives holds until the next one.
            let from = last.unwrap_or(next);
            let corner = Point::new(next.x, from.y);
            stroke(from, corner, colour, 3, &mut inside)?;
            stroke(corner, next, colour, 3, &mut inside)?;
            last = Some(next);
        }
    }
    for mark in marks(tuning) {
        let x = axes.column(mark.area_px);
        let (from, to) = (
            axes.point(mark.area_px, 0.0),
            axes.point(mark.area_px, 100.0),
        );
        stroke(from, to, mark.colour, 1, &mut inside)?;
        mark.draw(&mut inside, Point::new(x, axes.row(50.0)))?;
    }
    let names = [("defective missed", MISSED), ("good rejected", REJECTED)];
    legend(target, Point::new(RIGHT.top_left.x, 645), &names)
}

/// The colour of a place in the map.
fn shade(tuning: &Tuning, counts: Counts) -> Rgb888 {
    if counts.missed == 0 && counts.rejected == 0 {
        return NEITHER;
    }
    mixed(
        share(counts.missed, tuning.surface.defective()),
        share(counts.rejected, tuning.surface.good()),
    )
}

/// Red for what is missed and blue for what is rejected; a single part shows already.
fn mixed(missed: f64, rejected: f64) -> Rgb888 {
    let strength = |share: f64| if share > 0.0 { 0.15 + 0.6 * share } else { 0.0 };
    let (red, blue) = (1.0 - strength(missed), 1.0 - strength(rejected));
    let byte = |light: f64| u8::try_from(whole(255.0 * light)).unwrap_or(u8::MAX);
    Rgb888::new(byte(blue), byte(red * blue), byte(red))
}

/// A positive number, rounded.
fn whole(value: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates at 0 and at the largest area"
    )]
    let whole = value.round() as u32;
    whole
}

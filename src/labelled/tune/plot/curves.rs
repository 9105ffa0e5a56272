//! The panels with curves.

use super::axes::{Axes, Axis, Scale};
use super::marks::{Mark, legend, stroke};
use super::{LEFT, RIGHT, area_axis, marks, percent, whole};
use crate::labelled::tune::Tuning;
use crate::labelled::tune::surface::Counts;
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::{DrawTarget, DrawTargetExt as _, Point};

const BEST: Rgb888 = Rgb888::new(150, 150, 150);
const THIS_SCORE: Rgb888 = Rgb888::new(30, 90, 160);
const MISSED: Rgb888 = Rgb888::new(200, 40, 40);
const REJECTED: Rgb888 = Rgb888::new(40, 80, 200);

/// Caught over rejected parts: the best of all scores and areas, and the proposed score (otherwise
/// the station file's) with every area.
pub(super) fn trade_off<D: DrawTarget<Color = Rgb888>>(
    tuning: &Tuning,
    target: &mut D,
) -> Result<(), D::Error> {
    let surface = &tuning.surface;
    let marks = marks(tuning);
    let at = |mark: &Mark| percent(tuning, mark.counts);
    // Shows only the part of the plane that contains the two points.
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
    let mut inside = target.clipped(&LEFT);
    if tuning.has_scores {
        let best = (0..=surface.defective()).filter_map(|allowed| surface.best(allowed));
        staircase(best.map(point), &axes, BEST, 7, &mut inside)?;
    }
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
            ("best of all scores and areas", BEST),
            ("this score, every area", THIS_SCORE),
        ]
    } else {
        &[("every area", THIS_SCORE)]
    };
    legend(target, Point::new(LEFT.top_left.x, 645), names)
}

/// A line through points of falling `missed` or `rejected`, from all good parts rejected to no
/// defective part caught. Between two points the same parts as before are still rejected, and no
/// more are caught than after. So the line goes first down, then left.
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

/// Without scores: both shares over the area.
pub(super) fn shares<D: DrawTarget<Color = Rgb888>>(
    tuning: &Tuning,
    target: &mut D,
) -> Result<(), D::Error> {
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
            // The counts of an area hold until the next one.
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
        let (rejected, caught) = percent(tuning, mark.counts);
        for value in [rejected, 100.0 - caught] {
            mark.draw(&mut inside, Point::new(x, axes.row(value)))?;
        }
    }
    let names = [("defective missed", MISSED), ("good rejected", REJECTED)];
    legend(target, Point::new(RIGHT.top_left.x, 645), &names)
}

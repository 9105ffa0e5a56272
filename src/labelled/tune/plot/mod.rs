//! The trade-off as a picture: caught against rejected parts, and a map of scores and areas.

mod axes;
mod curves;
mod map;
mod marks;

use super::Tuning;
use super::measure::NEVER;
use super::surface::Counts;
use super::table::share;
use axes::{Axis, Scale, frame, letters};
use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::ascii::FONT_10X20;
use embedded_graphics::pixelcolor::{Rgb888, RgbColor as _};
use embedded_graphics::prelude::{DrawTarget, Drawable as _, Point};
use embedded_graphics::primitives::Rectangle;
use embedded_graphics::text::Text;
use marks::{FILE, Mark, PROPOSED};

/// Width of the picture.
pub const PLOT_WIDTH_PX: u32 = 1280;
/// Height of the picture.
pub const PLOT_HEIGHT_PX: u32 = 680;

const LEFT: Rectangle = frame(90, 170, 500, 400);
const RIGHT: Rectangle = frame(730, 170, 500, 400);

/// Draws the trade-off of `tuning` on a target of [`PLOT_WIDTH_PX`] x [`PLOT_HEIGHT_PX`] pixels.
///
/// The left panel shows the share of caught defective parts over that of rejected good ones: for
/// the best score and area of each, and for the proposed score with every area. The right panel
/// shows the counts at every score and area. Without scores it shows both shares over the area.
/// Both panels mark the proposal and the station file's limits.
///
/// # Errors
/// The errors of `target`.
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
    curves::trade_off(tuning, target)?;
    if tuning.has_scores {
        map::map(tuning, target)
    } else {
        curves::shares(tuning, target)
    }
}

/// The station file's limits, and the proposal on top.
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

/// The areas to show: up to where the last part passes, and some more.
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

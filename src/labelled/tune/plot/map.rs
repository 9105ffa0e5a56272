//! The panel with the counts at every score and area.

use super::axes::{Axes, Axis, Scale};
use super::marks::{PROPOSED, legend, stroke};
use super::{RIGHT, area_axis, marks, whole};
use crate::labelled::tune::Tuning;
use crate::labelled::tune::surface::Counts;
use crate::labelled::tune::table::share;
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::{DrawTarget, Drawable as _, Point, Primitive as _};
use embedded_graphics::primitives::{PrimitiveStyle, Rectangle};

const NEITHER: Rgb888 = Rgb888::new(200, 236, 200);

/// One field for each score and area: the redder, the more are missed; the bluer, the more are
/// rejected. It also shows the margin around the proposal.
pub(super) fn map<D: DrawTarget<Color = Rgb888>>(
    tuning: &Tuning,
    target: &mut D,
) -> Result<(), D::Error> {
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
                let area =
                    Rectangle::with_corners(Point::new(left, from), Point::new(right, row - 1));
                let fill = PrimitiveStyle::with_fill(shade(tuning, colour));
                area.into_styled(fill).draw(target)?;
                run = None;
            }
            run = run.or(counts.map(|counts| (row, counts)));
        }
    }
    if let Some(point) = tuning.proposed {
        // The margin around the proposal.
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

/// Red for missed and blue for rejected parts; a single part is already visible.
fn mixed(missed: f64, rejected: f64) -> Rgb888 {
    let strength = |share: f64| if share > 0.0 { 0.15 + 0.6 * share } else { 0.0 };
    let (red, blue) = (1.0 - strength(missed), 1.0 - strength(rejected));
    let byte = |light: f64| u8::try_from(whole(255.0 * light)).unwrap_or(u8::MAX);
    Rgb888::new(byte(blue), byte(red * blue), byte(red))
}

//! Engraved text: a part number in straight strokes. It is not a defect.

use super::body::Body;
use super::geometry::{Vec2, smooth, vec2};
use super::patch::Patch;
use super::random::Random;

/// Height and width of a character and the advance to the next, in pixels.
const HEIGHT: f32 = 54.0;
const WIDTH: f32 = 30.0;
const ADVANCE: f32 = 47.0;
/// Half the width of a stroke.
const HALF_STROKE: f32 = 3.3;

/// Each digit as corner points on a grid of 2 by 4, x right and y down, `x * 10 + y`.
const DIGITS: [&[u8]; 10] = [
    &[0, 20, 24, 4, 0],
    &[1, 10, 14],
    &[0, 20, 22, 2, 4, 24],
    &[0, 20, 22, 12, 22, 24, 4],
    &[14, 10, 3, 23],
    &[20, 0, 2, 22, 24, 4],
    &[20, 0, 4, 24, 22, 2],
    &[0, 20, 4],
    &[2, 0, 20, 24, 4, 2, 22],
    &[22, 2, 0, 20, 24, 4],
];

/// Number of characters of a part number.
const LENGTH: usize = 6;

/// Half of the length of the text along its reading direction.
pub(super) const HALF_LENGTH: f32 = ADVANCE * LENGTH as f32 / 2.0;

/// The marks of `body`, its engraved number first. A patch's tone is the depth of the mark: 1 for a
/// full engraving, below 0 for a line that shines.
pub(super) fn engrave(random: &mut Random, body: &Body) -> Vec<Patch> {
    let mut marks = vec![number(random, body)];
    for _ in 0..random.below(5) {
        marks.push(hairline(random, body));
    }
    marks
}

fn number(random: &mut Random, body: &Body) -> Patch {
    let middle = body.centre + body.text;
    let mut strokes: Vec<(Vec2, Vec2)> = Vec::new();
    for character in 0..LENGTH {
        let left = character as f32 * ADVANCE - HALF_LENGTH + (ADVANCE - WIDTH) / 2.0;
        let corners = DIGITS[random.below(DIGITS.len())];
        let place = |corner: u8| {
            let own = vec2(
                left + f32::from(corner / 10) * WIDTH / 2.0,
                (f32::from(corner % 10) / 4.0 - 0.5) * HEIGHT,
            );
            middle + own.turned_by(body.text_axis)
        };
        strokes.extend(
            corners
                .windows(2)
                .map(|pair| (place(pair[0]), place(pair[1]))),
        );
    }
    let reach = vec2(HALF_LENGTH + 8.0, HALF_LENGTH + 8.0);
    let mut patch = Patch::empty(middle - reach, middle + reach);
    for (from, to) in strokes {
        patch.along(from, to, HALF_STROKE + 2.0, |off, _, spot| {
            let inside = HALF_STROKE - off.length();
            spot.tone = spot.tone.max(smooth(-1.1, 1.1, inside));
            spot.inside = spot.inside.max(inside);
        });
    }
    patch
}

/// A faint straight line, about 2 px wide, as handling leaves on good parts.
fn hairline(random: &mut Random, body: &Body) -> Patch {
    let from = body.centre + Vec2::at_angle(random.unit()) * (body.half * random.between(0.3, 0.9));
    let to = from + Vec2::at_angle(random.unit()) * random.between(80.0, 420.0);
    let half_width = random.between(0.8, 1.3);
    let depth = random.between(0.1, 0.24) * if random.chance(0.5) { 1.0 } else { -1.0 };
    let reach = vec2(4.0, 4.0);
    let low = vec2(from.x.min(to.x), from.y.min(to.y)) - reach;
    let high = vec2(from.x.max(to.x), from.y.max(to.y)) + reach;
    let mut patch = Patch::empty(low, high);
    patch.along(from, to, 3.0, |off, share, spot| {
        spot.inside = half_width - off.length();
        let fade = smooth(0.0, 0.3, share) * smooth(1.0, 0.6, share);
        spot.tone = depth * fade * smooth(-1.1, 1.1, spot.inside);
    });
    patch
}

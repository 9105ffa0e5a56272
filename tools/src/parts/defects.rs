//! Places the defects of a part and colours the metal in them.

use super::body::Body;
use super::geometry::{Vec2, mix, vec2};
use super::light::Light;
use super::marks;
use super::noise::Noise;
use super::patch::{Patch, pixel_centre};
use super::random::Random;
use super::surface::Shade;
use super::{DefectKind, Kind, Window, shapes};

/// After this many attempts to find a free place, a defect is left out.
const ATTEMPTS: usize = 400;

/// Free metal around a defect that does not sit on an edge, in pixels.
const CLEAR: f32 = 34.0;

/// One defect of a part.
#[derive(Debug)]
pub(super) struct Flaw {
    pub(super) kind: DefectKind,
    pub(super) patch: Patch,
}

/// An occupied disc.
#[derive(Debug, Clone, Copy)]
struct Taken {
    centre: Vec2,
    radius: f32,
}

/// The defects of a part of `kind`: none for a good part, at least one for any other.
pub(super) fn place(
    random: &mut Random,
    kind: Kind,
    body: &Body,
    light: &Light,
    noise: &Noise,
) -> Vec<Flaw> {
    let kinds: Vec<DefectKind> = match kind {
        Kind::Good => Vec::new(),
        Kind::Defective => {
            let count = 1 + random.below(4);
            (0..count)
                .map(|_| DefectKind::ALL[random.below(DefectKind::ALL.len())])
                .collect()
        }
        Kind::With(kind) => vec![kind],
    };
    let text = body.centre + body.text;
    let along = body.text_axis * (marks::HALF_LENGTH * 0.6);
    let mut taken: Vec<Taken> = [text - along, text, text + along]
        .map(|centre| Taken {
            centre,
            radius: 75.0,
        })
        .to_vec();
    let mut flaws = Vec::new();
    for kind in kinds {
        // A crowded part may have no space for a large defect, so the size shrinks until one fits.
        for attempt in 0..ATTEMPTS {
            let size = 1.0 - 0.7 * attempt as f32 / ATTEMPTS as f32;
            if let Some((flaw, places)) = try_one(random, kind, size, body, light, noise, &taken) {
                flaws.push(flaw);
                taken.extend(places);
                break;
            }
        }
    }
    flaws
}

/// One attempt. `size` scales the upper ends of the ranges.
fn try_one(
    random: &mut Random,
    kind: DefectKind,
    size: f32,
    body: &Body,
    light: &Light,
    noise: &Noise,
    taken: &[Taken],
) -> Option<(Flaw, Vec<Taken>)> {
    let free = |spot: Taken| {
        taken
            .iter()
            .all(|other| (other.centre - spot.centre).length() > other.radius + spot.radius + 24.0)
    };
    let somewhere = |random: &mut Random| {
        body.centre + vec2(random.between(-1.0, 1.0), random.between(-1.0, 1.0)) * body.half
    };
    let up_to =
        |random: &mut Random, low: f32, high: f32| random.between(low, mix(low, high, size));
    let (patch, places) = match kind {
        DefectKind::Scratch => {
            let start = somewhere(random);
            let path = curve(random, start, size);
            let half_width = random.between(5.6, 13.0);
            let places: Vec<Taken> = path
                .iter()
                .step_by(4)
                .map(|&centre| Taken {
                    centre,
                    radius: half_width + 12.0,
                })
                .collect();
            if !path
                .iter()
                .all(|&point| body.metal(point) > CLEAR + half_width)
                || !places.iter().all(|&spot| free(spot))
            {
                return None;
            }
            (
                shapes::scratch(random, &path, half_width, light.towards, noise),
                places,
            )
        }
        DefectKind::Pit | DefectKind::Stain => {
            let centre = somewhere(random);
            let radius = if kind == DefectKind::Pit {
                up_to(random, 12.5, 43.0)
            } else {
                up_to(random, 46.0, 138.0)
            };
            let spot = Taken {
                centre,
                radius: radius * 1.25,
            };
            if body.metal(centre) < CLEAR + spot.radius || !free(spot) {
                return None;
            }
            let patch = if kind == DefectKind::Pit {
                shapes::pit(random, centre, radius, light.towards, noise)
            } else {
                shapes::stain(random, centre, radius, noise)
            };
            (patch, vec![spot])
        }
        DefectKind::Chip => {
            let (centre, largest) = edge_point(random, body);
            let radius = up_to(random, largest.min(46.0), largest);
            let spot = Taken {
                centre,
                radius: radius * 1.3,
            };
            if !free(spot) {
                return None;
            }
            (
                shapes::chip(random, centre, radius, light.towards, noise),
                vec![spot],
            )
        }
    };
    Some((Flaw { kind, patch }, places))
}

/// A curved path of 150 to 700 px from `start`.
pub(super) fn curve(random: &mut Random, start: Vec2, size: f32) -> Vec<Vec2> {
    const STROKES: usize = 40;
    let length = random.between(150.0, mix(150.0, 700.0, size));
    let step = length / STROKES as f32;
    let mut turns = random.unit();
    // The curvature changes from one end to the other.
    let (bend, change) = (random.between(-0.12, 0.12), random.between(-0.2, 0.2));
    let mut path = vec![start];
    let mut point = start;
    for i in 0..STROKES {
        turns += (bend + change * (i as f32 / STROKES as f32 - 0.5)) / STROKES as f32;
        point = point + Vec2::at_angle(turns) * step;
        path.push(point);
    }
    path
}

/// A point on the edge of the outline or of a hole, and the largest chip that fits there.
fn edge_point(random: &mut Random, body: &Body) -> (Vec2, f32) {
    let direction = Vec2::at_angle(random.unit());
    let choice = random.unit();
    if choice < 0.5 {
        // Bisection: the outline is between the two points.
        let (mut low, mut high) = (0.0, body.half * 1.5);
        for _ in 0..24 {
            let middle = (low + high) / 2.0;
            if body.inside_outline(body.centre + direction * middle) > 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (body.centre + direction * low, 112.0);
    }
    let i = if choice < 0.75 {
        0
    } else {
        1 + random.below(body.holes.len() - 1)
    };
    let hole = &body.holes[i];
    (
        hole.centre + direction * hole.radius,
        if i == 0 { 112.0 } else { hole.radius },
    )
}

impl Flaw {
    /// The colour of the metal `face` under this defect, in grey levels. `tone` is the patch's.
    pub(super) fn colour(&self, face: Shade, tone: f32, level: f32) -> [f32; 3] {
        let blend = |dark: f32, light: f32| face.tint.map(|tint| tint * mix(dark, light, tone));
        match self.kind {
            DefectKind::Scratch => blend(face.grey * 0.2, face.grey + 0.94 * (253.0 - face.grey)),
            DefectKind::Pit => blend(face.grey * 0.14 + 6.0, 205.0),
            DefectKind::Chip => blend(level * 0.175, level * 0.325),
            DefectKind::Stain => {
                let (thin, dense) = ([0.68, 0.55, 0.38], [0.36, 0.25, 0.14]);
                let mut colour = face.tint;
                for (i, value) in colour.iter_mut().enumerate() {
                    *value *= face.grey * mix(thin[i], dense[i], tone);
                }
                colour
            }
        }
    }

    /// The bounding box and number of pixels of the defect's mask. The box has width 0 if the mask
    /// is empty.
    pub(super) fn extent(&self, body: &Body) -> (Window, usize) {
        let window = self.patch.window;
        let mut area_px = 0;
        let (mut left, mut top, mut right, mut bottom) = (usize::MAX, usize::MAX, 0, 0);
        for y in window.y..window.y + window.height {
            for x in window.x..window.x + window.width {
                let covers = self.patch.at(x, y).is_some_and(|spot| spot.inside >= 0.0);
                if covers && body.metal(pixel_centre(x, y)) >= 0.0 {
                    area_px += 1;
                    (left, right) = (left.min(x), right.max(x + 1));
                    (top, bottom) = (top.min(y), bottom.max(y + 1));
                }
            }
        }
        if area_px == 0 {
            return (
                Window {
                    x: window.x,
                    y: window.y,
                    width: 0,
                    height: 0,
                },
                0,
            );
        }
        (
            Window {
                x: left,
                y: top,
                width: right - left,
                height: bottom - top,
            },
            area_px,
        )
    }
}

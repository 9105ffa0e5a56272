//! The outlines and shading of the four kinds of defect.

use super::geometry::{Vec2, index, mix, sine, smooth, vec2};
use super::noise::Noise;
use super::patch::{Patch, Spot};
use super::random::Random;

/// Number of directions in which a closed outline is tabulated.
const DIRECTIONS: usize = 512;

/// The distance from an outline is exact up to this value, in pixels: more than any blur reaches.
const NEAR: f32 = 3.5;

/// A closed outline around a centre: the radius in each direction.
#[derive(Debug)]
struct Outline {
    centre: Vec2,
    radius: Vec<f32>,
}

impl Outline {
    /// A circle of `radius`, bent by waves of `lowest` to `highest` periods. Each wave has a
    /// relative height of about `bend`.
    fn new(
        random: &mut Random,
        centre: Vec2,
        radius: f32,
        bend: f32,
        lowest: usize,
        highest: usize,
    ) -> Self {
        let waves: Vec<(f32, f32, f32)> = (lowest..=highest)
            .map(|periods| {
                let height = bend * random.between(0.35, 1.0) * lowest as f32 / periods as f32;
                (periods as f32, height, random.unit())
            })
            .collect();
        let radius = (0..DIRECTIONS)
            .map(|i| {
                let turns = i as f32 / DIRECTIONS as f32;
                radius
                    * waves.iter().fold(1.0, |sum, (periods, height, phase)| {
                        sum + height * sine(turns * periods + phase)
                    })
            })
            .collect();
        Self { centre, radius }
    }

    fn largest(&self) -> f32 {
        self.radius.iter().copied().fold(0.0, f32::max)
    }

    /// Distance from the outline, positive inside. First order, which is enough for shading.
    fn about_inside(&self, point: Vec2) -> f32 {
        let own = point - self.centre;
        let place = (own.angle() + 1.0) * DIRECTIONS as f32;
        let cell = index(place);
        let (here, next) = (
            self.radius[cell % DIRECTIONS],
            self.radius[(cell + 1) % DIRECTIONS],
        );
        let radius = mix(here, next, place - cell as f32);
        let slope = (next - here) * DIRECTIONS as f32 / std::f32::consts::TAU / radius;
        (radius - own.length()) / (1.0 + slope * slope).sqrt()
    }

    /// The corner of the outline in direction `i`.
    fn corner(&self, i: usize) -> Vec2 {
        let i = i % DIRECTIONS;
        self.centre + Vec2::at_angle(i as f32 / DIRECTIONS as f32) * self.radius[i]
    }

    /// Draws the inside of the outline. `draw` gets a pixel's centre and its distance from the
    /// outline, positive inside, exact up to `NEAR` px.
    fn patch(&self, draw: impl Fn(Vec2, f32) -> Spot) -> Patch {
        let reach = vec2(self.largest() + 4.0, self.largest() + 4.0);
        let mut patch = Patch::empty(self.centre - reach, self.centre + reach);
        for i in 0..DIRECTIONS {
            patch.along(self.corner(i), self.corner(i + 1), NEAR, |off, _, spot| {
                // The distance, negative until the side is known.
                spot.inside = spot.inside.max(-off.length());
            });
        }
        patch.fill(|point, spot| {
            let about = self.about_inside(point);
            let distance = if spot.inside > -NEAR {
                -spot.inside
            } else {
                about.abs().max(NEAR)
            };
            draw(point, distance.copysign(about))
        });
        patch
    }
}

/// A scratch along `path`. Its tone is 0 in the dark groove and 1 on the raised lip, which is on
/// the side of `light`.
///
/// Groove and lip both belong to the defect: displaced metal is damage like missing metal, and each
/// has a definite edge.
pub(super) fn scratch(
    random: &mut Random,
    path: &[Vec2],
    half_width: f32,
    light: Vec2,
    noise: &Noise,
) -> Patch {
    let (mut low, mut high) = (path[0], path[0]);
    for point in path {
        low = vec2(low.x.min(point.x), low.y.min(point.y));
        high = vec2(high.x.max(point.x), high.y.max(point.y));
    }
    let reach = half_width + 4.0;
    let mut patch = Patch::empty(low - vec2(reach, reach), high + vec2(reach, reach));
    let step = (path[path.len() - 1] - path[0]).unit();
    let lip_side = if step.cross(light) > 0.0 { 1.0 } else { -1.0 };
    let offset = random.between(0.0, 200.0);
    let mut travelled = 0.0;
    let strokes = (path.len() - 1) as f32;
    for (i, pair) in path.windows(2).enumerate() {
        let direction = (pair[1] - pair[0]).unit();
        let length = (pair[1] - pair[0]).length();
        patch.along(pair[0], pair[1], reach, |off, share, spot| {
            let along = (i as f32 + share) / strokes;
            let way = travelled + share * length;
            // Narrower towards both ends, and uneven where the point that cut it jumped.
            let taper = mix(0.56, 1.0, smooth(0.0, 0.34, along.min(1.0 - along)));
            let uneven = 1.0
                + 0.13 * noise.at(way * 0.03, offset)
                + 0.05 * noise.at(way * 0.15, offset + 9.5);
            let half = half_width * taper * uneven;
            let inside = half - off.length();
            if inside > spot.inside {
                let lateral = direction.cross(off) / half * lip_side;
                let chatter = noise.at(way * 0.07, offset + 50.0);
                let streak = noise.at(way * 0.035, lateral * 3.1 + offset + 70.0);
                let groove = 0.09 + 0.11 * streak + 0.1 * (lateral + 0.3);
                let crest = 0.86 + 0.14 * noise.at(way * 0.05, offset + 90.0);
                spot.inside = inside;
                spot.tone = mix(
                    groove.max(0.0),
                    crest,
                    smooth(0.16, 0.5, lateral + 0.1 * chatter),
                );
            }
        });
        travelled += length;
    }
    patch
}

/// A pit. Its tone is the light on the slope that faces the lamp.
pub(super) fn pit(
    random: &mut Random,
    centre: Vec2,
    radius: f32,
    light: Vec2,
    noise: &Noise,
) -> Patch {
    let outline = Outline::new(random, centre, radius, 0.075, 2, 7);
    let glint = random.between(0.55, 0.95);
    outline.patch(|point, inside| {
        let own = (point - centre) * (1.0 / radius);
        let depth = inside / radius;
        // Its edge is undercut and dark all around. The lit slope is further inside.
        let slope = smooth(0.14, 0.26, depth) * smooth(0.62, 0.34, depth);
        let facing = (-own.unit().dot(light)).max(0.0);
        let rough = noise.at(point.x * 0.23, point.y * 0.23);
        let tone = slope * facing * facing * glint * (1.0 + 0.35 * rough) + 0.06 * (1.0 + rough);
        Spot {
            inside,
            tone: tone.clamp(0.0, 1.0),
        }
    })
}

/// A chip around `centre`. Its tone is the brightness of the facets of the fracture.
pub(super) fn chip(
    random: &mut Random,
    centre: Vec2,
    radius: f32,
    light: Vec2,
    noise: &Noise,
) -> Patch {
    let mut outline = Outline::new(random, centre, radius, 0.05, 4, 17);
    // Each facet is cut off by a straight line.
    let count = 6 + random.below(4);
    let facets: Vec<(Vec2, f32, f32)> = (0..count)
        .map(|i| {
            let turns = (i as f32 + random.between(-0.32, 0.32)) / count as f32;
            (
                Vec2::at_angle(turns),
                radius * random.between(0.62, 1.0),
                random.unit(),
            )
        })
        .collect();
    for (i, value) in outline.radius.iter_mut().enumerate() {
        let direction = Vec2::at_angle(i as f32 / DIRECTIONS as f32);
        let cut = facets.iter().fold(f32::MAX, |cut, facet| {
            cut.min(facet.1 / facet.0.dot(direction).max(0.05))
        });
        *value = cut.min(radius * 1.1) * (*value / radius);
    }
    outline.patch(|point, inside| {
        let own = point - centre;
        let warp = noise.at(point.x * 0.045 + 90.0, point.y * 0.045) * radius * 0.1;
        // The facet with the nearest line, or the floor if all lines are far.
        let (mut gap, mut shade) = (radius * 0.5, 0.22);
        for (normal, reach, finish) in &facets {
            let distance = reach - own.dot(*normal) + warp;
            if distance < gap {
                gap = distance;
                shade = 0.42 - 0.42 * normal.dot(light) + 0.22 * (finish - 0.5);
            }
        }
        let grain = noise.at(point.x * 0.33, point.y * 0.33)
            + 0.8 * noise.at(point.x * 0.1 + 60.0, point.y * 0.1);
        Spot {
            inside,
            tone: (shade + 0.13 * grain).clamp(0.0, 1.0),
        }
    })
}

/// A dried stain. Its tone is its density, which is highest along the outline, where the liquid
/// dried last.
pub(super) fn stain(random: &mut Random, centre: Vec2, radius: f32, noise: &Noise) -> Patch {
    let outline = Outline::new(random, centre, radius, 0.17, 2, 12);
    let offset = random.between(0.0, 200.0);
    let rim = random.between(5.0, 12.0);
    outline.patch(|point, inside| {
        let cloud = noise.cloud(point.x * 0.013 + offset, point.y * 0.013);
        let tone = 0.34 + 0.34 * cloud + 0.5 * smooth(rim * 2.0, 0.0, inside);
        Spot {
            inside,
            tone: tone.clamp(0.0, 1.0),
        }
    })
}

//! The machined face of a part: finish, gloss, bevels, grooves and the insides of holes.

use super::body::{Body, Groove, Nearest};
use super::geometry::{Vec2, mix, smooth, vec2};
use super::light::{LENS, Light};
use super::noise::{Noise, Profile};
use super::random::Random;

/// Half of the width of an edge in the picture, in pixels: the blur of the lens at the face.
pub(super) const EDGE: f32 = 0.95;

/// How the face was machined.
#[derive(Debug)]
enum Finish {
    /// Rings around a point: the centre of a turned part, or a point far outside for the arcs of a
    /// face mill.
    Rings {
        centre: Vec2,
        marks: Profile,
        gloss: f32,
    },
    /// Straight lines from a grinding wheel.
    Lines {
        along: Vec2,
        marks: Profile,
        gloss: f32,
        band: f32,
    },
}

/// The metal of one part.
#[derive(Debug)]
pub(super) struct Surface {
    finish: Finish,
    /// Share of the light that the face returns.
    albedo: f32,
    tint: [f32; 3],
    /// Strength of the tool marks, as a share of the brightness.
    relief: f32,
    noise: Noise,
}

/// Brightness and colour of the metal at a point, before the lens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shade {
    pub(super) grey: f32,
    pub(super) tint: [f32; 3],
}

impl Surface {
    pub(super) fn new(random: &mut Random, body: &Body) -> Self {
        let noise = Noise::new(random);
        let finish = match random.below(3) {
            0 => Finish::Rings {
                centre: body.centre,
                marks: tool_marks(random, 5.0, 9.0),
                gloss: random.between(0.16, 0.3),
            },
            1 => Finish::Rings {
                centre: body.centre + Vec2::at_angle(random.unit()) * random.between(700.0, 1100.0),
                marks: tool_marks(random, 12.0, 22.0),
                gloss: random.between(0.1, 0.2),
            },
            _ => Finish::Lines {
                along: Vec2::at_angle(random.between(-0.03, 0.03) + 0.25 * random.below(2) as f32)
                    .turned_by(body.axis),
                marks: tool_marks(random, 3.0, 5.0),
                gloss: random.between(0.12, 0.25),
                band: random.between(-500.0, 500.0),
            },
        };
        let warmth = random.between(-0.025, 0.03);
        Self {
            finish,
            albedo: random.between(0.55, 0.65),
            tint: [1.0 + warmth, 1.0 + 0.2 * warmth, 1.0 - warmth],
            relief: random.between(0.045, 0.085),
            noise,
        }
    }

    /// Gloss and tool marks at `point`: two factors around 1.
    fn finish(&self, point: Vec2, body: &Body, light: &Light) -> f32 {
        let own = point - body.centre;
        match &self.finish {
            Finish::Rings {
                centre,
                marks,
                gloss,
            } => {
                let out = point - *centre;
                let radius = out.length();
                // Circular grooves reflect the lamp where their slope faces it, so the highlight is
                // a bow tie.
                let facing = out.dot(light.towards) / radius.max(1.0);
                let square = facing * facing;
                let bow = square * square;
                let turns = out.angle();
                let streak = self.noise.at(turns * 256.0 * 0.25, radius * 0.31);
                let lines = marks.at(radius) + 0.55 * streak;
                (1.0 + gloss * (bow + 0.35 * square - 0.4))
                    * (1.0 + self.relief * lines * (0.75 + 0.5 * square))
            }
            Finish::Lines {
                along,
                marks,
                gloss,
                band,
            } => {
                let place = own.seen_from(*along);
                let fine = self.noise.at(place.x * 0.008, place.y * 0.46);
                let coarse = self.noise.at(place.x * 0.003 + 77.0, place.y * 0.17);
                let lines = 0.45 * marks.at(place.y + 2048.0) + 0.8 * fine + 0.5 * coarse;
                let off = (place.x * 0.25 + place.y - band) / 420.0;
                let glow = 1.0 / (1.0 + off * off);
                (1.0 + gloss * (glow * glow - 0.3)) * (1.0 + self.relief * lines)
            }
        }
    }

    /// The face at `point`, which is `nearest.inside` px from the nearest edge. `engraved` is the
    /// depth of an engraving there: 1 for a full one, below 0 for a line that shines.
    pub(super) fn face(
        &self,
        point: Vec2,
        nearest: Nearest,
        engraved: f32,
        body: &Body,
        light: &Light,
    ) -> Shade {
        let own = point - body.centre;
        let grain = self.noise.at(own.x * 0.42 + 31.0, own.y * 0.42);
        let mottle = self.noise.at(own.x * 0.011, own.y * 0.011 + 19.0);
        let mut grey = self.finish(point, body, light) * (1.0 + 0.013 * grain + 0.022 * mottle);
        let radius = own.length();
        for groove in &body.grooves {
            let depth = groove.half_width - (radius - groove.radius).abs();
            if depth > -4.0 {
                grey = self.groove(grey, own, depth, groove, light);
            }
        }
        grey *= 1.0 - 0.5 * engraved;
        let chamfer = nearest.hole.map_or(body.chamfer, |i| body.holes[i].chamfer);
        if nearest.inside < chamfer + 3.0 {
            let facing = body.outwards(point, nearest).dot(light.towards);
            let lines = self.noise.at(nearest.inside * 0.4, radius * 0.02);
            let bevel = (0.98 + 0.34 * facing + 0.1 * facing.max(0.0))
                * (1.0 + 0.04 * lines + 0.01 * grain);
            let on_bevel = smooth(chamfer + EDGE, chamfer - EDGE, nearest.inside);
            grey = mix(grey, bevel, on_bevel);
            // The burnished crest between bevel and face.
            let crest = (1.0 - (nearest.inside - chamfer).abs() / 2.2).max(0.0);
            grey += crest * (0.1 + 0.12 * facing.abs());
        }
        Shade {
            grey: shoulder(grey * self.albedo * light.at(point)),
            tint: self.tint,
        }
    }

    /// The brightness at `own` from the part's centre, `depth` px within the edges of `groove`.
    /// `grey` is the brightness of the face.
    fn groove(&self, grey: f32, own: Vec2, depth: f32, groove: &Groove, light: &Light) -> f32 {
        let radius = own.length();
        let side = if radius < groove.radius { 1.0 } else { -1.0 };
        let facing = own.dot(light.towards) / radius.max(1.0) * side;
        let within = smooth(-EDGE, EDGE, depth);
        // The walls: one reflects the light, the other is in shadow.
        let wall = smooth(5.0, 1.0, depth) * within;
        let rings = self.noise.at(radius * 0.6, 7.0);
        let bottom = mix(grey, 1.0, 0.5) * groove.floor * (1.0 + 0.03 * rings);
        mix(grey, bottom + wall * 0.22 * facing, within)
    }

    /// The inside of hole `i` at `point`: the wall that the camera sees, and the darkness below it.
    pub(super) fn hole(&self, point: Vec2, i: usize, body: &Body, light: &Light) -> Shade {
        let hole = &body.holes[i];
        let from_lens = hole.centre - LENS;
        let bottom = hole.centre - from_lens * hole.depth;
        let radius_below = hole.radius * (1.0 - hole.depth);
        let own = point - hole.centre;
        let inside = radius_below - (point - bottom).length();
        let turns = own.angle();
        let streaks = self.noise.at(turns * 256.0 * 0.5, own.length() * 0.05);
        let lit = (-own.unit().dot(light.towards) * 0.5 + 0.5).clamp(0.0, 1.0);
        let wall = 0.04 + 0.07 * lit * lit * (1.0 + 0.35 * streaks);
        let floor = 0.032 + 0.02 * smooth(0.0, hole.radius, inside);
        let rim = (hole.radius - own.length()).max(0.0);
        let open =
            mix(wall, floor, smooth(-1.2, 1.2, inside)) * mix(0.75, 1.0, smooth(0.0, 6.0, rim));
        Shade {
            grey: open * light.at(point),
            tint: [1.0, 1.0, 1.02],
        }
    }

    /// Cloudy noise that the defects of the part share, -1 to 1.
    pub(super) const fn noise(&self) -> &Noise {
        &self.noise
    }
}

/// The camera's response to bright metal: linear up to 165 grey levels, then flatter and flatter,
/// below 215. Gloss must not reach white, because the lip of a scratch would not show there.
fn shoulder(grey: f32) -> f32 {
    let excess = (grey - 165.0).max(0.0);
    grey.min(165.0) + excess / (1.0 + excess / 50.0)
}

fn tool_marks(random: &mut Random, finest_pitch: f32, coarsest_pitch: f32) -> Profile {
    let pitch = random.between(finest_pitch, coarsest_pitch);
    Profile::tool_marks(random, pitch)
}

/// How far the foot of the part's side wall is shifted on the frame, towards the lens axis.
pub(super) fn wall_shift(centre: Vec2) -> Vec2 {
    let off_axis = centre - LENS;
    vec2(-off_axis.x * 0.02, -off_axis.y * 0.02)
}

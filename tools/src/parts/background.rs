//! The scene around the part: conveyor, dark fixture plate, rail, screws, and the part's shadow.

use super::body::Body;
use super::geometry::{Vec2, inside_rounded, mix, smooth, vec2};
use super::light::Light;
use super::noise::Noise;
use super::random::Random;
use super::surface::wall_shift;

/// Half the width of an edge below the focal plane, in pixels.
const SOFT: f32 = 2.2;

/// How far a slab's shadow reaches from its edge, in pixels.
const SHADOW_REACH: f32 = 60.0;

/// What a slab looks like.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Look {
    /// Metal with lines along x.
    Brushed,
    /// Blackened steel, matt.
    Black,
    /// The hexagon socket of a screw.
    Socket,
}

/// A flat piece with rounded corners and a bevel.
#[derive(Debug)]
struct Slab {
    centre: Vec2,
    half: Vec2,
    corner: f32,
    bevel: f32,
    albedo: f32,
    tint: [f32; 3],
    look: Look,
}

impl Slab {
    /// Distance from the outline at `own`, measured from the centre; positive inside.
    fn inside(&self, own: Vec2) -> f32 {
        if self.look == Look::Socket {
            // Two sides are perpendicular to the x axis, the others a sixth of a turn to each side.
            let slanted = own.x.abs() * 0.5 + own.y.abs() * 0.866;
            return self.half.x - slanted.max(own.x.abs());
        }
        inside_rounded(own, self.half, self.corner)
    }
}

/// The scene behind the part.
#[derive(Debug)]
pub(super) struct Background {
    noise: Noise,
    belt: f32,
    slabs: Vec<Slab>,
}

impl Background {
    pub(super) fn new(random: &mut Random) -> Self {
        let noise = Noise::new(random);
        let shift = vec2(random.between(-9.0, 9.0), random.between(-9.0, 9.0));
        let dark = [0.96, 0.99, 1.06];
        let steel = [1.0, 1.0, 0.985];
        let slab = |x: f32,
                    y: f32,
                    half_x: f32,
                    half_y: f32,
                    corner: f32,
                    bevel: f32,
                    albedo: f32,
                    tint,
                    look| Slab {
            centre: vec2(x, y) + shift,
            half: vec2(half_x, half_y),
            corner,
            bevel,
            albedo,
            tint,
            look,
        };
        let mut slabs = vec![
            // The rail along the top and its slot.
            slab(
                2048.0,
                215.0,
                2300.0,
                105.0,
                14.0,
                9.0,
                0.4,
                steel,
                Look::Brushed,
            ),
            slab(
                2048.0,
                215.0,
                2300.0,
                30.0,
                6.0,
                5.0,
                0.06,
                steel,
                Look::Black,
            ),
            // The fixture plate under the part.
            slab(
                2990.0,
                1850.0,
                1210.0,
                1390.0,
                60.0,
                12.0,
                0.15,
                dark,
                Look::Black,
            ),
            // Two stops at its left edge.
            slab(
                1900.0,
                900.0,
                96.0,
                210.0,
                24.0,
                10.0,
                0.33,
                steel,
                Look::Brushed,
            ),
            slab(
                1900.0,
                2850.0,
                96.0,
                190.0,
                24.0,
                10.0,
                0.33,
                steel,
                Look::Brushed,
            ),
        ];
        for (x, y) in [
            (1900.0, 800.0),
            (1900.0, 1000.0),
            (1900.0, 2780.0),
            (1895.0, 1850.0),
            (2600.0, 590.0),
            (3700.0, 590.0),
        ] {
            slabs.push(slab(x, y, 52.0, 52.0, 52.0, 7.0, 0.1, dark, Look::Black));
            slabs.push(slab(x, y, 26.0, 30.0, 8.0, 4.0, 0.03, dark, Look::Socket));
        }
        Self {
            noise,
            belt: random.between(0.1, 0.16),
            slabs,
        }
    }

    /// The slabs whose shape or shadow reaches row `y`.
    pub(super) fn slabs_on_row(&self, y: f32, found: &mut Vec<usize>) {
        found.extend((0..self.slabs.len()).filter(|&i| {
            let slab = &self.slabs[i];
            (y - slab.centre.y).abs() <= slab.half.y + SHADOW_REACH
        }));
    }

    /// Reflected share of light at `point`, by channel, without the part.
    fn without_part(&self, point: Vec2, slabs: &[usize], light: &Light) -> [f32; 3] {
        // A slab that covers the pixel hides everything below it.
        let covered = slabs.iter().rposition(|&i| {
            let slab = &self.slabs[i];
            let own = point - slab.centre;
            let in_box = own.x.abs() < slab.half.x && own.y.abs() < slab.half.y;
            in_box && slab.inside(own) >= SOFT
        });
        let mut colour = if covered.is_none() {
            self.belt(point)
        } else {
            [0.0; 3]
        };
        for &i in &slabs[covered.unwrap_or(0)..] {
            let slab = &self.slabs[i];
            let own = point - slab.centre;
            if own.x.abs() > slab.half.x + SHADOW_REACH || own.y.abs() > slab.half.y + SHADOW_REACH
            {
                continue;
            }
            let inside = slab.inside(own);
            let above = smooth(-SOFT, SOFT, inside);
            if above < 1.0 && slab.look != Look::Socket {
                let shadow = smooth(
                    -34.0,
                    14.0,
                    inside_rounded(own + light.towards * 14.0, slab.half, slab.corner),
                );
                colour = colour.map(|value| value * (1.0 - 0.62 * shadow));
            }
            if above > 0.0 {
                let grey = self.slab(slab, point, own, inside, light);
                for (value, tint) in colour.iter_mut().zip(slab.tint) {
                    *value = mix(*value, grey * tint, above);
                }
            }
        }
        colour
    }

    /// The belt: a woven rubber, worn along its running direction (y).
    fn belt(&self, point: Vec2) -> [f32; 3] {
        let weave = self.noise.at(point.x * 0.11, point.y * 0.055)
            + 0.6 * self.noise.at(point.x * 0.4, point.y * 0.4);
        let wear = self.noise.at(point.x * 0.006 + 40.0, point.y * 0.0011);
        let belt = self.belt * (1.0 + 0.13 * weave + 0.16 * wear);
        [belt * 0.86, belt * 1.0, belt * 0.97]
    }

    fn slab(&self, slab: &Slab, point: Vec2, own: Vec2, inside: f32, light: &Light) -> f32 {
        let texture = match slab.look {
            Look::Brushed => {
                0.09 * self.noise.at(point.x * 0.006, point.y * 0.4)
                    + 0.05 * self.noise.at(point.x * 0.002, point.y * 0.09)
            }
            Look::Black => {
                0.06 * self.noise.at(point.x * 0.2, point.y * 0.2)
                    + 0.045
                        * self.noise.at(
                            point.x * 0.0095 + point.y * 0.0031,
                            point.y * 0.0088 - point.x * 0.0027,
                        )
            }
            Look::Socket => 0.0,
        };
        let mut grey = slab.albedo * (1.0 + texture);
        if inside < slab.bevel + SOFT {
            let out = if slab.half.x - own.x.abs() < slab.half.y - own.y.abs() {
                vec2(own.x.signum(), 0.0)
            } else {
                vec2(0.0, own.y.signum())
            };
            let out = if slab.corner > slab.half.x.min(slab.half.y) * 0.9 {
                own.unit()
            } else {
                out
            };
            let facing = if slab.look == Look::Socket {
                -out.dot(light.towards)
            } else {
                out.dot(light.towards)
            };
            let bevel = slab.albedo * (1.25 + 0.75 * facing) + 0.03;
            grey = mix(
                grey,
                bevel,
                smooth(slab.bevel + SOFT, slab.bevel - SOFT, inside),
            );
        }
        grey
    }

    /// Grey levels at `point`. `near_part` is set where the part's shadow may fall. `slabs` comes
    /// from [`Background::slabs_on_row`].
    pub(super) fn at(
        &self,
        point: Vec2,
        near_part: bool,
        slabs: &[usize],
        body: &Body,
        light: &Light,
    ) -> [f32; 3] {
        let mut colour = self.without_part(point, slabs, light);
        if near_part {
            let foot = body.inside_outline(point - wall_shift(body.centre));
            let shadow = smooth(
                -95.0,
                40.0,
                body.inside_outline(point + light.towards * 34.0 - wall_shift(body.centre)),
            );
            let contact = smooth(-16.0, 2.0, foot);
            let keep = (1.0 - 0.72 * shadow) * (1.0 - 0.6 * contact);
            let wall = 0.05
                + 0.04
                    * (body.centre - point)
                        .unit()
                        .dot(light.towards * -1.0)
                        .max(0.0);
            let on_wall = smooth(-1.8, 1.8, foot);
            colour = colour.map(|value| mix(value * keep, wall, on_wall));
        }
        let level = light.at(point);
        colour.map(|value| value * level)
    }
}

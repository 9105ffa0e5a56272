//! The shape of a part: its outline, bore, bolt holes and grooves, and their positions on the
//! frame.

use super::geometry::{Vec2, inside_rounded, vec2};
use super::random::Random;
use super::{ROI, Window};

/// A round hole through the face.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hole {
    pub(super) centre: Vec2,
    pub(super) radius: f32,
    /// Width of the bevelled edge, measured outwards from the radius.
    pub(super) chamfer: f32,
    /// Apparent depth: how far the bottom is shifted on the frame for each pixel off the lens axis.
    pub(super) depth: f32,
}

/// A groove turned into the face around the part's centre.
#[derive(Debug, Clone, Copy)]
pub(super) struct Groove {
    pub(super) radius: f32,
    pub(super) half_width: f32,
    /// Brightness of the floor as a share of the face's.
    pub(super) floor: f32,
}

/// The edge nearest to a point of the part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nearest {
    /// Distance from the nearest edge, positive where there is metal.
    pub(super) inside: f32,
    /// The hole that the edge belongs to; the outline if `None`.
    pub(super) hole: Option<usize>,
}

/// The geometry of one part.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) centre: Vec2,
    /// The part's own x axis on the frame, a unit vector.
    pub(super) axis: Vec2,
    /// Half of the side of the outline.
    pub(super) half: f32,
    /// Radius of the outline's corners; `half` makes the part round.
    pub(super) corner: f32,
    /// Width of the bevel along the outline.
    pub(super) chamfer: f32,
    /// The bore first, then the bolt holes.
    pub(super) holes: Vec<Hole>,
    pub(super) grooves: Vec<Groove>,
    /// The middle of the engraved text, from the part's centre in frame axes.
    pub(super) text: Vec2,
    /// Reading direction of the engraved text on the frame.
    pub(super) text_axis: Vec2,
}

impl Body {
    pub(super) fn new(random: &mut Random) -> Self {
        let middle = vec2(
            ROI.x as f32 + ROI.width as f32 / 2.0,
            ROI.y as f32 + ROI.height as f32 / 2.0,
        );
        let centre = middle + vec2(random.between(-38.0, 38.0), random.between(-38.0, 38.0));
        let round = random.chance(0.6);
        let axis = if round {
            Vec2::at_angle(random.unit())
        } else {
            Vec2::at_angle(random.between(-0.02, 0.02) + 0.25 * random.below(4) as f32)
        };
        let half = if round {
            random.between(795.0, 850.0)
        } else {
            random.between(770.0, 825.0)
        };
        let corner = if round {
            half
        } else {
            random.between(110.0, 240.0)
        };
        let bore = random.between(185.0, 300.0);
        let count = if round { 4 + 2 * random.below(3) } else { 4 };
        let bolt_circle = if round {
            half - random.between(165.0, 205.0)
        } else {
            half * random.between(1.02, 1.08)
        };
        let bolt = random.between(46.0, 74.0);
        let bolt_chamfer = random.between(8.0, 15.0);
        let mut holes = vec![Hole {
            centre,
            radius: bore,
            chamfer: random.between(12.0, 20.0),
            depth: random.between(0.022, 0.035),
        }];
        let bolt_depth = random.between(0.012, 0.02);
        for i in 0..count {
            let turns = (i as f32 + 0.5) / count as f32;
            holes.push(Hole {
                centre: centre + (Vec2::at_angle(turns) * bolt_circle).turned_by(axis),
                radius: bolt,
                chamfer: bolt_chamfer,
                depth: bolt_depth,
            });
        }
        let mut grooves = vec![Groove {
            radius: bore + random.between(85.0, 150.0),
            half_width: random.between(13.0, 21.0),
            floor: random.between(0.66, 0.76),
        }];
        if round && random.chance(0.5) {
            grooves.push(Groove {
                radius: half - random.between(38.0, 56.0),
                half_width: 4.0,
                floor: 0.72,
            });
        }
        // Between two bolt holes, which are at odd multiples of half the pitch.
        let text_direction =
            Vec2::at_angle(random.below(count) as f32 / count as f32).turned_by(axis);
        let text_radius = if round { bolt_circle } else { half * 0.83 };
        Self {
            centre,
            axis,
            half,
            corner,
            chamfer: random.between(12.0, 22.0),
            holes,
            grooves,
            text: text_direction * text_radius,
            text_axis: vec2(-text_direction.y, text_direction.x),
        }
    }

    /// Distance from the outline, positive inside.
    pub(super) fn inside_outline(&self, point: Vec2) -> f32 {
        let own = (point - self.centre).seen_from(self.axis);
        inside_rounded(own, vec2(self.half, self.half), self.corner)
    }

    /// The nearest edge, of the outline and the holes listed in `holes`.
    pub(super) fn nearest(&self, point: Vec2, holes: &[usize]) -> Nearest {
        let mut nearest = Nearest {
            inside: self.inside_outline(point),
            hole: None,
        };
        for &i in holes {
            let hole = &self.holes[i];
            let inside = (point - hole.centre).length() - hole.radius;
            if inside < nearest.inside {
                nearest = Nearest {
                    inside,
                    hole: Some(i),
                };
            }
        }
        nearest
    }

    /// Distance to the nearest edge of the metal at `point`, positive inside the metal.
    pub(super) fn metal(&self, point: Vec2) -> f32 {
        self.holes
            .iter()
            .map(|hole| (point - hole.centre).length() - hole.radius)
            .fold(self.inside_outline(point), f32::min)
    }

    /// The unit vector across the nearest edge, from metal to empty.
    pub(super) fn outwards(&self, point: Vec2, nearest: Nearest) -> Vec2 {
        if let Some(i) = nearest.hole {
            return (self.holes[i].centre - point).unit();
        }
        let own = (point - self.centre).seen_from(self.axis);
        let straight = self.half - self.corner;
        let beyond = vec2(
            (own.x.abs() - straight).max(0.0),
            (own.y.abs() - straight).max(0.0),
        );
        let direction = if beyond == vec2(0.0, 0.0) {
            own
        } else {
            vec2(beyond.x * own.x.signum(), beyond.y * own.y.signum())
        };
        direction.unit().turned_by(self.axis)
    }

    /// The holes that reach within `margin` of row `y`.
    pub(super) fn holes_on_row(&self, y: f32, margin: f32, found: &mut Vec<usize>) {
        found.clear();
        found.extend((0..self.holes.len()).filter(|&i| {
            let hole = &self.holes[i];
            (y - hole.centre.y).abs() < hole.radius + margin
        }));
    }

    /// A window around the part with a border of `margin` pixels, cut to the frame.
    pub(super) fn bounds(&self, margin: f32) -> Window {
        let reach = vec2(self.half, self.half).length() + margin;
        let reach = if self.corner == self.half {
            self.half + margin
        } else {
            reach
        };
        Window::around(
            self.centre - vec2(reach, reach),
            self.centre + vec2(reach, reach),
        )
    }
}

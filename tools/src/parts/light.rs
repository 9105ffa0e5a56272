//! The lamps and the lens: how bright the scene is at a point of the frame.

use super::geometry::{Vec2, vec2};
use super::random::Random;
use super::{FRAME_HEIGHT, FRAME_WIDTH};

/// The lighting of one picture.
#[derive(Debug)]
pub(super) struct Light {
    /// The direction on the screen towards the main lamp, a unit vector.
    pub(super) towards: Vec2,
    /// Brightness of a matt white surface at the part's centre, in grey levels.
    pub(super) level: f32,
    /// Relative change of the level over 1000 px towards the lamp.
    gradient: f32,
    /// Relative loss of light at the frame's corners.
    vignette: f32,
    /// Colour of the lamp, as factors near 1.
    pub(super) tint: [f32; 3],
    /// The point where the level is exactly `level`.
    origin: Vec2,
}

/// The centre of the lens on the frame.
pub(super) const LENS: Vec2 = vec2(FRAME_WIDTH as f32 / 2.0, FRAME_HEIGHT as f32 / 2.0);

impl Light {
    pub(super) fn new(random: &mut Random, origin: Vec2) -> Self {
        let warmth = random.between(-0.02, 0.035);
        Self {
            towards: Vec2::at_angle(random.unit()),
            level: random.between(228.0, 262.0),
            gradient: random.between(0.03, 0.13),
            vignette: random.between(0.16, 0.26),
            tint: [1.0 + warmth, 1.0, 1.0 - warmth],
            origin,
        }
    }

    /// Grey levels of a matt white surface at `point`.
    pub(super) fn at(&self, point: Vec2) -> f32 {
        let slope = 1.0 + self.gradient * (point - self.origin).dot(self.towards) * 0.001;
        let off_axis = point - LENS;
        let corner = LENS.dot(LENS);
        self.level * slope.max(0.2) * (1.0 - self.vignette * off_axis.dot(off_axis) / corner)
    }
}

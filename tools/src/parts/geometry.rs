//! Points, angles and distances. Points are in frame pixels with y down; angles are in turns.
//!
//! Sine and arc tangent are our own polynomials. Those of C libraries differ between machines, and
//! the same seed must give the same bytes.

use std::ops::{Add, Mul, Sub};

/// A point or a direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Vec2 {
    pub(super) x: f32,
    pub(super) y: f32,
}

pub(super) const fn vec2(x: f32, y: f32) -> Vec2 {
    Vec2 { x, y }
}

impl Vec2 {
    /// The direction at `turns` of a full turn from the x axis.
    pub(super) fn at_angle(turns: f32) -> Self {
        vec2(sine(turns + 0.25), sine(turns))
    }

    pub(super) fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y
    }

    /// Positive if `other` is clockwise from `self` on the screen.
    pub(super) fn cross(self, other: Self) -> f32 {
        self.x * other.y - self.y * other.x
    }

    pub(super) fn length(self) -> f32 {
        self.dot(self).sqrt()
    }

    /// The unit vector of this direction, or the x axis for a vector of length 0.
    pub(super) fn unit(self) -> Self {
        let length = self.length();
        if length > 0.0 {
            self * (1.0 / length)
        } else {
            vec2(1.0, 0.0)
        }
    }

    /// Coordinates in axes whose first one points along `axis`, a unit vector.
    pub(super) fn seen_from(self, axis: Self) -> Self {
        vec2(self.dot(axis), axis.cross(self))
    }

    /// The inverse of [`Vec2::seen_from`].
    pub(super) fn turned_by(self, axis: Self) -> Self {
        vec2(
            self.x * axis.x - self.y * axis.y,
            self.x * axis.y + self.y * axis.x,
        )
    }

    /// The angle in turns, -0.5 to 0.5, to within 2e-6 of a turn.
    pub(super) fn angle(self) -> f32 {
        let (across, along) = (
            self.x.abs().min(self.y.abs()),
            self.x.abs().max(self.y.abs()),
        );
        if along == 0.0 {
            return 0.0;
        }
        let slope = across / along;
        let square = slope * slope;
        // Minimax fit of atan over [0, 1], Abramowitz and Stegun 4.4.49, divided by 2 pi.
        let series = 0.999_866
            + square
                * (-0.330_299_5
                    + square * (0.180_141 + square * (-0.085_133 + square * 0.020_835_1)));
        let mut angle = slope * series * (0.5 / std::f32::consts::PI);
        if self.y.abs() > self.x.abs() {
            angle = 0.25 - angle;
        }
        if self.x < 0.0 {
            angle = 0.5 - angle;
        }
        if self.y < 0.0 { -angle } else { angle }
    }
}

impl Add for Vec2 {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        vec2(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Vec2 {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        vec2(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f32> for Vec2 {
    type Output = Self;
    fn mul(self, factor: f32) -> Self {
        vec2(self.x * factor, self.y * factor)
    }
}

/// The sine of an angle in turns, to within 2e-4.
pub(super) fn sine(turns: f32) -> f32 {
    let turns = turns - floor(turns + 0.5) as f32;
    // Folded to a quarter turn, then Taylor's series to the seventh power.
    let folded = if turns.abs() > 0.25 {
        turns.signum() * 0.5 - turns
    } else {
        turns
    };
    let x = folded * std::f32::consts::TAU;
    let square = x * x;
    x * (1.0 - square * (1.0 / 6.0 - square * (1.0 / 120.0 - square / 5040.0)))
}

/// The largest integer that is not above `value`, clamped to the range of `i32`.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast saturates, as documented"
)]
pub(super) fn floor(value: f32) -> i32 {
    let whole = value as i32;
    whole - i32::from(value < whole as f32)
}

/// [`floor`] as an index: values below 0 give 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, as documented"
)]
pub(super) fn index(value: f32) -> usize {
    value as usize
}

/// 0 at `value` <= `low`, 1 at `value` >= `high`, smooth between.
pub(super) fn smooth(low: f32, high: f32, value: f32) -> f32 {
    let t = ((value - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

pub(super) fn mix(a: f32, b: f32, share: f32) -> f32 {
    a + (b - a) * share
}

/// Distance from the outline of a square with half side `half` and rounded corners, positive
/// inside. The square is a disc if `corner` equals `half`.
pub(super) fn inside_rounded(point: Vec2, half: Vec2, corner: f32) -> f32 {
    let beyond = vec2(
        point.x.abs() - (half.x - corner),
        point.y.abs() - (half.y - corner),
    );
    let outer = vec2(beyond.x.max(0.0), beyond.y.max(0.0)).length();
    corner - outer - beyond.x.max(beyond.y).min(0.0)
}

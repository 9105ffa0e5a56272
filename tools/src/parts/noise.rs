//! Textures: smooth noise over the plane and irregular line profiles.

use super::geometry::{floor, mix};
use super::random::Random;

/// Side of the noise lattice: a power of two, so that it wraps with a mask.
const SIDE: usize = 256;
const WRAP: usize = SIDE - 1;

/// Noise over the plane with features about one unit across. Values are -1 to 1; it repeats every
/// 256 units.
#[derive(Debug)]
pub(super) struct Noise(Box<[f32; SIDE * SIDE]>);

impl Noise {
    pub(super) fn new(random: &mut Random) -> Self {
        let mut lattice = Box::new([0.0; SIDE * SIDE]);
        lattice.fill_with(|| random.between(-1.0, 1.0));
        Self(lattice)
    }

    /// The value at (x, y): smooth interpolation between lattice points.
    pub(super) fn at(&self, x: f32, y: f32) -> f32 {
        let (column, row) = (floor(x), floor(y));
        let (fx, fy) = (x - column as f32, y - row as f32);
        let (fx, fy) = (fx * fx * (3.0 - 2.0 * fx), fy * fy * (3.0 - 2.0 * fy));
        let (left, top) = (wrapped(column), wrapped(row));
        let (right, bottom) = ((left + 1) & WRAP, (top + 1) & WRAP);
        let value = |x: usize, y: usize| self.0[y * SIDE + x];
        mix(
            mix(value(left, top), value(right, top), fx),
            mix(value(left, bottom), value(right, bottom), fx),
            fy,
        )
    }

    /// Four octaves: features from one unit down to an eighth, values about -1 to 1.
    pub(super) fn cloud(&self, x: f32, y: f32) -> f32 {
        let mut sum = 0.0;
        let mut scale = 1.0;
        for octave in [0.5, 0.25, 0.15, 0.1] {
            sum += octave * self.at(x * scale, y * scale);
            scale *= 2.03;
        }
        sum * 1.6
    }
}

#[expect(
    clippy::cast_sign_loss,
    reason = "two's complement wraps, which is what a lattice that repeats needs"
)]
fn wrapped(cell: i32) -> usize {
    (cell as usize) & WRAP
}

/// A curve over one coordinate, 4096 samples one unit apart, repeating: the marks of a cutting
/// tool.
#[derive(Debug)]
pub(super) struct Profile(Vec<f32>);

impl Profile {
    /// Feed marks `pitch` units apart, uneven in depth, over a finer roughness. Values are about -1
    /// to 1.
    pub(super) fn tool_marks(random: &mut Random, pitch: f32) -> Self {
        let mut curve = vec![0.0; 4096];
        let mut phase = 0.0;
        let mut depth = 0.7;
        let mut drift: f32 = 0.0;
        for value in &mut curve {
            phase += 1.0 / pitch;
            if phase >= 1.0 {
                phase -= 1.0;
                depth = random.between(0.25, 1.0);
                drift = drift * 0.93 + random.between(-0.16, 0.16);
            }
            // A tool with a round nose cuts a parabola between two cusps.
            let hollow = 2.0 * phase - 1.0;
            *value = 0.55 * depth * (hollow * hollow - 0.33) + drift + random.between(-0.35, 0.35);
        }
        // The optics' blur.
        let sharp = curve.clone();
        let last = curve.len() - 1;
        for (i, value) in curve.iter_mut().enumerate() {
            *value =
                0.5 * sharp[i] + 0.25 * (sharp[i.saturating_sub(1)] + sharp[(i + 1).min(last)]);
        }
        Self(curve)
    }

    pub(super) fn at(&self, position: f32) -> f32 {
        let cell = floor(position);
        let share = position - cell as f32;
        let sample = |cell: i32| self.0[usize::try_from(cell & 4095).unwrap_or(0)];
        mix(sample(cell), sample(cell.wrapping_add(1)), share)
    }
}

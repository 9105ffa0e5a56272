//! The camera's sensor: turns light into bytes and adds noise.
//!
//! The noise of a pixel is a function of the seed, the pixel's position and its light. So a window
//! has the same pixels as the whole frame, and a defect changes no pixel outside of itself.

use super::random::{Random, mix};

/// Number of normally distributed samples; 12 random bits choose one.
const SAMPLES: usize = 4096;

/// One camera's noise.
#[derive(Debug)]
pub(super) struct Sensor {
    seed: u64,
    /// Normal deviates of mean 0 and deviation 1.
    normal: Vec<f32>,
    /// Standard deviation of the noise for each grey level.
    deviation: [f32; 256],
}

impl Sensor {
    /// Read noise of 1.2 to 1.7 grey levels. Shot noise brings it to 2.4 to 3.2 at white.
    pub(super) fn new(random: &mut Random) -> Self {
        let read = random.between(1.2, 1.7);
        let shot = random.between(0.017, 0.028);
        let mut deviation = [0.0; 256];
        for (level, value) in deviation.iter_mut().enumerate() {
            *value = (read * read + shot * level as f32).sqrt();
        }
        // The sum of twelve numbers between -1/2 and 1/2 has variance 1 and is nearly normal.
        let normal = (0..SAMPLES)
            .map(|_| (0..12).map(|_| random.between(-0.5, 0.5)).sum())
            .collect();
        Self {
            seed: random.bits(),
            normal,
            deviation,
        }
    }

    /// The sensor's bytes for `light` (grey levels) at column `x`, row `y`, rounded to nearest.
    pub(super) fn expose(&self, x: usize, y: usize, light: [f32; 3]) -> [u8; 3] {
        let noise = mix(self.seed ^ ((y as u64) << 32) ^ x as u64);
        let mut shift = 0;
        light.map(|light| {
            let light = light.clamp(0.0, 255.0);
            let bits = usize::try_from((noise >> shift) & 0xFFF).unwrap_or(0);
            shift += 16;
            let noisy = light + self.normal[bits] * self.deviation[usize::from(byte(light))];
            byte(noisy + 0.5)
        })
    }
}

/// The integer part of `value`, clamped to 0 to 255.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, as documented"
)]
fn byte(value: f32) -> u8 {
    value as u8
}

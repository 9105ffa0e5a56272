//! The colours of a defect, from the picture around it.

use super::super::geometry::{mix, smooth};
use super::super::patch::Spot;
use super::super::{DefectKind, Window};
use super::picture::Picture;
use super::stamp::Stamp;

/// Below this mean grey level a part is dark, and nothing darker would be seen on it: scratches and
/// pits in it shine, and stains are a light film.
const DARK: f32 = 56.0;
/// A place whose mean is below this share of the region's shows a hole or the background.
const HOLE_SHARE: f32 = 0.35;
/// The least that a bright place exceeds its surroundings, in grey levels.
const SHINE: f32 = 60.0;
const SHINE_ON_DARK: f32 = 90.0;
/// The outline is softened over this distance inside it, in pixels, from this share of the colour.
const SOFT_PX: f32 = 1.5;
const SOFT_SHARE: f32 = 0.45;
/// A defect never hides more than this share of what it hides.
const COVER_MAX: f32 = 0.95;

/// The colours around one defect, in grey levels.
#[derive(Debug)]
pub(super) struct Tones {
    /// The mean under the mask, of each channel.
    level: [f32; 3],
    /// The brightest that a defect gets.
    white: f32,
    is_dark: bool,
    is_grey: bool,
}

impl Tones {
    /// The colours for `stamp` with its upper left corner at column `x`, row `y`. `None` if that is
    /// no place on the part.
    pub(super) fn new(
        picture: &Picture,
        stamp: &Stamp,
        x: usize,
        y: usize,
        brightness: Brightness,
    ) -> Option<Self> {
        let (mut sum, mut count) = ([0.0_f64; 3], 0.0_f64);
        for (column, row, _) in stamp.covered() {
            let pixel = ((y + row) * picture.width + x + column) * 3;
            for (sum, value) in sum.iter_mut().zip(&picture.pixels[pixel..pixel + 3]) {
                *sum += f64::from(*value);
            }
            count += 1.0;
        }
        #[expect(clippy::cast_possible_truncation, reason = "a mean of bytes")]
        let level = sum.map(|sum| (sum / count.max(1.0)) as f32);
        let grey = grey(level);
        let is_dark = brightness.mean < DARK;
        let shine = if is_dark { SHINE_ON_DARK } else { SHINE };
        (grey >= HOLE_SHARE * brightness.mean).then(|| Self {
            level,
            white: (brightness.high * 1.15).max(grey + shine).min(255.0),
            is_dark,
            is_grey: picture.is_grey,
        })
    }

    /// The colour of a pixel of the mask, which differs from `own`.
    pub(super) fn paint(
        &self,
        kind: DefectKind,
        own: [u8; 3],
        spot: Spot,
        contrast: f32,
    ) -> [u8; 3] {
        let share = |strength: f32| (strength * contrast).min(COVER_MAX);
        let darker = |value: f32, strength: f32| value * (1.0 - share(strength));
        let lighter =
            |value: f32, strength: f32| mix(value, self.white.max(value), share(strength));
        let cover = mix(SOFT_SHARE, 1.0, smooth(0.0, SOFT_PX, spot.inside));
        let mut painted = own;
        for (channel, byte) in painted.iter_mut().enumerate() {
            let value = f32::from(*byte);
            // Damaged metal lost half of its texture. A stain keeps it.
            let bare = mix(value, self.level[channel], 0.5);
            let colour = match (kind, self.is_dark) {
                (DefectKind::Scratch, false) => {
                    mix(darker(bare, 0.7), lighter(bare, 0.85), spot.tone)
                }
                (DefectKind::Scratch, true) => {
                    mix(lighter(bare, 0.35), lighter(bare, 0.9), spot.tone)
                }
                (DefectKind::Pit | DefectKind::Chip, false) => {
                    mix(darker(bare, 0.8), lighter(bare, 0.7), spot.tone)
                }
                (DefectKind::Pit | DefectKind::Chip, true) => {
                    mix(lighter(bare, 0.4), lighter(bare, 0.9), spot.tone)
                }
                (DefectKind::Stain, false) => darker(value, self.stain(channel, spot.tone)),
                (DefectKind::Stain, true) => lighter(value, mix(0.25, 0.5, spot.tone)),
            };
            *byte = to_byte(mix(value, colour, cover));
        }
        if painted == own {
            // Where a groove meets its lip, its colour may be that of the surface.
            for byte in &mut painted {
                *byte = if *byte < 128 { *byte + 1 } else { *byte - 1 };
            }
        }
        painted
    }

    /// How much light of a channel a stain takes: brown on a picture with colours.
    fn stain(&self, channel: usize, tone: f32) -> f32 {
        let (thin, dense) = ([0.22, 0.33, 0.48], [0.52, 0.63, 0.74]);
        let channel = if self.is_grey { 1 } else { channel };
        mix(thin[channel], dense[channel], tone)
    }
}

/// How bright a region is, in grey levels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Brightness {
    pub(super) mean: f32,
    /// 99 % of the pixels do not exceed it.
    pub(super) high: f32,
}

pub(super) fn brightness(picture: &Picture, region: Window) -> Brightness {
    let mut counts = [0_usize; 256];
    for y in region.y..region.y + region.height {
        let start = (y * picture.width + region.x) * 3;
        for pixel in picture.pixels[start..start + region.width * 3].chunks_exact(3) {
            let level = grey([0, 1, 2].map(|channel| f32::from(pixel[channel])));
            counts[usize::from(to_byte(level))] += 1;
        }
    }
    let pixels = region.width * region.height;
    let (mut below, mut sum, mut high) = (0, 0, None);
    for (level, count) in counts.into_iter().enumerate() {
        below += count;
        sum += level * count;
        if below > pixels * 99 / 100 && high.is_none() {
            high = Some(level as f32);
        }
    }
    Brightness {
        mean: sum as f32 / pixels as f32,
        high: high.unwrap_or(255.0),
    }
}

/// The brightness of red, green and blue.
fn grey(colour: [f32; 3]) -> f32 {
    0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of a byte"
)]
fn to_byte(value: f32) -> u8 {
    (value + 0.5).clamp(0.0, 255.0) as u8
}

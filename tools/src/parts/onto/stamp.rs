//! One defect at the size of a picture, not yet at a place in it.

use super::super::defects::curve;
use super::super::geometry::{Vec2, floor, mix, vec2};
use super::super::noise::Noise;
use super::super::patch::{Patch, Spot};
use super::super::random::Random;
use super::super::{DefectKind, FRAME_HEIGHT, FRAME_WIDTH, Window, shapes};

/// Half of a scratch's width, and the radius of a pit and of a stain, are at least this long in
/// pixels of the picture: less would not survive the resize to the model's input.
const SCRATCH_MIN_PX: f32 = 1.1;
const PIT_MIN_PX: f32 = 2.0;
const STAIN_MIN_PX: f32 = 4.0;
/// A mask with fewer pixels is no defect.
const AREA_MIN_PX: usize = 8;

const OUTSIDE: Spot = Spot {
    inside: -1000.0,
    tone: 0.0,
};

/// The pixels of one defect. The first and last row and column contain some of it.
#[derive(Debug)]
pub(super) struct Stamp {
    pub(super) width: usize,
    pub(super) height: usize,
    /// `inside` is in pixels of the picture.
    spots: Vec<Spot>,
}

impl Stamp {
    /// A new shape. `size` (0 to 1) scales the upper ends of the ranges. `scale` is pixels of the
    /// picture for one pixel of the rendered parts. `None` if hardly a pixel of it is left, or if
    /// it is larger than `region`.
    pub(super) fn new(
        random: &mut Random,
        kind: DefectKind,
        size: f32,
        scale: f32,
        lamp: Vec2,
        noise: &Noise,
        region: Window,
    ) -> Option<Self> {
        // The shapes are drawn in the middle of a rendered frame, where each has enough space.
        let centre = vec2(FRAME_WIDTH as f32 / 2.0, FRAME_HEIGHT as f32 / 2.0);
        let radius = |random: &mut Random, low: f32, high: f32, least_px: f32| {
            random
                .between(low, mix(low, high, size))
                .max(least_px / scale)
        };
        let patch = match kind {
            DefectKind::Scratch => {
                let path = curve(random, centre, size);
                let half_width = random.between(5.6, 13.0).max(SCRATCH_MIN_PX / scale);
                shapes::scratch(random, &path, half_width, lamp, noise)
            }
            DefectKind::Pit | DefectKind::Chip => {
                let radius = radius(random, 12.5, 43.0, PIT_MIN_PX);
                shapes::pit(random, centre, radius, lamp, noise)
            }
            DefectKind::Stain => {
                let radius = radius(random, 46.0, 138.0, STAIN_MIN_PX);
                shapes::stain(random, centre, radius, noise)
            }
        };
        Self::scaled(&patch, scale, region)
    }

    /// The shape at `scale`, cut to the pixels whose centres it covers.
    fn scaled(patch: &Patch, scale: f32, region: Window) -> Option<Self> {
        let window = patch.window;
        let length =
            |pixels: usize| floor(pixels as f32 * scale).max(0).unsigned_abs() as usize + 1;
        let (width, height) = (length(window.width), length(window.height));
        if width > region.width || height > region.height {
            return None;
        }
        let corner = vec2(window.x as f32, window.y as f32);
        let spot = |column: usize, row: usize| {
            let own = vec2(column as f32 + 0.5, row as f32 + 0.5);
            let spot = between(patch, corner + own * (1.0 / scale));
            Spot {
                inside: spot.inside * scale,
                tone: spot.tone,
            }
        };
        let spots: Vec<Spot> = (0..width * height)
            .map(|i| spot(i % width, i / width))
            .collect();
        let whole = Self {
            width,
            height,
            spots,
        };
        whole.cut()
    }

    fn cut(&self) -> Option<Self> {
        let (mut left, mut top, mut right, mut bottom, mut area_px) =
            (usize::MAX, usize::MAX, 0, 0, 0);
        for (column, row, _) in self.covered() {
            (left, right) = (left.min(column), right.max(column + 1));
            (top, bottom) = (top.min(row), bottom.max(row + 1));
            area_px += 1;
        }
        let rows =
            |row: usize| self.spots[row * self.width + left..row * self.width + right].iter();
        (area_px >= AREA_MIN_PX).then(|| Self {
            width: right - left,
            height: bottom - top,
            spots: (top..bottom).flat_map(rows).copied().collect(),
        })
    }

    /// Column, row and spot of each pixel of the mask.
    pub(super) fn covered(&self) -> impl Iterator<Item = (usize, usize, Spot)> + '_ {
        let spots = self.spots.iter().enumerate();
        spots
            .filter(|(_, spot)| spot.inside >= 0.0)
            .map(|(i, spot)| (i % self.width, i / self.width, *spot))
    }
}

/// The spot at a point between the centres of a patch's pixels.
fn between(patch: &Patch, at: Vec2) -> Spot {
    let (left, top) = (floor(at.x - 0.5), floor(at.y - 0.5));
    let (fx, fy) = (at.x - 0.5 - left as f32, at.y - 0.5 - top as f32);
    let spot = |x: i32, y: i32| {
        let at = (usize::try_from(x).ok(), usize::try_from(y).ok());
        match at {
            (Some(x), Some(y)) => patch.at(x, y).unwrap_or(OUTSIDE),
            _ => OUTSIDE,
        }
    };
    let blend = |a: Spot, b: Spot, share: f32| Spot {
        inside: mix(a.inside, b.inside, share),
        tone: mix(a.tone, b.tone, share),
    };
    blend(
        blend(spot(left, top), spot(left + 1, top), fx),
        blend(spot(left, top + 1), spot(left + 1, top + 1), fx),
        fy,
    )
}

//! Draws one part on its fixture under its lamp, from a seed.

use super::background::Background;
use super::body::Body;
use super::defects::{self, Flaw};
use super::geometry::{mix, smooth};
use super::light::Light;
use super::marks;
use super::patch::{Patch, pixel_centre};
use super::random::Random;
use super::sensor::Sensor;
use super::surface::{EDGE, Surface};
use super::{DefectKind, Kind, Window};

/// A defect of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Defect {
    /// Its kind.
    pub kind: DefectKind,
    /// The smallest window around its mask.
    pub bounds: Window,
    /// Number of pixels of its mask.
    pub area_px: usize,
}

/// A part, ready to be drawn through any window of the frame.
#[derive(Debug)]
pub struct Part {
    pub(super) body: Body,
    surface: Surface,
    light: Light,
    background: Background,
    marks: Vec<Patch>,

    sensor: Sensor,
    flaws: Vec<Flaw>,
    defects: Vec<Defect>,
}

/// The part of a seed. [`Kind::Good`] and the other kinds of one seed are the same part with the
/// same light and noise; only the defects differ.
///
/// Takes a few milliseconds. The pixels are computed when they are asked for.
pub fn render(seed: u64, kind: Kind) -> Part {
    let body = Body::new(&mut Random::new(seed, 1));
    let surface = Surface::new(&mut Random::new(seed, 2), &body);
    let light = Light::new(&mut Random::new(seed, 3), body.centre);
    let background = Background::new(&mut Random::new(seed, 4));
    let marks = marks::engrave(&mut Random::new(seed, 5), &body);
    let sensor = Sensor::new(&mut Random::new(seed, 6));
    let flaws = defects::place(
        &mut Random::new(seed, 7),
        kind,
        &body,
        &light,
        surface.noise(),
    );
    let defects = flaws
        .iter()
        .map(|flaw| {
            let (bounds, area_px) = flaw.extent(&body);
            Defect {
                kind: flaw.kind,
                bounds,
                area_px,
            }
        })
        .collect();
    Part {
        body,
        surface,
        light,
        background,
        marks,
        sensor,
        flaws,
        defects,
    }
}

/// The objects that the current row of pixels can meet.
#[derive(Debug, Default)]
struct Row {
    holes: Vec<usize>,
    flaws: Vec<usize>,
    marks: Vec<usize>,
    slabs: Vec<usize>,
    /// The background at the two even columns computed last, each with its column.
    behind: [Option<(usize, [f32; 3])>; 2],
}

impl Part {
    /// The defects, in the order in which they were placed.
    pub fn defects(&self) -> &[Defect] {
        &self.defects
    }

    /// The picture within `window`: three bytes a pixel (red, green, blue), row by row.
    pub fn pixels(&self, window: Window) -> Vec<u8> {
        let mut bytes = vec![0; window.width * window.height * 3];
        for (y, row) in bytes.chunks_exact_mut(window.width.max(1) * 3).enumerate() {
            self.row(window.x, window.y + y, row);
        }
        bytes
    }

    /// The mask within `window`: one byte a pixel, 255 where a defect covers at least half of the
    /// pixel, else 0.
    pub fn mask(&self, window: Window) -> Vec<u8> {
        let mut mask = vec![0; window.width * window.height];
        for flaw in &self.flaws {
            let shared = flaw.patch.window.intersection(window);
            for y in shared.y..shared.y + shared.height {
                for x in shared.x..shared.x + shared.width {
                    let covers = flaw.patch.at(x, y).is_some_and(|spot| spot.inside >= 0.0);
                    if covers && self.body.metal(pixel_centre(x, y)) >= 0.0 {
                        mask[(y - window.y) * window.width + x - window.x] = 255;
                    }
                }
            }
        }
        mask
    }

    /// Draws row `y` from column `x` on: three bytes a pixel, as many pixels as fit into `bytes`.
    pub fn row(&self, x: usize, y: usize, bytes: &mut [u8]) {
        let mut row = Row::default();
        self.body.holes_on_row(y as f32 + 0.5, 40.0, &mut row.holes);
        let on_row = |window: Window| y >= window.y && y - window.y < window.height;
        row.flaws
            .extend((0..self.flaws.len()).filter(|&i| on_row(self.flaws[i].patch.window)));
        row.marks
            .extend((0..self.marks.len()).filter(|&i| on_row(self.marks[i].window)));
        self.background.slabs_on_row(y as f32 + 0.5, &mut row.slabs);
        let part = self.body.bounds(170.0);
        for (x, pixel) in (x..).zip(bytes.chunks_exact_mut(3)) {
            let light = if part.holds(x, y) {
                self.near_part(x, y, &mut row)
            } else {
                self.behind(x, y, false, &mut row)
            };
            let tint = self.light.tint;
            let light = [light[0] * tint[0], light[1] * tint[1], light[2] * tint[2]];
            pixel.copy_from_slice(&self.sensor.expose(x, y, light));
        }
    }

    /// The light from the background, in grey levels. The background is below the focal plane and
    /// blurred. So only even columns are computed, and odd ones are the mean of their neighbours,
    /// which halves the time.
    fn behind(&self, x: usize, y: usize, near_part: bool, row: &mut Row) -> [f32; 3] {
        let (slabs, columns) = (&row.slabs, &mut row.behind);
        let mut even = |x: usize| {
            let known = &mut columns[(x / 2) % 2];
            if let Some((column, colour)) = *known
                && column == x
            {
                return colour;
            }
            let colour = self.background.at(
                pixel_centre(x, y),
                near_part,
                slabs,
                &self.body,
                &self.light,
            );
            *known = Some((x, colour));
            colour
        };
        if x.is_multiple_of(2) {
            return even(x);
        }
        let (left, right) = (even(x - 1), even(x + 1));
        [0, 1, 2].map(|channel| (left[channel] + right[channel]) * 0.5)
    }

    /// The light from a pixel on or near the part, in grey levels.
    fn near_part(&self, x: usize, y: usize, row: &mut Row) -> [f32; 3] {
        let point = pixel_centre(x, y);
        let nearest = self.body.nearest(point, &row.holes);
        let metal = smooth(-EDGE, EDGE, nearest.inside);
        let mut colour = [0.0; 3];
        if metal > 0.0 {
            let engraved = row
                .marks
                .iter()
                .filter_map(|&i| self.marks[i].at(x, y))
                .map(|spot| spot.tone)
                .sum();
            let face = self
                .surface
                .face(point, nearest, engraved, &self.body, &self.light);
            colour = face.tint.map(|tint| tint * face.grey);
            for &i in &row.flaws {
                let flaw = &self.flaws[i];
                if let Some(spot) = flaw.patch.at(x, y).filter(|spot| spot.inside > -EDGE) {
                    let cover = smooth(-EDGE, EDGE, spot.inside);
                    let damaged = flaw.colour(face, spot.tone, self.light.at(point));
                    for (value, damaged) in colour.iter_mut().zip(damaged) {
                        *value = mix(*value, damaged, cover);
                    }
                }
            }
        }
        if metal < 1.0 {
            let below = match nearest.hole {
                Some(i) => {
                    let shade = self.surface.hole(point, i, &self.body, &self.light);
                    shade.tint.map(|tint| tint * shade.grey)
                }
                None => self.behind(x, y, true, row),
            };
            for (value, below) in colour.iter_mut().zip(below) {
                *value = mix(below, *value, metal);
            }
        }
        colour
    }
}

//! Draws defects onto pictures of good parts that the user has, with exact masks.
//!
//! Every pixel inside the mask differs from the picture, and every pixel outside is unchanged.
//! Sizes follow the inspected region, and colours follow the picture around the defect. Chips are
//! left out: they sit on an edge of the part, and nothing tells where that is.

mod colour;
mod picture;
mod stamp;
#[cfg(test)]
mod tests;

pub use picture::{Picture, find, read};

use std::path::{Path, PathBuf};

use super::geometry::Vec2;
use super::noise::Noise;
use super::random::Random;
use super::{Defect, DefectKind, Kind, Window, seed_of, write};
use colour::{Brightness, Tones};
use sluice::frame::FrameError;
use stamp::Stamp;

/// The kinds that can be drawn onto a picture.
pub const KINDS: [DefectKind; 3] = [DefectKind::Scratch, DefectKind::Pit, DefectKind::Stain];
/// Shortest side of a region that has space for defects, in pixels.
pub const REGION_MIN_PX: usize = 48;

/// Most defects of a part.
const DEFECTS_MAX: usize = 3;
/// How often a smaller shape is tried, and how many places for each.
const SHAPES: usize = 12;
const PLACES: usize = 40;
/// The shorter side of the region for which the shapes have their own size.
const REGION_PX: f32 = 1800.0;

/// What is drawn.
#[derive(Debug, Clone)]
pub struct Look {
    /// The region that gets the defects. `None` is the whole picture.
    pub roi: Option<Window>,
    /// The kinds of defect, of [`KINDS`]. Not empty.
    pub kinds: Vec<DefectKind>,
    /// Factor on all sizes. 1 is as large, relative to the region, as on the rendered parts.
    pub size: f32,
    /// Factor on the difference between a defect and its surroundings.
    pub contrast: f32,
}

/// A picture with defects.
#[derive(Debug)]
pub struct Damaged {
    /// Its pixels, as those of [`Picture`].
    pub pixels: Vec<u8>,
    /// One byte a pixel, 255 inside a defect and 0 elsewhere.
    pub mask: Vec<u8>,
    /// The defects, in the order in which they were drawn.
    pub defects: Vec<Defect>,
}

impl Damaged {
    /// Draws a defect.
    fn add(&mut self, kind: DefectKind, placed: &Placed, picture: &Picture, contrast: f32) {
        let Placed { stamp, x, y, tones } = placed;
        for (column, row, spot) in stamp.covered() {
            let pixel = (y + row) * picture.width + x + column;
            self.mask[pixel] = 255;
            let bytes = &mut self.pixels[pixel * 3..pixel * 3 + 3];
            let own = [bytes[0], bytes[1], bytes[2]];
            bytes.copy_from_slice(&tones.paint(kind, own, spot, contrast));
        }
        self.defects.push(Defect {
            kind,
            bounds: Window {
                x: *x,
                y: *y,
                width: stamp.width,
                height: stamp.height,
            },
            area_px: stamp.covered().count(),
        });
    }

    /// Writes `image.png` and `mask.png` into `folder`, the picture in grey if `picture` is.
    ///
    /// # Errors
    ///
    /// The folder or a file cannot be written.
    pub fn write(&self, folder: &Path, picture: &Picture) -> Result<(), write::Error> {
        let whole = picture.window();
        if picture.is_grey {
            let grey: Vec<u8> = self.pixels.iter().step_by(3).copied().collect();
            return write::write_pair(folder, whole, &grey, &self.mask);
        }
        write::write_pair(folder, whole, &self.pixels, &self.mask)
    }
}

/// Why no defect could be drawn.
#[derive(Debug, thiserror::Error)]
pub enum OntoError {
    /// The folder could not be listed.
    #[error("cannot read the folder {}: {}", .0.display(), .1)]
    Folder(PathBuf, #[source] std::io::Error),
    /// The folder has no picture.
    #[error(
        "{}: no picture in it; expected files that end in .png, .jpg, .jpeg, .bmp, .pgm, .ppm, \
         .tif or .tiff, of good parts", .0.display()
    )]
    Empty(PathBuf),
    /// A file could not be opened.
    #[error("cannot open {}: {}", .0.display(), .1)]
    Open(PathBuf, #[source] std::io::Error),
    /// A file is no picture that the station reads.
    #[error("{}: {}", .0.display(), .1)]
    Picture(PathBuf, #[source] FrameError),
    /// A picture does not contain the region.
    #[error(
        "{}: the picture is {width}x{height}, and the region {},{},{},{} reaches over its border; \
         correct --roi, or take the picture out",
        .path.display(), .roi.x, .roi.y, .roi.width, .roi.height
    )]
    Outside {
        /// The picture's file.
        path: PathBuf,
        /// Its width in pixels.
        width: usize,
        /// Its height in pixels.
        height: usize,
        /// The region.
        roi: Window,
    },
    /// The region is too small for defects.
    #[error(
        "{}: a region of {width}x{height} is too small; give at least {REGION_MIN_PX} pixels a side",
        .path.display()
    )]
    Small {
        /// The picture's file.
        path: PathBuf,
        /// The region's width in pixels.
        width: usize,
        /// The region's height in pixels.
        height: usize,
    },
    /// No defect found space in the region.
    #[error(
        "{}: no space for a {} in a region of {width}x{height}, or it is dark almost everywhere; give a \
         smaller --size or a larger --roi",
        .path.display(), .kind.name()
    )]
    NoSpace {
        /// The picture's file.
        path: PathBuf,
        /// The kind of defect.
        kind: DefectKind,
        /// The region's width in pixels.
        width: usize,
        /// The region's height in pixels.
        height: usize,
    },
}

/// Part `number` of the data set `seed`: the picture with one to three defects, or unchanged if
/// `kind` is good. The lamp of the whole data set is on the same side.
///
/// # Errors
///
/// The region is not in the picture, or has no space for a defect.
pub fn draw(
    picture: &Picture,
    seed: u64,
    number: usize,
    kind: Kind,
    look: &Look,
) -> Result<Damaged, OntoError> {
    let region = region(picture, look)?;
    let mut damaged = Damaged {
        pixels: picture.pixels.clone(),
        mask: vec![0; picture.width * picture.height],
        defects: Vec::new(),
    };
    let mut random = Random::new(seed_of(seed, number), 8);
    let kinds: Vec<DefectKind> = match kind {
        Kind::Good => Vec::new(),
        Kind::Defective => (0..=random.below(DEFECTS_MAX))
            .map(|_| look.kinds[random.below(look.kinds.len())])
            .collect(),
        Kind::With(kind) => vec![kind],
    };
    let ground = Ground {
        picture,
        region,
        brightness: colour::brightness(picture, region),
        scale: region.width.min(region.height) as f32 / REGION_PX * look.size,
        lamp: Vec2::at_angle(Random::new(seed, 9).unit()),
        noise: Noise::new(&mut random),
    };
    for kind in kinds {
        let Some(placed) = ground.place(&mut random, kind, &damaged.mask) else {
            // A crowded region has no space for another one.
            if damaged.defects.is_empty() {
                return Err(OntoError::NoSpace {
                    path: picture.path.clone(),
                    kind,
                    width: region.width,
                    height: region.height,
                });
            }
            continue;
        };
        damaged.add(kind, &placed, picture, look.contrast);
    }
    Ok(damaged)
}

/// The region of the picture that gets the defects.
fn region(picture: &Picture, look: &Look) -> Result<Window, OntoError> {
    let (width, height) = (picture.width, picture.height);
    let roi = look.roi.unwrap_or_else(|| picture.window());
    let ends_by = |start: usize, length: usize, limit: usize| {
        start.checked_add(length).is_some_and(|end| end <= limit)
    };
    if !ends_by(roi.x, roi.width, width) || !ends_by(roi.y, roi.height, height) {
        return Err(OntoError::Outside {
            path: picture.path.clone(),
            width,
            height,
            roi,
        });
    }
    if roi.width.min(roi.height) < REGION_MIN_PX {
        return Err(OntoError::Small {
            path: picture.path.clone(),
            width: roi.width,
            height: roi.height,
        });
    }
    Ok(roi)
}

/// What all defects of a part share.
struct Ground<'a> {
    picture: &'a Picture,
    region: Window,
    brightness: Brightness,
    /// Pixels of the picture for one pixel of the rendered parts.
    scale: f32,
    lamp: Vec2,
    noise: Noise,
}

/// A defect at its place.
struct Placed {
    stamp: Stamp,
    /// The column and row of its upper left corner.
    x: usize,
    y: usize,
    tones: Tones,
}

impl Ground<'_> {
    /// A new defect that touches none in `mask`.
    fn place(&self, random: &mut Random, kind: DefectKind, mask: &[u8]) -> Option<Placed> {
        let region = self.region;
        for shape in 0..SHAPES {
            let size = 1.0 - 0.8 * shape as f32 / SHAPES as f32;
            let Some(stamp) = Stamp::new(
                random,
                kind,
                size,
                self.scale,
                self.lamp,
                &self.noise,
                region,
            ) else {
                continue;
            };
            for _ in 0..PLACES {
                let x = region.x + random.below(region.width - stamp.width + 1);
                let y = region.y + random.below(region.height - stamp.height + 1);
                let is_free = stamp
                    .covered()
                    .all(|(column, row, _)| is_clear(mask, self.picture, x + column, y + row));
                let tones = Tones::new(self.picture, &stamp, x, y, self.brightness);
                if let Some(tones) = tones.filter(|_| is_free) {
                    return Some(Placed { stamp, x, y, tones });
                }
            }
        }
        None
    }
}

/// Whether no neighbour of a pixel is in a defect.
fn is_clear(mask: &[u8], picture: &Picture, x: usize, y: usize) -> bool {
    (y.saturating_sub(1)..(y + 2).min(picture.height)).all(|row| {
        let (left, right) = (x.saturating_sub(1), (x + 2).min(picture.width));
        let start = row * picture.width;
        mask[start + left..start + right]
            .iter()
            .all(|&value| value == 0)
    })
}

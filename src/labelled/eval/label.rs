//! The true class of each pixel: `mask.png`, read, cut and resized to the model's input.
//!
//! `model/masks.py` and `model/classes.py` share this rule; the files in `tests/data/masks/` test
//! both:
//!
//! 1. A mask is a complete, upright PNG with one picture, of any type and depth. Each pixel has the
//!    grey value that OpenCV reads (`IMREAD_GRAYSCALE`).
//! 2. Two classes: a pixel is a defect if its value is at least [`DEFECT_MIN`]. Lower greys are
//!    soft edges. A painted value below that is refused: a mask that is not black and has no
//!    defect, an area of 3 x 3 equal pixels, or a value that makes up 9 pixels and more than half
//!    of the pixels below. Areas of two colours are refused as well, unless all are grey.
//! 3. More classes: the grey value is the class, and 0 is good. The file must contain it directly:
//!    8 bits, no palette, no colours.
//! 4. Transparency is ignored. It must be the same everywhere, or mark exactly the black pixels. A
//!    coloured mask with gAMA, sRGB or iCCP is refused: OpenCV's grey value depends on it.
//! 5. Then the region is cut, and each class is resized linearly in 8 bits as its own white mask.
//!    The class with the largest share of a pixel gets it; of equal shares the highest class does.
//!    With two classes, a pixel is a defect from one half on. A defect that the resize removes is
//!    refused.
//!
//! A mask that can be read but looks wrong gives a [`Doubt`].

mod marks;
mod reading;

use super::{DEFECT_MIN, EvalError, LabelError};
use crate::bounded::file::open_regular;
use crate::frame::{FrameError, FrameInfo, Samples};
use crate::image::resample::{ResampleError, Resampler};
use crate::image::{CHANNELS, ChannelOrder, Interpolation, Roi, Size};
use core::fmt;
use reading::Reading;
use std::path::Path;

/// Reads masks. The constructor allocates the buffers for the region and for the model's size.
#[derive(Debug)]
pub(super) struct LabelSource {
    roi: Roi,
    resampler: Resampler,
    /// The region, white where it has the class; three channels.
    marked: Vec<u8>,
    /// A mask of the model's size.
    share: Vec<u8>,
    /// The largest share so far.
    largest: Vec<u8>,
    classes: usize,
}

/// A mask that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label {
    /// The file.
    pub frame: FrameInfo,
    /// What looks wrong about it.
    pub doubt: Option<Doubt>,
}

/// Why a mask may not be what its author intended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// More than half of the picture is defect: inverted?
    Inverted,
    /// Its defects are outside the region, so the part counts as good.
    Outside,
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inverted => {
                "more than half of the mask is defect; if it is inverted, write 255 where the defect is"
            }
            Self::Outside => {
                "its defects are outside image.roi, so it counts as good; correct image.roi, or remove the part"
            }
        })
    }
}

impl LabelSource {
    pub(super) fn new(roi: Roi, size: Size, classes: usize) -> Result<Self, ResampleError> {
        let bytes = |size: Size| vec![0; size.bytes().unwrap_or_default()];
        let rgb = ChannelOrder::Rgb;
        Ok(Self {
            roi,
            resampler: Resampler::new(roi.size(), size, rgb, rgb, Interpolation::Linear)?,
            marked: bytes(roi.size()),
            share: bytes(size),
            largest: vec![0; size.bytes().unwrap_or_default() / CHANNELS],
            classes: classes.max(2),
        })
    }

    pub(super) const fn classes(&self) -> usize {
        self.classes
    }

    /// Writes the class of each pixel to `truth`.
    ///
    /// # Errors
    /// The file cannot be read, is ambiguous, or has a defect that the resize removes. Such a part
    /// must not count as good.
    pub(super) fn read(&mut self, path: &Path, truth: &mut [u8]) -> Result<Label, EvalError> {
        let file = open_regular(path).map_err(|error| EvalError::File {
            path: path.to_owned(),
            error,
        })?;
        let refused = |error| EvalError::Label {
            path: path.to_owned(),
            error,
        };
        let samples = Samples::read(file).map_err(|error| refused(LabelError::Picture(error)))?;
        let reading = Reading::of(&samples, self.classes).map_err(refused)?;
        let frame = reading.info.size();
        let roi = self.roi;
        if !roi.is_inside(frame) {
            let error = FrameError::RoiOutside { frame, roi };
            return Err(refused(LabelError::Picture(error)));
        }
        let highest = self.highest(&reading);
        self.largest.fill(0);
        truth.fill(0);
        // With two classes, everything else is good.
        let lowest = u8::from(self.classes == 2);
        for class in (lowest..=highest).rev() {
            self.mark(class, &reading);
            resize(&mut self.resampler, &self.marked, &mut self.share)?;
            if self.classes == 2 {
                for (truth, share) in truth.iter_mut().zip(self.share.iter().step_by(CHANNELS)) {
                    *truth = u8::from(*share >= DEFECT_MIN);
                }
            } else {
                self.give(class, truth);
            }
        }
        if highest > 0 && truth.iter().all(|class| *class == 0) {
            return Err(EvalError::Vanished {
                path: path.to_owned(),
            });
        }
        let marked = reading.marked();
        let doubt = if highest == 0 && marked > 0 {
            Some(Doubt::Outside)
        } else if 2 * marked > reading.classes.len() {
            Some(Doubt::Inverted)
        } else {
            None
        };
        Ok(Label {
            frame: reading.info,
            doubt,
        })
    }

    /// The rows of the region.
    fn rows<'r>(&self, reading: &'r Reading) -> impl Iterator<Item = &'r [u8]> + use<'r> {
        let roi = self.roi;
        let (left, width) = (roi.x as usize, roi.width as usize);
        let rows = reading
            .classes
            .chunks_exact((reading.info.width as usize).max(1));
        rows.skip(roi.y as usize)
            .take(roi.height as usize)
            .filter_map(move |row| row.get(left..left + width))
    }

    /// The highest class in the region.
    fn highest(&self, reading: &Reading) -> u8 {
        let classes = self.rows(reading).flatten();
        classes.copied().max().unwrap_or_default()
    }

    /// Makes the region white where it has the class.
    fn mark(&mut self, class: u8, reading: &Reading) {
        let rows = self.rows(reading);
        for (marked, found) in self
            .marked
            .as_chunks_mut::<CHANNELS>()
            .0
            .iter_mut()
            .zip(rows.flatten())
        {
            *marked = [if *found == class { u8::MAX } else { 0 }; CHANNELS];
        }
    }

    /// Gives `class` the pixels of which it has a larger share than the classes before it.
    fn give(&mut self, class: u8, truth: &mut [u8]) {
        let shares = self.share.iter().step_by(CHANNELS);
        for ((share, largest), truth) in shares.zip(&mut self.largest).zip(truth) {
            if *share > *largest {
                (*largest, *truth) = (*share, class);
            }
        }
    }
}

/// The region in the model's size.
fn resize(resampler: &mut Resampler, region: &[u8], out: &mut [u8]) -> Result<(), EvalError> {
    let row_bytes = resampler.source().width as usize * CHANNELS;
    let mut rows = resampler.begin(out).map_err(EvalError::Image)?;
    for row in region.chunks_exact(row_bytes) {
        rows.push(row).map_err(EvalError::Image)?;
    }
    rows.finish().map_err(EvalError::Image)
}

#[cfg(test)]
mod tests;

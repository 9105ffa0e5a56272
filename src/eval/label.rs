//! What a data set says of each pixel: `mask.png`, cut and resized to the model's input.

use super::EvalError;
use super::examiner::read;
use crate::frame::{CHANNELS, ChannelOrder, FrameInfo, PngSource, Roi, Size};
use crate::resample::{ResampleError, Resampler};
use std::path::Path;

/// A resized mask is a defect from this value on: above one half of 255.
pub const DEFECT_MIN: u8 = 128;

/// Reads masks. Everything is sized at construction.
///
/// With two classes a mask is white where the part has a defect: resized linearly in 8 bit, a defect from [`DEFECT_MIN`] on,
/// as in the reference job. With more its grey value is the class: each class is resized as a white mask of its own, and
/// the one with the largest share of a pixel has it, of equal ones the highest; so has `model/classes.py`. A mask in
/// colour counts by its red channel.
#[derive(Debug)]
pub(super) struct LabelSource {
    source: PngSource,
    /// What the source gives: three equal channels.
    pixels: Vec<u8>,
    classes: usize,
    shares: Option<Shares>,
}

/// From the grey values of the region to shares of the classes.
#[derive(Debug)]
struct Shares {
    resampler: Resampler,
    /// White where the region has the class.
    marked: Vec<u8>,
    share: Vec<u8>,
    largest: Vec<u8>,
}

impl LabelSource {
    pub(super) fn new(roi: Roi, size: Size, classes: usize) -> Result<Self, ResampleError> {
        let bytes = |size: Size| vec![0; size.bytes().unwrap_or_default()];
        let rgb = ChannelOrder::Rgb;
        if classes <= 2 {
            return Ok(Self {
                source: PngSource::new(roi, size, rgb)?,
                pixels: bytes(size),
                classes: 2,
                shares: None,
            });
        }
        Ok(Self {
            // To its own size: the grey values as they are.
            source: PngSource::new(roi, roi.size(), rgb)?,
            pixels: bytes(roi.size()),
            classes,
            shares: Some(Shares {
                resampler: Resampler::new(roi.size(), size, rgb, rgb)?,
                marked: bytes(roi.size()),
                share: bytes(size),
                largest: vec![0; size.bytes().unwrap_or_default() / CHANNELS],
            }),
        })
    }

    pub(super) const fn classes(&self) -> usize {
        self.classes
    }

    /// The class of each pixel, to `truth`; and whether the file shows a defect of which none is left.
    ///
    /// # Errors
    /// A file that cannot be read, or a grey value that is no class.
    pub(super) fn read(
        &mut self,
        path: &Path,
        truth: &mut [u8],
    ) -> Result<(FrameInfo, bool), EvalError> {
        let frame = read(&mut self.source, path, &mut self.pixels)?;
        let greys = || self.pixels.iter().step_by(CHANNELS);
        let highest = greys().max().copied().unwrap_or_default();
        match &mut self.shares {
            None => {
                for (truth, grey) in truth.iter_mut().zip(greys()) {
                    *truth = u8::from(*grey >= DEFECT_MIN);
                }
            }
            Some(_) if usize::from(highest) >= self.classes => {
                return Err(EvalError::Class {
                    path: path.to_owned(),
                    grey: highest,
                    classes: self.classes,
                });
            }
            Some(shares) => {
                shares.largest.fill(0);
                truth.fill(0);
                for class in (0..=highest).rev() {
                    shares
                        .of(class, &self.pixels, truth)
                        .map_err(EvalError::Image)?;
                }
            }
        }
        Ok((frame, highest > 0 && truth.iter().all(|class| *class == 0)))
    }
}

impl Shares {
    /// Gives the pixels to `class` of which it has more than those before it.
    fn of(&mut self, class: u8, pixels: &[u8], truth: &mut [u8]) -> Result<(), ResampleError> {
        for (marked, grey) in self.marked.iter_mut().zip(pixels) {
            *marked = if *grey == class { u8::MAX } else { 0 };
        }
        let row_bytes = self.resampler.source().width as usize * CHANNELS;
        let mut rows = self.resampler.begin(&mut self.share)?;
        for row in self.marked.chunks_exact(row_bytes) {
            rows.push(row)?;
        }
        rows.finish()?;
        let shares = self.share.iter().step_by(CHANNELS);
        for ((share, largest), truth) in shares.zip(&mut self.largest).zip(truth) {
            if *share > *largest {
                (*largest, *truth) = (*share, class);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    const ROI: Roi = Roi {
        x: 2,
        y: 0,
        width: 4,
        height: 4,
    };
    const SIZE: Size = Size {
        width: 2,
        height: 2,
    };

    /// Writes a mask of 6 x 4 pixels and reads its region, four pixels becoming one.
    fn labelled(
        name: &str,
        rows: [[u8; 6]; 4],
        classes: usize,
    ) -> Result<(Vec<u8>, bool), EvalError> {
        let path = std::env::temp_dir().join(format!("sluice-label-{name}-{}", std::process::id()));
        let mut encoder = png::Encoder::new(File::create(&path).unwrap(), 6, 4);
        encoder.set_color(png::ColorType::Grayscale);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&rows.concat()).unwrap();
        writer.finish().unwrap();
        let mut truth = vec![9; 4];
        let read = LabelSource::new(ROI, SIZE, classes)
            .unwrap()
            .read(&path, &mut truth);
        std::fs::remove_file(path).unwrap();
        read.map(|(_, vanished)| (truth, vanished))
    }

    #[test]
    fn the_largest_class_has_the_pixel_and_of_equal_ones_the_highest() {
        let rows = [
            [3, 3, 1, 1, 1, 1],
            [3, 3, 2, 0, 2, 2],
            [3, 3, 0, 0, 0, 0],
            [3, 3, 2, 2, 0, 3],
        ];
        let (truth, vanished) = labelled("largest", rows, 4).unwrap();
        assert_eq!((truth, vanished), (vec![1, 2, 2, 0], false));
    }

    #[test]
    fn a_grey_value_that_is_no_class_is_refused() {
        let mut rows = [[0; 6]; 4];
        rows[1][3] = 255;
        let error = labelled("refused", rows, 3).unwrap_err();
        assert!(error.is_of_one_part());
        let said = error.to_string();
        assert!(
            said.contains("grey value 255 is no class; with 3 of them") && said.contains("to 2"),
            "{said}"
        );
        // With two classes it is white, and one pixel of four is less than a half.
        assert_eq!(labelled("white", rows, 2).unwrap(), (vec![0; 4], true));
    }

    #[test]
    fn a_class_too_thin_for_the_resize_has_vanished() {
        let mut rows = [[0; 6]; 4];
        rows[0][2] = 2;
        assert_eq!(labelled("thin", rows, 3).unwrap(), (vec![0; 4], true));
        rows[0][3] = 2;
        let (truth, vanished) = labelled("seen", rows, 3).unwrap();
        assert_eq!((truth, vanished), (vec![2, 0, 0, 0], false));
    }
}

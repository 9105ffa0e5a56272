//! What a data set says of each pixel: `mask.png`, cut and resized to the model's input.

use super::EvalError;
use super::examiner::read;
use crate::frame::{CHANNELS, ChannelOrder, FrameInfo, PngSource, Roi, Size};
use crate::resample::{ResampleError, Resampler};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// A resized mask is a defect from this value on: above one half of 255.
pub const DEFECT_MIN: u8 = 128;

/// Reads masks. Everything is sized at construction.
///
/// With two classes a mask is white where the part has a defect: resized linearly in 8 bit, a defect from [`DEFECT_MIN`] on,
/// as in the reference job; one in colour counts by its red channel. With more its grey value is the class: each class is
/// resized as a white mask of its own, and the one with the largest share of a pixel has it, of equal ones the highest; so
/// has `model/classes.py`.
#[derive(Debug)]
pub(super) struct LabelSource {
    /// Gives the region in its own size: the grey values as the file has them.
    source: PngSource,
    resampler: Resampler,
    /// The region: three channels.
    pixels: Vec<u8>,
    /// A mask of the model's size.
    share: Vec<u8>,
    classes: usize,
    shares: Option<Shares>,
}

/// What it takes to share pixels among more than two classes.
#[derive(Debug)]
struct Shares {
    /// White where the region has the class.
    marked: Vec<u8>,
    largest: Vec<u8>,
}

impl LabelSource {
    pub(super) fn new(roi: Roi, size: Size, classes: usize) -> Result<Self, ResampleError> {
        let bytes = |size: Size| vec![0; size.bytes().unwrap_or_default()];
        let rgb = ChannelOrder::Rgb;
        Ok(Self {
            source: PngSource::new(roi, roi.size(), rgb)?,
            resampler: Resampler::new(roi.size(), size, rgb, rgb)?,
            pixels: bytes(roi.size()),
            share: bytes(size),
            classes: classes.max(2),
            shares: (classes > 2).then(|| Shares {
                marked: bytes(roi.size()),
                largest: vec![0; size.bytes().unwrap_or_default() / CHANNELS],
            }),
        })
    }

    pub(super) const fn classes(&self) -> usize {
        self.classes
    }

    /// The class of each pixel, to `truth`.
    ///
    /// # Errors
    /// A file that cannot be read, one that does not say classes by its grey value, or one with a defect of which nothing is
    /// left: such a part must not count as good.
    pub(super) fn read(&mut self, path: &Path, truth: &mut [u8]) -> Result<FrameInfo, EvalError> {
        let frame = read(&mut self.source, path, &mut self.pixels)?;
        let greys = self.pixels.iter().step_by(CHANNELS);
        let highest = greys.max().copied().unwrap_or_default();
        let path = || path.to_owned();
        match &mut self.shares {
            None if (1..DEFECT_MIN).contains(&highest) => {
                return Err(EvalError::Faint {
                    path: path(),
                    grey: highest,
                });
            }
            None => {
                resize(&mut self.resampler, &self.pixels, &mut self.share)?;
                for (truth, grey) in truth.iter_mut().zip(self.share.iter().step_by(CHANNELS)) {
                    *truth = u8::from(*grey >= DEFECT_MIN);
                }
            }
            Some(shares) => {
                if let Some(form) = not_grey(&path(), &self.pixels)? {
                    return Err(EvalError::Form {
                        path: path(),
                        form,
                        classes: self.classes,
                    });
                }
                if usize::from(highest) >= self.classes {
                    return Err(EvalError::Class {
                        path: path(),
                        grey: highest,
                        classes: self.classes,
                    });
                }
                shares.largest.fill(0);
                truth.fill(0);
                for class in (0..=highest).rev() {
                    shares.mark(class, &self.pixels);
                    resize(&mut self.resampler, &shares.marked, &mut self.share)?;
                    shares.give(class, &self.share, truth);
                }
            }
        }
        if highest > 0 && truth.iter().all(|class| *class == 0) {
            return Err(EvalError::Vanished { path: path() });
        }
        Ok(frame)
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

/// What a mask is, if its grey value in 8 bit is not what the file holds: of 16 bits the upper 8 would be read, of a palette
/// its colours, of 1, 2 and 4 bits a value that is spread over the whole range, of a colour the red.
fn not_grey(path: &Path, region: &[u8]) -> Result<Option<&'static str>, EvalError> {
    let file = File::open(path).map_err(|error| EvalError::File {
        path: path.to_owned(),
        error,
    })?;
    let mut decoder = png::Decoder::new(BufReader::new(file));
    // The file was read to its end just now.
    let Ok(header) = decoder.read_header_info() else {
        return Ok(Some("without a header"));
    };
    Ok(match (header.color_type, header.bit_depth) {
        (png::ColorType::Indexed, _) => Some("with a palette"),
        (_, png::BitDepth::Sixteen) => Some("of 16 bits"),
        (_, png::BitDepth::Eight) => {
            let mut pixels = region.as_chunks::<CHANNELS>().0.iter();
            let coloured = pixels.any(|[red, green, blue]| red != green || red != blue);
            coloured.then_some("in colour")
        }
        _ => Some("of less than 8 bits"),
    })
}

impl Shares {
    fn mark(&mut self, class: u8, pixels: &[u8]) {
        for (marked, grey) in self.marked.iter_mut().zip(pixels) {
            *marked = if *grey == class { u8::MAX } else { 0 };
        }
    }

    /// Gives the pixels to `class` of which it has more than those before it.
    fn give(&mut self, class: u8, share: &[u8], truth: &mut [u8]) {
        let shares = share.iter().step_by(CHANNELS);
        for ((share, largest), truth) in shares.zip(&mut self.largest).zip(truth) {
            if *share > *largest {
                (*largest, *truth) = (*share, class);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn labelled(name: &str, rows: [[u8; 6]; 4], classes: usize) -> Result<Vec<u8>, EvalError> {
        written(
            name,
            png::ColorType::Grayscale,
            png::BitDepth::Eight,
            &rows.concat(),
            classes,
        )
    }

    fn written(
        name: &str,
        color: png::ColorType,
        depth: png::BitDepth,
        bytes: &[u8],
        classes: usize,
    ) -> Result<Vec<u8>, EvalError> {
        let path = std::env::temp_dir().join(format!("sluice-label-{name}-{}", std::process::id()));
        let mut encoder = png::Encoder::new(File::create(&path).unwrap(), 6, 4);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if color == png::ColorType::Indexed {
            encoder.set_palette(vec![0, 0, 0, 1, 1, 1, 2, 2, 2]);
        }
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(bytes).unwrap();
        writer.finish().unwrap();
        let mut truth = vec![9; 4];
        let read = LabelSource::new(ROI, SIZE, classes)
            .unwrap()
            .read(&path, &mut truth);
        std::fs::remove_file(path).unwrap();
        read.map(|_| truth)
    }

    #[test]
    fn the_largest_class_has_the_pixel_and_of_equal_ones_the_highest() {
        let rows = [
            [3, 3, 1, 1, 1, 1],
            [3, 3, 2, 0, 2, 2],
            [3, 3, 0, 0, 0, 0],
            [3, 3, 2, 2, 0, 3],
        ];
        assert_eq!(labelled("largest", rows, 4).unwrap(), [1, 2, 2, 0]);
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
        let error = labelled("white", rows, 2).unwrap_err();
        assert!(matches!(error, EvalError::Vanished { .. }), "{error}");
    }

    #[test]
    fn a_class_too_thin_for_the_resize_is_refused() {
        let mut rows = [[0; 6]; 4];
        rows[0][2] = 2;
        let error = labelled("thin", rows, 3).unwrap_err();
        assert!(error.is_of_one_part());
        assert!(error.to_string().contains("too thin"), "{error}");
        rows[0][3] = 2;
        assert_eq!(labelled("seen", rows, 3).unwrap(), [2, 0, 0, 0]);
    }

    #[test]
    fn a_defect_that_is_not_white_is_refused() {
        for grey in [1, 127] {
            let error = labelled("faint", [[grey; 6]; 4], 2).unwrap_err();
            // It is not about this part alone.
            assert!(!error.is_of_one_part());
            let said = error.to_string();
            assert!(
                said.contains(&format!("grey value is {grey}")) && said.contains("255"),
                "{said}"
            );
        }
        assert_eq!(labelled("bright", [[128; 6]; 4], 2).unwrap(), [1; 4]);
        assert_eq!(labelled("black", [[0; 6]; 4], 2).unwrap(), [0; 4]);
    }

    #[test]
    fn more_than_two_classes_are_read_from_grey_of_8_bits_only() {
        use png::BitDepth::{Eight, Four, Sixteen};
        use png::ColorType::{Grayscale, GrayscaleAlpha, Indexed, Rgb};
        let refused = |color, depth, bytes: &[u8], word: &str| {
            let error = written(&format!("form-{word}"), color, depth, bytes, 3).unwrap_err();
            assert!(error.is_of_one_part());
            let said = error.to_string();
            assert!(said.contains(word) && said.contains("8-bit grey"), "{said}");
        };
        // Class 1, in each of them.
        refused(Grayscale, Sixteen, &[0, 1].repeat(24), "16 bits");
        refused(Indexed, Eight, &[1; 24], "palette");
        refused(Grayscale, Four, &[0; 12], "less than 8 bits");
        refused(Rgb, Eight, &[0, 1, 0].repeat(24), "in colour");
        for (name, color, bytes) in [
            ("rgb", Rgb, &[1, 1, 1][..]),
            ("alpha", GrayscaleAlpha, &[1, 0]),
            ("grey", Grayscale, &[1]),
        ] {
            let truth = written(name, color, Eight, &bytes.repeat(24), 3).unwrap();
            assert_eq!(truth, [1; 4], "{name}");
        }
    }
}

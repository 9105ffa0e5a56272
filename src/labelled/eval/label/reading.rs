//! Reads a mask's file, by the rule that `model/masks.py` shares: the class of each pixel, or why
//! the file is refused.

use super::marks::Marks;
use crate::frame::{FrameInfo, Sample, Samples};
use crate::image::CHANNELS;
use crate::labelled::eval::{DEFECT_MIN, LabelError};
use png::{BitDepth, ColorType};

/// A mask as it was read.
#[derive(Debug)]
pub(super) struct Reading {
    /// The file.
    pub info: FrameInfo,
    /// The class of each pixel, 0 for good, row by row.
    pub classes: Vec<u8>,
}

/// The grey value of a pixel as OpenCV reads it (`IMREAD_GRAYSCALE`, 4.11 and 5.0). The weights
/// have 15 bits. With 8 bits the sum is truncated; with 16 bits it is rounded, and the upper 8 bits
/// are kept. Transparency does not count. Tested for every type of PNG: `tests/data/masks/`.
pub(super) fn grey(rgb: [u16; CHANNELS], depth: BitDepth) -> u8 {
    let [red, green, blue] = rgb.map(u32::from);
    let sum = 9797 * red + 19234 * green + 3737 * blue;
    let value = match depth {
        BitDepth::Sixteen => (sum + 16_384) >> 15 >> 8,
        _ => sum >> 15,
    };
    u8::try_from(value).unwrap_or(u8::MAX)
}

impl Reading {
    /// The class of each pixel, for `classes` classes, 2 or more.
    ///
    /// # Errors
    /// The file cannot be read, or is ambiguous.
    pub(super) fn of(samples: &Samples, classes: usize) -> Result<Self, LabelError> {
        check_transparency(samples)?;
        let classes = if classes > 2 {
            numbers(samples, classes)?
        } else {
            defects(samples)?
        };
        Ok(Self {
            info: samples.info,
            classes,
        })
    }

    /// Pixels with a defect.
    pub(super) fn marked(&self) -> usize {
        self.classes.iter().filter(|class| **class != 0).count()
    }
}

/// Every pixel with its position.
fn pixels(samples: &Samples) -> impl Iterator<Item = Result<(u32, u32, Sample), LabelError>> {
    (0..).zip(samples.rows()).flat_map(|(y, row)| {
        (0..).zip(row).map(move |(x, sample)| {
            let sample = sample.map_err(LabelError::Picture)?;
            Ok((x, y, sample))
        })
    })
}

fn is_black(sample: Sample) -> bool {
    sample.rgb == [0; CHANNELS]
}

fn is_grey([red, green, blue]: [u16; CHANNELS]) -> bool {
    red == green && red == blue
}

/// Transparency is ignored, as in OpenCV. So it must be the same everywhere, or mark exactly the
/// black pixels.
fn check_transparency(samples: &Samples) -> Result<(), LabelError> {
    let (mut first, mut alike, mut odd) = (None, true, None);
    for pixel in pixels(samples) {
        let (x, y, sample) = pixel?;
        let Some(alpha) = sample.alpha else {
            return Ok(());
        };
        alike &= *first.get_or_insert(alpha) == alpha;
        if is_black(sample) != (alpha == 0) {
            odd = odd.or(Some((x, y)));
        }
    }
    match odd {
        Some((x, y)) if !alike => Err(LabelError::Transparency { x, y }),
        _ => Ok(()),
    }
}

/// Two classes: 1 where the grey value is [`DEFECT_MIN`] or above.
fn defects(samples: &Samples) -> Result<Vec<u8>, LabelError> {
    let count = samples.info.width as usize * samples.info.height as usize;
    let mut classes = Vec::with_capacity(count);
    let mut marks = Marks::new(samples.info.width);
    let (mut highest, mut marked, mut coloured) = (0, false, false);
    for pixel in pixels(samples) {
        let (_, _, sample) = pixel?;
        let grey = grey(sample.rgb, samples.depth);
        highest = highest.max(grey);
        marked |= !is_black(sample);
        coloured |= !is_grey(sample.rgb);
        marks.add(sample.rgb, grey);
        classes.push(u8::from(grey >= DEFECT_MIN));
    }
    let three = !matches!(
        samples.color,
        ColorType::Grayscale | ColorType::GrayscaleAlpha
    );
    let wide = three && samples.depth == BitDepth::Sixteen;
    if samples.has_gamma && marked && (coloured || wide) {
        return Err(LabelError::Gamma);
    }
    if marked && highest < DEFECT_MIN {
        return Err(LabelError::Faint { grey: highest });
    }
    if let Some((x, y, rgb, grey)) = marks.dark() {
        return Err(LabelError::Dark { x, y, rgb, grey });
    }
    if coloured && let Some((one, other)) = marks.two_colours() {
        return Err(LabelError::Colours { one, other });
    }
    Ok(classes)
}

/// More classes: the grey value, which the file must contain directly.
fn numbers(samples: &Samples, classes: usize) -> Result<Vec<u8>, LabelError> {
    let refused = |form| Err(LabelError::Form { form, classes });
    match (samples.color, samples.depth) {
        (ColorType::Indexed, _) => return refused("with a palette"),
        (_, BitDepth::Sixteen) => return refused("of 16 bits"),
        (_, BitDepth::Eight) => {}
        _ => return refused("of less than 8 bits"),
    }
    let mut numbers = Vec::new();
    for pixel in pixels(samples) {
        let (_, _, sample) = pixel?;
        if !is_grey(sample.rgb) {
            return refused("in colour");
        }
        numbers.push(grey(sample.rgb, samples.depth));
    }
    let highest = numbers.iter().copied().max().unwrap_or_default();
    if usize::from(highest) >= classes {
        return Err(LabelError::Class {
            grey: highest,
            classes,
        });
    }
    Ok(numbers)
}

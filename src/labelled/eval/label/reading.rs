//! The one reading of a mask's file, which `model/masks.py` shares: what each pixel says, or why the file cannot be taken at
//! its word.

use super::marks::{DEFECT_MIN, Marks};
use crate::frame::{FrameError, FrameInfo, Sample, Samples};
use crate::image::CHANNELS;
use core::fmt;
use png::{BitDepth, ColorType};

/// A mask as it was read.
#[derive(Debug)]
pub(super) struct Reading {
    /// The file.
    pub info: FrameInfo,
    /// The class of each pixel, 0 for good, row by row.
    pub classes: Vec<u8>,
}

/// Why a mask cannot be taken at its word.
#[derive(Debug)]
pub enum LabelError {
    /// It is no picture that can be read.
    Picture(FrameError),
    /// Two classes: it is not black, and no pixel is bright enough to be a defect.
    Faint {
        /// Its highest grey value.
        grey: u8,
    },
    /// Two classes: an area or a line has its own value, too dark to be a defect, and other pixels are defects.
    Dark {
        /// Its column.
        x: u32,
        /// Its row.
        y: u32,
        /// Red, green and blue, as the file has them.
        rgb: [u16; CHANNELS],
        /// Its grey value.
        grey: u8,
    },
    /// Two classes: areas in colours of which one at least is not grey.
    Colours {
        /// One of them.
        one: [u16; CHANNELS],
        /// Another.
        other: [u16; CHANNELS],
    },
    /// The transparency tells other pixels apart than the colour does.
    Transparency {
        /// Column of such a pixel.
        x: u32,
        /// Its row.
        y: u32,
    },
    /// It is in colour and says how bright its colours are meant.
    Gamma,
    /// More than two classes: a grey value is no class.
    Class {
        /// The highest.
        grey: u8,
        /// How many classes there are.
        classes: usize,
    },
    /// More than two classes: its grey value in 8 bits is not what the file holds.
    Form {
        /// What it is: `in colour`.
        form: &'static str,
        /// How many classes there are.
        classes: usize,
    },
}

/// The grey value of a pixel as OpenCV reads it (`IMREAD_GRAYSCALE`, 4.11 and 5.0). The weights have 15 bits. The sum
/// is cut off in 8 bits, and rounded in 16 bits, of which the upper 8 are kept. Transparency does not count. Proven
/// over every type of PNG: `tests/data/masks/`.
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
    /// What each pixel says, with `classes` of them, 2 or more.
    ///
    /// # Errors
    /// The file cannot be read, or says something that could be meant otherwise.
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

/// Every pixel with its place.
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

/// Transparency is not looked at, as in OpenCV; so it must be alike everywhere, or be where black is and nowhere else.
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

/// More classes: the grey value, which must be in the file as it is.
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

impl fmt::Display for LabelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let write_it = "write it as an 8-bit grey PNG, 0 where the part is good and 255 on every pixel of a defect";
        let colour = |[red, green, blue]: [u16; CHANNELS]| format!("({red}, {green}, {blue})");
        match self {
            Self::Picture(error) => error.fmt(f),
            Self::Faint { grey } => write!(
                f,
                "its highest grey value is {grey} (of 255, as OpenCV reads it), and a defect is white (255), from \
                 {DEFECT_MIN} on: nothing of it would count; {write_it}"
            ),
            Self::Dark { x, y, rgb, grey } => write!(
                f,
                "the mark at ({x}, {y}) has the colour {} and the grey value {grey}, and only {DEFECT_MIN} and above is a \
                 defect: it would not count, though others do; {write_it}",
                colour(*rgb)
            ),
            Self::Colours { one, other } => write!(
                f,
                "has areas in the colours {} and {}: with two classes it is not said which of them are defects; {write_it}",
                colour(*one),
                colour(*other)
            ),
            Self::Transparency { x, y } => write!(
                f,
                "its transparency tells other pixels apart than its colour does, at ({x}, {y}) for one, and only the colour \
                 is read; {write_it}"
            ),
            Self::Gamma => write!(
                f,
                "is in colour with a gamma value or a colour profile (gAMA, sRGB or iCCP), on which OpenCV's grey value \
                 depends; {write_it}"
            ),
            Self::Class { grey, classes } => write!(
                f,
                "grey value {grey} is no class; with {classes} of them the mask's grey value is the class, 0 (good) to {}",
                classes.saturating_sub(1)
            ),
            Self::Form { form, classes } => write!(
                f,
                "is {form}; with {classes} classes the mask's grey value is the class: write it as an 8-bit grey PNG with \
                 the values 0 (good) to {}",
                classes.saturating_sub(1)
            ),
        }
    }
}

impl core::error::Error for LabelError {}

//! Static AIPP on the CPU: the stage that ATC puts in front of a model's picture input.
//!
//! The device takes 8-bit pixels and works in this order, which the configuration template of the
//! ATC guide gives: swap R and B (or U and V), crop, convert colours, normalise each byte to a
//! number, pad. This module does the same for `RGB888_U8`, `YUV420SP_U8` and `YUV400_U8`. It reads
//! the same configuration file ([`Config::parse`]), so a model has the same input here as on the
//! device.
//!
//! The device computes in half precision. This module uses single precision, or half precision on
//! request, with each step rounded. For `x / 127.5 - 1` the two differ by at most 2.5e-4.

mod apply;
mod block;
mod colour;
mod error;
mod grammar;
mod layout;
#[cfg(test)]
mod tests;
mod tokens;

pub use colour::Conversion;
pub use error::AippError;
pub use layout::Layout;

use half::f16;

/// Channels of a colour pixel.
const CHANNELS: usize = 3;

/// Layout of the picture in the input buffer. The rows have no gap between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Three bytes per pixel.
    Rgb888,
    /// NV12: a plane of Y, then a plane of half the height with U and V in turn, one pair for 2 x 2
    /// pixels.
    Yuv420sp,
    /// Only a plane of Y.
    Yuv400,
}

impl Format {
    /// Channels per pixel.
    #[must_use]
    pub fn channels(self) -> usize {
        match self {
            Self::Rgb888 | Self::Yuv420sp => CHANNELS,
            Self::Yuv400 => 1,
        }
    }

    /// Bytes of a picture of this size in pixels. With [`Format::Yuv420sp`] both sides must be
    /// even.
    #[must_use]
    pub fn bytes(self, width: usize, height: usize) -> usize {
        match self {
            Self::Rgb888 => width * height * CHANNELS,
            Self::Yuv420sp => width * height / 2 * 3,
            Self::Yuv400 => width * height,
        }
    }
}

/// The precision of the arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// Single precision.
    Single,
    /// Half precision, as on the device.
    Half,
}

/// The contents of an AIPP configuration file.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Index of the model input that this stage feeds (`related_input_rank`).
    pub input: usize,
    /// Layout of the picture.
    pub format: Format,
    /// Width and height of the picture in the input buffer, pixels. `None` means the size of the
    /// model input: the file has 0 or no value.
    pub source_size: (Option<usize>, Option<usize>),
    /// The part of the picture that goes to the model.
    pub crop: Option<Crop>,
    /// Whether to swap R and B, or U and V.
    pub swap: bool,
    /// The colour conversion, after the swap.
    pub conversion: Option<Conversion>,
    /// Integer to subtract from each channel, 0 to 255. Channels are those after swap and
    /// conversion.
    pub mean: [u8; CHANNELS],
    /// Number to subtract from each channel, 0 to 255; channels as for `mean`.
    pub min: [f32; CHANNELS],
    /// Factor for each channel; channels as for `mean`.
    pub var_reci: [f32; CHANNELS],
    /// The border that is added last.
    pub padding: Option<Padding>,
}

/// A crop window in picture pixels. A size of `None` means the size of the model input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Crop {
    /// First column.
    pub x: usize,
    /// First row.
    pub y: usize,
    /// Columns.
    pub width: Option<usize>,
    /// Rows.
    pub height: Option<usize>,
}

/// A border, 0 to 32 pixels on each side, and the value of all its channels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Padding {
    /// Columns on the left.
    pub left: usize,
    /// Columns on the right.
    pub right: usize,
    /// Rows at the top.
    pub top: usize,
    /// Rows at the bottom.
    pub bottom: usize,
    /// The number in the model input.
    pub value: f32,
}

impl Config {
    /// Builds the stage for a model input of `channels` x `height` x `width`, NCHW.
    ///
    /// # Errors
    ///
    /// [`AippError::Channels`], [`AippError::Fit`], [`AippError::Padding`] and [`AippError::Odd`],
    /// if the stage does not produce that model input.
    pub fn fit(
        &self,
        channels: usize,
        height: usize,
        width: usize,
        precision: Precision,
    ) -> Result<Stage, AippError> {
        if !self.takes(channels) {
            return Err(AippError::Channels {
                format: self.format.channels(),
                dims: [channels, height, width],
            });
        }
        let crop = self.crop.unwrap_or_default();
        let padding = self.padding.unwrap_or_default();
        let (source_width, source_height) = self.source_size;
        let cropped = self.crop.is_some();
        let columns = Axis::fit(
            "width",
            source_width,
            cropped.then_some((crop.x, crop.width)),
            (padding.left, padding.right),
            width,
        )?;
        let rows = Axis::fit(
            "height",
            source_height,
            cropped.then_some((crop.y, crop.height)),
            (padding.top, padding.bottom),
            height,
        )?;
        if self.format == Format::Yuv420sp {
            columns.check_even("width")?;
            rows.check_even("height")?;
        }
        let mut tables = [[0.0; 256]; CHANNELS];
        for (channel, table) in tables.iter_mut().enumerate() {
            for (value, entry) in (0..=u8::MAX).zip(table.iter_mut()) {
                *entry = self.number(channel, value, precision);
            }
        }
        let padding = self.padding.map(|padding| match precision {
            Precision::Single => padding.value,
            Precision::Half => to_half(padding.value),
        });
        Ok(Stage {
            format: self.format,
            columns,
            rows,
            channels,
            swap: self.swap,
            conversion: self.conversion,
            tables,
            padding,
            layout: Layout::Nchw,
        })
    }

    /// Normalises a byte of a channel: `(byte - mean - min) * var_reci`, the formula of the ATC
    /// guide.
    fn number(&self, channel: usize, byte: u8, precision: Precision) -> f32 {
        let (mean, min, factor) = (
            self.mean[channel],
            self.min[channel],
            self.var_reci[channel],
        );
        let less_mean = f32::from(byte) - f32::from(mean);
        match precision {
            Precision::Single => (less_mean - min) * factor,
            // Integers up to 255 are exact in half precision. Rounding a single-precision sum or
            // product of halves gives the correctly rounded half.
            Precision::Half => to_half(to_half(less_mean - to_half(min)) * to_half(factor)),
        }
    }
}

/// The nearest half-precision number, as a single.
fn to_half(single: f32) -> f32 {
    f16::from_f32(single).to_f32()
}

/// Picture, window and padding along one axis, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Axis {
    source: usize,
    start: usize,
    size: usize,
    before: usize,
    model: usize,
}

impl Axis {
    /// `crop` is the start and size of the window.
    fn fit(
        axis: &'static str,
        source: Option<usize>,
        crop: Option<(usize, Option<usize>)>,
        (before, after): (usize, usize),
        model: usize,
    ) -> Result<Self, AippError> {
        let inside = model
            .checked_sub(before + after)
            .filter(|inside| *inside > 0);
        let inside = inside.ok_or(AippError::Padding {
            axis,
            padding: before + after,
            model,
        })?;
        let source = source.unwrap_or(inside);
        let (start, size) = match crop {
            Some((start, size)) => (start, size.unwrap_or(inside)),
            None => (0, source),
        };
        if size != inside || start.checked_add(size).is_none_or(|end| end > source) {
            return Err(AippError::Fit {
                axis,
                source_size: source,
                start,
                size,
                model: inside,
            });
        }
        Ok(Self {
            source,
            start,
            size,
            before,
            model,
        })
    }

    /// `YUV420SP_U8` needs even numbers, because two pixels share a pair of U and V.
    fn check_even(&self, axis: &'static str) -> Result<(), AippError> {
        let odd = [self.source, self.start, self.size];
        match odd.into_iter().find(|pixels| !pixels.is_multiple_of(2)) {
            None => Ok(()),
            Some(pixels) => Err(AippError::Odd { axis, pixels }),
        }
    }
}

/// A configuration fitted to one model input, with the numbers of all 256 byte values precomputed.
#[derive(Debug, Clone)]
pub struct Stage {
    format: Format,
    columns: Axis,
    rows: Axis,
    channels: usize,
    swap: bool,
    conversion: Option<Conversion>,
    tables: [[f32; 256]; CHANNELS],
    /// The number in the border; `None` without a border.
    padding: Option<f32>,
    layout: Layout,
}

impl Stage {
    /// Width and height of the picture in the input buffer, pixels.
    #[must_use]
    pub fn source_size(&self) -> (usize, usize) {
        (self.columns.source, self.rows.source)
    }

    /// Width and height of the crop window, pixels.
    #[must_use]
    pub fn crop_size(&self) -> (usize, usize) {
        (self.columns.size, self.rows.size)
    }

    /// Width and height of the model input with its border, pixels.
    #[must_use]
    pub fn output_size(&self) -> (usize, usize) {
        (self.columns.model, self.rows.model)
    }

    /// First column and row of the crop window, in picture pixels.
    #[must_use]
    pub fn start(&self) -> (usize, usize) {
        (self.columns.start, self.rows.start)
    }

    /// Channels of the model input.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Bytes of one picture.
    #[must_use]
    pub fn source_bytes(&self) -> usize {
        self.format.bytes(self.columns.source, self.rows.source)
    }

    /// Numbers of one picture in the model input, in the order of [`Stage::layout`].
    #[must_use]
    pub fn output_len(&self) -> usize {
        self.columns.model * self.rows.model * self.channels
    }
}

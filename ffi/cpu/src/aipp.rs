//! Static AIPP on the CPU: the stage that ATC puts in front of a model's picture input.
//!
//! The device takes 8-bit pixels, exchanges R and B (or U and V) if told, crops, converts colours, turns each byte into
//! the number that the network was trained on, and pads: in this order, which the template of the configuration file in
//! the ATC guide gives. This module does the same for `RGB888_U8`, `YUV420SP_U8` and `YUV400_U8` from the same
//! configuration file ([`Config::parse`]), so that a model shows the same input here as on the device.
//!
//! The device computes in half precision. Here it is single precision, or half precision on request, each step of the
//! formula rounded; for `x / 127.5 - 1` the two differ by 2.5e-4 at most.

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

/// Layout of the picture in the input buffer; rows follow each other without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Three bytes a pixel.
    Rgb888,
    /// A plane of Y, then one of half the height with U and V in turn, a pair for 2 x 2 pixels (NV12).
    Yuv420sp,
    /// A plane of Y.
    Yuv400,
}

impl Format {
    /// Channels of a pixel.
    #[must_use]
    pub fn channels(self) -> usize {
        match self {
            Self::Rgb888 | Self::Yuv420sp => CHANNELS,
            Self::Yuv400 => 1,
        }
    }

    /// Bytes of a picture of that many pixels; with [`Format::Yuv420sp`] both sides are even.
    #[must_use]
    pub fn bytes(self, width: usize, height: usize) -> usize {
        match self {
            Self::Rgb888 => width * height * CHANNELS,
            Self::Yuv420sp => width * height / 2 * 3,
            Self::Yuv400 => width * height,
        }
    }
}

/// In which precision the numbers are worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// Single precision.
    Single,
    /// Half precision, as on the device.
    Half,
}

/// What an AIPP configuration file says.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Position of the model input that this stage feeds (`related_input_rank`).
    pub input: usize,
    /// Layout of the picture.
    pub format: Format,
    /// Width and height of the picture in the input buffer, pixels; `None` where the file says 0 or nothing,
    /// which means "as the model".
    pub source_size: (Option<usize>, Option<usize>),
    /// The part of the picture that the model sees.
    pub crop: Option<Crop>,
    /// Whether R and B, or U and V, change places.
    pub swap: bool,
    /// The conversion of colours, after the exchange.
    pub conversion: Option<Conversion>,
    /// Integer subtracted from each channel, 0 to 255; channels counted after exchange and conversion.
    pub mean: [u8; CHANNELS],
    /// Number subtracted from each channel, 0 to 255; channels as in `mean`.
    pub min: [f32; CHANNELS],
    /// Factor of each channel; channels as in `mean`.
    pub var_reci: [f32; CHANNELS],
    /// What is put around the picture in the end.
    pub padding: Option<Padding>,
}

/// A crop window in picture pixels; a size of `None` means "as the model".
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

/// Pixels around the picture, 0 to 32 on each side, and the number that all their channels have.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Padding {
    /// Columns before the first.
    pub left: usize,
    /// Columns behind the last.
    pub right: usize,
    /// Rows above the first.
    pub top: usize,
    /// Rows below the last.
    pub bottom: usize,
    /// What the model sees there.
    pub value: f32,
}

impl Config {
    /// The stage for a model input of `channels` x `height` x `width`, NCHW.
    ///
    /// # Errors
    ///
    /// [`AippError::Channels`], [`AippError::Fit`] and [`AippError::Odd`], when the result would not be the model input.
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

    /// The number that a byte of a channel becomes: `(byte - mean - min) * var_reci`, the formula of the ATC guide.
    fn number(&self, channel: usize, byte: u8, precision: Precision) -> f32 {
        let (mean, min, factor) = (
            self.mean[channel],
            self.min[channel],
            self.var_reci[channel],
        );
        let less_mean = f32::from(byte) - f32::from(mean);
        match precision {
            Precision::Single => (less_mean - min) * factor,
            // Whole numbers up to 255 are halves. Rounding a single to a half rounds sums and products of halves right.
            Precision::Half => to_half(to_half(less_mean - to_half(min)) * to_half(factor)),
        }
    }
}

/// The nearest half.
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
    /// `crop` is the start of the window and its size.
    fn fit(
        axis: &'static str,
        source: Option<usize>,
        crop: Option<(usize, Option<usize>)>,
        (before, behind): (usize, usize),
        model: usize,
    ) -> Result<Self, AippError> {
        let inside = model
            .checked_sub(before + behind)
            .filter(|inside| *inside > 0);
        let inside = inside.ok_or(AippError::Padding {
            axis,
            padding: before + behind,
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

    /// What `YUV420SP_U8` asks for: two pixels share a pair of U and V.
    fn check_even(&self, axis: &'static str) -> Result<(), AippError> {
        let odd = [self.source, self.start, self.size];
        match odd.into_iter().find(|pixels| !pixels.is_multiple_of(2)) {
            None => Ok(()),
            Some(pixels) => Err(AippError::Odd { axis, pixels }),
        }
    }
}

/// A configuration made to fit one model input, with the numbers of all 256 byte values worked out.
#[derive(Debug, Clone)]
pub struct Stage {
    format: Format,
    columns: Axis,
    rows: Axis,
    channels: usize,
    swap: bool,
    conversion: Option<Conversion>,
    tables: [[f32; 256]; CHANNELS],
    /// The number around the picture.
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

    /// Width and height of what the model sees, padding included, pixels.
    #[must_use]
    pub fn output_size(&self) -> (usize, usize) {
        (self.columns.model, self.rows.model)
    }

    /// First column and row of the crop window, in picture pixels.
    #[must_use]
    pub fn start(&self) -> (usize, usize) {
        (self.columns.start, self.rows.start)
    }

    /// Channels that the model sees.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Bytes of one picture.
    #[must_use]
    pub fn source_bytes(&self) -> usize {
        self.format.bytes(self.columns.source, self.rows.source)
    }

    /// Numbers of one picture for the model, in the order of [`Stage::layout`].
    #[must_use]
    pub fn output_len(&self) -> usize {
        self.columns.model * self.rows.model * self.channels
    }
}

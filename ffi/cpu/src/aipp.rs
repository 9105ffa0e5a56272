//! Static AIPP on the CPU: the stage that ATC puts in front of a model's picture input.
//!
//! The device takes interleaved 8-bit pixels, swaps R and B if told, crops, and turns each byte into the
//! number that the network was trained on. This module does the same for `RGB888_U8`, from the same
//! configuration file ([`Config::parse`]), so that a model shows the same input here as on the device.
//!
//! The device computes in half precision; here it is single precision. For `x / 127.5 - 1` the two differ by
//! 2.5e-4 at most.

mod error;
mod grammar;
#[cfg(test)]
mod tests;
mod tokens;

pub use error::AippError;

/// Channels of an `RGB888_U8` pixel.
const CHANNELS: usize = 3;

/// What an AIPP configuration file says.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Position of the model input that this stage feeds (`related_input_rank`).
    pub input: usize,
    /// Width and height of the picture in the input buffer, pixels; `None` where the file says 0 or nothing,
    /// which means "as the model".
    pub source_size: (Option<usize>, Option<usize>),
    /// The part of the picture that the model sees.
    pub crop: Option<Crop>,
    /// Whether the first and the third channel change places.
    pub swap: bool,
    /// Integer subtracted from each channel, 0 to 255; channels counted after the swap.
    pub mean: [u8; CHANNELS],
    /// Number subtracted from each channel, 0 to 255; channels counted after the swap.
    pub min: [f32; CHANNELS],
    /// Factor of each channel; channels counted after the swap.
    pub var_reci: [f32; CHANNELS],
}

/// A crop window in picture pixels; a size of `None` means "as the model".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

impl Config {
    /// The stage for a model input of `channels` x `height` x `width`.
    ///
    /// # Errors
    ///
    /// [`AippError::Channels`] and [`AippError::Fit`], when the result would not be the model input.
    pub fn fit(&self, channels: usize, height: usize, width: usize) -> Result<Stage, AippError> {
        if channels != CHANNELS {
            return Err(AippError::Channels { model: channels });
        }
        let crop = self.crop.unwrap_or(Crop {
            x: 0,
            y: 0,
            width: None,
            height: None,
        });
        let (source_width, source_height) = self.source_size;
        let columns = Axis::fit(
            "width",
            source_width,
            crop.x,
            crop.width,
            self.crop.is_some(),
            width,
        )?;
        let rows = Axis::fit(
            "height",
            source_height,
            crop.y,
            crop.height,
            self.crop.is_some(),
            height,
        )?;
        let mut tables = [[0.0; 256]; CHANNELS];
        for (channel, table) in tables.iter_mut().enumerate() {
            let (mean, min, factor) = (
                self.mean[channel],
                self.min[channel],
                self.var_reci[channel],
            );
            for (value, entry) in (0..=u8::MAX).zip(table.iter_mut()) {
                *entry = (f32::from(value) - f32::from(mean) - min) * factor;
            }
        }
        Ok(Stage {
            columns,
            rows,
            source_channel: if self.swap { [2, 1, 0] } else { [0, 1, 2] },
            tables,
        })
    }
}

/// Picture and window along one axis, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Axis {
    source: usize,
    start: usize,
    size: usize,
}

impl Axis {
    fn fit(
        axis: &'static str,
        source: Option<usize>,
        start: usize,
        size: Option<usize>,
        cropped: bool,
        model: usize,
    ) -> Result<Self, AippError> {
        let source = source.unwrap_or(model);
        let size = size.unwrap_or(if cropped { model } else { source });
        if size != model || start.checked_add(size).is_none_or(|end| end > source) {
            return Err(AippError::Fit {
                axis,
                source,
                start,
                size,
                model,
            });
        }
        Ok(Self {
            source,
            start,
            size,
        })
    }
}

/// A configuration made to fit one model input, with the numbers of all 256 byte values worked out.
#[derive(Debug, Clone)]
pub struct Stage {
    columns: Axis,
    rows: Axis,
    /// For each output channel the byte of the pixel that feeds it.
    source_channel: [usize; CHANNELS],
    tables: [[f32; 256]; CHANNELS],
}

impl Stage {
    /// Width and height of the picture in the input buffer, pixels.
    #[must_use]
    pub fn source_size(&self) -> (usize, usize) {
        (self.columns.source, self.rows.source)
    }

    /// Width and height of what the model sees, pixels.
    #[must_use]
    pub fn output_size(&self) -> (usize, usize) {
        (self.columns.size, self.rows.size)
    }

    /// First column and row of what the model sees, in picture pixels.
    #[must_use]
    pub fn start(&self) -> (usize, usize) {
        (self.columns.start, self.rows.start)
    }

    /// Bytes of one picture: rows without padding, three bytes a pixel.
    #[must_use]
    pub fn source_bytes(&self) -> usize {
        self.columns.source * self.rows.source * CHANNELS
    }

    /// Numbers of one picture for the model: three planes.
    #[must_use]
    pub fn output_len(&self) -> usize {
        self.columns.size * self.rows.size * CHANNELS
    }

    /// Turns pictures (`n` x height x width x 3 bytes) into model input (`n` x 3 x height x width numbers):
    /// `(byte - mean - min) * var_reci`, after swap and crop. What exceeds the shorter side is left out.
    ///
    /// Formula and order: AIPP as the ATC guide gives them.
    pub fn apply(&self, pictures: &[u8], planes: &mut [f32]) {
        let plane_len = self.columns.size * self.rows.size;
        if plane_len == 0 {
            return;
        }
        let batch = pictures
            .chunks_exact(self.source_bytes())
            .zip(planes.chunks_exact_mut(self.output_len()));
        for (picture, planes) in batch {
            let channels = planes.chunks_exact_mut(plane_len).zip(&self.tables);
            for ((plane, table), byte) in channels.zip(self.source_channel) {
                self.fill(picture, byte, table, plane);
            }
        }
    }

    fn fill(&self, picture: &[u8], byte: usize, table: &[f32; 256], plane: &mut [f32]) {
        let rows = picture
            .chunks_exact(self.columns.source * CHANNELS)
            .skip(self.rows.start);
        for (row, out) in rows.zip(plane.chunks_exact_mut(self.columns.size)) {
            let pixels = row.chunks_exact(CHANNELS).skip(self.columns.start);
            for (pixel, number) in pixels.zip(out) {
                *number = table[usize::from(pixel[byte])];
            }
        }
    }
}

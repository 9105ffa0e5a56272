//! Reads a whole PNG with its samples unchanged: for labels, of which every value counts.
//!
//! Pictures are read by [`super::PictureSource`], which keeps 8 bits of each sample and no whole
//! frame.

use std::io::Read;

use png::{BitDepth, ColorType, Limits};

use super::crop::check_size;
use super::metered_reader::{BUFFER_BYTES, EXTRA_BYTES_MAX, MeteredReader, ReadMeter};
use super::png::{DECODER_BYTES_MAX, check_orientation, decoder, failure, file_bytes_max};
use super::{FrameError, FrameInfo, PictureFormat};
use crate::image::{CHANNELS, Roi, Size};

/// A decoded file.
#[derive(Debug)]
pub(crate) struct Samples {
    /// Its size and length.
    pub info: FrameInfo,
    /// Which channels a pixel has.
    pub color: ColorType,
    /// The bits of a sample.
    pub depth: BitDepth,
    /// Whether the file says how bright its values are meant (gAMA, sRGB or iCCP).
    pub has_gamma: bool,
    bytes: Vec<u8>,
    row_bytes: usize,
    palette: Vec<[u8; CHANNELS]>,
    transparency: Vec<u8>,
}

/// One pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sample {
    /// Red, green and blue: all 16 bits of a 16-bit sample, otherwise 8. Grey of 1, 2 and 4 bits is
    /// scaled to 8.
    pub rgb: [u16; CHANNELS],
    /// The opacity from 0, if the file has one.
    pub alpha: Option<u16>,
}

impl Samples {
    /// Reads a file from its start to its end. Allocates memory for the whole picture.
    ///
    /// # Errors
    /// As [`super::PictureSource::read_into`]: the file is not a complete, valid, upright PNG of
    /// one picture.
    pub(crate) fn read(reader: impl Read) -> Result<Self, FrameError> {
        let mut buffer = vec![0; BUFFER_BYTES];
        let meter = ReadMeter::default();
        meter.limit.set(EXTRA_BYTES_MAX);
        let failed = |error| failure(error, &meter);
        let mut input = MeteredReader::new(reader, &mut buffer, &meter);
        match input.head()? {
            [] => return Err(FrameError::Empty),
            head if PictureFormat::of(head) == Some(PictureFormat::Png) => {}
            _ => return Err(FrameError::NotPng),
        }
        let mut decoder = decoder(input);
        // Only the presence of the profile matters.
        decoder.set_ignore_iccp_chunk(false);
        let header = decoder.read_header_info().map_err(failed)?;
        let (width, height) = (header.width, header.height);
        let frame = Size { width, height };
        let whole = Roi {
            x: 0,
            y: 0,
            width,
            height,
        };
        let row_bytes = header.raw_row_length();
        check_size(frame, whole, row_bytes as u64, height)?;
        meter.limit.set(file_bytes_max(frame, row_bytes as u64));
        decoder.set_limits(Limits {
            bytes: row_bytes + DECODER_BYTES_MAX,
        });
        let mut reader = decoder.read_info().map_err(failed)?;
        if reader.info().animation_control.is_some() {
            return Err(FrameError::Animated);
        }
        check_orientation(&reader)?;
        let mut bytes = vec![0; reader.output_buffer_size().unwrap_or_default()];
        let output = reader.next_frame(&mut bytes).map_err(failed)?;
        reader.finish().map_err(failed)?;
        // Exif data may also follow the pixels.
        check_orientation(&reader)?;
        let info = reader.info();
        let palette = info.palette.as_deref().unwrap_or_default();
        Ok(Self {
            info: FrameInfo {
                width,
                height,
                file_bytes: meter.consumed.get(),
            },
            color: info.color_type,
            depth: info.bit_depth,
            has_gamma: info.gama_chunk.is_some()
                || info.srgb.is_some()
                || info.icc_profile.is_some(),
            row_bytes: output.line_size,
            palette: palette.as_chunks().0.to_vec(),
            transparency: info.trns.as_deref().unwrap_or_default().to_vec(),
            bytes,
        })
    }

    /// The rows from the top, each with its pixels from the left.
    pub(crate) fn rows(
        &self,
    ) -> impl Iterator<Item = impl Iterator<Item = Result<Sample, FrameError>>> {
        let width = self.info.width as usize;
        self.bytes
            .chunks_exact(self.row_bytes.max(1))
            .map(move |row| (0..width).map(move |x| self.sample(row, x)))
    }

    fn sample(&self, row: &[u8], x: usize) -> Result<Sample, FrameError> {
        let bits = self.depth as usize;
        let channels = self.color.samples();
        let at = |channel: usize| -> u16 {
            let place = x * channels + channel;
            match bits {
                16 => {
                    let pair = row.get(2 * place..).and_then(|rest| rest.first_chunk());
                    pair.map_or(0, |pair| u16::from_be_bytes(*pair))
                }
                8 => row.get(place).copied().unwrap_or_default().into(),
                bits => {
                    let in_byte = 8 / bits;
                    let shift = 8 - bits * (place % in_byte + 1);
                    let byte = row.get(place / in_byte).copied().unwrap_or_default();
                    u16::from((byte >> shift) & (0xff >> (8 - bits)))
                }
            }
        };
        // Opacity given by the file's one transparent colour. The decoder stores each of its
        // samples in one byte, or in two for 16 bits.
        let keyed = |samples: &[u16]| {
            let key: &[u8] = &self.transparency;
            let is_key = match bits {
                16 => {
                    let key = key.as_chunks().0.iter();
                    key.map(|pair| u16::from_be_bytes(*pair))
                        .eq(samples.iter().copied())
                }
                _ => key
                    .iter()
                    .map(|byte| u16::from(*byte))
                    .eq(samples.iter().copied()),
            };
            (!key.is_empty()).then(|| u16::from(!is_key))
        };
        Ok(match self.color {
            ColorType::Grayscale => {
                let value = at(0);
                let scale = if bits < 8 { 255 / ((1 << bits) - 1) } else { 1 };
                Sample {
                    rgb: [value * scale; CHANNELS],
                    alpha: keyed(&[value]),
                }
            }
            ColorType::GrayscaleAlpha => Sample {
                rgb: [at(0); CHANNELS],
                alpha: Some(at(1)),
            },
            ColorType::Rgb => {
                let rgb = [at(0), at(1), at(2)];
                Sample {
                    rgb,
                    alpha: keyed(&rgb),
                }
            }
            ColorType::Rgba => Sample {
                rgb: [at(0), at(1), at(2)],
                alpha: Some(at(3)),
            },
            ColorType::Indexed => {
                let index = usize::from(at(0));
                let color = self.palette.get(index).ok_or(FrameError::Palette {
                    index: u8::try_from(index).unwrap_or(u8::MAX),
                    colors: self.palette.len(),
                })?;
                let alpha = self.transparency.get(index).copied().unwrap_or(u8::MAX);
                Sample {
                    rgb: color.map(u16::from),
                    alpha: (!self.transparency.is_empty()).then(|| alpha.into()),
                }
            }
        })
    }
}

//! The pixels of a file's row as red, green and blue in 8 bits, as by `cv2.imread(IMREAD_COLOR)`.
//!
//! Of 16 bits, the upper 8 are kept. Alpha and transparent colours are dropped without blending.
//! Grey of 1, 2 and 4 bits is scaled to the whole range. Gamma, colour profile and background are
//! not applied.

use core::ops::Range;

use png::{BitDepth, ColorType, Info};

use super::FrameError;
use crate::image::CHANNELS;

/// How a row stores its pixels.
#[derive(Debug)]
pub enum RowLayout {
    /// Whole bytes. A pixel has `stride` bytes, with red, green and blue at `offsets`.
    Bytes {
        stride: usize,
        offsets: [usize; CHANNELS],
    },
    /// Indices of 1, 2, 4 or 8 bits, the first in a byte's highest bits. Each selects a colour.
    Indices {
        bits: usize,
        colors: Box<[[u8; CHANNELS]]>,
    },
}

/// Where some pixels of a row are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The bytes that have them.
    pub bytes: Range<usize>,
    /// The first of them, counted from the first pixel in these bytes.
    pub first: usize,
}

impl RowLayout {
    /// The layout of a PNG file, by its header and palette. `None` if it needs a palette and has
    /// none.
    pub fn of_png(info: &Info<'_>) -> Option<RowLayout> {
        let bytes = |stride, offsets| Some(RowLayout::Bytes { stride, offsets });
        let wide = info.bit_depth == BitDepth::Sixteen;
        match info.color_type {
            ColorType::Rgb if wide => bytes(6, [0, 2, 4]),
            ColorType::Rgba if wide => bytes(8, [0, 2, 4]),
            ColorType::Rgb => bytes(3, [0, 1, 2]),
            ColorType::Rgba => bytes(4, [0, 1, 2]),
            ColorType::GrayscaleAlpha if wide => bytes(4, [0; 3]),
            ColorType::Grayscale if wide => bytes(2, [0; 3]),
            ColorType::GrayscaleAlpha => bytes(2, [0; 3]),
            ColorType::Grayscale if info.bit_depth == BitDepth::Eight => bytes(1, [0; 3]),
            ColorType::Grayscale => {
                let bits = info.bit_depth as usize;
                let last = (1_u8 << bits) - 1;
                Some(RowLayout::Indices {
                    bits,
                    colors: (0..=last)
                        .map(|value| [value * (255 / last); CHANNELS])
                        .collect(),
                })
            }
            ColorType::Indexed => {
                let palette = info.palette.as_ref()?;
                Some(RowLayout::Indices {
                    bits: info.bit_depth as usize,
                    colors: palette.as_chunks().0.into(),
                })
            }
        }
    }

    /// Where the pixels `x..x + width` of a row are.
    pub fn span(&self, x: usize, width: usize) -> Span {
        match self {
            RowLayout::Bytes { stride, .. } => Span {
                bytes: x * stride..(x + width) * stride,
                first: 0,
            },
            RowLayout::Indices { bits, .. } => Span {
                bytes: x * bits / 8..((x + width) * bits).div_ceil(8),
                first: x % (8 / bits),
            },
        }
    }

    /// The pixels `x..x + width` of a row, where `cut` has space for `width` pixels. Returns the
    /// row's own bytes if they have this format. Otherwise fills `cut`.
    ///
    /// # Errors
    /// If a pixel's index is outside the palette.
    pub fn cut<'a>(
        &self,
        row: &'a [u8],
        x: usize,
        cut: &'a mut [u8],
    ) -> Result<&'a [u8], FrameError> {
        match self {
            RowLayout::Bytes {
                stride: 3,
                offsets: [0, 1, 2],
            } => {
                return Ok(&row[x * CHANNELS..x * CHANNELS + cut.len()]);
            }
            RowLayout::Bytes { stride, offsets } => {
                let pixels = row[x * stride..].chunks_exact(*stride);
                for (pixel, rgb) in pixels.zip(cut.as_chunks_mut::<CHANNELS>().0) {
                    *rgb = offsets.map(|offset| pixel[offset]);
                }
            }
            RowLayout::Indices { .. } => {
                for (at, rgb) in cut.as_chunks_mut::<CHANNELS>().0.iter_mut().enumerate() {
                    *rgb = self.pixel(row, x + at)?;
                }
            }
        }
        Ok(cut)
    }

    /// One pixel of a row.
    ///
    /// # Errors
    /// If its index is outside the palette.
    pub fn pixel(&self, row: &[u8], x: usize) -> Result<[u8; CHANNELS], FrameError> {
        match self {
            RowLayout::Bytes { stride, offsets } => {
                Ok(offsets.map(|offset| row[x * stride + offset]))
            }
            RowLayout::Indices { bits, colors } => {
                let in_byte = 8 / bits;
                let shift = 8 - bits * (x % in_byte + 1);
                let index = (row[x / in_byte] >> shift) & (0xff >> (8 - bits));
                let color = colors.get(usize::from(index)).copied();
                color.ok_or(FrameError::Palette {
                    index,
                    colors: colors.len(),
                })
            }
        }
    }
}

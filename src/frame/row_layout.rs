//! The pixels of a PNG row as red, green, blue in 8 bits, as `cv2.imread(IMREAD_COLOR)` has them.
//!
//! Of 16 bits the upper 8 are kept. Alpha and transparent colours are dropped without blending. Grey of 1, 2 and 4 bits is
//! spread over the whole range. Gamma, colour profile and background are not applied.

use png::{BitDepth, ColorType, Info};

use super::FrameError;
use crate::image::CHANNELS;

/// How a row of a PNG keeps its pixels.
#[derive(Debug)]
pub enum RowLayout {
    /// Whole bytes: a pixel takes `stride`, and red, green and blue lie at `offsets` in it.
    Bytes {
        stride: usize,
        offsets: [usize; CHANNELS],
    },
    /// A number of 1, 2, 4 or 8 bits, the first in the highest bits of a byte, that stands for a colour.
    Indices {
        bits: usize,
        colors: Box<[[u8; CHANNELS]]>,
    },
}

impl RowLayout {
    /// The layout that a file's header and palette tell, or `None` when it needs a palette and has none.
    pub fn of(info: &Info<'_>) -> Option<RowLayout> {
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

    /// The pixels `x..x + width` of a row: the row itself where it has them as they are, or else `cut` filled with them.
    ///
    /// # Errors
    /// When a pixel names a colour that the palette does not have.
    pub fn cut<'a>(
        &self,
        row: &'a [u8],
        x: usize,
        cut: &'a mut [u8],
    ) -> Result<&'a [u8], FrameError> {
        match self {
            RowLayout::Bytes { stride: 3, .. } => {
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
    /// When it names a colour that the palette does not have.
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

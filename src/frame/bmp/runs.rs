//! The runs of a compressed BMP file (RLE4, RLE8), from the lowest row to the upper one.
//!
//! Pixels that no run covers have the palette's first colour, as OpenCV has it. What OpenCV reads
//! in another way than the format means it is refused, and so is a file without the mark of its
//! end.

use std::io::Read;

use super::header::{broken, unread};
use crate::frame::FrameError;
use crate::frame::metered_reader::MeteredReader;
use crate::image::{CHANNELS, Roi, Size};

/// Where the next pixel goes, and where the region is.
struct Canvas<'a> {
    frame: Size,
    roi: Roi,
    palette: &'a [[u8; CHANNELS]],
    region: &'a mut [u8],
    x: u32,
    /// Rows below.
    row: u32,
}

/// Decodes all runs of a file whose reader is at its pixels, and fills the region.
pub fn read<R: Read>(
    input: &mut MeteredReader<'_, R>,
    frame: Size,
    bits: u8,
    palette: &[[u8; CHANNELS]],
    roi: Roi,
    region: &mut [u8],
) -> Result<(), FrameError> {
    let background = palette.first().copied().unwrap_or_default();
    region.as_chunks_mut().0.fill(background);
    let mut canvas = Canvas {
        frame,
        roi,
        palette,
        region,
        x: 0,
        row: 0,
    };
    let is_nibbles = bits == 4;
    loop {
        let at_byte = input.meter().consumed.get();
        match input.read_array()? {
            // Without this a file whose rest is zeros would be rows of the first colour.
            [0, 1] if canvas.row + 1 < frame.height => {
                return Err(unread("whose runs end before the last row"));
            }
            [0, 1] => return Ok(()),
            _ if canvas.row == frame.height => {
                return Err(broken(at_byte, "runs follow the last row"));
            }
            [0, 0] => {
                canvas.x = 0;
                canvas.row += 1;
            }
            [0, 2] => {
                let [right, up] = input.read_array()?;
                if is_nibbles && up > 0 {
                    return Err(unread("whose runs of 4 bits skip rows"));
                }
                canvas.skip(right, up, at_byte)?;
            }
            // A list of single pixels, of an even number of bytes.
            [0, count] if is_nibbles => {
                let mut left = usize::from(count);
                while left > 0 {
                    let pairs: [u8; 2] = input.read_array()?;
                    let indices = pairs.iter().flat_map(|pair| [pair >> 4, pair & 15]);
                    for index in indices.take(left) {
                        canvas.put(index, 1, at_byte)?;
                    }
                    left = left.saturating_sub(4);
                }
            }
            [0, count] => {
                for _ in 0..count {
                    let [index] = input.read_array()?;
                    canvas.put(index, 1, at_byte)?;
                }
                input.skip(u64::from(count % 2))?;
            }
            [count, pair] if is_nibbles => {
                for at in 0..count {
                    let index = if at % 2 == 0 { pair >> 4 } else { pair & 15 };
                    canvas.put(index, 1, at_byte)?;
                }
            }
            [count, index] => canvas.put(index, count.into(), at_byte)?,
        }
    }
}

impl Canvas<'_> {
    fn skip(&mut self, right: u8, up: u8, at_byte: u64) -> Result<(), FrameError> {
        self.x += u32::from(right);
        self.row += u32::from(up);
        if self.x >= self.frame.width || self.row >= self.frame.height {
            return Err(broken(at_byte, "a run begins outside the picture"));
        }
        Ok(())
    }

    /// Puts `count` pixels of one colour.
    fn put(&mut self, index: u8, count: u32, at_byte: u64) -> Result<(), FrameError> {
        let end = self.x + count;
        if end > self.frame.width {
            return Err(broken(at_byte, "a run reaches over the end of its row"));
        }
        let color = self
            .palette
            .get(usize::from(index))
            .ok_or(FrameError::Palette {
                index,
                colors: self.palette.len(),
            })?;
        let Roi {
            x,
            y,
            width,
            height,
        } = self.roi;
        let from_top = self.frame.height - 1 - self.row;
        if (y..y + height).contains(&from_top) {
            let row = (from_top - y) as usize * width as usize;
            let columns = self.x.max(x)..end.min(x + width);
            let pixels = self.region.as_chunks_mut::<CHANNELS>().0;
            for column in columns {
                pixels[row + (column - x) as usize] = *color;
            }
        }
        self.x = end;
        Ok(())
    }
}

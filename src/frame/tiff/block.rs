//! One strip or tile: which of its pixels belong to the region, and what they become.

use core::ops::Range;

use super::form::Form;
use super::unpack::{Damaged, Unpacker};
use crate::image::{CHANNELS, Roi};

/// The pixels of a block that are in the region.
#[derive(Debug)]
pub struct Part {
    roi: Roi,
    /// The channel that the block has, if channels are apart.
    plane: usize,
    /// Columns and rows in the frame.
    columns: Range<u32>,
    rows: Range<u32>,
    /// The block's first column and row in the frame.
    x: u32,
    y: u32,
}

impl Part {
    /// The part of block `index`; `None` if none of its pixels is in the region.
    pub fn of(form: &Form<'_>, index: usize, roi: Roi) -> Option<Part> {
        let blocks = &form.blocks;
        let across = blocks.across as usize;
        let in_plane = across.checked_mul(blocks.down as usize)?;
        let (plane, index) = (index.checked_div(in_plane)?, index.checked_rem(in_plane)?);
        let column = u32::try_from(index.checked_rem(across)?).ok()?;
        let row = u32::try_from(index.checked_div(across)?).ok()?;
        let x = column.checked_mul(blocks.block.width)?;
        let y = row.checked_mul(blocks.block.height)?;
        let within = |start: u32, length: u32, roi_start: u32, roi_length: u32| {
            let end = start.saturating_add(length).min(roi_start + roi_length);
            start.max(roi_start)..end
        };
        let columns = within(x, blocks.block.width, roi.x, roi.width);
        let rows = within(y, blocks.block.height, roi.y, roi.height);
        let is_empty = columns.is_empty() || rows.is_empty();
        (!is_empty).then_some(Part {
            roi,
            plane,
            columns,
            rows,
            x,
            y,
        })
    }

    /// Uncompresses the block's bytes down to the last row, and puts the pixels into the region.
    /// `row` is space for a row of the block.
    pub fn read(
        &self,
        form: &Form<'_>,
        unpacker: &mut Unpacker,
        mut data: &[u8],
        row: &mut [u8],
        region: &mut [u8],
    ) -> Result<(), Damaged> {
        unpacker.begin();
        let above = (self.rows.start - self.y) as usize;
        unpacker.skip(&mut data, above * row.len(), row)?;
        let samples = form.samples();
        let first = (self.columns.start - self.x) as usize * samples;
        let count = self.columns.len() * samples;
        for y in self.rows.clone() {
            unpacker.fill(&mut data, row)?;
            if form.has_differences {
                add_differences(row, samples, form);
            }
            narrow(row, form);
            let found = &row[first..first + count];
            let line = (y - self.roi.y) as usize * self.roi.width as usize;
            let start = line + (self.columns.start - self.roi.x) as usize;
            let pixels = &mut region.as_chunks_mut::<CHANNELS>().0[start..];
            match (form.channels, samples) {
                (1, _) => {
                    for (pixel, sample) in pixels.iter_mut().zip(found) {
                        *pixel = [*sample; CHANNELS];
                    }
                }
                (_, 1) => {
                    for (pixel, sample) in pixels.iter_mut().zip(found) {
                        pixel[self.plane] = *sample;
                    }
                }
                _ => {
                    for (pixel, samples) in pixels.iter_mut().zip(found.as_chunks().0) {
                        *pixel = *samples;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Replaces differences by samples. Each differs from the same channel of the pixel before.
fn add_differences(row: &mut [u8], samples: usize, form: &Form<'_>) {
    if !form.is_wide {
        for at in samples..row.len() {
            row[at] = row[at].wrapping_add(row[at - samples]);
        }
        return;
    }
    let row = row.as_chunks_mut().0;
    for at in samples..row.len() {
        let (sample, before) = (row[at], row[at - samples]);
        row[at] = if form.is_big_endian {
            let sum = u16::from_be_bytes(sample).wrapping_add(u16::from_be_bytes(before));
            sum.to_be_bytes()
        } else {
            let sum = u16::from_le_bytes(sample).wrapping_add(u16::from_le_bytes(before));
            sum.to_le_bytes()
        };
    }
}

/// Replaces the samples of a row by 8-bit ones, at its start.
fn narrow(row: &mut [u8], form: &Form<'_>) {
    if form.is_wide {
        let upper = usize::from(!form.is_big_endian);
        let is_grey = form.channels == 1;
        for at in 0..row.len() / 2 {
            let high = row[2 * at + upper];
            row[at] = if is_grey {
                high
            } else {
                let low = row[2 * at + 1 - upper];
                scaled(u16::from_be_bytes([high, low]))
            };
        }
    }
    if form.is_inverted {
        row.iter_mut().for_each(|sample| *sample = !*sample);
    }
}

/// A 16-bit sample of RGB in 8 bits, as libtiff scales it for OpenCV: divided by 257 and rounded.
fn scaled(sample: u16) -> u8 {
    let rounded = (u32::from(sample) + 128) / 257;
    u8::try_from(rounded).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_divided_by_257_and_rounded() {
        for (sample, expected) in [
            (0, 0),
            (128, 0),
            (129, 1),
            (385, 1),
            (386, 2),
            (65_407, 255),
        ] {
            assert_eq!(scaled(sample), expected, "{sample}");
        }
        assert_eq!(scaled(u16::MAX), 255);
    }
}

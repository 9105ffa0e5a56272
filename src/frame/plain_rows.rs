//! Rows that a file has one after the other, without compression.

use std::io::Read;

use super::FrameError;
use super::crop::{Buffers, Crop};
use super::metered_reader::{EXTRA_BYTES_MAX, MeteredReader};
use super::row_layout::RowLayout;
use crate::image::{CHANNELS, Size};

/// The rows of one picture.
#[derive(Debug)]
pub struct PlainRows<'a> {
    /// The frame's size.
    pub frame: Size,
    /// From one row to the next.
    pub row_bytes: u64,
    /// A row's pixels.
    pub layout: &'a RowLayout,
    /// Which row comes first.
    pub direction: Direction,
}

/// Which row comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The upper one.
    Down,
    /// The lowest one.
    Up,
}

impl PlainRows<'_> {
    /// Reads the rows, and pushes those of the region. All others are read and dropped.
    ///
    /// # Errors
    /// The frame is not acceptable, or the file ends before its last row.
    pub fn read<R: Read>(
        &self,
        input: &mut MeteredReader<'_, R>,
        crop: &mut Crop<'_>,
        buffers: &mut Buffers,
    ) -> Result<(), FrameError> {
        let PlainRows {
            frame,
            row_bytes,
            layout,
            direction,
        } = *self;
        let roi = crop.roi();
        // Only the region's pixels are decoded.
        crop.accept(frame, row_bytes, roi.height)?;
        let pixel_bytes = row_bytes.saturating_mul(frame.height.into());
        let limit = pixel_bytes.saturating_add(input.meter().consumed.get() + EXTRA_BYTES_MAX);
        input.meter().limit.set(limit);
        let Buffers {
            row, cut, region, ..
        } = buffers;
        let span = layout.span(roi.x as usize, roi.width as usize);
        row.resize(span.bytes.len().max(row.len()), 0);
        let bytes = &mut row[..span.bytes.len()];
        let before = span.bytes.start as u64;
        let after = row_bytes.saturating_sub(span.bytes.end as u64);

        let above = u64::from(roi.y);
        let below = u64::from(frame.height - roi.y - roi.height);
        let (first, last) = match direction {
            Direction::Down => (above, below),
            Direction::Up => (below, above),
        };
        input.skip(first * row_bytes)?;
        let mut lines = region.chunks_exact_mut(roi.width as usize * CHANNELS);
        for _ in 0..roi.height {
            input.skip(before)?;
            input.read_all(bytes)?;
            input.skip(after)?;
            let pixels = layout.cut(bytes, span.first, cut)?;
            match direction {
                Direction::Down => crop.push(pixels)?,
                Direction::Up => {
                    if let Some(line) = lines.next_back() {
                        line.copy_from_slice(pixels);
                    }
                }
            }
        }
        input.skip(last * row_bytes)?;
        if direction == Direction::Up {
            crop.push_all(region)?;
        }
        Ok(())
    }
}

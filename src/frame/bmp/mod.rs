//! Reads BMP files.
//!
//! Most files begin with the lowest row. Then the region is collected in a buffer, since the
//! resampler needs the upper row first. Rows outside the region are read, so that the file is known
//! to be complete, but not converted.

mod header;
mod runs;

use std::io::Read;

use super::FrameError;
use super::crop::{Buffers, Crop};
use super::metered_reader::{EXTRA_BYTES_MAX, MeteredReader};
use super::plain_rows::{Direction, PlainRows};
use super::row_layout::RowLayout;
use crate::image::Size;
use header::{Header, Pixels};

/// Reads a file from its start.
pub(super) fn read<R: Read>(
    mut input: MeteredReader<'_, R>,
    crop: &mut Crop<'_>,
    buffers: &mut Buffers,
) -> Result<Size, FrameError> {
    let header = Header::read(&mut input)?;
    let Header { size, pixels, .. } = header;
    if let Pixels::Runs { bits } = pixels {
        // Two bytes for each pixel are the worst that an encoder does, and two end each row.
        let row_bytes = 2 * (u64::from(size.width) + 1);
        crop.accept(size, row_bytes, size.height)?;
        let runs_bytes = row_bytes.saturating_mul(size.height.into());
        let limit = runs_bytes.saturating_add(header.data_at + EXTRA_BYTES_MAX);
        input.meter().limit.set(limit);
        runs::read(
            &mut input,
            size,
            bits,
            &header.palette,
            crop.roi(),
            &mut buffers.region,
        )?;
        crop.push_all(&buffers.region)?;
        return Ok(size);
    }
    let layout = match pixels {
        Pixels::Bgr { bytes } => RowLayout::Bytes {
            stride: bytes.into(),
            offsets: [2, 1, 0],
        },
        Pixels::Indices { bits } | Pixels::Runs { bits } => RowLayout::Indices {
            bits: bits.into(),
            colors: header.palette,
        },
    };
    let rows = PlainRows {
        frame: size,
        // Rows are padded to whole words of 32 bits.
        row_bytes: (u64::from(size.width) * u64::from(pixels.bits())).div_ceil(32) * 4,
        layout: &layout,
        direction: if header.is_top_down {
            Direction::Down
        } else {
            Direction::Up
        },
    };
    rows.read(&mut input, crop, buffers)?;
    Ok(size)
}

/// The size in the header of a file that is at its start.
pub(super) fn size<R: Read>(mut input: MeteredReader<'_, R>) -> Result<Size, FrameError> {
    Ok(Header::read(&mut input)?.size)
}

//! Reads PNG files.
//!
//! Rows above the region are decoded and dropped, since later rows build on them. Rows below the
//! region are not decoded. But the file is read to its end, since the checksums of the last chunks
//! and the end mark tell whether it is complete. In an interlaced file the region's pixels are
//! spread over the whole file, so they are collected in a buffer of the region's size.
//!
//! The CRC of every chunk is checked. The Adler-32 over the compressed data is not, since it would
//! cover the same bytes again.
//!
//! The `png` crate allocates its own buffers for every picture: ten allocations, 280 KB at the
//! peak, for a colour frame 4096 pixels wide.

use std::io::Read;

use png::{DecodeOptions, Decoder, DecodingError, Limits, Reader};

use super::crop::{Buffers, Crop};
use super::metered_reader::{EXTRA_BYTES_MAX, MeteredReader, ReadMeter};
use super::row_layout::RowLayout;
use super::{FrameError, interlaced, orientation};
use crate::image::{CHANNELS, Roi, Size};

/// How much memory the decoder may use in addition to one row, for chunks of metadata.
pub(super) const DECODER_BYTES_MAX: usize = 1024 * 1024;

/// Reads a file from its start.
pub(super) fn read<R: Read>(
    input: MeteredReader<'_, R>,
    crop: &mut Crop<'_>,
    buffers: &mut Buffers,
) -> Result<Size, FrameError> {
    let meter = input.meter();
    let failed = |error| failure(error, meter);
    let mut decoder = decoder(input);
    let header = decoder.read_header_info().map_err(failed)?;
    let frame = Size {
        width: header.width,
        height: header.height,
    };
    let row_bytes = header.raw_row_length();
    let decoded_rows = if header.interlaced {
        frame.height
    } else {
        crop.rows_to_end()
    };
    crop.accept(frame, row_bytes as u64, decoded_rows)?;
    meter.limit.set(file_bytes_max(frame, row_bytes as u64));
    decoder.set_limits(Limits {
        bytes: row_bytes + DECODER_BYTES_MAX,
    });
    let Buffers {
        row, cut, region, ..
    } = buffers;
    row.resize(row_bytes.max(row.len()), 0);

    let mut reader = decoder.read_info().map_err(failed)?;
    if reader.info().animation_control.is_some() {
        return Err(FrameError::Animated);
    }
    check_orientation(&reader)?;
    let layout = RowLayout::of_png(reader.info()).ok_or(FrameError::Palette {
        index: 0,
        colors: 0,
    })?;

    if reader.info().interlaced {
        gather(&mut reader, frame, crop.roi(), &layout, row, region, failed)?;
        crop.push_all(region)?;
    } else {
        stream(&mut reader, &layout, row, cut, crop, failed)?;
    }
    reader.finish().map_err(failed)?;
    // Exif data may also follow the pixels.
    check_orientation(&reader)?;
    Ok(frame)
}

/// The size in the header of a file that is at its start.
pub(super) fn size<R: Read>(input: MeteredReader<'_, R>) -> Result<Size, FrameError> {
    let meter = input.meter();
    let mut decoder = decoder(input);
    let header = decoder.read_header_info();
    let header = header.map_err(|error| failure(error, meter))?;
    Ok(Size {
        width: header.width,
        height: header.height,
    })
}

pub(super) type PngReader<'a, R> = Reader<MeteredReader<'a, R>>;

/// A decoder that ignores text chunks and checks every checksum.
pub(super) fn decoder<R: Read>(input: MeteredReader<'_, R>) -> Decoder<MeteredReader<'_, R>> {
    let mut options = DecodeOptions::default();
    options.set_ignore_text_chunk(true);
    options.set_ignore_iccp_chunk(true);
    options.set_skip_ancillary_crc_failures(false);
    Decoder::new_with_options(input, options)
}

/// Decodes down to the last row of the region and pushes the region's rows.
fn stream<R: Read>(
    reader: &mut PngReader<'_, R>,
    layout: &RowLayout,
    row: &mut [u8],
    cut: &mut [u8],
    crop: &mut Crop<'_>,
    failed: impl Fn(DecodingError) -> FrameError,
) -> Result<(), FrameError> {
    let roi = crop.roi();
    for _ in 0..roi.y {
        reader.read_row(row).map_err(&failed)?;
    }
    for _ in 0..roi.height {
        reader.read_row(row).map_err(&failed)?;
        crop.push(layout.cut(row, roi.x as usize, cut)?)?;
    }
    Ok(())
}

/// Decodes an interlaced file until the region is complete, and stores the region's pixels.
fn gather<R: Read>(
    reader: &mut PngReader<'_, R>,
    frame: Size,
    roi: Roi,
    layout: &RowLayout,
    row: &mut [u8],
    region: &mut [u8],
    failed: impl Fn(DecodingError) -> FrameError,
) -> Result<(), FrameError> {
    let region_rows = roi.y..roi.y + roi.height;
    let mut missing = roi.size().pixels();
    for pass_row in interlaced::rows(frame) {
        reader.read_row(row).map_err(&failed)?;
        if !region_rows.contains(&pass_row.y) {
            continue;
        }
        let line_start = (pass_row.y - roi.y) as usize * roi.width as usize * CHANNELS;
        for (place, x) in pass_row.pixels_in(roi.x, roi.x + roi.width) {
            let start = line_start + (x - roi.x) as usize * CHANNELS;
            region[start..start + CHANNELS].copy_from_slice(&layout.pixel(row, place)?);
            missing -= 1;
        }
        if missing == 0 {
            break;
        }
    }
    Ok(())
}

/// How long a file may be, in bytes.
///
/// Noise does not compress: its file is a little longer than its rows. One eighth more covers every
/// way in which an encoder may split the data into blocks and chunks.
pub(super) fn file_bytes_max(frame: Size, row_bytes: u64) -> u64 {
    let pixel_bytes = row_bytes.saturating_mul(u64::from(frame.height));
    pixel_bytes
        .saturating_add(pixel_bytes / 8)
        .saturating_add(EXTRA_BYTES_MAX)
}

pub(super) fn check_orientation<R: Read>(reader: &PngReader<'_, R>) -> Result<(), FrameError> {
    let exif = reader.info().exif_metadata.as_deref();
    match exif.and_then(orientation::of_exif) {
        Some(orientation @ 2..=8) => Err(FrameError::Rotated { orientation }),
        _ => Ok(()),
    }
}

/// Translates a decoder's error.
pub(super) fn failure(error: DecodingError, meter: &ReadMeter) -> FrameError {
    let at_byte = meter.consumed.get();
    match error {
        DecodingError::IoError(error) => meter.failure(error),
        DecodingError::LimitsExceeded => FrameError::ChunkTooLarge {
            at_byte,
            limit_bytes: DECODER_BYTES_MAX,
        },
        error => FrameError::Format { at_byte, error },
    }
}

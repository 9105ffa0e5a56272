//! Reads JPEG files.
//!
//! The decoder is `libjpeg-turbo-rs`, whose bytes are those of OpenCV. It gets a file only after
//! [`Outline`] has found a form in it that was compared with OpenCV. It is strict: a file that ends
//! before its last block is an error, while OpenCV fills the rest with grey.
//!
//! The compressed data of a whole file are decoded, since each block builds on the one before. Only
//! the region becomes pixels. The decoder allocates memory for each picture.

mod outline;

use std::io::Read;

use libjpeg_turbo_rs::{DecodeLimits, Decoder, JpegError, PixelFormat};

use super::crop::{Buffers, Crop};
use super::metered_reader::{FILE_BYTES_MAX, MeteredReader};
use super::{FrameError, PictureFormat};
use crate::image::{CHANNELS, Size};
use outline::Outline;

/// The most memory that the decoder may need for the samples and coefficients of a frame.
const FRAME_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Reads a file from its start.
pub(super) fn read<R: Read>(
    mut input: MeteredReader<'_, R>,
    crop: &mut Crop<'_>,
    buffers: &mut Buffers,
) -> Result<Size, FrameError> {
    input.read_rest(&mut buffers.file, FILE_BYTES_MAX)?;
    let file = &buffers.file[..];
    let outline = Outline::of(file)?;
    let Size { width, height } = outline.size;
    crop.accept(outline.size, outline.row_bytes(), height)?;
    if outline.row_bytes() * u64::from(height) > FRAME_BYTES_MAX {
        return Err(FrameError::TooLarge {
            frame: outline.size,
            limit_bytes: FRAME_BYTES_MAX,
        });
    }

    // Where colours have less resolution than brightness, a pixel's colour depends on the next
    // block's. So one block more is decoded on each side.
    let roi = crop.roi();
    let block_px = outline.block_width_px;
    let left = (roi.x / block_px).saturating_sub(1) * block_px;
    let right = (roi.x + roi.width).saturating_add(block_px).min(width);

    let failed = |error| match error {
        JpegError::UnexpectedEof => FrameError::Truncated {
            at_byte: file.len() as u64,
        },
        error => FrameError::Jpeg { error },
    };
    let limits = DecodeLimits {
        max_scans: outline::SCANS_MAX,
        ..DecodeLimits::default()
    };
    let mut decoder = Decoder::new_with_limits(file, limits).map_err(failed)?;
    decoder.set_output_format(PixelFormat::Rgb);
    let part = [left, roi.y, right - left, roi.height].map(|side| side as usize);
    decoder.set_crop_region(part[0], part[1], part[2], part[3]);
    let decoded = decoder.decode_image().map_err(failed)?;
    if [decoded.width, decoded.height] != [part[2], part[3]] {
        return Err(FrameError::Broken {
            format: PictureFormat::Jpeg,
            at_byte: 0,
            problem: "the decoder gave another size",
        });
    }
    let before = (roi.x - left) as usize * CHANNELS;
    let cut = before..before + roi.width as usize * CHANNELS;
    for row in decoded.data.chunks_exact(decoded.width * CHANNELS) {
        crop.push(&row[cut.clone()])?;
    }
    Ok(outline.size)
}

/// The size in the header of a file that is at its start.
pub(super) fn size<R: Read>(
    mut input: MeteredReader<'_, R>,
    buffers: &mut Buffers,
) -> Result<Size, FrameError> {
    input.read_rest(&mut buffers.file, FILE_BYTES_MAX)?;
    Ok(Outline::of(&buffers.file)?.size)
}

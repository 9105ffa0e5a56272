//! Reads TIFF files: the first picture in them.
//!
//! Strips, tiles and directories may be anywhere in a file, so it is read into memory as a whole.
//! Only strips and tiles that have pixels of the region are uncompressed, and each only down to the
//! region's last row. Their pixels are collected in a buffer of the region's size, since tiles and
//! planes do not come row by row. Of the others, it is checked that the file has them.
//!
//! OpenCV keeps the upper 8 bits of grey samples of 16 bits, and divides those of RGB by 257.

mod block;
mod directory;
mod form;
mod unpack;

use std::io::Read;

use super::crop::{Buffers, Crop};
use super::metered_reader::{FILE_BYTES_MAX, MeteredReader};
use super::{FrameError, PictureFormat};
use crate::image::Size;
use block::Part;
use directory::Directory;
use form::Form;
use unpack::Unpacker;

/// Reads a file from its start.
pub(super) fn read<R: Read>(
    mut input: MeteredReader<'_, R>,
    crop: &mut Crop<'_>,
    buffers: &mut Buffers,
) -> Result<Size, FrameError> {
    let Buffers {
        file, row, region, ..
    } = buffers;
    input.read_rest(file, FILE_BYTES_MAX)?;
    let form = Form::of(&Directory::first(file)?)?;
    let blocks = &form.blocks;
    let row_bytes = form.row_bytes() as u64 * u64::from(blocks.across) * form.planes() as u64;
    crop.accept(form.size, row_bytes, crop.rows_to_end())?;
    row.resize(form.row_bytes().max(row.len()), 0);
    let row = &mut row[..form.row_bytes()];

    let mut unpacker = Unpacker::new(form.compression);
    let mut total_bytes = 0;
    for index in 0..blocks.len() {
        let bytes = blocks.bytes(file, index).ok_or(FrameError::Truncated {
            at_byte: file.len() as u64,
        })?;
        let damaged = || {
            broken(
                blocks.place(index),
                "a strip or tile is damaged, or too short",
            )
        };
        if bytes.len() < form.block_bytes_min(index) {
            return Err(damaged());
        }
        // Otherwise one long block, named for each row, would be read as often.
        total_bytes += bytes.len();
        if total_bytes > file.len() {
            return Err(broken(blocks.place(index), "strips or tiles overlap"));
        }
        if let Some(part) = Part::of(&form, index, crop.roi()) {
            let read = part.read(&form, &mut unpacker, bytes, row, region);
            read.map_err(|_| damaged())?;
        }
    }
    crop.push_all(region)?;
    Ok(form.size)
}

/// The size of the first picture in a file that is at its start.
pub(super) fn size<R: Read>(
    mut input: MeteredReader<'_, R>,
    buffers: &mut Buffers,
) -> Result<Size, FrameError> {
    input.read_rest(&mut buffers.file, FILE_BYTES_MAX)?;
    Ok(Form::of(&Directory::first(&buffers.file)?)?.size)
}

fn unread(form: &'static str) -> FrameError {
    FrameError::Form {
        format: PictureFormat::Tiff,
        form,
    }
}

fn broken(at_byte: u64, problem: &'static str) -> FrameError {
    FrameError::Broken {
        format: PictureFormat::Tiff,
        at_byte,
        problem,
    }
}

//! Reads PGM and PPM files in their binary forms (P5, P6).
//!
//! As in OpenCV, the highest value does not scale the others. It only tells whether a sample has
//! one byte, or two of which the upper is kept.

use std::io::{BufRead, Read};

use super::crop::{Buffers, Crop};
use super::metered_reader::MeteredReader;
use super::plain_rows::{Direction, PlainRows};
use super::row_layout::RowLayout;
use super::{FrameError, PictureFormat};
use crate::image::Size;

/// The highest value that a sample may have.
const HIGHEST_MAX: u32 = 65_535;

/// What the header says.
struct Header {
    size: Size,
    layout: RowLayout,
    pixel_bytes: u64,
}

/// Reads a file from its start.
pub(super) fn read<R: Read>(
    mut input: MeteredReader<'_, R>,
    crop: &mut Crop<'_>,
    buffers: &mut Buffers,
) -> Result<Size, FrameError> {
    let header = Header::read(&mut input)?;
    let rows = PlainRows {
        frame: header.size,
        row_bytes: u64::from(header.size.width) * header.pixel_bytes,
        layout: &header.layout,
        direction: Direction::Down,
    };
    rows.read(&mut input, crop, buffers)?;
    let meter = input.meter();
    let rest = input.fill_buf().map_err(|error| meter.failure(error))?;
    if !rest.is_empty() {
        // OpenCV takes a comment after the highest value for pixels, and no error tells.
        return Err(broken(
            &input,
            "bytes follow the last pixel, so there is a comment after the highest value or a second picture",
        ));
    }
    Ok(header.size)
}

/// The size in the header of a file that is at its start.
pub(super) fn size<R: Read>(mut input: MeteredReader<'_, R>) -> Result<Size, FrameError> {
    Ok(Header::read(&mut input)?.size)
}

impl Header {
    /// Reads the header of a file that is at its start, and leaves the reader at its pixels.
    fn read<R: Read>(input: &mut MeteredReader<'_, R>) -> Result<Header, FrameError> {
        let unread = |form| {
            Err(FrameError::Form {
                format: PictureFormat::Pnm,
                form,
            })
        };
        let is_color = match input.read_array()? {
            [b'P', b'5'] => false,
            [b'P', b'6'] => true,
            [_, b'7'] => return unread("of kind P7 (PAM)"),
            [_, b'1' | b'4'] => return unread("of kind P1 or P4 (PBM)"),
            _ => return unread("of kind P2 or P3 (text)"),
        };
        let [space] = input.read_array()?;
        if !is_space(space) {
            return Err(broken(input, "no white space follows the kind"));
        }
        let width = read_number(input)?;
        let height = read_number(input)?;
        let highest = read_number(input)?;
        if width == 0 || height == 0 {
            return Err(broken(input, "a side is 0"));
        }
        if !(1..=HIGHEST_MAX).contains(&highest) {
            return Err(broken(input, "the highest value is not 1 to 65535"));
        }
        let is_wide = highest > u32::from(u8::MAX);
        let (stride, offsets) = match (is_color, is_wide) {
            (false, false) => (1, [0; 3]),
            (false, true) => (2, [0; 3]),
            (true, false) => (3, [0, 1, 2]),
            (true, true) => (6, [0, 2, 4]),
        };
        Ok(Header {
            size: Size { width, height },
            layout: RowLayout::Bytes { stride, offsets },
            pixel_bytes: stride as u64,
        })
    }
}

/// Reads white space and comments, a number, and the one byte of white space after it.
fn read_number<R: Read>(input: &mut MeteredReader<'_, R>) -> Result<u32, FrameError> {
    let mut number: Option<u32> = None;
    loop {
        let [byte] = input.read_array()?;
        match (byte, number) {
            (b'0'..=b'9', _) => {
                let so_far = number.unwrap_or_default();
                let digit = u32::from(byte - b'0');
                let longer = so_far
                    .checked_mul(10)
                    .and_then(|tens| tens.checked_add(digit));
                number = Some(longer.ok_or_else(|| broken(input, "a number is too large"))?);
            }
            (byte, Some(number)) if is_space(byte) => return Ok(number),
            (byte, None) if is_space(byte) => {}
            (b'#', None) => loop {
                if let [b'\n' | b'\r'] = input.read_array()? {
                    break;
                }
            },
            _ => return Err(broken(input, "the header has something other than numbers")),
        }
    }
}

const fn is_space(byte: u8) -> bool {
    // With the vertical tab, as in C.
    byte.is_ascii_whitespace() || byte == 0x0b
}

fn broken<R: Read>(input: &MeteredReader<'_, R>, problem: &'static str) -> FrameError {
    FrameError::Broken {
        format: PictureFormat::Pnm,
        at_byte: input.meter().consumed.get(),
        problem,
    }
}

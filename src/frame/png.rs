//! Reads a PNG file, crops it and resamples it at once.
//!
//! Rows above the region are decoded and dropped, since later rows build on them. Rows below the
//! region are not decoded. But the file is read to its end, since the checksums of the last chunks
//! and the end mark tell whether it is complete. In an interlaced file the region's pixels are
//! spread over the whole file, so they are collected in a buffer of the region's size.
//!
//! The CRC of every chunk is checked. The Adler-32 over the compressed data is not, since it would
//! cover the same bytes again.
//!
//! Buffers are kept from one picture to the next. The `png` crate allocates its own for every
//! picture: ten allocations, 280 KB at the peak, for a colour frame 4096 pixels wide.

use std::io::Read;

use png::{DecodeOptions, Decoder, DecodingError, Limits, Reader};

use super::metered_reader::{BUFFER_BYTES, FileStart, MeteredReader, ReadMeter};
use super::row_layout::RowLayout;
use super::{FrameError, interlaced, orientation};
use crate::image::resample::{ResampleError, Resampler, Rows, SIDE_MAX_PX};
use crate::image::{CHANNELS, ChannelOrder, Roi, Size};

/// The most bytes that are decoded for one picture: 178 megapixels of three bytes.
const DECODED_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// How many bytes of a file are read in addition to its pixels, for chunks of metadata.
pub(super) const EXTRA_BYTES_MAX: u64 = 1024 * 1024;
/// How much memory the decoder may use in addition to one row, for chunks of metadata.
pub(super) const DECODER_BYTES_MAX: usize = 1024 * 1024;

/// Reads PNG files into a model's input. Region, target size and channel order are fixed.
#[derive(Debug)]
pub struct PngSource {
    roi: Roi,
    /// The size that every picture must have, if it is known.
    frame: Option<Size>,
    resampler: Resampler,
    input: Vec<u8>,
    /// One row in the file's format. Grows to the widest frame so far.
    row: Vec<u8>,
    /// One row of the region.
    cut: Vec<u8>,
    /// The region of an interlaced file. Until the first such file, its memory pages are untouched
    /// and use no memory.
    region: Vec<u8>,
}

/// A frame's size and its file's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameInfo {
    /// The width of the whole frame, in pixels.
    pub width: u32,
    /// The height of the whole frame, in rows.
    pub height: u32,
    /// The length of the file, to the end of its last chunk.
    pub file_bytes: u64,
}

impl FrameInfo {
    /// The size of the whole frame.
    #[must_use]
    pub const fn size(&self) -> Size {
        Size {
            width: self.width,
            height: self.height,
        }
    }
}

impl PngSource {
    /// Prepares to read files, of which the region `roi` is resized to `target` in channel order
    /// `order`. Allocates all buffers but that of a whole row.
    ///
    /// # Errors
    /// If a side of the region or the target is 0 or too long to be resampled.
    pub fn new(roi: Roi, target: Size, order: ChannelOrder) -> Result<PngSource, ResampleError> {
        let source = roi.size();
        let resampler = Resampler::new(source, target, ChannelOrder::Rgb, order)?;
        let region_bytes = source.bytes().ok_or(ResampleError::Side {
            region: source,
            target,
        })?;
        Ok(PngSource {
            roi,
            frame: None,
            resampler,
            input: vec![0; BUFFER_BYTES],
            row: Vec::new(),
            cut: vec![0; roi.width as usize * CHANNELS],
            region: vec![0; region_bytes],
        })
    }

    /// If `frame` is given, refuses pictures of any other size. In such a picture the region would
    /// be another part of the scene.
    #[must_use]
    pub fn with_frame(self, frame: Option<Size>) -> PngSource {
        PngSource { frame, ..self }
    }

    /// Reads one file from its start. Writes the resized region to `out`: the rows of `target`,
    /// without padding.
    ///
    /// `out` is written once, in ascending order and in whole rows. It is not read. `reader` needs
    /// no buffer. It may be read past the end of the picture.
    ///
    /// # Errors
    /// If the file is not a complete, valid PNG of the right size that contains the region. Then
    /// `out` may be written in part.
    pub fn read_into(
        &mut self,
        reader: impl Read,
        out: &mut [u8],
    ) -> Result<FrameInfo, FrameError> {
        let PngSource {
            roi,
            frame: expected,
            resampler,
            input,
            row,
            cut,
            region,
        } = self;
        let mut rows = resampler.begin(out).map_err(FrameError::Output)?;
        let meter = ReadMeter::default();
        meter.limit.set(EXTRA_BYTES_MAX);
        let failed = |error| failure(error, &meter);

        let input = MeteredReader::new(reader, input, &meter);
        let mut decoder = decoder(input, &meter)?;

        let header = decoder.read_header_info().map_err(failed)?;
        let frame = Size {
            width: header.width,
            height: header.height,
        };
        if let Some(expected) = expected.filter(|expected| *expected != frame) {
            return Err(FrameError::Size { frame, expected });
        }
        let row_bytes = header.raw_row_length();
        meter.limit.set(check_size(
            frame,
            *roi,
            header.interlaced,
            row_bytes as u64,
        )?);
        decoder.set_limits(Limits {
            bytes: row_bytes + DECODER_BYTES_MAX,
        });
        row.resize(row_bytes.max(row.len()), 0);

        let mut reader = decoder.read_info().map_err(failed)?;
        if reader.info().animation_control.is_some() {
            return Err(FrameError::Animated);
        }
        check_orientation(&reader)?;
        let layout = RowLayout::of(reader.info()).ok_or(FrameError::Palette {
            index: 0,
            colors: 0,
        })?;

        if reader.info().interlaced {
            gather(&mut reader, frame, *roi, &layout, row, region, failed)?;
            for pixels in region.chunks_exact(cut.len()) {
                rows.push(pixels).map_err(FrameError::Output)?;
            }
        } else {
            stream(&mut reader, *roi, &layout, row, cut, &mut rows, failed)?;
        }
        reader.finish().map_err(failed)?;
        // Exif data may also follow the pixels.
        check_orientation(&reader)?;
        rows.finish().map_err(FrameError::Output)?;
        Ok(FrameInfo {
            width: frame.width,
            height: frame.height,
            file_bytes: meter.consumed.get(),
        })
    }
}

pub(super) type PngReader<'a, R> = Reader<MeteredReader<'a, R>>;

/// A decoder for a file that must begin with PNG's signature. It ignores text chunks, and checks
/// every checksum.
pub(super) fn decoder<'a, R: Read>(
    mut input: MeteredReader<'a, R>,
    meter: &ReadMeter,
) -> Result<Decoder<MeteredReader<'a, R>>, FrameError> {
    match input
        .start()
        .map_err(|error| failure(error.into(), meter))?
    {
        FileStart::Empty => return Err(FrameError::Empty),
        FileStart::Other => return Err(FrameError::NotPng),
        FileStart::Png => {}
    }
    let mut options = DecodeOptions::default();
    options.set_ignore_text_chunk(true);
    options.set_ignore_iccp_chunk(true);
    options.set_skip_ancillary_crc_failures(false);
    Ok(Decoder::new_with_options(input, options))
}

/// Decodes down to the last row of the region and pushes the region's rows.
fn stream<R: Read>(
    reader: &mut PngReader<'_, R>,
    roi: Roi,
    layout: &RowLayout,
    row: &mut [u8],
    cut: &mut [u8],
    rows: &mut Rows<'_>,
    failed: impl Fn(DecodingError) -> FrameError,
) -> Result<(), FrameError> {
    for _ in 0..roi.y {
        reader.read_row(row).map_err(&failed)?;
    }
    for _ in 0..roi.height {
        reader.read_row(row).map_err(&failed)?;
        let pixels = layout.cut(row, roi.x as usize, cut)?;
        rows.push(pixels).map_err(FrameError::Output)?;
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

/// Refuses a frame that is too large or does not contain the region. Returns how long its file may
/// be, in bytes.
///
/// Noise does not compress: its file is a little longer than its rows. One eighth more covers every
/// way in which an encoder may split the data into blocks and chunks.
pub(super) fn check_size(
    frame: Size,
    roi: Roi,
    interlaced: bool,
    row_bytes: u64,
) -> Result<u64, FrameError> {
    if !roi.is_inside(frame) {
        return Err(FrameError::RoiOutside { frame, roi });
    }
    let decoded_rows = if interlaced {
        frame.height
    } else {
        roi.y + roi.height
    };
    let within = |size: u64| size <= u64::from(SIDE_MAX_PX);
    let decoded_bytes = row_bytes.saturating_mul(u64::from(decoded_rows));
    if !within(frame.width.into())
        || !within(frame.height.into())
        || decoded_bytes > DECODED_BYTES_MAX
    {
        return Err(FrameError::TooLarge {
            frame,
            limit_bytes: DECODED_BYTES_MAX,
        });
    }
    let pixel_bytes = row_bytes.saturating_mul(u64::from(frame.height));
    Ok(pixel_bytes + pixel_bytes / 8 + EXTRA_BYTES_MAX)
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
        DecodingError::IoError(error) if meter.failed.get() => FrameError::Read { at_byte, error },
        DecodingError::IoError(_) if meter.over_limit.get() => FrameError::TooLong {
            limit_bytes: meter.limit.get(),
        },
        DecodingError::IoError(_) => FrameError::Truncated { at_byte },
        DecodingError::LimitsExceeded => FrameError::ChunkTooLarge {
            at_byte,
            limit_bytes: DECODER_BYTES_MAX,
        },
        error => FrameError::Format { at_byte, error },
    }
}

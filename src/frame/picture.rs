//! Reads a picture file of any known format, crops it and resamples it at once.
//!
//! The first bytes tell the format, and its reader does the rest. `docs/formats.md` lists what each
//! reader takes, what it refuses, and how much memory it needs.

use std::io::Read;

use super::crop::{Buffers, Crop};
use super::metered_reader::{BUFFER_BYTES, EXTRA_BYTES_MAX, MeteredReader, ReadMeter};
use super::{FrameError, PictureFormat, bmp, jpeg, png, pnm, tiff};
use crate::image::resample::{ResampleError, Resampler};
use crate::image::{CHANNELS, ChannelOrder, Interpolation, Roi, Size};

/// Reads picture files into a model's input. Region, target size and channel order are fixed.
#[derive(Debug)]
pub struct PictureSource {
    roi: Roi,
    /// The size that every picture must have, if it is known.
    frame: Option<Size>,
    resampler: Resampler,
    input: Vec<u8>,
    buffers: Buffers,
}

/// A frame's size and its file's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameInfo {
    /// The width of the whole frame, in pixels.
    pub width: u32,
    /// The height of the whole frame, in rows.
    pub height: u32,
    /// The length of the file, to the end of its picture. Of JPEG and TIFF, all of it.
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

impl PictureSource {
    /// Prepares to read files, of which the region `roi` is resized to `target` in channel order
    /// `order`, by this rule. Allocates all buffers but those that depend on a file: one row of it,
    /// and the whole file for JPEG and TIFF.
    ///
    /// # Errors
    /// If the region cannot be resized to the target by this rule.
    pub fn new(
        roi: Roi,
        target: Size,
        order: ChannelOrder,
        interpolation: Interpolation,
    ) -> Result<PictureSource, ResampleError> {
        let source = roi.size();
        let resampler = Resampler::new(source, target, ChannelOrder::Rgb, order, interpolation)?;
        let region_bytes = source.bytes().ok_or(ResampleError::Side {
            region: source,
            target,
        })?;
        Ok(PictureSource {
            roi,
            frame: None,
            resampler,
            input: vec![0; BUFFER_BYTES],
            buffers: Buffers {
                row: Vec::new(),
                cut: vec![0; roi.width as usize * CHANNELS],
                region: vec![0; region_bytes],
                file: Vec::new(),
            },
        })
    }

    /// If `frame` is given, refuses pictures of any other size. In such a picture the region would
    /// be another part of the scene.
    #[must_use]
    pub fn with_frame(self, frame: Option<Size>) -> PictureSource {
        PictureSource { frame, ..self }
    }

    /// Reads one file from its start. Writes the resized region to `out`: the rows of `target`,
    /// without padding.
    ///
    /// `out` is written once, in ascending order and in whole rows. It is not read. `reader` needs
    /// no buffer. It may be read past the end of the picture. The decoders of PNG, JPEG and TIFF
    /// allocate memory for each file.
    ///
    /// # Errors
    /// If the file is not a complete, valid picture in a known format, of the right size, that
    /// contains the region. Then `out` may be written in part.
    pub fn read_into(
        &mut self,
        reader: impl Read,
        out: &mut [u8],
    ) -> Result<FrameInfo, FrameError> {
        let PictureSource {
            roi,
            frame,
            resampler,
            input,
            buffers,
        } = self;
        let rows = resampler.begin(out).map_err(FrameError::Output)?;
        let mut crop = Crop::new(*roi, *frame, rows);
        let meter = ReadMeter::default();
        meter.limit.set(EXTRA_BYTES_MAX);
        let mut input = MeteredReader::new(reader, input, &meter);
        let size = match format(&mut input)? {
            PictureFormat::Png => png::read(input, &mut crop, buffers)?,
            PictureFormat::Jpeg => jpeg::read(input, &mut crop, buffers)?,
            PictureFormat::Bmp => bmp::read(input, &mut crop, buffers)?,
            PictureFormat::Pnm => pnm::read(input, &mut crop, buffers)?,
            PictureFormat::Tiff => tiff::read(input, &mut crop, buffers)?,
        };
        crop.finish()?;
        Ok(FrameInfo {
            width: size.width,
            height: size.height,
            file_bytes: meter.consumed.get(),
        })
    }
}

/// Reads the sizes of pictures, without their pixels.
#[derive(Debug)]
pub struct SizeReader {
    input: Vec<u8>,
    buffers: Buffers,
}

impl SizeReader {
    /// A reader that keeps its buffers from one file to the next.
    #[must_use]
    pub fn new() -> SizeReader {
        SizeReader {
            input: vec![0; BUFFER_BYTES],
            buffers: Buffers::default(),
        }
    }

    /// The size of the picture in a file that is at its start. Reads JPEG and TIFF files to their
    /// end, and of the others only the header.
    ///
    /// # Errors
    /// If the file does not begin as one that [`PictureSource::read_into`] reads.
    pub fn size(&mut self, reader: impl Read) -> Result<Size, FrameError> {
        let meter = ReadMeter::default();
        meter.limit.set(EXTRA_BYTES_MAX);
        let mut input = MeteredReader::new(reader, &mut self.input, &meter);
        match format(&mut input)? {
            PictureFormat::Png => png::size(input),
            PictureFormat::Jpeg => jpeg::size(input, &mut self.buffers),
            PictureFormat::Bmp => bmp::size(input),
            PictureFormat::Pnm => pnm::size(input),
            PictureFormat::Tiff => tiff::size(input, &mut self.buffers),
        }
    }
}

impl Default for SizeReader {
    fn default() -> SizeReader {
        SizeReader::new()
    }
}

/// The format of a file that is at its start.
fn format<R: Read>(input: &mut MeteredReader<'_, R>) -> Result<PictureFormat, FrameError> {
    match input.head()? {
        [] => Err(FrameError::Empty),
        head => PictureFormat::of(head).ok_or(FrameError::Unknown),
    }
}

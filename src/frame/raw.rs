//! Reads a camera's frame where it is in the driver's memory: crops, converts and resamples it at
//! once.
//!
//! Only the region's rows are read, each once and in order; of a mosaic also the ones beside them.
//! The output is also written once and in order. Colours are converted as by `cv2.cvtColor`, see
//! `colour` and `mosaic`.

mod colour;
mod mosaic;
mod samples;

pub use mosaic::Demosaic;

use board::camera::{Frame, FrameLayout, PixelFormat, Samples};
use sha2::{Digest, Sha256 as Hasher};

use super::FrameError;
use crate::hash::Sha256;
use crate::image::resample::Resampler;
use crate::image::{CHANNELS, ChannelOrder, Interpolation, Roi, Size};
use colour::Converter;
use mosaic::MosaicRows;
use samples::ToBytes;

/// How samples become colours of 8 bits. Formats of whole bytes and without a mosaic have no
/// choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Conversion {
    /// Low bits that are dropped from each sample; what is then above 255 becomes 255. Without a
    /// number, the high 8 bits remain. They are dropped before the colours of a mosaic are
    /// computed.
    pub dropped_bits: Option<u8>,
    /// How the colours of a mosaic are computed.
    pub demosaic: Demosaic,
}

/// Reads a camera's frames into a model's input. Layout, region, target size and channel order are
/// fixed.
#[derive(Debug)]
pub struct RawSource {
    layout: FrameLayout,
    roi: Roi,
    resampler: Resampler,
    converter: Converter,
    to_bytes: ToBytes,
    /// Of a mosaic.
    mosaic: Option<MosaicRows>,
    /// The region's pixels of one row, and the neighbours that share their colours; of grey pixels
    /// also the samples as bytes.
    row: Vec<u8>,
    hasher: Option<Hasher>,
}

impl RawSource {
    /// Prepares to read frames, of which the region `roi` is resized to `target` in channel order
    /// `order`, by this rule. Allocates all the memory that it will need: one row, and the
    /// resampler's buffers.
    ///
    /// # Errors
    /// If the region is not inside the frame, or cannot be resized to the target by this rule.
    pub fn new(
        layout: FrameLayout,
        roi: Roi,
        target: Size,
        order: ChannelOrder,
        interpolation: Interpolation,
    ) -> Result<RawSource, FrameError> {
        let frame = Size {
            width: layout.width(),
            height: layout.height(),
        };
        if !roi.is_inside(frame) {
            return Err(FrameError::RoiOutside { frame, roi });
        }
        let from = match layout.format() {
            PixelFormat::Bgr24 => ChannelOrder::Bgr,
            _ => ChannelOrder::Rgb,
        };
        let resampler = Resampler::new(roi.size(), target, from, order, interpolation)
            .map_err(FrameError::Output)?;
        let columns = roi.x as usize..roi.x as usize + roi.width as usize;
        let mosaic = match layout.format() {
            PixelFormat::Bayer(mosaic, _) => Some(MosaicRows::new(
                mosaic,
                (layout.height() as usize, layout.width() as usize),
                columns,
            )),
            _ => None,
        };
        Ok(RawSource {
            layout,
            roi,
            resampler,
            converter: Converter::new(),
            to_bytes: to_bytes(layout, Conversion::default()),
            mosaic,
            row: vec![0; (roi.width as usize + 2) * (CHANNELS + 1)],
            hasher: None,
        })
    }

    /// Converts samples in this way. Otherwise the high 8 bits remain, and a mosaic is bilinear.
    #[must_use]
    pub fn with_conversion(mut self, conversion: Conversion) -> RawSource {
        self.to_bytes = to_bytes(self.layout, conversion);
        if let Some(mosaic) = &mut self.mosaic {
            mosaic.set_demosaic(conversion.demosaic);
        }
        self
    }

    /// Makes [`RawSource::read_into`] return the SHA-256 of the region's rows before they are
    /// resized. A pixel has three bytes, red first (with BGR24 blue first).
    #[must_use]
    pub fn with_hash(mut self) -> RawSource {
        self.hasher = Some(Hasher::new());
        self
    }

    /// Reads one frame. Writes the resized region to `out`: the rows of `target`, without padding.
    /// Returns the hash if [`RawSource::with_hash`] asked for it. Allocates nothing.
    ///
    /// `out` is written once, in ascending order and in whole rows. It is not read.
    ///
    /// # Errors
    /// If the frame is damaged or has too few bytes; then nothing is written. If `out` does not
    /// have the target's length.
    pub fn read_into(
        &mut self,
        frame: &Frame<'_>,
        out: &mut [u8],
    ) -> Result<Option<Sha256>, FrameError> {
        if frame.damaged {
            return Err(FrameError::Damaged);
        }
        let planes = Planes::of(self.layout, frame)?;
        let RawSource {
            layout,
            roi,
            resampler,
            converter,
            to_bytes,
            mosaic,
            row,
            hasher,
        } = self;
        if let Some(mosaic) = mosaic {
            mosaic.begin();
        }
        let mut rows = resampler.begin(out).map_err(FrameError::Output)?;
        // The columns, extended to those that share their colours. They are inside the frame, since
        // its width is even if colours are shared.
        let (start, end) = (roi.x as usize, roi.x as usize + roi.width as usize);
        let (first, last) = (start & !1, end.next_multiple_of(2));
        for y in roi.y as usize..roi.y as usize + roi.height as usize {
            let line = planes.row(y);
            let shared = &mut row[..(last - first) * CHANNELS];
            let inner = (start - first) * CHANNELS..(end - first) * CHANNELS;
            let pixels = match layout.format() {
                PixelFormat::Rgb24 | PixelFormat::Bgr24 => &line[start * CHANNELS..end * CHANNELS],
                PixelFormat::Grey(_) => {
                    // The bytes lie behind their pixels.
                    let (pixels, bytes) = row.split_at_mut((end - start) * CHANNELS);
                    let bytes = &mut bytes[..end - start];
                    to_bytes.convert(line, start..end, bytes);
                    colour::grey(bytes, pixels);
                    &*pixels
                }
                PixelFormat::Bayer(..) => {
                    let pixels = &mut row[..(end - start) * CHANNELS];
                    if let Some(mosaic) = mosaic {
                        let read = |y, columns, bytes: &mut [u8]| {
                            to_bytes.convert(planes.row(y), columns, bytes);
                        };
                        mosaic.row(y, read, pixels);
                    }
                    &*pixels
                }
                PixelFormat::Yuyv => {
                    converter.yuyv(&line[2 * first..2 * last], shared);
                    &shared[inner]
                }
                PixelFormat::Uyvy => {
                    converter.uyvy(&line[2 * first..2 * last], shared);
                    &shared[inner]
                }
                PixelFormat::Nv12 => {
                    let colours = planes.second_row(y / 2);
                    converter.nv12(&line[first..last], &colours[first..last], shared);
                    &shared[inner]
                }
                // `CameraSource` reads such frames as pictures.
                PixelFormat::Mjpeg => return Err(FrameError::Unknown),
            };
            if let Some(hasher) = hasher {
                hasher.update(pixels);
            }
            rows.push(pixels).map_err(FrameError::Output)?;
        }
        rows.finish().map_err(FrameError::Output)?;
        Ok(hasher
            .as_mut()
            .map(|hasher| Sha256::new(hasher.finalize_reset().into())))
    }
}

fn to_bytes(layout: FrameLayout, conversion: Conversion) -> ToBytes {
    let samples = layout.format().samples().unwrap_or(Samples::Bits8);
    ToBytes::new(samples, conversion.dropped_bits)
}

/// A frame that has all the bytes of its layout.
#[derive(Clone, Copy)]
struct Planes<'f> {
    bytes: &'f [u8],
    stride_bytes: usize,
    row_bytes: usize,
    height: usize,
}

impl<'f> Planes<'f> {
    fn of(layout: FrameLayout, frame: &Frame<'f>) -> Result<Planes<'f>, FrameError> {
        let (bytes, stride_bytes) = (frame.bytes, frame.stride_bytes);
        match layout.bytes(stride_bytes) {
            Some(needed) if needed <= bytes.len() => Ok(Planes {
                bytes,
                stride_bytes,
                row_bytes: layout.row_bytes(),
                height: layout.height() as usize,
            }),
            _ => Err(FrameError::Short {
                layout,
                stride_bytes,
                found: bytes.len(),
            }),
        }
    }

    /// Row `y` of the first plane.
    fn row(self, y: usize) -> &'f [u8] {
        let start = y * self.stride_bytes;
        &self.bytes[start..start + self.row_bytes]
    }

    /// Row `y` of the second plane, which has half as many rows.
    fn second_row(self, y: usize) -> &'f [u8] {
        self.row(self.height + y)
    }
}

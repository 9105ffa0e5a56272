//! A camera's frame, cut, converted and resampled where it lies in the driver's memory.
//!
//! Only the region's rows are read, each once and in order; what the resampler makes of them is written once and in order.
//! Colours become those of `cv2.cvtColor`, see `colour`.

mod colour;

use board::camera::{Frame, FrameLayout, PixelFormat};
use sha2::{Digest, Sha256 as Hasher};

use super::FrameError;
use crate::hash::Sha256;
use crate::image::resample::Resampler;
use crate::image::{CHANNELS, ChannelOrder, Roi, Size};
use colour::Converter;

/// Reads frames of one layout into a model's input: one region, one target size, one channel order.
#[derive(Debug)]
pub struct RawSource {
    layout: FrameLayout,
    roi: Roi,
    resampler: Resampler,
    converter: Converter,
    /// The region's pixels of one row, and those that share their colours with them.
    row: Vec<u8>,
    hasher: Option<Hasher>,
}

impl RawSource {
    /// Prepares for frames of which the region `roi` becomes `target`-sized, in channel order `order`. Allocates all that it
    /// will need: a row, and what the resampler needs.
    ///
    /// # Errors
    /// When the region does not lie in the frame, or it or the target has a side of 0 or too long to be resampled.
    pub fn new(
        layout: FrameLayout,
        roi: Roi,
        target: Size,
        order: ChannelOrder,
    ) -> Result<RawSource, FrameError> {
        let frame = Size {
            width: layout.width(),
            height: layout.height(),
        };
        if !roi.lies_in(frame) {
            return Err(FrameError::RoiOutside { frame, roi });
        }
        let from = match layout.format() {
            PixelFormat::Bgr24 => ChannelOrder::Bgr,
            _ => ChannelOrder::Rgb,
        };
        let resampler =
            Resampler::new(roi.size(), target, from, order).map_err(FrameError::Output)?;
        Ok(RawSource {
            layout,
            roi,
            resampler,
            converter: Converter::new(),
            row: vec![0; (roi.width as usize + 2) * CHANNELS],
            hasher: None,
        })
    }

    /// Besides, [`RawSource::read_into`] tells the SHA-256 of the region's rows, three bytes a pixel, red first (with BGR24
    /// blue first), before they are resampled.
    #[must_use]
    pub fn with_hash(mut self) -> RawSource {
        self.hasher = Some(Hasher::new());
        self
    }

    /// Reads one frame and writes the resampled region to `out`, `target` rows without padding. Tells the hash if it was
    /// asked for. Allocates nothing.
    ///
    /// `out` is written once, in ascending order and in whole rows, and not read.
    ///
    /// # Errors
    /// When the frame is damaged or has too few bytes; then nothing was written. When `out` has not the target's length.
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
            row,
            hasher,
        } = self;
        let mut rows = resampler.begin(out).map_err(FrameError::Output)?;
        // Columns with those that share their colours; all of them lie in the frame, which is even where colours are shared.
        let (start, end) = (roi.x as usize, roi.x as usize + roi.width as usize);
        let (first, last) = (start & !1, end.next_multiple_of(2));
        for y in roi.y as usize..roi.y as usize + roi.height as usize {
            let line = planes.row(y);
            let shared = &mut row[..(last - first) * CHANNELS];
            let inner = (start - first) * CHANNELS..(end - first) * CHANNELS;
            let pixels = match layout.format() {
                PixelFormat::Rgb24 | PixelFormat::Bgr24 => &line[start * CHANNELS..end * CHANNELS],
                PixelFormat::Grey => {
                    let pixels = &mut row[..(end - start) * CHANNELS];
                    colour::grey(&line[start..end], pixels);
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

/// A frame that has every byte of its layout.
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

    /// Row `y` of the plane behind it, which has half as many.
    fn second_row(self, y: usize) -> &'f [u8] {
        self.row(self.height + y)
    }
}

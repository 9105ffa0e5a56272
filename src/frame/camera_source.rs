//! Reads a camera's frames: raw pixels where they are, or each frame as a JPEG picture.

use super::{Conversion, FrameError, PictureSource, RawSource};
use crate::hash::Sha256;
use crate::image::{ChannelOrder, Interpolation, Roi, Size};
use board::camera::{Frame, FrameLayout, PixelFormat};

/// Reads a camera's frames into a model's input. Layout, region, target size and channel order are
/// fixed.
#[derive(Debug)]
pub struct CameraSource(Kind);

#[derive(Debug)]
enum Kind {
    Raw(RawSource),
    Jpeg(PictureSource),
}

impl CameraSource {
    /// Prepares to read frames, of which the region `roi` is resized to `target` in channel order
    /// `order`, by this rule.
    ///
    /// # Errors
    /// If the region is not inside the frame, or cannot be resized to the target by this rule.
    pub fn new(
        layout: FrameLayout,
        (roi, target, order, interpolation): (Roi, Size, ChannelOrder, Interpolation),
        conversion: Conversion,
    ) -> Result<CameraSource, FrameError> {
        if layout.format() != PixelFormat::Mjpeg {
            let raw = RawSource::new(layout, roi, target, order, interpolation)?;
            let raw = raw.with_conversion(conversion).with_hash();
            return Ok(CameraSource(Kind::Raw(raw)));
        }
        let frame = Size {
            width: layout.width(),
            height: layout.height(),
        };
        if !roi.is_inside(frame) {
            return Err(FrameError::RoiOutside { frame, roi });
        }
        let picture =
            PictureSource::new(roi, target, order, interpolation).map_err(FrameError::Output)?;
        Ok(CameraSource(Kind::Jpeg(picture.with_frame(Some(frame)))))
    }

    /// Reads one frame. Writes the resized region to `out`: the rows of `target`, without padding.
    /// Returns a hash: of raw frames that of the region's rows before they are resized, with three
    /// bytes a pixel, red first (blue first with BGR24); of JPEG frames that of the frame's bytes.
    ///
    /// Raw frames allocate nothing. The decoder of JPEG allocates for each frame.
    ///
    /// # Errors
    /// If the frame is damaged, too short, or no whole JPEG of the camera's size. If `out` does not
    /// have the target's length.
    pub fn read_into(
        &mut self,
        frame: &Frame<'_>,
        out: &mut [u8],
    ) -> Result<Option<Sha256>, FrameError> {
        match &mut self.0 {
            Kind::Raw(raw) => raw.read_into(frame, out),
            Kind::Jpeg(_) if frame.damaged => Err(FrameError::Damaged),
            Kind::Jpeg(picture) => {
                picture.read_into(frame.bytes, out)?;
                Ok(Some(Sha256::of(frame.bytes)))
            }
        }
    }
}

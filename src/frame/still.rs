//! One frame of a camera, kept after its memory went back to the driver.
//!
//! For people who set a station up. No station uses it, so it may allocate.

use super::{CameraSource, Conversion, FrameError};
use crate::image::{ChannelOrder, Interpolation, Roi, Size};
use board::Timestamp;
use board::camera::{Frame, FrameLayout};

/// A copy of a camera's frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Still {
    layout: FrameLayout,
    conversion: Conversion,
    bytes: Vec<u8>,
    stride_bytes: usize,
    exposed: [Timestamp; 2],
    sequence: u32,
    damaged: bool,
}

impl Still {
    /// Copies a frame of this layout, whose samples become colours by `conversion`.
    pub fn of(frame: &Frame<'_>, layout: FrameLayout, conversion: Conversion) -> Self {
        Self {
            layout,
            conversion,
            bytes: frame.bytes.to_vec(),
            stride_bytes: frame.stride_bytes,
            exposed: [frame.exposed_after, frame.exposed_before],
            sequence: frame.sequence,
            damaged: frame.damaged,
        }
    }

    /// `frame 7`, as the journal names it.
    pub fn name(&self) -> String {
        format!("frame {}", self.sequence)
    }

    /// Its size.
    pub const fn size(&self) -> Size {
        Size {
            width: self.layout.width(),
            height: self.layout.height(),
        }
    }

    /// Reads the region as the station does, into the rows of a target of this size.
    ///
    /// # Errors
    /// As [`CameraSource::new`] and [`CameraSource::read_into`].
    pub fn read_into(
        &self,
        input: (Roi, Size, ChannelOrder, Interpolation),
        out: &mut [u8],
    ) -> Result<(), FrameError> {
        let [exposed_after, exposed_before] = self.exposed;
        let frame = Frame {
            bytes: &self.bytes,
            stride_bytes: self.stride_bytes,
            exposed_after,
            exposed_before,
            sequence: self.sequence,
            damaged: self.damaged,
        };
        let mut source = CameraSource::new(self.layout, input, self.conversion)?;
        source.read_into(&frame, out).map(drop)
    }

    /// The whole frame, scaled to `size`: three bytes a pixel, red first. With the frame's own size
    /// every pixel is unchanged.
    ///
    /// # Errors
    /// The frame is damaged or too short, or cannot be scaled to this size.
    pub fn rgb(&self, size: Size) -> Result<Vec<u8>, FrameError> {
        let whole = Roi {
            x: 0,
            y: 0,
            width: self.layout.width(),
            height: self.layout.height(),
        };
        let mut rgb = vec![0; size.bytes().unwrap_or_default()];
        let input = (whole, size, ChannelOrder::Rgb, Interpolation::Linear);
        self.read_into(input, &mut rgb)?;
        Ok(rgb)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::Sha256;
    use board::camera::PixelFormat;

    const ROI: Roi = Roi {
        x: 2,
        y: 0,
        width: 4,
        height: 4,
    };

    /// A frame of 8 x 4 pixels in rows of 32 bytes, whose padding is no picture.
    fn padded(damaged: bool) -> Still {
        let mut bytes = vec![255; 32 * 4];
        for (row, pixels) in (0..).zip(bytes.chunks_exact_mut(32)) {
            for (column, pixel) in (0..).zip(pixels[..24].chunks_exact_mut(3)) {
                pixel.copy_from_slice(&[row, column, 200]);
            }
        }
        let frame = Frame {
            bytes: &bytes,
            stride_bytes: 32,
            exposed_after: Timestamp::default(),
            exposed_before: Timestamp::default(),
            sequence: 7,
            damaged,
        };
        let layout = FrameLayout::new(PixelFormat::Bgr24, 8, 4).unwrap();
        Still::of(&frame, layout, Conversion::default())
    }

    #[test]
    fn the_whole_frame_is_unchanged_and_red_comes_first() {
        let still = padded(false);
        let rgb = still.rgb(still.size()).unwrap();
        let expected = (0..4_u8).flat_map(|row| (0..8).flat_map(move |column| [200, column, row]));
        assert_eq!(rgb, expected.collect::<Vec<u8>>());
        assert_eq!(still.name(), "frame 7");
    }

    /// A picture file with these pixels becomes the same input.
    #[test]
    fn the_region_is_that_of_the_saved_picture() {
        let still = padded(false);
        let target = Size {
            width: 2,
            height: 2,
        };
        let input = (ROI, target, ChannelOrder::Bgr, Interpolation::Linear);
        let mut of_frame = [0; 12];
        still.read_into(input, &mut of_frame).unwrap();
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, 8, 4);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header().unwrap();
        let rgb = still.rgb(still.size()).unwrap();
        writer.write_image_data(&rgb).unwrap();
        writer.finish().unwrap();
        let (roi, target, order, resize) = input;
        let mut source = super::super::PictureSource::new(roi, target, order, resize).unwrap();
        let mut of_file = [0; 12];
        source.read_into(file.as_slice(), &mut of_file).unwrap();
        assert_eq!(of_frame, of_file);
        assert_ne!(Sha256::of(&of_frame), Sha256::of(&[0; 12]));
    }

    #[test]
    fn a_damaged_frame_is_an_error() {
        let still = padded(true);
        let error = still.rgb(still.size()).unwrap_err();
        assert!(matches!(error, FrameError::Damaged), "{error}");
    }
}

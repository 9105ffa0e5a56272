//! What a snap is made of: a file, or a frame of the station's camera.

use super::SnapError;
use crate::bounded::file::open_regular;
use crate::frame::{FrameError, PictureSource, SizeReader, Still};
use crate::image::{ChannelOrder, Interpolation, Roi, Size};
use crate::station::file::ImageSettings;
use std::fs::File;
use std::path::Path;

/// A picture to inspect.
#[derive(Debug, Clone, Copy)]
pub enum Picture<'p> {
    /// A picture file.
    File(&'p Path),
    /// A frame of the station's camera.
    Frame(&'p Still),
}

impl Picture<'_> {
    /// Its path, or the frame's number.
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Frame(still) => still.name(),
        }
    }

    /// The size of the whole picture.
    pub(super) fn size(&self) -> Result<Size, SnapError> {
        match self {
            Self::File(path) => SizeReader::new()
                .size(open(path)?)
                .map_err(|error| self.unusable(error)),
            Self::Frame(still) => Ok(still.size()),
        }
    }

    /// The whole picture, scaled so that its longer side has at most `side_px`: its size and RGB
    /// pixels.
    pub(super) fn preview(&self, frame: Size, side_px: u32) -> Result<(Size, Vec<u8>), SnapError> {
        let size = fitted(frame, side_px);
        let rgb = match self {
            Self::File(path) => scaled(frame, size, open(path)?),
            Self::Frame(still) => still.rgb(size),
        };
        Ok((size, rgb.map_err(|error| self.unusable(error))?))
    }

    /// Reads the model's input as the station does. The inner error is one of the picture.
    pub(super) fn read_into(
        &self,
        image: &ImageSettings,
        input: &mut [u8],
    ) -> Result<Result<(), FrameError>, SnapError> {
        match self {
            Self::File(path) => {
                let mut source =
                    PictureSource::new(image.roi, image.size, image.order, image.resize)
                        .map_err(SnapError::Image)?
                        .with_frame(image.frame);
                Ok(source.read_into(open(path)?, input).map(drop))
            }
            Self::Frame(still) => {
                let of = (image.roi, image.size, image.order, image.resize);
                Ok(still.read_into(of, input))
            }
        }
    }

    fn unusable(&self, error: FrameError) -> SnapError {
        SnapError::Picture {
            picture: self.name(),
            error,
        }
    }
}

fn open(path: &Path) -> Result<File, SnapError> {
    open_regular(path).map_err(|error| SnapError::File {
        path: path.to_owned(),
        error,
    })
}

fn scaled(frame: Size, size: Size, file: File) -> Result<Vec<u8>, FrameError> {
    let whole = Roi {
        x: 0,
        y: 0,
        width: frame.width,
        height: frame.height,
    };
    let mut source = PictureSource::new(whole, size, ChannelOrder::Rgb, Interpolation::Linear)
        .map_err(FrameError::Output)?;
    let mut rgb = vec![0; size.bytes().unwrap_or_default()];
    source.read_into(file, &mut rgb)?;
    Ok(rgb)
}

/// The largest size with the ratio of `size` whose longer side is at most `side_max`. A smaller one
/// stays.
pub(super) fn fitted(size: Size, side_max: u32) -> Size {
    let longer = size.width.max(size.height).max(1);
    let scaled = |side: u32| {
        let scaled = u64::from(side) * u64::from(side_max.min(longer)) / u64::from(longer);
        u32::try_from(scaled).unwrap_or(side_max).max(1)
    };
    Size {
        width: scaled(size.width),
        height: scaled(size.height),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_fitted_without_changing_their_ratio() {
        let of = |width, height| {
            let fitted = fitted(Size { width, height }, 616);
            (fitted.width, fitted.height)
        };
        assert_eq!(of(4096, 3072), (616, 462));
        assert_eq!(of(160, 144), (160, 144));
        assert_eq!(of(1, 30_000), (1, 616));
        assert_eq!(of(616, 616), (616, 616));
    }
}

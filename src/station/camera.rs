//! `source.camera` in the words of the board's cameras.

use super::file::{Camera, CameraMode, PixelFormat};
use crate::image::Size;
use board::camera::{self, CameraError, FrameLayout, Mode, Settings};

impl From<PixelFormat> for camera::PixelFormat {
    fn from(format: PixelFormat) -> Self {
        match format {
            PixelFormat::Yuyv => Self::Yuyv,
            PixelFormat::Uyvy => Self::Uyvy,
            PixelFormat::Nv12 => Self::Nv12,
            PixelFormat::Grey => Self::Grey,
            PixelFormat::Rgb24 => Self::Rgb24,
            PixelFormat::Bgr24 => Self::Bgr24,
        }
    }
}

impl Camera {
    /// Size of its frames.
    pub const fn frame(&self) -> Size {
        Size {
            width: self.width,
            height: self.height,
        }
    }

    /// What the camera is asked for.
    ///
    /// # Errors
    /// The size is none that the format can have. A station file that was read has no such camera.
    pub fn settings(&self) -> Result<Settings, CameraError> {
        let Self {
            device,
            width,
            height,
            format,
            ..
        } = self;
        let format = camera::PixelFormat::from(*format);
        let Some(layout) = FrameLayout::new(format, *width, *height) else {
            return Err(CameraError {
                device: device.to_string(),
                doing: "reading source.camera",
                problem: format!("{format} has no frames of {width}x{height}, give it even sides"),
            });
        };
        Ok(Settings {
            layout,
            mode: match self.mode {
                CameraMode::FreeRunning => Mode::FreeRunning,
                CameraMode::Triggered => Mode::Triggered,
            },
            frames_per_second: self.frames_per_second,
            buffers: self.buffers,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::station::file::Path;

    #[test]
    fn a_camera_of_the_file_is_asked_for_what_stands_there() {
        let mut camera = Camera {
            device: Path::try_from("/dev/video0").unwrap(),
            frames: Path::new(),
            width: 1280,
            height: 720,
            format: PixelFormat::Nv12,
            mode: CameraMode::Triggered,
            frames_per_second: 25,
            buffers: 5,
            exposure_max_ms: 10,
        };
        let expected = Settings {
            layout: FrameLayout::new(camera::PixelFormat::Nv12, 1280, 720).unwrap(),
            mode: Mode::Triggered,
            frames_per_second: 25,
            buffers: 5,
        };
        assert_eq!(camera.settings(), Ok(expected));
        camera.height = 719;
        let error = camera.settings().unwrap_err().to_string();
        assert!(
            error.contains("/dev/video0") && error.contains("1280x719"),
            "{error}"
        );
    }

    #[test]
    fn every_format_keeps_its_name() {
        for (format, name) in [
            (PixelFormat::Yuyv, "YUYV"),
            (PixelFormat::Uyvy, "UYVY"),
            (PixelFormat::Nv12, "NV12"),
            (PixelFormat::Grey, "GREY"),
            (PixelFormat::Rgb24, "RGB24"),
            (PixelFormat::Bgr24, "BGR24"),
        ] {
            assert_eq!(camera::PixelFormat::from(format).to_string(), name);
        }
    }
}

//! Converts `source.camera` to the settings of the board's cameras.

use super::file::{CameraFormat, CameraMode, CameraSettings};
use crate::frame::Conversion;
use crate::image::Size;
use board::camera::{CameraError, FrameLayout, Mode, Settings};

impl CameraSettings {
    /// Size of the camera's frames.
    pub const fn frame(&self) -> Size {
        Size {
            width: self.width,
            height: self.height,
        }
    }

    /// How the samples become colours.
    pub const fn conversion(&self) -> Conversion {
        Conversion {
            dropped_bits: self.dropped_bits,
            demosaic: self.demosaic,
        }
    }

    /// The settings to request from the camera.
    ///
    /// # Errors
    /// The format cannot have this size. A checked station file has no such camera.
    pub fn settings(&self) -> Result<Settings, CameraError> {
        let Self {
            device,
            width,
            height,
            format,
            ..
        } = self;
        let CameraFormat(format) = *format;
        let Some(layout) = FrameLayout::new(format, *width, *height) else {
            return Err(CameraError {
                device: device.to_string(),
                doing: "reading source.camera",
                problem: format!("{format} has no frames of {width}x{height}"),
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
    use crate::frame::Demosaic;
    use crate::station::file::PathText;
    use board::camera::PixelFormat;

    #[test]
    fn a_camera_gets_the_settings_of_the_file() {
        let mut camera = CameraSettings {
            device: PathText::try_from("/dev/video0").unwrap(),
            frames: PathText::new(),
            width: 1280,
            height: 720,
            format: CameraFormat(PixelFormat::Nv12),
            dropped_bits: None,
            demosaic: Demosaic::default(),
            mode: CameraMode::Triggered,
            frames_per_second: 25,
            buffers: 5,
            exposure_max_ms: 10,
        };
        let expected = Settings {
            layout: FrameLayout::new(PixelFormat::Nv12, 1280, 720).unwrap(),
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
}

//! `source.camera`.

use super::PathText;
use crate::frame::Demosaic;
use board::camera::PixelFormat;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// `source.camera`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CameraSettings {
    /// `simulated`, or a V4L2 device.
    pub device: PathText,
    /// Directory of PNG files from which the simulated camera takes its frames.
    #[serde(default)]
    pub frames: PathText,
    /// Frame width.
    pub width: u32,
    /// Frame height.
    pub height: u32,
    /// Pixel format.
    pub format: CameraFormat,
    /// Low bits that are dropped from samples of more than 8 bits; all but the high 8 if `None`.
    #[serde(default)]
    pub dropped_bits: Option<u8>,
    /// How the colours of a Bayer format are computed.
    #[serde(default)]
    pub demosaic: Demosaic,
    /// What starts an exposure.
    pub mode: CameraMode,
    /// Frames per second to request. The station measures the actual rate.
    pub frames_per_second: u32,
    /// Frames that the driver may fill in advance.
    pub buffers: u8,
    /// Longest time from the edge to the start of the exposure of its frame. A trigger without a
    /// frame by then is a fault.
    pub exposure_max_ms: u32,
}

/// Layout of a camera's pixels in memory, by V4L2's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CameraFormat(pub PixelFormat);

/// The words of all formats: V4L2's names in small letters.
pub const FORMATS: [&str; PixelFormat::COUNT + 1] = [
    "yuyv", "uyvy", "nv12", "rgb24", "bgr24", "grey", "srggb8", "sgrbg8", "sgbrg8", "sbggr8",
    "y10", "srggb10", "sgrbg10", "sgbrg10", "sbggr10", "y12", "srggb12", "sgrbg12", "sgbrg12",
    "sbggr12", "y16", "srggb16", "sgrbg16", "sgbrg16", "sbggr16", "y10p", "srggb10p", "sgrbg10p",
    "sgbrg10p", "sbggr10p", "y12p", "srggb12p", "sgrbg12p", "sgbrg12p", "sbggr12p", "mjpeg",
];

fn all() -> impl Iterator<Item = PixelFormat> {
    PixelFormat::ALL.into_iter().chain([PixelFormat::Mjpeg])
}

impl<'de> Deserialize<'de> for CameraFormat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = <&str>::deserialize(deserializer)?;
        let mut known = FORMATS.into_iter().zip(all());
        let found = known.find(|(known, _)| *known == word);
        found
            .map(|(_, format)| Self(format))
            .ok_or_else(|| D::Error::custom("no format of a camera"))
    }
}

/// What starts an exposure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CameraMode {
    /// The camera, at its own pace.
    FreeRunning,
    /// The trigger signal, which is wired to the camera as well.
    Triggered,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_the_names() {
        for (word, format) in FORMATS.iter().zip(all()) {
            assert_eq!(*word, format.to_string().to_lowercase());
        }
    }
}

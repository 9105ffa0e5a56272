//! `source.camera`.

use super::PathText;
use serde::Deserialize;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CameraFormat {
    /// Y0 U Y1 V: two pixels in four bytes.
    Yuyv,
    /// U Y0 V Y1: two pixels in four bytes.
    Uyvy,
    /// A plane of Y, then a plane of interleaved U and V at half the width and height.
    Nv12,
    /// One byte, brightness.
    Grey,
    /// Three bytes, red first.
    Rgb24,
    /// Three bytes, blue first.
    Bgr24,
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

//! Cameras: frames in memory that the driver fills, with bounds of the time at which the exposure
//! began.
//!
//! [`Camera`] is implemented by [`Capture`](crate::v4l2::Capture) and by the simulated
//! [`SimulatedCamera`](crate::simulated_camera::SimulatedCamera).

mod fresh;
mod layout;
mod pixel_format;
mod proof;

pub use fresh::fresh;
pub use layout::FrameLayout;
pub use pixel_format::{Mosaic, PixelFormat, Samples};
pub use proof::{Proof, prove};

use crate::clock::Timestamp;
use core::time::Duration;
use std::os::fd::AsFd;
use thiserror::Error;

/// What a camera is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Size and format of its frames.
    pub layout: FrameLayout,
    /// What starts an exposure.
    pub mode: Mode,
    /// Frames per second, at least 1. With [`Mode::Triggered`], the highest rate of the camera.
    pub frames_per_second: u32,
    /// Number of buffers: frames that the driver may fill ahead.
    pub buffers: u8,
}

impl Settings {
    /// The time from one frame to the next at this rate.
    pub fn interval(&self) -> Duration {
        Duration::from_secs(1) / self.frames_per_second.max(1)
    }
}

/// What starts an exposure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The camera itself, at its own rate.
    FreeRunning,
    /// A trigger signal at the camera's own input.
    Triggered,
}

/// One frame in the driver's memory.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'c> {
    /// Its bytes, at least `stride_bytes` for each row. The planes of a planar format follow each
    /// other.
    pub bytes: &'c [u8],
    /// Row pitch of the first plane, in bytes.
    pub stride_bytes: usize,
    /// Lower bound: the exposure began at this time or later. A part that was there before is on
    /// the frame.
    pub exposed_after: Timestamp,
    /// Upper bound: the exposure began at this time or earlier. It is the driver's time stamp. A
    /// triggered camera received its trigger earlier.
    pub exposed_before: Timestamp,
    /// Its number in the driver's count of all frames, lost ones included.
    pub sequence: u32,
    /// Whether the driver reports that its content is damaged.
    pub damaged: bool,
}

/// A camera that delivers frames. Its descriptor is readable while a frame is queued or after a
/// failure.
pub trait Camera: AsFd + Send {
    /// Passes the oldest queued frame to `look` and then returns its memory to the driver. Returns
    /// false if no frame is queued. Never blocks; allocates nothing.
    ///
    /// # Errors
    /// The camera stopped, was unplugged or changed its format: close it and open it again. If the
    /// failure occurs when the memory is returned, `look` has already seen a valid frame.
    fn next_frame(&mut self, look: &mut dyn FnMut(Frame<'_>)) -> Result<bool, CameraError>;

    /// Describes the opened camera for people: driver, card, format, rate.
    fn describe(&self) -> String;
}

/// Why a camera cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("camera {device}: {doing}: {problem}")]
pub struct CameraError {
    /// The device.
    pub device: String,
    /// The step or call that failed.
    pub doing: &'static str,
    /// What went wrong, and what to do.
    pub problem: String,
}

//! Cameras: frames in memory that the driver fills, each with the bounds of the time at which its exposure began.

mod layout;
mod proof;

pub use layout::{FrameLayout, PixelFormat};
pub use proof::{Proof, prove};

use crate::clock::Timestamp;
use core::fmt;
use core::time::Duration;
use std::os::fd::AsFd;

/// What a camera is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Size and format of its frames.
    pub layout: FrameLayout,
    /// What starts an exposure.
    pub mode: Mode,
    /// Frames a second, at least 1; with [`Mode::Triggered`], the most that the camera can make.
    pub frames_per_second: u32,
    /// Frames that the driver may fill ahead.
    pub buffers: u8,
}

impl Settings {
    /// From one frame to the next at the asked pace.
    pub fn interval(&self) -> Duration {
        Duration::from_secs(1) / self.frames_per_second.max(1)
    }
}

/// What starts an exposure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The camera, at its own pace.
    FreeRunning,
    /// A wire of its own from the trigger to the camera.
    Triggered,
}

/// One frame, as the driver left it. It is read where it lies.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'c> {
    /// Its bytes, at least `stride_bytes` for each row; the planes of a planar format follow each other.
    pub bytes: &'c [u8],
    /// From one row to the next, in the first plane.
    pub stride_bytes: usize,
    /// Its exposure began at this moment or later: a part that was there before is on it.
    pub exposed_after: Timestamp,
    /// Its exposure began at this moment or earlier: the driver's own time stamp. A camera that exposes only when it is
    /// triggered was triggered before.
    pub exposed_before: Timestamp,
    /// Its number, as the driver counts frames, those included that nobody saw.
    pub sequence: u32,
    /// Whether the driver says that its content is damaged.
    pub damaged: bool,
}

/// A camera that delivers frames. Its descriptor is readable when there is one, or when it has failed.
pub trait Camera: AsFd + Send {
    /// Shows the oldest frame that nobody has taken to `look`, and gives its memory back to the driver. False when there is
    /// none by now. Never blocks; allocates nothing.
    ///
    /// # Errors
    /// The camera stopped, was unplugged or changed its format. Close it and open it again. The error may come when the
    /// frame's memory is given back: then `look` has seen a frame, which is as good as any.
    fn next_frame(&mut self, look: &mut dyn FnMut(Frame<'_>)) -> Result<bool, CameraError>;

    /// What was found when it was opened, for people: driver, card, format, pace.
    fn describe(&self) -> String;
}

/// Why a camera cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameraError {
    /// The device.
    pub device: String,
    /// What was done.
    pub doing: &'static str,
    /// What came back and what to do.
    pub problem: String,
}

impl fmt::Display for CameraError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            device,
            doing,
            problem,
        } = self;
        write!(f, "camera {device}: {doing}: {problem}")
    }
}

impl core::error::Error for CameraError {}

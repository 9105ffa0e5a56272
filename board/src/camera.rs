//! Cameras: frames in memory that the driver fills, each with the time at which its exposure began.

use crate::clock::Timestamp;
use core::fmt;
use std::os::fd::AsFd;

/// One frame, as the driver left it. It is read where it lies.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'c> {
    /// Its bytes, at least `stride_bytes` for each row; the planes of a planar format follow each other.
    pub bytes: &'c [u8],
    /// From one row to the next, in the first plane.
    pub stride_bytes: usize,
    /// Its exposure began at this moment or later: a part that was there before is on it.
    pub exposed_after: Timestamp,
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
    /// The camera stopped, was unplugged or changed its format. Close it and open it again.
    fn next_frame(&mut self, look: &mut dyn FnMut(Frame<'_>)) -> Result<bool, CameraError>;

    /// What was found when it was opened, for people: driver, card, format, pace.
    fn describe(&self) -> String;
}

/// Why a camera cannot be used.
#[derive(Debug)]
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

//! A simulated camera that records its frames.

use board::Timestamp;
use board::camera::{Camera, CameraError, Frame};
use board::simulated_camera::SimulatedCamera;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Mutex;

/// A frame as the camera thread received it.
#[derive(Debug, Clone, Copy)]
pub struct Delivered {
    pub sequence: u32,
    pub exposed: Timestamp,
    pub damaged: bool,
}

/// All frames since the camera was opened, in order.
static DELIVERED: Mutex<Vec<Delivered>> = Mutex::new(Vec::new());

/// A simulated camera that records its frames.
pub struct Watched(SimulatedCamera);

impl Watched {
    /// Wraps a camera that was just opened. Reserves memory for all frames, so that the camera
    /// thread allocates nothing.
    pub fn new(camera: SimulatedCamera) -> Self {
        *DELIVERED.lock().unwrap() = Vec::with_capacity(100_000);
        Self(camera)
    }

    /// The frames so far.
    pub fn delivered() -> Vec<Delivered> {
        DELIVERED.lock().unwrap().clone()
    }
}

impl AsFd for Watched {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Camera for Watched {
    fn next_frame(&mut self, look: &mut dyn FnMut(Frame<'_>)) -> Result<bool, CameraError> {
        self.0.next_frame(&mut |frame| {
            DELIVERED.lock().unwrap().push(Delivered {
                sequence: frame.sequence,
                exposed: frame.exposed_after,
                damaged: frame.damaged,
            });
            look(frame);
        })
    }

    fn describe(&self) -> String {
        self.0.describe()
    }
}

//! The camera.

use board::camera::{Camera, CameraError};
use board::simulated_camera;
use board::v4l2::Capture;
use sluice::station::file;
use std::path::Path;

/// Opens and starts the camera that `source.camera` describes.
///
/// # Errors
/// It cannot be opened, or gives other frames than asked for.
pub fn open(camera: &file::Camera) -> Result<Box<dyn Camera>, CameraError> {
    let settings = camera.settings()?;
    Ok(match camera.device.as_str() {
        "simulated" => {
            let frames = Path::new(camera.frames.as_str());
            Box::new(simulated_camera::SimulatedDevice::load(settings, frames)?.open()?)
        }
        device => Box::new(Capture::open(Path::new(device), &settings)?),
    })
}

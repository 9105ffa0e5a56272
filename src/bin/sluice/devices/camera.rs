//! The camera.

use board::camera::{Camera, CameraError};
use board::simulated_camera;
use board::v4l2::Capture;
use sluice::station::file;
use std::path::Path;

/// Opens and starts the camera that `source.camera` describes.
///
/// # Errors
/// The camera cannot be opened, or delivers other frames than the station file asks for.
pub fn open(camera: &file::CameraSettings) -> Result<Box<dyn Camera>, CameraError> {
    let settings = camera.settings()?;
    Ok(match camera.device.as_str() {
        "simulated" => {
            let frames = Path::new(camera.frames.as_str());
            Box::new(simulated_camera::SimulatedDevice::load(settings, frames)?.open()?)
        }
        device => Box::new(Capture::open(Path::new(device), &settings)?),
    })
}

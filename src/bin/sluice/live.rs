//! Frames of the station's camera while no station runs.

use crate::devices;
use board::Timestamp;
use board::camera::{Camera, CameraError, Frame, Mode, Settings, fresh, prove};
use core::time::Duration;
use sluice::complain;
use sluice::frame::{Conversion, Still};
use sluice::journal;
use sluice::station::Station;
use sluice::station::file::CameraSettings;

/// The longest time without a frame.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest time until a person has triggered the camera.
const TRIGGER_PATIENCE: Duration = Duration::from_secs(30);

/// The camera of a station that does not run.
pub struct Live {
    camera: Box<dyn Camera>,
    settings: Settings,
    conversion: Conversion,
}

impl Live {
    /// Opens the camera as the station does.
    ///
    /// # Errors
    /// The station runs, or the camera is missing, busy, or cannot do what the station file says.
    pub fn open(station: &Station, camera: &CameraSettings) -> Result<Self, String> {
        // Before the camera is touched: a station whose camera failed is about to open it again.
        let journal = &station.journal.directory;
        if journal::is_held(journal) {
            return Err(format!(
                "source.camera {}: a running station writes to journal.directory {journal} and needs the camera; stop the station first",
                camera.device
            ));
        }
        let settings = camera.settings().map_err(of_source)?;
        let opened = devices::open_camera(camera).map_err(of_source)?;
        if settings.mode == Mode::Triggered {
            complain!("sluice: the camera waits for its trigger (source.camera.mode)");
        }
        Ok(Self {
            camera: opened,
            settings,
            conversion: camera.conversion(),
        })
    }

    /// Watches the camera as the station does at its start. Takes a second or more.
    ///
    /// # Errors
    /// The camera does not do what the station file says.
    pub fn prove(&mut self) -> Result<(), String> {
        let proof = prove(&mut *self.camera, &self.settings, None);
        proof.map(drop).map_err(of_source)
    }

    /// Whether the camera exposes on a trigger only.
    pub fn is_triggered(&self) -> bool {
        self.settings.mode == Mode::Triggered
    }

    /// The first frame that was exposed at `since` or later.
    ///
    /// # Errors
    /// The camera failed, or gave none for [`PATIENCE`], or for [`TRIGGER_PATIENCE`] if it is
    /// triggered.
    pub fn frame(&mut self, since: Timestamp) -> Result<Still, String> {
        let patience = if self.is_triggered() {
            TRIGGER_PATIENCE
        } else {
            PATIENCE
        };
        let (layout, conversion) = (self.settings.layout, self.conversion);
        let still = |frame: &Frame<'_>| Still::of(frame, layout, conversion);
        fresh(&mut *self.camera, &self.settings, since, patience, still).map_err(of_source)
    }
}

/// The error with its key.
fn of_source(error: CameraError) -> String {
    format!("source.{error}")
}

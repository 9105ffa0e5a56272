//! The controls of a device, such as a camera's exposure, or the simulated faults of `vivid`.

use super::abi::{self, Direction};
use super::device::{VideoDevice, text};
use crate::camera::CameraError;
use std::path::Path;

/// A control of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// Its name, as the driver spells it.
    pub name: String,
    /// Its lowest value.
    pub minimum: i32,
    /// Its highest value.
    pub maximum: i32,
    /// Its value, or `None` for a button.
    pub value: Option<i32>,
}

/// Lists the enabled controls of a device.
///
/// # Errors
/// The device cannot be opened.
pub fn list(path: &Path) -> Result<Vec<Control>, CameraError> {
    let device = VideoDevice::open(path, Direction::Capture)?;
    let controls = all(&device).map(|query| Control {
        name: text(&query.name),
        minimum: query.minimum,
        maximum: query.maximum,
        value: device.control(query.id),
    });
    Ok(controls.collect())
}

/// Sets the control `name` to `value`. Any value presses a button.
///
/// # Errors
/// The device cannot be opened, has no such control, or refuses the value.
pub fn set(path: &Path, name: &str, value: i32) -> Result<(), CameraError> {
    let device = VideoDevice::open(path, Direction::Capture)?;
    let Some(query) = all(&device).find(|query| text(&query.name) == name) else {
        let problem = format!("the device has no control `{name}`");
        return Err(device.error("VIDIOC_QUERYCTRL", problem));
    };
    device.set_control(query.id, value)
}

fn all(device: &VideoDevice) -> impl Iterator<Item = abi::QueryControl> {
    let mut last = 0;
    core::iter::from_fn(move || {
        let query = device.next_control(last)?;
        // Stops at a driver that repeats itself.
        let further = query.id > last;
        last = query.id;
        further.then_some(query)
    })
    .filter(|query| query.flags & abi::CTRL_FLAG_DISABLED == 0)
}

impl VideoDevice {
    /// The next control after `id`, or `None` after the last one.
    fn next_control(&self, id: u32) -> Option<abi::QueryControl> {
        let mut query = abi::QueryControl {
            id: id | abi::CTRL_FLAG_NEXT_CTRL,
            ..abi::QueryControl::default()
        };
        // SAFETY: the call reads and writes one `QueryControl`, which lives on this stack, and
        // keeps no pointer to it.
        self.quiet(|fd| unsafe { abi::queryctrl(fd, &raw mut query) })
            .ok()
            .map(|()| query)
    }

    /// A control's value, or `None` if it has none.
    fn control(&self, id: u32) -> Option<i32> {
        let mut control = abi::ControlValue { id, value: 0 };
        // SAFETY: the call reads and writes one `ControlValue`, which lives on this stack, and
        // keeps no pointer to it.
        self.quiet(|fd| unsafe { abi::g_ctrl(fd, &raw mut control) })
            .ok()
            .map(|()| control.value)
    }

    /// Sets a control's value.
    fn set_control(&self, id: u32, value: i32) -> Result<(), CameraError> {
        let mut control = abi::ControlValue { id, value };
        // SAFETY: the call reads and writes one `ControlValue`, which lives on this stack, and
        // keeps no pointer to it.
        self.call("VIDIOC_S_CTRL", |fd| unsafe {
            abi::s_ctrl(fd, &raw mut control)
        })
    }
}

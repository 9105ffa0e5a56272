//! The watchdogs: the service manager's and the board's.

use board::notify::{self, Notify, NotifyError};
use board::watchdog::{Watchdog, WatchdogDevice, describe};
use sluice::check::Finding;
use sluice::run::Watchdogs;
use sluice::station::file;
use std::path::Path;

/// The watchdogs of this process. The board's watchdog is opened later, when the station is ready.
///
/// # Errors
/// A variable of the service manager is invalid.
pub fn open() -> Result<Watchdogs, NotifyError> {
    Ok(Watchdogs {
        service: Notify::from_environment()?,
        service_period: notify::watchdog_period()?,
        open_board: Box::new(|settings| {
            let device =
                WatchdogDevice::open(Path::new(settings.device.as_str()), settings.timeout_s)?;
            Ok(Box::new(device) as Box<dyn Watchdog>)
        }),
    })
}

/// Checks the board's watchdog without starting it.
pub fn check(settings: &file::WatchdogSettings) -> Finding {
    let device = settings.device.as_str();
    match describe(Path::new(device)) {
        Ok(description) => {
            let most = description.timeout_max_s.unwrap_or(u32::MAX);
            let good = settings.timeout_s <= most;
            let mut text = format!("watchdog.device {device}: {description}");
            if !good {
                text += &format!("; watchdog.timeout_s is {}", settings.timeout_s);
            }
            if good {
                Finding::ok(text)
            } else {
                Finding::wrong(text)
            }
        }
        Err(error) => Finding::wrong(format!("watchdog.device {error}")),
    }
}

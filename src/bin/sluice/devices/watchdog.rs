//! The watchdogs: the service manager's, and the board's.

use board::notify::{self, Notify, NotifyError};
use board::watchdog::{Watchdog, WatchdogDevice, describe};
use sluice::check::Finding;
use sluice::run::Watchdogs;
use sluice::station::file;
use std::path::Path;

/// Who watches this process. The board's watchdog is opened when the station is ready, not here.
///
/// # Errors
/// A variable of the service manager makes no sense.
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

/// What can be known of the board's watchdog without starting it.
pub fn check(settings: &file::Watchdog) -> Finding {
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

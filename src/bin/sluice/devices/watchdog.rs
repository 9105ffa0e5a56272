//! What the service manager gives: its watchdog, and a directory in memory. And the board's
//! watchdog.

use board::notify::{self, Notify, NotifyError};
use board::watchdog::{Watchdog, WatchdogDevice, describe};
use sluice::check::Finding;
use sluice::run::Watchdogs;
use sluice::station::file;
use std::env;
use std::path::{Path, PathBuf};

/// The directory for run-time files that the service manager gave (`RuntimeDirectory=`). It is in
/// memory, and its files end with the service.
pub fn runtime_directory() -> Option<PathBuf> {
    let given = env::var("RUNTIME_DIRECTORY").ok()?;
    let first = given.split(':').next()?;
    (!first.is_empty()).then(|| PathBuf::from(first))
}

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

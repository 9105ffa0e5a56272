//! What the service manager gives: its watchdog, and a directory in memory. And the board's
//! watchdog.

use board::notify::{self, Notify, NotifyError};
use board::watchdog::{Description, Watchdog, WatchdogDevice, describe};
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
    let description = match describe(Path::new(device)) {
        Ok(description) => description,
        Err(error) => return Finding::wrong(format!("watchdog.device {error}")),
    };
    judged(device, settings.timeout_s, &description)
}

fn judged(device: &str, timeout_s: u32, description: &Description) -> Finding {
    match description.timeout_max_s {
        Some(most) if timeout_s > most => Finding::wrong(format!(
            "watchdog.timeout_s {timeout_s}: {device} allows at most {most} s; lower it to {most} or less"
        )),
        _ => Finding::ok(format!("watchdog.device {device}: {description}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_that_the_device_does_not_allow_is_named_with_what_it_allows() {
        let description = Description {
            timeout_max_s: Some(60),
            ..Description::default()
        };
        let found = judged("/dev/watchdog", 61, &description);
        assert!(found.is_wrong());
        for words in [
            "watchdog.timeout_s 61: ",
            "at most 60 s",
            "; lower it to 60",
        ] {
            assert!(found.text.contains(words), "{found}");
        }
        assert!(!judged("/dev/watchdog", 60, &description).is_wrong());
        assert!(!judged("/dev/watchdog", 61, &Description::default()).is_wrong());
    }
}

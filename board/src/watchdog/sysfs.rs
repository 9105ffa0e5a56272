//! The kernel's description of a watchdog, read without opening the device, which would start it.

use super::WatchdogError;
use core::fmt;
use nix::sys::stat::{major, minor};
use nix::unistd::{AccessFlags, access};
use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

/// Device number of `/dev/watchdog`, which is the first watchdog (`MISC_MAJOR`, `WATCHDOG_MINOR`).
const FIRST: (u64, u64) = (10, 130);

/// A watchdog that is not opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description {
    /// The driver's name for it. Empty if the kernel has no `CONFIG_WATCHDOG_SYSFS`.
    pub identity: String,
    /// Its present timeout, in seconds.
    pub timeout_s: Option<u32>,
    /// Its longest timeout, in seconds.
    pub timeout_max_s: Option<u32>,
    /// Whether it is running. It is after a program died that had opened it.
    pub active: bool,
    /// Whether it cannot be stopped. The board is then reset even after an ordered stop.
    pub no_way_out: bool,
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.identity.is_empty() {
            return f.write_str("present; /sys does not describe its driver");
        }
        f.write_str(&self.identity)?;
        if let Some(timeout_s) = self.timeout_s {
            write!(f, ", timeout now {timeout_s} s")?;
        }
        if let Some(timeout_max_s) = self.timeout_max_s {
            write!(f, ", at most {timeout_max_s} s")?;
        }
        f.write_str(if self.active {
            ", running"
        } else {
            ", not running"
        })?;
        if self.no_way_out {
            f.write_str(
                "; its driver never stops it (nowayout): after an ordered stop the board is reset",
            )?;
        }
        Ok(())
    }
}

/// Describes the device `path` without opening it.
///
/// # Errors
/// It does not exist, is not a character device, or this process may not write to it.
pub fn describe(path: &Path) -> Result<Description, WatchdogError> {
    let metadata = fs::metadata(path).map_err(|error| WatchdogError::Absent {
        path: path.to_owned(),
        error,
    })?;
    if !metadata.file_type().is_char_device() {
        return Err(WatchdogError::NoDevice {
            path: path.to_owned(),
        });
    }
    access(path, AccessFlags::W_OK).map_err(|errno| WatchdogError::Device {
        path: path.to_owned(),
        doing: "access",
        errno,
    })?;
    let number = (major(metadata.rdev()), minor(metadata.rdev()));
    Ok(read(&directory(Path::new("/sys"), number)))
}

/// The directory in which the kernel describes the watchdog with this device number.
fn directory(sys: &Path, number: (u64, u64)) -> PathBuf {
    if number == FIRST {
        sys.join("class/watchdog/watchdog0")
    } else {
        sys.join(format!("dev/char/{}:{}", number.0, number.1))
    }
}

fn read(directory: &Path) -> Description {
    let text = |name: &str| -> io::Result<String> {
        Ok(fs::read_to_string(directory.join(name))?.trim().to_owned())
    };
    let number = |name| text(name).ok().and_then(|text| text.parse().ok());
    Description {
        identity: text("identity").unwrap_or_default(),
        timeout_s: number("timeout"),
        timeout_max_s: number("max_timeout").filter(|seconds| *seconds > 0),
        active: text("state").is_ok_and(|state| state == "active"),
        no_way_out: number("nowayout") == Some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_is_read_from_the_directory_of_the_device() {
        let sys = std::env::temp_dir().join(format!("board-sysfs-{}", std::process::id()));
        for (place, identity) in [
            ("class/watchdog/watchdog0", "Software Watchdog"),
            ("dev/char/247:1", "i6300ESB timer"),
        ] {
            let directory = sys.join(place);
            fs::create_dir_all(&directory).unwrap();
            fs::write(directory.join("identity"), format!("{identity}\n")).unwrap();
            fs::write(directory.join("timeout"), "60\n").unwrap();
            fs::write(directory.join("state"), "inactive\n").unwrap();
            fs::write(directory.join("nowayout"), "0\n").unwrap();
        }
        let first = read(&directory(&sys, FIRST));
        assert_eq!(
            first.to_string(),
            "Software Watchdog, timeout now 60 s, not running"
        );
        fs::write(sys.join("dev/char/247:1/state"), "active\n").unwrap();
        fs::write(sys.join("dev/char/247:1/nowayout"), "1\n").unwrap();
        fs::write(sys.join("dev/char/247:1/max_timeout"), "2046\n").unwrap();
        let second = read(&directory(&sys, (247, 1)));
        assert!(second.active && second.no_way_out);
        assert_eq!(second.identity, "i6300ESB timer");
        assert_eq!(second.timeout_max_s, Some(2046));
        fs::remove_dir_all(&sys).unwrap();
        assert_eq!(read(&directory(&sys, FIRST)), Description::default());
    }

    #[test]
    fn a_device_that_is_no_watchdog_has_no_identity() {
        let description = describe(Path::new("/dev/null")).unwrap();
        assert_eq!(description, Description::default());
        assert!(description.to_string().contains("does not describe"));
    }
}

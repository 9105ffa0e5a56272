//! The board's watchdog: a timer that resets the board unless it is fed in time.
//!
//! Opening the device starts the timer. Closing it stops the timer only if the letter `V` was
//! written last. So the timer keeps running after a crash
//! (`Documentation/watchdog/watchdog-api.rst` of the kernel).
//!
//! ```no_run
//! use board::watchdog::{Watchdog as _, WatchdogDevice};
//! use std::path::Path;
//!
//! let mut watchdog = Box::new(WatchdogDevice::open(Path::new("/dev/watchdog"), 10)?);
//! watchdog.feed()?;
//! watchdog.disarm()?;
//! # Ok::<(), board::watchdog::WatchdogError>(())
//! ```

use core::time::Duration;
use nix::errno::Errno;
use nix::libc;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};
use thiserror::Error;

mod sysfs;

pub use sysfs::{Description, describe};

/// A running watchdog. Implemented by [`WatchdogDevice`]; a test implements its own.
pub trait Watchdog: Send {
    /// The time within which it must be fed again; at least a second.
    fn timeout(&self) -> Duration;

    /// Restarts its time. Allocates nothing.
    ///
    /// # Errors
    /// The device refused the write.
    fn feed(&mut self) -> Result<(), WatchdogError>;

    /// Stops it for good. With the option `nowayout` it keeps running and resets the board.
    ///
    /// # Errors
    /// The device refused the write and keeps running.
    fn disarm(self: Box<Self>) -> Result<(), WatchdogError>;
}

/// An armed watchdog device of the kernel.
#[derive(Debug)]
pub struct WatchdogDevice {
    file: File,
    timeout: Duration,
}

impl WatchdogDevice {
    /// Opens the device, which starts it, and requests a timeout in seconds. The driver may choose
    /// another one ([`Watchdog::timeout`]).
    ///
    /// # Errors
    /// It cannot be opened, for example because another program has it, or is not a watchdog. If it
    /// was started before the failure, it is disarmed again.
    pub fn open(path: &Path, timeout_s: u32) -> Result<Self, WatchdogError> {
        let failed = |doing| {
            move |errno| WatchdogError::Device {
                path: path.to_owned(),
                doing,
                errno,
            }
        };
        let file = OpenOptions::new()
            .write(true)
            .open(path)
            .map_err(|error| failed("open")(errno_of(&error)))?;
        let mut device = Self {
            file,
            timeout: Duration::ZERO,
        };
        match device.set_up(timeout_s) {
            Ok(timeout) => {
                device.timeout = timeout;
                Ok(device)
            }
            Err((call, errno)) => {
                // A second failure is ignored: the first one is reported.
                let _ = Box::new(device).disarm();
                Err(failed(call)(errno))
            }
        }
    }

    fn set_up(&self, timeout_s: u32) -> Result<Duration, (&'static str, Errno)> {
        let mut seconds = libc::c_int::try_from(timeout_s)
            .map_err(|_| ("ioctl(WDIOC_SETTIMEOUT)", Errno::EINVAL))?;
        // SAFETY: `file` keeps the descriptor open. The kernel reads and writes one `int`, which is
        // on this stack, and keeps no pointer to it.
        match unsafe { ioctl::set_timeout(self.file.as_raw_fd(), &raw mut seconds) } {
            // A driver without this call keeps its timeout.
            Ok(_) | Err(Errno::EOPNOTSUPP) => {}
            Err(errno) => return Err(("ioctl(WDIOC_SETTIMEOUT)", errno)),
        }
        // SAFETY: `file` keeps the descriptor open. The kernel writes one `int`, which is on this
        // stack, and keeps no pointer to it.
        unsafe { ioctl::get_timeout(self.file.as_raw_fd(), &raw mut seconds) }
            .map_err(|errno| ("ioctl(WDIOC_GETTIMEOUT)", errno))?;
        match u64::try_from(seconds) {
            Ok(seconds) if seconds > 0 => Ok(Duration::from_secs(seconds)),
            _ => Err(("ioctl(WDIOC_GETTIMEOUT)", Errno::ERANGE)),
        }
    }
}

impl Watchdog for WatchdogDevice {
    fn timeout(&self) -> Duration {
        self.timeout
    }

    fn feed(&mut self) -> Result<(), WatchdogError> {
        // Any byte feeds it. Any byte but `V` cancels a disarming.
        self.file.write_all(b"\0").map_err(WatchdogError::Write)
    }

    fn disarm(mut self: Box<Self>) -> Result<(), WatchdogError> {
        self.file.write_all(b"V").map_err(WatchdogError::Write)
    }
}

/// The requests of `linux/watchdog.h`.
mod ioctl {
    nix::ioctl_readwrite!(set_timeout, b'W', 6, nix::libc::c_int);
    nix::ioctl_read!(get_timeout, b'W', 7, nix::libc::c_int);
}

fn errno_of(error: &io::Error) -> Errno {
    error
        .raw_os_error()
        .map_or(Errno::UnknownErrno, Errno::from_raw)
}

/// Why a watchdog cannot be used.
#[derive(Debug, Error)]
pub enum WatchdogError {
    /// The device could not be opened or set up.
    #[error("{}: {doing}: {}{}", .path.display(), .errno.desc(), advice(*.errno))]
    Device {
        /// The device.
        path: PathBuf,
        /// The call that failed.
        doing: &'static str,
        /// The kernel's error.
        #[source]
        errno: Errno,
    },
    /// The device could not be fed or disarmed.
    #[error("writing to the watchdog: {0}")]
    Write(#[source] io::Error),
    /// The path could not be examined.
    #[error("{}: {error}", .path.display())]
    Absent {
        /// The path.
        path: PathBuf,
        /// The cause.
        #[source]
        error: io::Error,
    },
    /// The file is not a character device.
    #[error("{}: not a character device", .path.display())]
    NoDevice {
        /// The file.
        path: PathBuf,
    },
}

const fn advice(errno: Errno) -> &'static str {
    match errno {
        Errno::EBUSY => {
            "; another program has it: stop watchdogd, or set RuntimeWatchdogSec=off in systemd's \
             system.conf"
        }
        Errno::EACCES | Errno::EPERM => {
            "; give the service's user access to it (99-sluice.rules, DeviceAllow)"
        }
        Errno::ENOTTY => "; it is not a watchdog",
        Errno::EINVAL => "; it does not have this timeout",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{PipeReader, Read as _, pipe};
    use std::os::fd::OwnedFd;

    fn armed() -> (WatchdogDevice, PipeReader) {
        let (reader, writer) = pipe().unwrap();
        let device = WatchdogDevice {
            file: File::from(OwnedFd::from(writer)),
            timeout: Duration::from_secs(9),
        };
        (device, reader)
    }

    fn written(mut reader: PipeReader) -> Vec<u8> {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn only_disarming_stops_the_watchdog() {
        let (mut device, reader) = armed();
        device.feed().unwrap();
        device.feed().unwrap();
        drop(device);
        let bytes = written(reader);
        assert_eq!(bytes.len(), 2);
        assert!(!bytes.contains(&b'V'), "dropped like by a dead program");

        let (mut device, reader) = armed();
        device.feed().unwrap();
        Box::new(device).disarm().unwrap();
        assert_eq!(written(reader).last(), Some(&b'V'));
    }

    #[test]
    fn a_file_that_is_no_watchdog_is_disarmed_and_refused_by_the_kernel() {
        let path = std::env::temp_dir().join(format!("board-watchdog-{}", std::process::id()));
        std::fs::write(&path, "").unwrap();
        let error = WatchdogDevice::open(&path, 9).unwrap_err().to_string();
        assert!(
            error.contains("WDIOC_SETTIMEOUT") && error.ends_with("it is not a watchdog"),
            "{error}"
        );
        assert_eq!(std::fs::read(&path).unwrap(), b"V");
        let error = describe(&path).unwrap_err().to_string();
        assert!(error.ends_with("not a character device"), "{error}");
        std::fs::remove_file(&path).unwrap();
        let error = WatchdogDevice::open(&path, 9).unwrap_err().to_string();
        assert!(error.contains("open"), "{error}");
    }

    #[test]
    fn errors_say_what_to_do() {
        let text = |errno| {
            WatchdogError::Device {
                path: "/dev/watchdog".into(),
                doing: "open",
                errno,
            }
            .to_string()
        };
        assert!(text(Errno::EBUSY).contains("RuntimeWatchdogSec"));
        assert!(text(Errno::EACCES).contains("99-sluice.rules"));
    }
}

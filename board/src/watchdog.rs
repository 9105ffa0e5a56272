//! The watchdog of the board: a timer that resets it unless it is fed in time.
//!
//! Opening the device starts the timer. Closing it does not stop it, unless the letter `V` was written last: a program
//! that dies leaves it running, and so does one that is not asked to stop. (`Documentation/watchdog/watchdog-api.rst` of
//! the kernel.)

use core::fmt;
use core::time::Duration;
use nix::errno::Errno;
use nix::libc;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};

mod sysfs;

pub use sysfs::{Description, describe};

/// A watchdog that runs.
pub trait Watchdog: Send {
    /// The time within which it must be fed again; at least a second.
    fn timeout(&self) -> Duration;

    /// Starts its time anew. Allocates nothing.
    ///
    /// # Errors
    /// The device did not take it.
    fn feed(&mut self) -> Result<(), WatchdogError>;

    /// Stops it for good. A kernel or driver that was told never to (`nowayout`) goes on and resets the board.
    ///
    /// # Errors
    /// The device did not take it; it goes on.
    fn disarm(self: Box<Self>) -> Result<(), WatchdogError>;
}

/// A watchdog device of the kernel, armed.
#[derive(Debug)]
pub struct Device {
    file: File,
    timeout: Duration,
}

impl Device {
    /// Opens the device, which starts it, and asks for a timeout in seconds. The driver may give another one, which
    /// [`Watchdog::timeout`] says, or have only its own.
    ///
    /// # Errors
    /// It cannot be opened (another program may have it), or is no watchdog. When it was started and does not serve, it
    /// was disarmed again.
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
                // Whatever it says: the first error is the one to report.
                let _ = Box::new(device).disarm();
                Err(failed(call)(errno))
            }
        }
    }

    fn set_up(&self, timeout_s: u32) -> Result<Duration, (&'static str, Errno)> {
        let mut seconds = libc::c_int::try_from(timeout_s)
            .map_err(|_| ("ioctl(WDIOC_SETTIMEOUT)", Errno::EINVAL))?;
        // SAFETY: the descriptor is open and the kernel reads and writes one int, which lives here.
        match unsafe { ioctl::set_timeout(self.file.as_raw_fd(), &raw mut seconds) } {
            // A driver without the call keeps the timeout that it has.
            Ok(_) | Err(Errno::EOPNOTSUPP) => {}
            Err(errno) => return Err(("ioctl(WDIOC_SETTIMEOUT)", errno)),
        }
        // SAFETY: as above; the kernel writes one int.
        unsafe { ioctl::get_timeout(self.file.as_raw_fd(), &raw mut seconds) }
            .map_err(|errno| ("ioctl(WDIOC_GETTIMEOUT)", errno))?;
        match u64::try_from(seconds) {
            Ok(seconds) if seconds > 0 => Ok(Duration::from_secs(seconds)),
            _ => Err(("ioctl(WDIOC_GETTIMEOUT)", Errno::ERANGE)),
        }
    }
}

impl Watchdog for Device {
    fn timeout(&self) -> Duration {
        self.timeout
    }

    fn feed(&mut self) -> Result<(), WatchdogError> {
        // Any byte feeds it, and any but this one takes back a disarming.
        self.file.write_all(b"\0").map_err(WatchdogError::Write)
    }

    fn disarm(mut self: Box<Self>) -> Result<(), WatchdogError> {
        self.file.write_all(b"V").map_err(WatchdogError::Write)
    }
}

/// The kernel's calls, from `linux/watchdog.h`.
mod ioctl {
    nix::ioctl_readwrite!(set_timeout, b'W', 6, nix::libc::c_int);
    nix::ioctl_read!(get_timeout, b'W', 7, nix::libc::c_int);
}

fn errno_of(error: &io::Error) -> Errno {
    error
        .raw_os_error()
        .map_or(Errno::UnknownErrno, Errno::from_raw)
}

/// A watchdog that cannot be used.
#[derive(Debug)]
pub enum WatchdogError {
    /// The device could not be opened or set up.
    Device {
        /// The device.
        path: PathBuf,
        /// The call that failed.
        doing: &'static str,
        /// What the kernel said.
        errno: Errno,
    },
    /// It could not be fed or disarmed.
    Write(io::Error),
    /// It is not there, or is no device.
    NoDevice {
        /// Its path.
        path: PathBuf,
        /// What the kernel said, if anything.
        error: Option<io::Error>,
    },
}

impl fmt::Display for WatchdogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device { path, doing, errno } => {
                write!(f, "{}: {doing}: {}", path.display(), errno.desc())?;
                f.write_str(match errno {
                    Errno::EBUSY => {
                        "; another program has it: stop watchdogd, or set RuntimeWatchdogSec=off in systemd's system.conf"
                    }
                    Errno::EACCES | Errno::EPERM => {
                        "; give the service's user access to it (99-sluice.rules, DeviceAllow)"
                    }
                    Errno::ENOTTY => "; it is no watchdog",
                    Errno::EINVAL => "; it does not have this timeout",
                    _ => "",
                })
            }
            Self::Write(error) => write!(f, "writing to the watchdog: {error}"),
            Self::NoDevice {
                path,
                error: Some(error),
            } => write!(f, "{}: {error}", path.display()),
            Self::NoDevice { path, error: None } => {
                write!(f, "{}: not a character device", path.display())
            }
        }
    }
}

impl core::error::Error for WatchdogError {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{PipeReader, Read as _, pipe};
    use std::os::fd::OwnedFd;

    fn armed() -> (Device, PipeReader) {
        let (reader, writer) = pipe().unwrap();
        let device = Device {
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
    fn only_a_disarmed_one_was_told_to_stop() {
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
    fn a_file_that_is_no_watchdog_is_told_to_stop_and_refused() {
        let path = std::env::temp_dir().join(format!("board-watchdog-{}", std::process::id()));
        std::fs::write(&path, "").unwrap();
        let error = Device::open(&path, 9).unwrap_err().to_string();
        assert!(
            error.contains("WDIOC_SETTIMEOUT") && error.ends_with("it is no watchdog"),
            "{error}"
        );
        assert_eq!(std::fs::read(&path).unwrap(), b"V");
        let error = describe(&path).unwrap_err().to_string();
        assert!(error.ends_with("not a character device"), "{error}");
        std::fs::remove_file(&path).unwrap();
        let error = Device::open(&path, 9).unwrap_err().to_string();
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

//! Lines of a GPIO chip, through the kernel's character device.
//!
//! The device has two versions of its interface: version 2 since Linux 5.10, version 1 since 4.8.
//! [`GpioLine::find`] uses the newest version of the kernel unless the caller names a different
//! one. Version 1 does not count lost edges ([`GpioInput`]).
//!
//! Only the process that requested a line may change it. Of all other lines this module only reads
//! the information that the kernel gives.
//!
//! ```no_run
//! use board::edge::Edges as _;
//! use board::gpio::{Bias, GpioLine, Which};
//! use board::line::PATIENCE;
//! use embedded_hal::digital::{OutputPin as _, PinState};
//! use std::path::Path;
//!
//! let chip = Path::new("/dev/gpiochip0");
//! let relay = GpioLine::find(chip, Which::Name("REJECT"), None)?;
//! let mut relay = relay.output("example", PinState::High, PATIENCE)?;
//! let trigger = GpioLine::find(chip, Which::Offset(3), None)?;
//! let mut trigger = trigger.edges("example", Bias::PullUp, PATIENCE)?;
//! if let Some(edge) = trigger.next_edge()? {
//!     relay.set_state(edge.level)?;
//! }
//! # Ok::<(), board::line::LineError>(())
//! ```

mod event_clock;
mod input;
mod output;
#[cfg(test)]
mod tests;

pub use input::{EVENTS_MAX, GpioInput};
pub use output::GpioOutput;

use crate::line::LineError;
use core::fmt;
use core::time::Duration;
use gpiocdev::chip::Chip;
use gpiocdev::line::{Direction, Info};
use gpiocdev::{AbiVersion, Error};
use nix::errno::Errno;
use std::path::{Path, PathBuf};
use std::thread;

/// Time between two attempts to request a line.
const RETRY: Duration = Duration::from_millis(1);

/// A version of the kernel's interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Abi {
    /// Linux 4.8 and later.
    V1,
    /// Linux 5.10 and later.
    V2,
}

impl fmt::Display for Abi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
        })
    }
}

impl From<Abi> for AbiVersion {
    fn from(abi: Abi) -> Self {
        match abi {
            Abi::V1 => Self::V1,
            Abi::V2 => Self::V2,
        }
    }
}

/// The chip's resistor at an input line, which sets its level while nothing drives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bias {
    /// The chip keeps the setting that it has.
    AsIs,
    /// No resistor of the chip; the wiring has one.
    Disabled,
    /// A resistor to the supply.
    PullUp,
    /// A resistor to ground.
    PullDown,
}

/// How to find a line of a chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which<'a> {
    /// By its number on the chip, from 0.
    Offset(u32),
    /// By the name that the device tree or the board's firmware gave it.
    Name(&'a str),
}

/// A line of a chip. It is not requested: other processes may use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GpioLine {
    chip: PathBuf,
    offset: u32,
    abi: Abi,
}

/// The kernel's information about a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineInfo {
    /// Its name on the chip; empty if it has none.
    pub name: String,
    /// The consumer that holds the line, or `None` if it is free. A consumer without a name is
    /// called `unknown`.
    pub holder: Option<String>,
    /// Whether the line is an output now.
    pub is_output: bool,
}

impl GpioLine {
    /// Looks a line up. With `abi`, only that version of the interface is used.
    ///
    /// Requests and changes nothing. Allocates.
    ///
    /// # Errors
    /// The chip does not exist or may not be opened, has no such line or two lines of that name, or
    /// the kernel does not have this version of the interface.
    pub fn find(path: &Path, which: Which<'_>, abi: Option<Abi>) -> Result<Self, LineError> {
        let chip = Chip::from_path(path).map_err(|error| no_chip(path, &error))?;
        let abi = match abi {
            Some(abi) => {
                chip.supports_abi_version(abi.into()).map_err(|_| {
                    LineError::new(format_args!(
                        "{}: this kernel does not speak version {abi} of the GPIO interface",
                        path.display()
                    ))
                })?;
                abi
            }
            None => match chip.detect_abi_version() {
                Ok(AbiVersion::V2) => Abi::V2,
                Ok(AbiVersion::V1) => Abi::V1,
                Err(error) => return Err(no_chip(path, &error)),
            },
        };
        let count = chip
            .info()
            .map_err(|error| no_chip(path, &error))?
            .num_lines;
        let offset = match which {
            Which::Offset(offset) if offset < count => offset,
            Which::Offset(offset) => {
                return Err(LineError::new(format_args!(
                    "{} has no line {offset}; it has {count}",
                    path.display()
                )));
            }
            Which::Name(name) => named(&chip, name)?,
        };
        Ok(Self {
            chip: path.to_owned(),
            offset,
            abi,
        })
    }

    /// Its number on the chip, from 0.
    pub const fn offset(&self) -> u32 {
        self.offset
    }

    /// The version of the interface in use.
    pub const fn abi(&self) -> Abi {
        self.abi
    }

    /// Reads the kernel's information about the line. Requests and changes nothing. Allocates.
    ///
    /// # Errors
    /// The chip no longer exists.
    pub fn info(&self) -> Result<LineInfo, LineError> {
        let Info {
            name,
            consumer,
            used,
            direction,
            ..
        } = Chip::from_path(&self.chip)
            .and_then(|chip| chip.line_info(self.offset))
            .map_err(|error| no_chip(&self.chip, &error))?;
        let holder = match consumer.as_str() {
            "" => "unknown".to_owned(),
            _ => consumer,
        };
        Ok(LineInfo {
            name,
            holder: used.then_some(holder),
            is_output: direction == Direction::Output,
        })
    }

    /// Requests the line. Tries again for up to `patience` while another process holds it.
    fn request<T>(
        &self,
        patience: Duration,
        mut request: impl FnMut() -> Result<T, Error>,
    ) -> Result<T, LineError> {
        let mut waited = Duration::ZERO;
        loop {
            match request() {
                Ok(held) => return Ok(held),
                Err(error) if errno(&error) != Errno::EBUSY => {
                    return Err(self.refused("requesting", &error));
                }
                Err(_) if waited < patience => {}
                Err(_) => {
                    let holder = self.info().ok().and_then(|info| info.holder);
                    let holder = holder.as_deref().unwrap_or("unknown");
                    return Err(LineError::taken(format_args!(
                        "{self} is held by \"{holder}\"; end that program, or give another line"
                    )));
                }
            }
            thread::sleep(RETRY);
            waited += RETRY;
        }
    }

    /// The error for a call that the kernel refused.
    fn refused(&self, call: &str, error: &Error) -> LineError {
        match errno(error) {
            Errno::UnknownErrno => LineError::new(format_args!("{call} {self}: {error}")),
            errno => LineError::new(format_args!("{call} {self}: {}", errno.desc())),
        }
    }
}

/// `/dev/gpiochip0 line 3`.
impl fmt::Display for GpioLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} line {}", self.chip.display(), self.offset)
    }
}

/// The offset of the only line with this name.
fn named(chip: &Chip, name: &str) -> Result<u32, LineError> {
    let path = chip.path().display();
    let lines = chip
        .line_info_iter()
        .map_err(|error| no_chip(chip.path(), &error))?;
    let mut found = lines
        .filter_map(Result::ok)
        .filter(|info| info.name == name)
        .map(|info| info.offset);
    match (found.next(), found.next()) {
        (Some(offset), None) => Ok(offset),
        (Some(first), Some(second)) => Err(LineError::new(format_args!(
            "{path} has two lines named \"{name}\", {first} and {second}; give an offset"
        ))),
        (None, _) => Err(LineError::new(format_args!(
            "{path} has no line named \"{name}\"; give one that it has, or an offset"
        ))),
    }
}

/// Why a chip cannot be used, and what to do about it.
fn no_chip(path: &Path, error: &Error) -> LineError {
    let path = path.display();
    match errno(error) {
        Errno::ENOENT => LineError::new(format_args!(
            "{path} is not there; name a chip that is (ls /dev/gpiochip*), or load its driver"
        )),
        Errno::EACCES | Errno::EPERM => LineError::new(format_args!(
            "{path} may not be opened by this user; join the group that owns it"
        )),
        Errno::UnknownErrno => LineError::new(format_args!(
            "{path} cannot be used: {error}; name a GPIO chip (ls /dev/gpiochip*)"
        )),
        errno => LineError::new(format_args!("{path} cannot be used: {}", errno.desc())),
    }
}

/// The system's error number, or `UnknownErrno` when the error did not come from the system.
fn errno(error: &Error) -> Errno {
    match error {
        Error::Os(errno) | Error::Uapi(_, gpiocdev_uapi::Error::Os(errno)) => {
            Errno::from_raw(errno.0)
        }
        _ => Errno::UnknownErrno,
    }
}

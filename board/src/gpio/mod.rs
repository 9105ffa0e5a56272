//! Lines of a GPIO chip, through the kernel's character device.
//!
//! The device speaks two versions of its interface: 2 since Linux 5.10, and 1 before. [`Line::find`] takes the newest one
//! that the kernel has, unless it is told which. What version 1 lacks, [`EdgeInput`] says: a count of lost edges.
//!
//! A line belongs to whoever requested it. Of another's line only its state is read, never anything changed.

mod event_clock;
mod input;
mod output;

pub use input::{EVENTS_MAX, EdgeInput};
pub use output::Output;

use crate::line::LineError;
use core::fmt;
use core::time::Duration;
use gpiocdev::chip::Chip;
use gpiocdev::line::{Direction, Info};
use gpiocdev::{AbiVersion, Error};
use nix::errno::Errno;
use std::path::{Path, PathBuf};
use std::thread;

/// How often a line that somebody holds is tried.
const RETRY: Duration = Duration::from_millis(1);

/// Version of the kernel's interface.
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

/// What holds an input when nothing drives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bias {
    /// The wiring; the chip is left as it is.
    AsIs,
    /// The wiring; the chip's resistors are switched off.
    Disabled,
    /// The chip's resistor to the supply.
    PullUp,
    /// The chip's resistor to ground.
    PullDown,
}

/// How a line is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which<'a> {
    /// By its number on the chip, from 0.
    Offset(u32),
    /// By the name that the device tree or the board's firmware gave it.
    Name(&'a str),
}

/// A line that a chip has. It is not held: anybody may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    chip: PathBuf,
    offset: u32,
    abi: Abi,
}

/// What the kernel says of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Its name on the chip; empty for none.
    pub name: String,
    /// Who holds it; nothing when it is free. A holder that gave no name is called `somebody`.
    pub holder: Option<String>,
    /// Whether the chip drives it at this moment.
    pub is_output: bool,
}

impl Line {
    /// Looks a line up. With `abi` that version of the interface is used and none other.
    ///
    /// Reads; changes and holds nothing. Allocates.
    ///
    /// # Errors
    /// There is no such chip or it may not be opened, it has no such line, or two of that name, or the kernel does not speak
    /// the version.
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

    /// Number on the chip.
    pub const fn offset(&self) -> u32 {
        self.offset
    }

    /// Version of the interface that is used.
    pub const fn abi(&self) -> Abi {
        self.abi
    }

    /// What the kernel says of it. Changes and holds nothing. Allocates.
    ///
    /// # Errors
    /// The chip is gone.
    pub fn state(&self) -> Result<State, LineError> {
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
            "" => "somebody".to_owned(),
            _ => consumer,
        };
        Ok(State {
            name,
            holder: used.then_some(holder),
            is_output: direction == Direction::Output,
        })
    }

    /// Requests the line, and again while somebody holds it, for as long as `patience`.
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
                    let holder = self.state().ok().and_then(|state| state.holder);
                    let holder = holder.as_deref().unwrap_or("somebody");
                    return Err(LineError::taken(format_args!(
                        "{self} is held by \"{holder}\"; end that program, or give another line"
                    )));
                }
            }
            thread::sleep(RETRY);
            waited += RETRY;
        }
    }

    /// What the kernel said to `call`.
    fn refused(&self, call: &str, error: &Error) -> LineError {
        match errno(error) {
            Errno::UnknownErrno => LineError::new(format_args!("{call} {self}: {error}")),
            errno => LineError::new(format_args!("{call} {self}: {}", errno.desc())),
        }
    }
}

/// `/dev/gpiochip0 line 3`.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} line {}", self.chip.display(), self.offset)
    }
}

/// The only line of the chip with this name.
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

/// Why a chip cannot be used, and what to do.
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

/// The system's own number of the error; unknown when it did not come from the system.
fn errno(error: &Error) -> Errno {
    match error {
        Error::Os(errno) | Error::Uapi(_, gpiocdev_uapi::Error::Os(errno)) => {
            Errno::from_raw(errno.0)
        }
        _ => Errno::UnknownErrno,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::PATIENCE;
    use gpiocdev::UapiCall;

    #[test]
    fn a_chip_that_is_not_there_or_none_is_named_with_the_way_out() {
        let text = |path: &str| {
            Line::find(Path::new(path), Which::Offset(0), None)
                .unwrap_err()
                .to_string()
        };
        let absent = text("/dev/gpiochip-of-another-board");
        assert!(
            absent.starts_with("/dev/gpiochip-of-another-board is not there"),
            "{absent}"
        );
        assert!(absent.contains("ls /dev/gpiochip*"), "{absent}");
        let other = text("/dev/null");
        assert!(other.starts_with("/dev/null cannot be used: "), "{other}");
    }

    #[test]
    fn what_the_kernel_said_is_told_in_words() {
        let line = Line {
            chip: "/dev/gpiochip3".into(),
            offset: 7,
            abi: Abi::V2,
        };
        let gone = gpiocdev_uapi::Error::Os(gpiocdev_uapi::Errno(Errno::ENODEV as i32));
        let error = line.refused("driving", &Error::Uapi(UapiCall::SetLineValues, gone));
        assert_eq!(
            error.to_string(),
            "driving /dev/gpiochip3 line 7: No such device"
        );
        assert!(!error.is_taken());
        let other = line.refused("driving", &Error::NoGpioChips());
        assert!(other.to_string().contains("No GPIO chips"), "{other}");
    }

    #[test]
    fn a_line_that_is_held_is_waited_for_and_then_given_up() {
        let line = Line {
            chip: "/dev/gpiochip-of-another-board".into(),
            offset: 7,
            abi: Abi::V2,
        };
        let busy = || {
            let errno = gpiocdev_uapi::Errno(Errno::EBUSY as i32);
            Error::Uapi(UapiCall::GetLine, gpiocdev_uapi::Error::Os(errno))
        };
        let mut tries = 0;
        let held = line.request(PATIENCE, || {
            tries += 1;
            if tries < 5 { Err(busy()) } else { Ok(tries) }
        });
        assert_eq!(held, Ok(5));
        let mut tries = 0;
        let patience = Duration::from_millis(3);
        let error = line.request(patience, || -> Result<(), _> {
            tries += 1;
            Err(busy())
        });
        let error = error.unwrap_err();
        assert_eq!(tries, 4, "at once, and after each millisecond");
        assert!(error.is_taken());
        assert!(
            error.to_string().contains("held by \"somebody\""),
            "{error}"
        );
        // Any other refusal is final.
        let mut tries = 0;
        let error = line.request(PATIENCE, || -> Result<(), _> {
            tries += 1;
            Err(Error::NoGpioChips())
        });
        assert_eq!(tries, 1);
        assert!(!error.unwrap_err().is_taken());
    }
}

//! An I2C bus of Linux, held for one device on it.
//!
//! Unlike `I2cdev` of `linux-embedded-hal` it allocates nothing after it was opened, keeps to its one address, and keeps
//! other programs of this kind off.

use crate::line::LineError;
use crate::lock;
use core::fmt;
use core::time::Duration;
use embedded_hal::i2c::{ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation};
use linux_embedded_hal::i2cdev::core::{I2CDevice, I2CMessage, I2CTransfer};
use linux_embedded_hal::i2cdev::linux::{LinuxI2CDevice, LinuxI2CError, LinuxI2CMessage};
use nix::errno::Errno;
use std::fs::File;
use std::io;
use std::path::Path;

/// A bus, for the device at one address.
#[derive(Debug)]
pub struct Bus {
    device: LinuxI2CDevice,
    address: u8,
    /// Kept for as long as the bus is used.
    _locked: File,
}

impl Bus {
    /// Opens the bus `path` for the device at `address`, 7 bits. While another program of this kind holds the bus, it is
    /// tried again for as long as `patience`. Allocates.
    ///
    /// # Errors
    /// There is no such bus or it may not be opened, a driver of the kernel has the address, or the bus stayed held.
    pub fn open(path: &Path, address: u8, patience: Duration) -> Result<Self, LineError> {
        let place = path.display();
        let file = File::open(path).map_err(|error| {
            LineError::new(format_args!(
                "the I2C bus {place}: {error}; load i2c-dev, or run as its group"
            ))
        })?;
        lock::take(&file, patience).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => LineError::taken(format_args!(
                "the I2C bus {place} is held by another sluice; end it"
            )),
            _ => LineError::new(format_args!("locking the I2C bus {place}: {error}")),
        })?;
        let device = LinuxI2CDevice::new(path, address.into()).map_err(|error| {
            let errno = errno(&error);
            let advice = match errno {
                Errno::EBUSY => "; a driver of the kernel has it: use that driver's GPIO chip",
                _ => "",
            };
            LineError::new(format_args!(
                "the I2C bus {place}, address {address:#04x}: {}{advice}",
                errno.desc()
            ))
        })?;
        Ok(Self {
            device,
            address,
            _locked: file,
        })
    }
}

fn errno(error: &LinuxI2CError) -> Errno {
    match error {
        LinuxI2CError::Errno(number) => Errno::from_raw(*number),
        LinuxI2CError::Io(error) => error
            .raw_os_error()
            .map_or(Errno::UnknownErrno, Errno::from_raw),
    }
}

/// A transaction that failed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum BusError {
    /// The kernel refused it, or the device did not answer.
    Kernel(Errno),
    /// It is for another device, or of a kind that this bus does not do.
    Unsupported,
}

/// In words: it is what a driver's `{:?}` puts into a message.
impl fmt::Debug for BusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kernel(errno) => f.write_str(errno.desc()),
            Self::Unsupported => f.write_str("not a transaction for this bus"),
        }
    }
}

impl embedded_hal::i2c::Error for BusError {
    fn kind(&self) -> ErrorKind {
        // As Documentation/i2c/fault-codes.rst of the kernel has them.
        match self {
            Self::Kernel(Errno::ENXIO | Errno::EREMOTEIO) => {
                ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown)
            }
            Self::Kernel(Errno::EAGAIN) => ErrorKind::ArbitrationLoss,
            Self::Kernel(Errno::EIO | Errno::EBUSY | Errno::ETIMEDOUT) => ErrorKind::Bus,
            Self::Kernel(_) | Self::Unsupported => ErrorKind::Other,
        }
    }
}

impl ErrorType for Bus {
    type Error = BusError;
}

/// Writes, and writes followed by a read, to the one address. A device that holds the bus stops the caller for as long as
/// the adapter's timeout, a second on most.
impl I2c for Bus {
    fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), BusError> {
        if address != self.address {
            return Err(BusError::Unsupported);
        }
        let done = match operations {
            [Operation::Write(bytes)] => self.device.write(bytes),
            [Operation::Write(bytes), Operation::Read(into)] => {
                let mut messages = [LinuxI2CMessage::write(bytes), LinuxI2CMessage::read(into)];
                self.device.transfer(&mut messages).map(drop)
            }
            _ => return Err(BusError::Unsupported),
        };
        done.map_err(|error| BusError::Kernel(errno(&error)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn a_bus_that_is_not_there_or_none_is_named() {
        let text = |path: &str| {
            let error = Bus::open(Path::new(path), 0x20, Duration::ZERO).unwrap_err();
            error.to_string()
        };
        let absent = text("/dev/i2c-of-another-board");
        assert!(absent.contains("/dev/i2c-of-another-board"), "{absent}");
        assert!(absent.contains("load i2c-dev"), "{absent}");
        let other = text("/dev/null");
        assert!(other.contains("address 0x20: Not a typewriter"), "{other}");
    }

    #[test]
    fn a_bus_that_another_holds_is_waited_for() {
        let path = std::env::temp_dir().join(format!("bus-{}", std::process::id()));
        let file = File::create(&path).unwrap();
        file.try_lock().unwrap();
        let patience = Duration::from_millis(3);
        let error = Bus::open(&path, 0x20, patience).unwrap_err();
        assert!(error.is_taken(), "{error}");
        let error = thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(patience);
                drop(file);
            });
            Bus::open(&path, 0x20, Duration::from_secs(20)).unwrap_err()
        });
        std::fs::remove_file(&path).unwrap();
        assert!(!error.is_taken(), "it was had, and is no bus: {error}");
    }
}

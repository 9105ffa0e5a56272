//! An I2C bus that this process holds alone.

use crate::i2c::I2cDev;
use crate::line::LineError;
use crate::lock;
use core::time::Duration;
use nix::errno::Errno;
use std::fs::File;
use std::io;
use std::path::Path;

/// Opens the bus `path` for the device at `address` (7 bits) and keeps other programs of this kind
/// off it. Tries again for up to `patience` while another one holds the bus. Allocates.
///
/// # Errors
/// The bus does not exist or may not be opened, a driver of the kernel uses the address, or the bus
/// stayed held.
pub fn open_bus(path: &Path, address: u8, patience: Duration) -> Result<I2cDev, LineError> {
    let place = path.display();
    let bus = File::options().read(true).write(true).open(path);
    let bus = bus.map_err(|error| {
        LineError::new(format_args!(
            "the I2C bus {place}: {error}; load i2c-dev, or run as its group"
        ))
    })?;
    lock::take(&bus, patience).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => LineError::taken(format_args!(
            "the I2C bus {place} is held by another sluice; end it"
        )),
        _ => LineError::new(format_args!("locking the I2C bus {place}: {error}")),
    })?;
    I2cDev::new(bus, address).map_err(|errno| {
        let advice = match errno {
            Errno::EBUSY => "; a driver of the kernel has it: use that driver's GPIO chip",
            _ => "",
        };
        LineError::new(format_args!(
            "the I2C bus {place}, address {address:#04x}: {}{advice}",
            errno.desc()
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    fn refused(path: &str) -> String {
        let error = open_bus(Path::new(path), 0x20, Duration::ZERO).unwrap_err();
        error.to_string()
    }

    #[test]
    fn an_absent_bus_is_named() {
        let absent = refused("/dev/i2c-of-another-board");
        assert!(absent.contains("/dev/i2c-of-another-board"), "{absent}");
        assert!(absent.contains("load i2c-dev"), "{absent}");
    }

    #[test]
    fn another_device_is_refused_by_the_kernel() {
        let other = refused("/dev/null");
        assert!(other.contains("address 0x20: Not a typewriter"), "{other}");
    }

    #[test]
    fn a_bus_that_another_process_holds_is_tried_again_until_it_is_free() {
        let path = std::env::temp_dir().join(format!("bus-{}", std::process::id()));
        let file = File::create(&path).unwrap();
        file.try_lock().unwrap();
        let patience = Duration::from_millis(3);
        let error = open_bus(&path, 0x20, patience).unwrap_err();
        assert!(error.is_taken(), "{error}");
        let error = thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(patience);
                drop(file);
            });
            open_bus(&path, 0x20, Duration::from_secs(20)).unwrap_err()
        });
        std::fs::remove_file(&path).unwrap();
        assert!(!error.is_taken(), "it was locked, and is no bus: {error}");
    }
}

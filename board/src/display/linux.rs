//! Panels on the buses of Linux.

use super::{CommandBus as _, Fault, I2cBus, SpiBus};
use crate::i2c::I2cDev;
use crate::spi::{SpiDev, SpiMode};
use core::time::Duration;
use embedded_hal::delay::DelayNs;
use embedded_hal::digital::OutputPin;
use std::fs::File;
use std::path::Path;
use std::thread;

/// Delays by sleeping, for at least the time that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delay;

impl DelayNs for Delay {
    fn delay_ns(&mut self, ns: u32) {
        thread::sleep(Duration::from_nanos(ns.into()));
    }
}

/// Opens an I2C bus for the device at `address` (7 bits). Sends nothing.
///
/// # Errors
/// The bus does not exist, may not be opened, or a driver of the kernel uses the address.
pub fn open_i2c(path: &Path, address: u8) -> Result<I2cBus<I2cDev>, Fault> {
    let bus = File::options().read(true).write(true).open(path);
    let device = I2cDev::new(bus.map_err(Fault::Open)?, address);
    let device = device.map_err(|errno| Fault::Open(errno.into()))?;
    Ok(I2cBus::new(device, address))
}

/// Opens an SPI device whose line for data and commands is `data_command`. Sends nothing.
///
/// # Errors
/// The device does not exist, may not be opened, or refuses mode or clock.
pub fn open_spi<D: OutputPin>(
    path: &Path,
    mode: SpiMode,
    clock_hz: u32,
    data_command: D,
) -> Result<SpiBus<SpiDev, D>, Fault> {
    let device = SpiDev::open(path, mode, clock_hz).map_err(Fault::Open)?;
    Ok(SpiBus::new(device, data_command))
}

/// Checks that an SPI device can be opened and accepts this clock. Sends nothing.
///
/// # Errors
/// As [`open_spi`].
pub fn probe_spi(path: &Path, clock_hz: u32) -> Result<(), Fault> {
    SpiDev::open(path, SpiMode::Mode0, clock_hz)
        .map(drop)
        .map_err(Fault::Open)
}

/// Sends the command "no operation" to an OLED on I2C, which acknowledges it and changes nothing.
///
/// # Errors
/// The bus cannot be opened, or no device acknowledges.
pub fn probe_oled(path: &Path, address: u8) -> Result<(), Fault> {
    const NO_OPERATION: u8 = 0xE3;
    open_i2c(path, address)?.commands(&[NO_OPERATION])
}

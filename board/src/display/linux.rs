//! The buses of Linux that panels are on.

use super::{CommandBus as _, Fault, I2cBus, SpiBus};
use embedded_hal::digital::OutputPin;
use linux_embedded_hal::spidev::{SpiModeFlags, Spidev, SpidevOptions};
use linux_embedded_hal::{I2cdev, SpidevDevice};
use std::io;
use std::path::Path;

pub use linux_embedded_hal::Delay;

/// Polarity and phase of an SPI clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpiMode {
    /// Low at rest.
    Mode0,
    /// High at rest.
    Mode3,
}

/// Opens an I2C bus for the device with this address, 7 bits. Sends nothing.
///
/// # Errors
/// The bus is not there or not ours.
pub fn open_i2c(path: &Path, address: u8) -> Result<I2cBus<I2cdev>, Fault> {
    let bus = I2cdev::new(path).map_err(|error| Fault::Open(io::Error::from(error)))?;
    Ok(I2cBus::new(bus, address))
}

/// Opens a `spidev` device whose data line is `data_command`. Sends nothing.
///
/// # Errors
/// The device is not there, not ours or refuses the clock.
pub fn open_spi<D: OutputPin>(
    path: &Path,
    mode: SpiMode,
    clock_hz: u32,
    data_command: D,
) -> Result<SpiBus<SpidevDevice, D>, Fault> {
    let device = open_spidev(path, mode, clock_hz)?;
    Ok(SpiBus::new(device, data_command))
}

fn open_spidev(path: &Path, mode: SpiMode, clock_hz: u32) -> Result<SpidevDevice, Fault> {
    let mut device = SpidevDevice(Spidev::open(path).map_err(Fault::Open)?);
    let mode = match mode {
        SpiMode::Mode0 => SpiModeFlags::SPI_MODE_0,
        SpiMode::Mode3 => SpiModeFlags::SPI_MODE_3,
    };
    let options = SpidevOptions::new()
        .bits_per_word(8)
        .max_speed_hz(clock_hz)
        .mode(mode)
        .build();
    device.configure(&options).map_err(Fault::Open)?;
    Ok(device)
}

/// Whether a `spidev` device can be opened and takes this clock. Sends nothing.
///
/// # Errors
/// As [`open_spi`].
pub fn probe_spi(path: &Path, clock_hz: u32) -> Result<(), Fault> {
    open_spidev(path, SpiMode::Mode0, clock_hz).map(drop)
}

/// Asks an OLED on I2C to do nothing, which changes nothing and is acknowledged if it is there.
///
/// # Errors
/// The bus is not there, or nobody acknowledges.
pub fn probe_oled(path: &Path, address: u8) -> Result<(), Fault> {
    const NO_OPERATION: u8 = 0xE3;
    open_i2c(path, address)?.commands(&[NO_OPERATION])
}

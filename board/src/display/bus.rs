//! The interfaces of panels, I2C and SPI, and the lines beside them.

use super::error::{BusKind, LineRole};
use super::{Canvas, Fault, Panel};
use crate::line::cut;
use core::fmt;
use embedded_graphics::geometry::Size;
use embedded_hal::delay::DelayNs;
use embedded_hal::digital::OutputPin;
use embedded_hal::i2c::{Error as _, ErrorKind, I2c};
use embedded_hal::spi::SpiDevice;
use mipidsi::interface::{Interface, InterfaceKind};

/// Data bytes of one I2C transfer: one row of a page.
const I2C_DATA_MAX: usize = 128;
/// Bytes of one SPI transfer. `spidev` accepts 4096 by default.
const SPI_TRANSFER_MAX: usize = 2048;

/// An interface that distinguishes commands from data.
pub trait CommandBus: Send {
    /// Sends commands with their arguments.
    ///
    /// # Errors
    /// The transfer failed.
    fn commands(&mut self, bytes: &[u8]) -> Result<(), Fault>;

    /// Sends data, in as many transfers as needed.
    ///
    /// # Errors
    /// A transfer failed. The transfers before it were sent.
    fn data(&mut self, bytes: &[u8]) -> Result<(), Fault>;
}

/// I2C, where a control byte marks commands (`0x00`) or data (`0x40`): SSD1306 data sheet, 8.1.5.2.
#[derive(Debug)]
pub struct I2cBus<I> {
    i2c: I,
    address: u8,
    transfer: [u8; 1 + I2C_DATA_MAX],
}

impl<I: I2c> I2cBus<I> {
    /// The device at `address` (7 bits).
    pub const fn new(i2c: I, address: u8) -> Self {
        Self {
            i2c,
            address,
            transfer: [0; 1 + I2C_DATA_MAX],
        }
    }

    fn send(&mut self, control: u8, bytes: &[u8]) -> Result<(), Fault> {
        for chunk in bytes.chunks(I2C_DATA_MAX) {
            let transfer = self.transfer.get_mut(..=chunk.len()).unwrap_or_default();
            let Some((first, rest)) = transfer.split_first_mut() else {
                continue;
            };
            *first = control;
            rest.copy_from_slice(chunk);
            self.i2c
                .write(self.address, transfer)
                .map_err(|error| Fault::Bus {
                    bus: BusKind::I2c,
                    error: match error.kind() {
                        ErrorKind::Other => cut(format_args!("{error:?}")),
                        kind => cut(format_args!("{kind}")),
                    },
                })?;
        }
        Ok(())
    }
}

impl<I: I2c + Send> CommandBus for I2cBus<I> {
    fn commands(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.send(0x00, bytes)
    }

    fn data(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.send(0x40, bytes)
    }
}

/// SPI with a line that is low for commands and high for data.
pub struct SpiBus<S, D> {
    spi: S,
    data_command: D,
    /// The level that the line was set to last.
    is_data: Option<bool>,
    transfer: Box<[u8; SPI_TRANSFER_MAX]>,
}

impl<S, D> fmt::Debug for SpiBus<S, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SpiBus")
    }
}

impl<S: SpiDevice, D: OutputPin> SpiBus<S, D> {
    /// The device `spi`, whose line for data and commands is `data_command`.
    pub fn new(spi: S, data_command: D) -> Self {
        Self {
            spi,
            data_command,
            is_data: None,
            transfer: Box::new([0; SPI_TRANSFER_MAX]),
        }
    }

    /// Sets the line if its level differs. On an expander this takes as long as a transfer.
    fn set_data(&mut self, data: bool) -> Result<(), Fault> {
        if self.is_data == Some(data) {
            return Ok(());
        }
        self.data_command
            .set_state(data.into())
            .map_err(|error| Fault::line(LineRole::DataCommand, format_args!("{error:?}")))?;
        self.is_data = Some(data);
        Ok(())
    }
}

fn write(spi: &mut impl SpiDevice, bytes: &[u8]) -> Result<(), Fault> {
    for chunk in bytes.chunks(SPI_TRANSFER_MAX) {
        spi.write(chunk).map_err(|error| Fault::Bus {
            bus: BusKind::Spi,
            error: cut(format_args!("{error:?}")),
        })?;
    }
    Ok(())
}

impl<S: SpiDevice + Send, D: OutputPin + Send> CommandBus for SpiBus<S, D> {
    fn commands(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.set_data(false)?;
        write(&mut self.spi, bytes)
    }

    fn data(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.set_data(true)?;
        write(&mut self.spi, bytes)
    }
}

/// The interface of the crate `mipidsi`, which sends the arguments of a command as data.
impl<S: SpiDevice, D: OutputPin> Interface for SpiBus<S, D> {
    type Word = u8;
    type Error = Fault;

    const KIND: InterfaceKind = InterfaceKind::Serial4Line;

    fn send_command(&mut self, command: u8, args: &[u8]) -> Result<(), Fault> {
        self.set_data(false)?;
        write(&mut self.spi, &[command])?;
        self.set_data(true)?;
        write(&mut self.spi, args)
    }

    fn send_pixels<const N: usize>(
        &mut self,
        pixels: impl IntoIterator<Item = [u8; N]>,
    ) -> Result<(), Fault> {
        let mut bytes = pixels.into_iter().flatten();
        loop {
            let mut count = 0;
            for (place, byte) in self.transfer.iter_mut().zip(&mut bytes) {
                *place = byte;
                count += 1;
            }
            if count == 0 {
                return Ok(());
            }
            write(
                &mut self.spi,
                self.transfer.get(..count).unwrap_or_default(),
            )?;
        }
    }

    fn send_repeated_pixel<const N: usize>(
        &mut self,
        pixel: [u8; N],
        count: u32,
    ) -> Result<(), Fault> {
        self.send_pixels((0..count).map(|_| pixel))
    }
}

/// Resets a panel: 1 ms low, then 10 ms to wake up. The data sheets require 10 us and 5 ms
/// (SSD1306, 8.9; ST7789V, 7.4.5).
///
/// # Errors
/// The line cannot be driven.
pub fn reset(line: &mut impl OutputPin, delay: &mut impl DelayNs) -> Result<(), Fault> {
    line.set_low()
        .map_err(|error| Fault::line(LineRole::Reset, format_args!("{error:?}")))?;
    delay.delay_ms(1);
    line.set_high()
        .map_err(|error| Fault::line(LineRole::Reset, format_args!("{error:?}")))?;
    delay.delay_ms(10);
    Ok(())
}

/// A panel with a backlight that is switched on after the first picture.
#[derive(Debug)]
pub struct Lit<P, L> {
    panel: P,
    light: Option<L>,
    on: bool,
}

impl<P, L> Lit<P, L> {
    /// The panel and the line of its backlight, if it has one. Drives nothing yet.
    pub const fn new(panel: P, light: Option<L>) -> Self {
        Self {
            panel,
            light,
            on: false,
        }
    }
}

impl<P: Panel, L: OutputPin + Send> Panel for Lit<P, L> {
    type Color = P::Color;

    fn size(&self) -> Size {
        self.panel.size()
    }

    fn send(&mut self, canvas: &Canvas<P::Color>) -> Result<(), Fault> {
        self.panel.send(canvas)?;
        if let (false, Some(light)) = (self.on, &mut self.light) {
            light
                .set_high()
                .map_err(|error| Fault::line(LineRole::Light, format_args!("{error:?}")))?;
            self.on = true;
        }
        Ok(())
    }
}

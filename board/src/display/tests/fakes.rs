//! Simulated buses that pass bytes to a model of a panel, count them, and fail on request.

use super::super::{Canvas, Display, Panel};
use core::convert::Infallible;
use embedded_hal::delay::DelayNs;
use embedded_hal::digital::{self, OutputPin};
use embedded_hal::i2c::{self, I2c, NoAcknowledgeSource};
use embedded_hal::spi::{self, SpiDevice};
use std::sync::{Arc, Mutex, MutexGuard};

/// What a panel's chip does with the bytes that it receives.
pub trait Chip: Send {
    fn command(&mut self, byte: u8);
    fn data(&mut self, byte: u8);
    /// Resets the registers to their values after power-on and fills the memory with arbitrary
    /// data.
    fn lose_power(&mut self);
}

/// A chip at the end of a bus.
#[derive(Debug)]
pub struct Wired<C>(Arc<Mutex<State<C>>>);

impl<C> Clone for Wired<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

#[derive(Debug)]
pub struct State<C> {
    pub chip: C,
    pub transfers: usize,
    pub bytes: usize,
    /// The number of the transfer that fails. The chip loses its power at the same time.
    pub failing: Option<usize>,
    data: bool,
    pub reset: bool,
    pub light: bool,
}

impl<C: Chip> Wired<C> {
    pub fn new(chip: C) -> Self {
        Self(Arc::new(Mutex::new(State {
            chip,
            transfers: 0,
            bytes: 0,
            failing: None,
            data: false,
            reset: false,
            light: false,
        })))
    }

    pub fn state(&self) -> MutexGuard<'_, State<C>> {
        self.0.lock().unwrap()
    }

    pub fn line(&self, which: Which) -> Line<C> {
        Line(self.clone(), which)
    }
}

impl<C: Chip> State<C> {
    fn begins(&mut self, bytes: usize) -> bool {
        self.transfers += 1;
        self.bytes += bytes;
        let fails = self.failing == Some(self.transfers);
        if fails {
            self.chip.lose_power();
        }
        !fails
    }

    fn take(&mut self, data: bool, bytes: &[u8]) {
        for byte in bytes {
            if data {
                self.chip.data(*byte);
            } else {
                self.chip.command(*byte);
            }
        }
    }
}

pub const ADDRESS: u8 = 0x3C;

impl<C: Chip> i2c::ErrorType for Wired<C> {
    type Error = i2c::ErrorKind;
}

impl<C: Chip> I2c for Wired<C> {
    fn transaction(
        &mut self,
        address: u8,
        operations: &mut [i2c::Operation<'_>],
    ) -> Result<(), i2c::ErrorKind> {
        assert_eq!(address, ADDRESS);
        for operation in operations {
            let i2c::Operation::Write(bytes) = operation else {
                panic!("panels are not read")
            };
            let mut state = self.state();
            if !state.begins(bytes.len() + 1) {
                return Err(i2c::ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown));
            }
            match bytes {
                [0x00, commands @ ..] => state.take(false, commands),
                [0x40, data @ ..] => state.take(true, data),
                other => panic!("control byte of {other:?}"),
            }
        }
        Ok(())
    }
}

impl<C: Chip> spi::ErrorType for Wired<C> {
    type Error = spi::ErrorKind;
}

impl<C: Chip> SpiDevice for Wired<C> {
    fn transaction(
        &mut self,
        operations: &mut [spi::Operation<'_, u8>],
    ) -> Result<(), spi::ErrorKind> {
        for operation in operations {
            let spi::Operation::Write(bytes) = operation else {
                panic!("panels are not read")
            };
            assert!((1..=4096).contains(&bytes.len()), "spidev's limits");
            let mut state = self.state();
            if !state.begins(bytes.len()) {
                return Err(spi::ErrorKind::Other);
            }
            let data = state.data;
            state.take(data, bytes);
        }
        Ok(())
    }
}

/// A line of a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    DataCommand,
    Reset,
    Light,
}

#[derive(Debug)]
pub struct Line<C>(Wired<C>, Which);

impl<C> digital::ErrorType for Line<C> {
    type Error = Infallible;
}

impl<C: Chip> Line<C> {
    fn set(&mut self, high: bool) {
        let mut state = self.0.state();
        match self.1 {
            Which::DataCommand => state.data = high,
            Which::Light => state.light = high,
            Which::Reset => {
                if high && !state.reset {
                    state.chip.lose_power();
                }
                state.reset = high;
            }
        }
    }
}

impl<C: Chip> OutputPin for Line<C> {
    fn set_low(&mut self) -> Result<(), Infallible> {
        self.set(false);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        self.set(true);
        Ok(())
    }
}

/// Adds up delays without sleeping.
#[derive(Debug, Default)]
pub struct Clock(pub u64);

impl DelayNs for Clock {
    fn delay_ns(&mut self, ns: u32) {
        self.0 += u64::from(ns);
    }
}

/// Shows what `draw` draws and returns a copy of the canvas.
pub fn shown<P: Panel>(
    display: &mut Display<P>,
    draw: impl FnOnce(&mut Canvas<P::Color>),
) -> Canvas<P::Color> {
    let mut copy = None;
    let result = display.show(|canvas| {
        draw(canvas);
        copy = Some(canvas.clone());
    });
    result.unwrap();
    copy.unwrap()
}

//! Output lines of an I2C port expander: PCA9555 or PCA6416, which share their first eight
//! registers.
//!
//! Other lines of the expander may belong to the board. A change therefore reads the register and
//! writes it back with one bit changed. The bus offers no lock: if another master writes in
//! between, its write is undone. So no other program should write to the expander.
//!
//! ```no_run
//! use board::expander::{Expander, open_bus};
//! use board::line::PATIENCE;
//! use embedded_hal::digital::{OutputPin as _, PinState};
//! use std::path::Path;
//!
//! let bus = open_bus(Path::new("/dev/i2c-1"), 0x20, PATIENCE)?;
//! let mut relay = Expander::new(bus, 0x20).output(12, PinState::High)?;
//! relay.set_low()?;
//! # Ok::<(), board::line::LineError>(())
//! ```

mod bus;

pub use bus::open_bus;

use crate::line::LineError;
use core::fmt;
use embedded_hal::digital::{ErrorType, OutputPin, PinState};
use embedded_hal::i2c::I2c;
use std::sync::{Arc, Mutex, PoisonError};

/// Lines of an expander: 0 to 7 are port 0, 8 to 15 are port 1.
pub const LINES: u32 = 16;

/// Attempts for each transaction. One disturbance on the bus must not stop a station.
const TRIES: usize = 3;

/// Registers by their addresses for port 0; the one for port 1 follows. Sources: data sheets of the
/// PCA9555 (NXP, revision 10, table 5) and the PCA6416A (NXP, revision 5, table 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Register {
    /// The levels of output lines.
    Output = 2,
    /// The directions: bit 0 means output.
    Configuration = 6,
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Output => "output",
            Self::Configuration => "configuration",
        })
    }
}

/// An expander. Its lines share the bus: each waits for the transactions of the others, about 1 ms
/// at 100 kHz.
#[derive(Debug)]
pub struct Expander<I> {
    bus: Arc<Mutex<I>>,
    address: u8,
}

impl<I> Clone for Expander<I> {
    fn clone(&self) -> Self {
        Self {
            bus: Arc::clone(&self.bus),
            address: self.address,
        }
    }
}

/// The registers of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineState {
    /// Whether it is an output.
    pub is_output: bool,
    /// Its level as an output, now or once it becomes one.
    pub level: PinState,
}

impl<I: I2c> Expander<I> {
    /// The expander at `address` (7 bits). Sends nothing yet.
    pub fn new(bus: I, address: u8) -> Self {
        Self {
            bus: Arc::new(Mutex::new(bus)),
            address,
        }
    }

    /// Makes a line an output that has this level from the start: the level is written before the
    /// direction.
    ///
    /// # Errors
    /// The expander has no such line, the bus failed, or a register does not hold the written
    /// value.
    pub fn output(&self, line: u32, level: PinState) -> Result<ExpanderOutput<I>, LineError> {
        let output = ExpanderOutput {
            expander: self.clone(),
            place: self.place(line)?,
        };
        self.change(output.place, Register::Output, level.into())?;
        self.change(output.place, Register::Configuration, false)?;
        Ok(output)
    }

    /// Reads the registers of a line. Writes nothing.
    ///
    /// # Errors
    /// The expander has no such line, or the bus failed.
    pub fn state(&self, line: u32) -> Result<LineState, LineError> {
        let place = self.place(line)?;
        let bus = &mut *self.bus.lock().unwrap_or_else(PoisonError::into_inner);
        let level = self.read(bus, place, Register::Output)? & place.mask != 0;
        let is_input = self.read(bus, place, Register::Configuration)? & place.mask != 0;
        Ok(LineState {
            is_output: !is_input,
            level: level.into(),
        })
    }

    fn place(&self, line: u32) -> Result<LineBit, LineError> {
        match u8::try_from(line) {
            Ok(number) if line < LINES => Ok(LineBit {
                number,
                port: number / 8,
                mask: 1 << (number % 8),
            }),
            _ => Err(LineError::new(format_args!(
                "the expander has no line {line}; it has 0 to {}",
                LINES - 1
            ))),
        }
    }

    /// Sets one bit of a register and verifies it.
    fn change(&self, place: LineBit, register: Register, bit: bool) -> Result<(), LineError> {
        // A poisoned lock is usable: the registers are read again each time.
        let bus = &mut *self.bus.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = |value: u8| match bit {
            true => value | place.mask,
            false => value & !place.mask,
        };
        let old = self.read(bus, place, register)?;
        let new = wanted(old);
        if new != old {
            let address = register as u8 + place.port;
            tried(|| bus.write(self.address, &[address, new]))
                .map_err(|error| self.failed(place, "writing", register, &error))?;
            let held = self.read(bus, place, register)?;
            if held != wanted(held) {
                return Err(LineError::new(format_args!(
                    "expander {:#04x} line {}: the {register} register holds {held:#04x} after {new:#04x} was written; check its type",
                    self.address, place.number
                )));
            }
        }
        Ok(())
    }

    fn read(&self, bus: &mut I, place: LineBit, register: Register) -> Result<u8, LineError> {
        let mut value = [0];
        let address = register as u8 + place.port;
        tried(|| bus.write_read(self.address, &[address], &mut value))
            .map_err(|error| self.failed(place, "reading", register, &error))?;
        let [value] = value;
        Ok(value)
    }

    fn failed(
        &self,
        place: LineBit,
        what: &str,
        register: Register,
        error: &dyn fmt::Debug,
    ) -> LineError {
        LineError::new(format_args!(
            "expander {:#04x} line {}: {what} the {register} register: {error:?}; check wiring and address",
            self.address, place.number
        ))
    }
}

/// The result of the first successful attempt, or of the last one.
fn tried<T, E>(mut work: impl FnMut() -> Result<T, E>) -> Result<T, E> {
    let mut result = work();
    for _ in 1..TRIES {
        if result.is_ok() {
            break;
        }
        result = work();
    }
    result
}

/// The position of a line in the registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LineBit {
    number: u8,
    port: u8,
    mask: u8,
}

/// An output line. Driving it takes three transactions, or one if it already has the level.
#[derive(Debug)]
pub struct ExpanderOutput<I> {
    expander: Expander<I>,
    place: LineBit,
}

impl<I: I2c> ErrorType for ExpanderOutput<I> {
    type Error = LineError;
}

impl<I: I2c> OutputPin for ExpanderOutput<I> {
    fn set_low(&mut self) -> Result<(), LineError> {
        self.expander.change(self.place, Register::Output, false)
    }

    fn set_high(&mut self) -> Result<(), LineError> {
        self.expander.change(self.place, Register::Output, true)
    }
}

#[cfg(test)]
mod tests;

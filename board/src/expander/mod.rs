//! Output lines of an I2C port expander: PCA9555 and PCA6416, whose first eight registers are the same.
//!
//! Other lines of the expander may belong to the board. Only the bits of our own lines are ever changed, each time in what
//! the register holds at that moment. What another master or program writes between our reading and our writing is undone
//! by ours: the bus has no way to exclude that, so no other program should write to the expander.

mod bus;

pub use bus::open_bus;

use crate::line::LineError;
use core::fmt;
use embedded_hal::digital::{ErrorType, OutputPin, PinState};
use embedded_hal::i2c::I2c;
use std::sync::{Arc, Mutex, PoisonError};

/// Lines of an expander: 0 to 7 on port 0, 8 to 15 on port 1.
pub const LINES: u32 = 16;

/// How often a transaction is tried: a disturbance on the bus should not stop a station.
const TRIES: usize = 3;

/// The registers, by their addresses for port 0; port 1 follows each. From the data sheets of the PCA9555 (NXP, revision
/// 10, table 5) and the PCA6416A (NXP, revision 5, table 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Register {
    /// The levels that outputs have.
    Output = 2,
    /// A bit is 0 for an output.
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

/// An expander. Its lines share the bus; each waits for the other's transactions, about a millisecond at 100 kHz.
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

/// What an expander says of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Whether it is an output.
    pub is_output: bool,
    /// The level that it has as an output, now or once it is one.
    pub level: PinState,
}

impl<I: I2c> Expander<I> {
    /// The expander with this address, 7 bits. Touches nothing yet.
    pub fn new(bus: I, address: u8) -> Self {
        Self {
            bus: Arc::new(Mutex::new(bus)),
            address,
        }
    }

    /// Makes a line an output with this level from the start: the level is written before the direction.
    ///
    /// # Errors
    /// There is no such line, the bus failed, or the expander does not hold what was written.
    pub fn output(&self, line: u32, level: PinState) -> Result<Output<I>, LineError> {
        let output = Output {
            expander: self.clone(),
            place: self.place(line)?,
        };
        self.change(output.place, Register::Output, level.into())?;
        self.change(output.place, Register::Configuration, false)?;
        Ok(output)
    }

    /// What the expander says of a line. Writes nothing.
    ///
    /// # Errors
    /// There is no such line, or the bus failed.
    pub fn state(&self, line: u32) -> Result<State, LineError> {
        let place = self.place(line)?;
        let bus = &mut *self.bus.lock().unwrap_or_else(PoisonError::into_inner);
        let level = self.read(bus, place, Register::Output)? & place.mask != 0;
        let is_input = self.read(bus, place, Register::Configuration)? & place.mask != 0;
        Ok(State {
            is_output: !is_input,
            level: level.into(),
        })
    }

    fn place(&self, line: u32) -> Result<Place, LineError> {
        match u8::try_from(line) {
            Ok(number) if line < LINES => Ok(Place {
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

    /// Gives the line's bit of a register this value, and looks whether it has it.
    fn change(&self, place: Place, register: Register, bit: bool) -> Result<(), LineError> {
        // The registers are read at each turn, so nothing here is half done after a panic.
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

    fn read(&self, bus: &mut I, place: Place, register: Register) -> Result<u8, LineError> {
        let mut value = [0];
        let address = register as u8 + place.port;
        tried(|| bus.write_read(self.address, &[address], &mut value))
            .map_err(|error| self.failed(place, "reading", register, &error))?;
        let [value] = value;
        Ok(value)
    }

    fn failed(
        &self,
        place: Place,
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

/// The result of the first try that succeeds, or of the last.
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

/// Where a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    number: u8,
    port: u8,
    mask: u8,
}

/// An output line. Driving it takes three transactions on the bus, or one when the level is there already.
#[derive(Debug)]
pub struct Output<I> {
    expander: Expander<I>,
    place: Place,
}

impl<I: I2c> ErrorType for Output<I> {
    type Error = LineError;
}

impl<I: I2c> OutputPin for Output<I> {
    fn set_low(&mut self) -> Result<(), LineError> {
        self.expander.change(self.place, Register::Output, false)
    }

    fn set_high(&mut self) -> Result<(), LineError> {
        self.expander.change(self.place, Register::Output, true)
    }
}

#[cfg(test)]
mod tests;

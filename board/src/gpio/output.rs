//! Output lines of a GPIO chip.

use super::Line;
use crate::line::LineError;
use core::time::Duration;
use embedded_hal::digital::{ErrorType, OutputPin, PinState};
use gpiocdev::Request;
use gpiocdev::line::Value;

/// An output line that is held. Driving it is one system call that allocates nothing.
///
/// Dropped, the line is free. Whether it keeps its last level then depends on the chip's driver, so drive it to its safe
/// level first.
#[derive(Debug)]
pub struct Output {
    line: Line,
    request: Request,
}

impl Line {
    /// Takes the line and makes it an output with this level from the start, as `consumer` (31 bytes, what `gpioinfo`
    /// shows). While somebody holds it, it is tried again for as long as `patience`. Allocates.
    ///
    /// # Errors
    /// Somebody holds the line, or the chip cannot make it an output.
    pub fn output(
        &self,
        consumer: &str,
        level: PinState,
        patience: Duration,
    ) -> Result<Output, LineError> {
        let request = self.request(patience, || {
            Request::builder()
                .using_abi_version(self.abi.into())
                .on_chip(&self.chip)
                .with_consumer(consumer)
                .with_line(self.offset)
                .as_output(value(level))
                .request()
        })?;
        Ok(Output {
            line: self.clone(),
            request,
        })
    }
}

impl Output {
    fn drive(&mut self, level: PinState) -> Result<(), LineError> {
        self.request
            .set_lone_value(value(level))
            .map_err(|error| self.line.refused("driving", &error))
    }
}

/// The levels of the wire: lines are never requested as active low.
fn value(level: PinState) -> Value {
    match level {
        PinState::Low => Value::Inactive,
        PinState::High => Value::Active,
    }
}

impl ErrorType for Output {
    type Error = LineError;
}

impl OutputPin for Output {
    fn set_low(&mut self) -> Result<(), LineError> {
        self.drive(PinState::Low)
    }

    fn set_high(&mut self) -> Result<(), LineError> {
        self.drive(PinState::High)
    }
}

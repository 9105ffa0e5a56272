//! Output lines of a GPIO chip.

use super::GpioLine;
use crate::line::LineError;
use core::time::Duration;
use embedded_hal::digital::{ErrorType, OutputPin, PinState};
use gpiocdev::Request;
use gpiocdev::line::Value;

/// A requested output line. Driving it is one system call that allocates nothing.
///
/// Dropping it releases the line. Whether the line then keeps its last level depends on the chip's
/// driver, so drive it to its safe level first.
#[derive(Debug)]
pub struct GpioOutput {
    line: GpioLine,
    request: Request,
}

impl GpioLine {
    /// Requests the line as an output that has this level from the start, for `consumer` (at most
    /// 31 bytes, shown by `gpioinfo`). Tries again for up to `patience` while another process holds
    /// the line. Allocates.
    ///
    /// # Errors
    /// Another process holds the line, or the chip cannot make it an output.
    pub fn output(
        &self,
        consumer: &str,
        level: PinState,
        patience: Duration,
    ) -> Result<GpioOutput, LineError> {
        let request = self.request(patience, || {
            Request::builder()
                .using_abi_version(self.abi.into())
                .on_chip(&self.chip)
                .with_consumer(consumer)
                .with_line(self.offset)
                .as_output(value(level))
                .request()
        })?;
        Ok(GpioOutput {
            line: self.clone(),
            request,
        })
    }
}

impl GpioOutput {
    fn drive(&mut self, level: PinState) -> Result<(), LineError> {
        self.request
            .set_lone_value(value(level))
            .map_err(|error| self.line.refused("driving", &error))
    }
}

/// Lines are never requested as active low, so active means high.
fn value(level: PinState) -> Value {
    match level {
        PinState::Low => Value::Inactive,
        PinState::High => Value::Active,
    }
}

impl ErrorType for GpioOutput {
    type Error = LineError;
}

impl OutputPin for GpioOutput {
    fn set_low(&mut self) -> Result<(), LineError> {
        self.drive(PinState::Low)
    }

    fn set_high(&mut self) -> Result<(), LineError> {
        self.drive(PinState::High)
    }
}

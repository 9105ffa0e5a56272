//! Input lines of a GPIO chip, whose changes the kernel notes as they happen.

use super::event_clock::{Clocks, monotonic};
use super::{Abi, Bias, Line};
use crate::clock::Timestamp;
use crate::edge::{Edge, Edges};
use crate::line::LineError;
use core::time::Duration;
use embedded_hal::digital::PinState;
use gpiocdev::Request;
use gpiocdev::line::{EdgeDetection, EdgeKind, Value};
use std::os::fd::{AsFd, BorrowedFd};

/// Changes that the kernel keeps until they are taken, with version 2 of the interface; version 1 keeps 16.
pub const EVENTS_MAX: u32 = 256;

/// How an input is wired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InputSettings {
    /// What holds it when nothing drives it.
    pub bias: Bias,
    /// A level counts once it has lasted this long; zero for at once. In the kernel with version 2 of the interface; not at
    /// all with version 1, as [`Edges::is_debounced`] tells.
    pub debounce: Duration,
}

/// An input line that is held, both of its edges watched.
#[derive(Debug)]
pub struct EdgeInput {
    line: Line,
    request: Request,
    /// How long the kernel waits before it believes and stamps a level; zero when it does not debounce.
    debounce: Duration,
    /// Number of the last change that was taken, as the kernel counts them for this line from 1.
    last: u32,
}

impl Line {
    /// Takes the line as an input, as `consumer` (31 bytes, what `gpioinfo` shows). While somebody holds it, it is tried
    /// again for as long as `patience`. Allocates.
    ///
    /// # Errors
    /// Somebody holds the line, or the chip cannot do what the settings ask for.
    pub fn edges(
        &self,
        consumer: &str,
        settings: InputSettings,
        patience: Duration,
    ) -> Result<EdgeInput, LineError> {
        let debounced = self.abi == Abi::V2 && !settings.debounce.is_zero();
        let request = self
            .request(patience, || {
                let mut builder = Request::builder();
                builder
                    .using_abi_version(self.abi.into())
                    .on_chip(&self.chip)
                    .with_consumer(consumer)
                    .with_line(self.offset)
                    .as_input()
                    .with_bias(bias(settings.bias))
                    .with_edge_detection(EdgeDetection::BothEdges);
                if self.abi == Abi::V2 {
                    builder.with_kernel_event_buffer_size(EVENTS_MAX);
                }
                if debounced {
                    builder.with_debounce_period(settings.debounce);
                }
                builder.request()
            })
            .map_err(|error| self.explain(error, settings))?;
        Ok(EdgeInput {
            line: self.clone(),
            request,
            debounce: if debounced {
                settings.debounce
            } else {
                Duration::ZERO
            },
            last: 0,
        })
    }

    /// Kernels before 5.5 set no resistors, and no chip can set those that it does not have.
    fn explain(&self, error: LineError, settings: InputSettings) -> LineError {
        if error.is_taken() || settings.bias == Bias::AsIs {
            return error;
        }
        LineError::new(format_args!(
            "{error}; if this kernel or chip sets no bias, wire a resistor and use \"as_is\""
        ))
    }
}

const fn bias(bias: Bias) -> Option<gpiocdev::line::Bias> {
    match bias {
        Bias::AsIs => None,
        Bias::Disabled => Some(gpiocdev::line::Bias::Disabled),
        Bias::PullUp => Some(gpiocdev::line::Bias::PullUp),
        Bias::PullDown => Some(gpiocdev::line::Bias::PullDown),
    }
}

impl AsFd for EdgeInput {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.request.as_fd()
    }
}

impl Edges for EdgeInput {
    fn next_edge(&mut self) -> Result<Option<Edge>, LineError> {
        let failed = |error| self.line.refused("reading", &error);
        if !self.request.has_edge_event().map_err(failed)? {
            return Ok(None);
        }
        let event = self.request.read_edge_event().map_err(failed)?;
        let level = match event.kind {
            EdgeKind::Rising => PinState::High,
            EdgeKind::Falling => PinState::Low,
        };
        let (at, lost) = match self.line.abi {
            Abi::V1 => (monotonic(event.timestamp_ns, Clocks::now()), 0),
            Abi::V2 => (
                // The kernel stamps a debounced change when it believes it (`debounce_work_func` of its gpiolib-cdev): the
                // last bounce was that much earlier or a little more, so this is never before the change itself.
                Timestamp::from_ns(event.timestamp_ns) - self.debounce,
                lost_between(self.last, event.line_seqno),
            ),
        };
        self.last = event.line_seqno;
        Ok(Some(Edge { at, level, lost }))
    }

    fn level(&mut self) -> Result<PinState, LineError> {
        match self.request.lone_value() {
            Ok(Value::Active) => Ok(PinState::High),
            Ok(Value::Inactive) => Ok(PinState::Low),
            Err(error) => Err(self.line.refused("reading", &error)),
        }
    }

    fn counts_lost(&self) -> bool {
        self.line.abi == Abi::V2
    }

    fn is_debounced(&self) -> bool {
        !self.debounce.is_zero()
    }
}

/// Changes between the last one that was taken and this one, by their numbers, which run from 1 and begin anew after
/// 2^32 - 1.
const fn lost_between(last: u32, this: u32) -> u32 {
    this.wrapping_sub(last).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_changes_are_the_gap_in_their_numbers() {
        for (last, this, lost) in [
            (0, 1, 0),
            (1, 2, 0),
            (0, 3, 2),
            (7, 17, 9),
            (u32::MAX, 0, 0),
            (u32::MAX - 1, 1, 2),
            // A kernel that gives no numbers.
            (0, 0, 0),
        ] {
            assert_eq!(lost_between(last, this), lost, "{last} {this}");
        }
    }

    #[test]
    fn a_bias_that_is_refused_says_what_to_do_instead() {
        let line = Line {
            chip: "/dev/gpiochip0".into(),
            offset: 1,
            abi: Abi::V1,
        };
        let settings = |bias| InputSettings {
            bias,
            debounce: Duration::ZERO,
        };
        let error = LineError::new(format_args!("requesting it: Invalid argument"));
        let explained = line.explain(error.clone(), settings(Bias::PullUp));
        assert!(explained.to_string().contains("\"as_is\""), "{explained}");
        assert_eq!(line.explain(error.clone(), settings(Bias::AsIs)), error);
        let taken = LineError::taken(format_args!("held"));
        assert_eq!(line.explain(taken.clone(), settings(Bias::PullUp)), taken);
    }
}

//! Input lines of a GPIO chip, whose changes the kernel notes as they happen.
//!
//! Nothing is debounced here, though version 2 of the interface offers it: unless the chip itself can, Linux does it with a
//! piece of work that waits its turn like any thread (`debounce_work_func` of `gpiolib-cdev.c`). On a busy machine that turn
//! comes late: the change is stamped late by an unknown time, and a whole part that came and went meanwhile is taken for a
//! bounce. The edges themselves are stamped in the interrupt, so whoever debounces them by their stamps has the line's own
//! times, and the same with both versions.

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

/// Changes that the kernel keeps until they are taken, with version 2 of the interface: the most that it can, for the bounces
/// among them. Version 1 keeps 16.
pub const EVENTS_MAX: u32 = 1024;

/// An input line that is held, both of its edges watched.
#[derive(Debug)]
pub struct EdgeInput {
    line: Line,
    request: Request,
    /// Number of the last change that was taken, as the kernel counts them for this line from 1.
    last: u32,
}

impl Line {
    /// Takes the line as an input, as `consumer` (31 bytes, what `gpioinfo` shows); `bias` holds it when nothing drives it.
    /// While somebody holds it, it is tried again for as long as `patience`. Allocates.
    ///
    /// # Errors
    /// Somebody holds the line, or the chip cannot set the bias or report edges.
    pub fn edges(
        &self,
        consumer: &str,
        bias: Bias,
        patience: Duration,
    ) -> Result<EdgeInput, LineError> {
        let request = self
            .request(patience, || {
                let mut builder = Request::builder();
                builder
                    .using_abi_version(self.abi.into())
                    .on_chip(&self.chip)
                    .with_consumer(consumer)
                    .with_line(self.offset)
                    .as_input()
                    .with_bias(kernels(bias))
                    .with_edge_detection(EdgeDetection::BothEdges);
                if self.abi == Abi::V2 {
                    builder.with_kernel_event_buffer_size(EVENTS_MAX);
                }
                builder.request()
            })
            .map_err(|error| self.explain(error, bias))?;
        Ok(EdgeInput {
            line: self.clone(),
            request,
            last: 0,
        })
    }

    /// Kernels before 5.5 set no resistors, and no chip can set those that it does not have.
    fn explain(&self, error: LineError, bias: Bias) -> LineError {
        if error.is_taken() || bias == Bias::AsIs {
            return error;
        }
        LineError::new(format_args!(
            "{error}; if this kernel or chip sets no bias, wire a resistor and use \"as_is\""
        ))
    }
}

const fn kernels(bias: Bias) -> Option<gpiocdev::line::Bias> {
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
                Timestamp::from_ns(event.timestamp_ns),
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
        let error = LineError::new(format_args!("requesting it: Invalid argument"));
        let explained = line.explain(error.clone(), Bias::PullUp);
        assert!(explained.to_string().contains("\"as_is\""), "{explained}");
        assert_eq!(line.explain(error.clone(), Bias::AsIs), error);
        let taken = LineError::taken(format_args!("held"));
        assert_eq!(line.explain(taken.clone(), Bias::PullUp), taken);
    }
}

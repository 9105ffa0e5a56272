//! Input lines of a GPIO chip. The kernel records their edges as they occur.
//!
//! These lines are not debounced here, even though version 2 of the interface offers it. Unless the
//! chip can debounce, Linux does it in a deferred work item (`debounce_work_func` of
//! `gpiolib-cdev.c`). On a busy machine that work runs late. It then stamps the edge late by an
//! unknown time, and it takes a short part for a bounce. The edges themselves are stamped in the
//! interrupt, so debouncing by these stamps is exact with both versions of the interface.

use super::event_clock::{Clocks, monotonic};
use super::{Abi, Bias, GpioLine};
use crate::clock::Timestamp;
use crate::edge::{Edge, Edges};
use crate::line::LineError;
use core::time::Duration;
use embedded_hal::digital::PinState;
use gpiocdev::Request;
use gpiocdev::line::{EdgeDetection, EdgeKind, Value};
use std::os::fd::{AsFd, BorrowedFd};

/// Edges that the kernel queues for a line with version 2 of the interface: the largest queue that
/// it allows, because bounces fill it too. Version 1 queues 16.
pub const EVENTS_MAX: u32 = 1024;

/// A requested input line with both edges watched.
#[derive(Debug)]
pub struct GpioInput {
    line: GpioLine,
    request: Request,
    /// Sequence number of the last edge that was read. The kernel counts the edges of a line from
    /// 1.
    last: u32,
}

impl GpioLine {
    /// Requests the line as an input for `consumer` (at most 31 bytes, shown by `gpioinfo`). `bias`
    /// sets its level while nothing drives it. Tries again for up to `patience` while another
    /// process holds the line. Allocates.
    ///
    /// # Errors
    /// Another process holds the line, or the chip cannot set the bias or report edges.
    pub fn edges(
        &self,
        consumer: &str,
        bias: Bias,
        patience: Duration,
    ) -> Result<GpioInput, LineError> {
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
        Ok(GpioInput {
            line: self.clone(),
            request,
            last: 0,
        })
    }

    /// Adds advice about the bias: kernels before 5.5 cannot set it, and some chips have no
    /// resistors.
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

impl AsFd for GpioInput {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.request.as_fd()
    }
}

impl Edges for GpioInput {
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

/// Edges lost between the sequence numbers `last` and `this`. The numbers start at 1 and wrap
/// around after 2^32 - 1.
const fn lost_between(last: u32, this: u32) -> u32 {
    this.wrapping_sub(last).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_edges_are_the_gap_in_the_sequence_numbers() {
        for (last, this, lost) in [
            (0, 1, 0),
            (1, 2, 0),
            (0, 3, 2),
            (7, 17, 9),
            (u32::MAX, 0, 0),
            (u32::MAX - 1, 1, 2),
            // A kernel without sequence numbers.
            (0, 0, 0),
        ] {
            assert_eq!(lost_between(last, this), lost, "{last} {this}");
        }
    }

    #[test]
    fn a_refused_bias_names_an_alternative() {
        let line = GpioLine {
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

//! Input lines whose edges are recorded as they occur, even while the program sleeps.

use crate::clock::Timestamp;
use crate::line::LineError;
use embedded_hal::digital::PinState;
use std::os::fd::AsFd;

/// One edge of an input line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The time of the edge on the monotonic clock. It is the kernel's time stamp if the kernel
    /// gives one that can be converted to this clock.
    pub at: Timestamp,
    /// The line's level after the edge.
    pub level: PinState,
    /// Edges lost between the previous one and this one because the queue was full. Always 0 if the
    /// kernel does not count them ([`Edges::counts_lost`]).
    pub lost: u32,
}

/// The edges of one input line, bounces included. Its descriptor is readable while an edge is
/// queued.
///
/// Implemented by [`GpioInput`](crate::gpio::GpioInput) and by the simulated
/// [`SimulatedInput`](crate::simulated::SimulatedInput) and
/// [`FifoInput`](crate::simulated::FifoInput).
pub trait Edges: AsFd + Send {
    /// Takes the oldest queued edge, if there is one. Never blocks and allocates nothing.
    ///
    /// # Errors
    /// The line no longer exists, or the kernel refuses the read. No further edge can be seen.
    fn next_edge(&mut self) -> Result<Option<Edge>, LineError>;

    /// The level of the line now.
    ///
    /// # Errors
    /// As [`Edges::next_edge`].
    fn level(&mut self) -> Result<PinState, LineError>;

    /// Whether lost edges are counted. Version 1 of the kernel's interface does not count them:
    /// when a burst overflows its queue of 16, edges are lost silently.
    fn counts_lost(&self) -> bool;
}

//! Input lines whose changes are seen by the kernel as they happen, whoever sleeps at that moment.

use crate::clock::Timestamp;
use crate::line::LineError;
use embedded_hal::digital::PinState;
use std::os::fd::AsFd;

/// One change of an input line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// When the line changed. The kernel's own time stamp where it gives one on the monotonic clock or one that can be
    /// brought there.
    pub at: Timestamp,
    /// Its level from then on.
    pub level: PinState,
    /// Changes that happened since the one before and were lost, because nobody took them in time; 0 where the kernel does
    /// not count them ([`Edges::counts_lost`]).
    pub lost: u32,
}

/// The changes of one input line, bounces and all. Its descriptor is readable when there is one.
pub trait Edges: AsFd + Send {
    /// The next change, if there was one by now. Never blocks and allocates nothing.
    ///
    /// # Errors
    /// The line is gone or the kernel refuses; the caller cannot see triggers any more.
    fn next_edge(&mut self) -> Result<Option<Edge>, LineError>;

    /// The level at this moment.
    ///
    /// # Errors
    /// As [`Edges::next_edge`].
    fn level(&mut self) -> Result<PinState, LineError>;

    /// Whether lost changes are counted. Version 1 of the kernel's interface cannot: a burst that overflows its queue of 16
    /// looks like fewer changes.
    fn counts_lost(&self) -> bool;
}

//! The edges of the sensor behind the gate, on their way to the recorder.

use crate::bounded::channel::{Channel, Received};
use crate::part::PARTS_MAX;
use board::Timestamp;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

/// The edges, and up to when all of them are known.
#[derive(Debug, Default)]
pub struct Confirmed {
    edges: Channel<Timestamp, { 2 * PARTS_MAX }>,
    known_ns: AtomicU64,
}

impl Confirmed {
    /// The sensor saw a part. If the recorder is too far behind, the edge is lost, and its part
    /// counts as not seen.
    pub fn edge(&self, at: Timestamp) {
        let _ = self.edges.send(at);
    }

    /// All edges up to this time have been given.
    pub fn know_until(&self, at: Timestamp) {
        self.known_ns.store(at.as_ns(), Ordering::Release);
    }

    /// Up to when all edges are known. Read it before the edges are taken.
    pub fn known_until(&self) -> Timestamp {
        Timestamp::from_ns(self.known_ns.load(Ordering::Acquire))
    }

    /// Takes the next edge, if there is one.
    pub fn take(&self) -> Option<Timestamp> {
        match self.edges.receive(Duration::ZERO) {
            Received::Item(at) => Some(at),
            Received::Nothing | Received::Closed => None,
        }
    }
}

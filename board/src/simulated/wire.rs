//! An input line without hardware.

use crate::clock::Timestamp;
use crate::edge::{Edge, Edges};
use crate::line::LineError;
use crate::wake::{Wake, WakeError};
use embedded_hal::digital::PinState;
use heapless::Deque;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::{Arc, Mutex, PoisonError};

/// Edges that are queued. When the queue is full, the oldest edge is lost, as in the kernel.
pub const CHANGES_MAX: usize = 256;

/// The state shared by an input and its stimulus.
#[derive(Debug)]
struct Wire {
    state: Mutex<WireState>,
    wake: Wake,
}

#[derive(Debug)]
struct WireState {
    level: PinState,
    changes: Deque<Edge, CHANGES_MAX>,
    /// Why the line is broken.
    broken: Option<LineError>,
}

impl Wire {
    fn with<T>(&self, work: impl FnOnce(&mut WireState) -> T) -> T {
        // A poisoned lock is usable: no code that holds it panics with a half-made change.
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn ring(&self) {
        // A wake-up does not fail while its descriptor is open.
        let _ = self.wake.ring();
    }
}

/// Sets the level of a [`SimulatedInput`] from any thread. Never blocks and allocates nothing.
#[derive(Debug, Clone)]
pub struct Stimulus {
    wire: Arc<Wire>,
}

impl Stimulus {
    /// Sets the level now. Setting the present level again is not an edge.
    pub fn set(&self, level: PinState) {
        self.wire.with(|state| {
            if state.level == level {
                return;
            }
            state.level = level;
            let mut edge = Edge {
                // Read under the lock, so that the edges are queued in the order of their times.
                at: Timestamp::now(),
                level,
                lost: 0,
            };
            if state.changes.is_full() {
                let oldest = state.changes.pop_front().map_or(0, |edge| edge.lost);
                let lost = oldest.saturating_add(1);
                match state.changes.front_mut() {
                    Some(next) => next.lost = next.lost.saturating_add(lost),
                    None => edge.lost = lost,
                }
            }
            // The queue is no longer full.
            let _ = state.changes.push_back(edge);
        });
        self.wire.ring();
    }

    /// Breaks the line. It fails with this error once its queued edges were taken.
    pub fn break_line(&self, error: LineError) {
        self.wire.with(|state| state.broken = Some(error));
        self.wire.ring();
    }
}

/// An input line that queues its edges with their times.
#[derive(Debug)]
pub struct SimulatedInput {
    wire: Arc<Wire>,
}

impl SimulatedInput {
    /// An input with this level, and its stimulus. Takes one file descriptor; allocates.
    ///
    /// # Errors
    /// The process has no file descriptor left.
    pub fn new(level: PinState) -> Result<(Self, Stimulus), WakeError> {
        let wire = Arc::new(Wire {
            state: Mutex::new(WireState {
                level,
                changes: Deque::new(),
                broken: None,
            }),
            wake: Wake::new()?,
        });
        let stimulus = Stimulus {
            wire: Arc::clone(&wire),
        };
        Ok((Self { wire }, stimulus))
    }
}

impl AsFd for SimulatedInput {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.wire.wake.as_fd()
    }
}

impl Edges for SimulatedInput {
    fn next_edge(&mut self) -> Result<Option<Edge>, LineError> {
        let (edge, more) = self.wire.with(|state| {
            // Cleared under the lock and before the look, so that a later edge sends a new wake-up.
            let _ = self.wire.wake.clear();
            let edge = match (state.changes.pop_front(), &state.broken) {
                (Some(edge), _) => Ok(Some(edge)),
                (None, None) => Ok(None),
                (None, Some(error)) => Err(error.clone()),
            };
            (edge, !state.changes.is_empty() || state.broken.is_some())
        });
        if more {
            self.wire.ring();
        }
        edge
    }

    fn level(&mut self) -> Result<PinState, LineError> {
        Ok(self.wire.with(|state| state.level))
    }

    fn counts_lost(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

    fn is_readable(input: &SimulatedInput) -> bool {
        let mut sources = [PollFd::new(input.as_fd(), PollFlags::POLLIN)];
        poll(&mut sources, PollTimeout::ZERO).unwrap() > 0
    }

    fn edge(input: &mut SimulatedInput) -> Option<(bool, u32)> {
        let edge = input.next_edge().unwrap()?;
        Some((edge.level.into(), edge.lost))
    }

    #[test]
    fn edges_are_queued_in_order_and_make_the_descriptor_readable() {
        let (mut input, stimulus) = SimulatedInput::new(PinState::Low).unwrap();
        assert!(!is_readable(&input));
        stimulus.set(PinState::Low);
        assert_eq!(edge(&mut input), None, "the level that it has");
        let before = Timestamp::now();
        stimulus.set(PinState::High);
        stimulus.set(PinState::Low);
        assert!(is_readable(&input));
        assert_eq!(input.level(), Ok(PinState::Low));
        let first = input.next_edge().unwrap().unwrap();
        assert_eq!((first.level, first.lost), (PinState::High, 0));
        assert!((before..=Timestamp::now()).contains(&first.at));
        assert!(is_readable(&input), "one more");
        assert_eq!(edge(&mut input), Some((false, 0)));
        assert!(!is_readable(&input));
        assert_eq!(edge(&mut input), None);
    }

    #[test]
    fn a_full_queue_loses_its_oldest_edges_and_counts_them_at_the_next_one() {
        let (mut input, stimulus) = SimulatedInput::new(PinState::Low).unwrap();
        for round in 0..CHANGES_MAX + 5 {
            stimulus.set(PinState::from(round % 2 == 0));
        }
        // The sixth change sets the line low.
        assert_eq!(edge(&mut input), Some((false, 5)));
        for round in 1..CHANGES_MAX {
            assert_eq!(edge(&mut input), Some((round % 2 == 1, 0)));
        }
        assert_eq!(edge(&mut input), None);
    }

    #[test]
    fn a_broken_line_first_returns_its_queued_edges_and_stays_broken() {
        let (mut input, stimulus) = SimulatedInput::new(PinState::High).unwrap();
        stimulus.set(PinState::Low);
        stimulus.break_line(LineError::new(format_args!("cut")));
        assert_eq!(edge(&mut input), Some((false, 0)));
        for _ in 0..2 {
            assert!(is_readable(&input));
            assert_eq!(input.next_edge().unwrap_err().to_string(), "cut");
        }
    }
}

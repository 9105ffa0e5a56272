//! Input lines without hardware.

use super::fifo::{Fifo, FifoError};
use crate::clock::Timestamp;
use crate::edge::{Edge, Edges};
use crate::line::LineError;
use crate::wake::{Wake, WakeError};
use embedded_hal::digital::PinState;
use heapless::Deque;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Changes that are kept until they are taken; of more, the oldest are lost, as in the kernel.
pub const CHANGES_MAX: usize = 256;

/// The wire between the one who sets its level and the one who sees it.
#[derive(Debug)]
struct Wire {
    state: Mutex<State>,
    bell: Wake,
}

#[derive(Debug)]
struct State {
    level: PinState,
    changes: Deque<Edge, CHANGES_MAX>,
    /// Why no more changes will come.
    broken: Option<LineError>,
}

impl Wire {
    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        // No code that holds it panics half way.
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn ring(&self) {
        // The bell has no reason to fail while it exists.
        let _ = self.bell.ring();
    }
}

/// Sets the level of an [`Input`], from any thread. Never waits for the one who takes the changes and allocates nothing.
#[derive(Debug, Clone)]
pub struct Stimulus {
    wire: Arc<Wire>,
}

impl Stimulus {
    /// Gives the line this level as of now. The level that it has already is no change.
    pub fn set(&self, level: PinState) {
        self.wire.with(|state| {
            if state.level == level {
                return;
            }
            state.level = level;
            let mut edge = Edge {
                // Taken under the lock, so that the changes are in the order of their times.
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
            // There is room now.
            let _ = state.changes.push_back(edge);
        });
        self.wire.ring();
    }

    /// Breaks the line: once its changes are taken, it fails with this error.
    pub fn break_line(&self, error: LineError) {
        self.wire.with(|state| state.broken = Some(error));
        self.wire.ring();
    }
}

/// An input line. Its changes are kept with the times at which they were made.
#[derive(Debug)]
pub struct Input {
    wire: Arc<Wire>,
    /// What drives it, when that is a FIFO.
    _fifo: Option<Fifo>,
}

impl Input {
    /// An input at this level, and what changes it. Takes one file descriptor; allocates.
    ///
    /// # Errors
    /// When the process has no file descriptor left.
    pub fn new(level: PinState) -> Result<(Self, Stimulus), WakeError> {
        let wire = Arc::new(Wire {
            state: Mutex::new(State {
                level,
                changes: Deque::new(),
                broken: None,
            }),
            bell: Wake::new()?,
        });
        let stimulus = Stimulus {
            wire: Arc::clone(&wire),
        };
        Ok((Self { wire, _fifo: None }, stimulus))
    }

    /// An input at this level, changed by whoever writes lines `OFFSET LEVEL` (`9 1`) with its offset to the FIFO `path`.
    /// Lines of other offsets are passed over; a line that is none breaks the input.
    ///
    /// Makes the FIFO when there is none, and a thread that reads it until the input is dropped. A change has the time at
    /// which that thread read it.
    ///
    /// # Errors
    /// The FIFO cannot be made or opened, or there is no thread or file descriptor left.
    pub fn from_fifo(path: &Path, offset: u32, level: PinState) -> Result<Self, FifoError> {
        let (mut input, stimulus) = Self::new(level).map_err(FifoError::Wake)?;
        input._fifo = Some(Fifo::read(path, offset, stimulus)?);
        Ok(input)
    }
}

impl AsFd for Input {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.wire.bell.as_fd()
    }
}

impl Edges for Input {
    fn next_edge(&mut self) -> Result<Option<Edge>, LineError> {
        let (edge, more) = self.wire.with(|state| {
            // Cleared under the lock and before the look, so that a change from now on rings again.
            let _ = self.wire.bell.clear();
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

    fn is_readable(input: &Input) -> bool {
        let mut sources = [PollFd::new(input.as_fd(), PollFlags::POLLIN)];
        poll(&mut sources, PollTimeout::ZERO).unwrap() > 0
    }

    fn edge(input: &mut Input) -> Option<(bool, u32)> {
        let edge = input.next_edge().unwrap()?;
        Some((edge.level.into(), edge.lost))
    }

    #[test]
    fn changes_come_in_order_and_the_descriptor_tells() {
        let (mut input, stimulus) = Input::new(PinState::Low).unwrap();
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
    fn of_too_many_changes_the_oldest_are_lost_and_counted_at_the_next() {
        let (mut input, stimulus) = Input::new(PinState::Low).unwrap();
        for round in 0..CHANGES_MAX + 5 {
            stimulus.set(PinState::from(round % 2 == 0));
        }
        // The sixth change, to low.
        assert_eq!(edge(&mut input), Some((false, 5)));
        for round in 1..CHANGES_MAX {
            assert_eq!(edge(&mut input), Some((round % 2 == 1, 0)));
        }
        assert_eq!(edge(&mut input), None);
    }

    #[test]
    fn a_broken_line_gives_what_was_before_and_stays_broken() {
        let (mut input, stimulus) = Input::new(PinState::High).unwrap();
        stimulus.set(PinState::Low);
        stimulus.break_line(LineError::new(format_args!("cut")));
        assert_eq!(edge(&mut input), Some((false, 0)));
        for _ in 0..2 {
            assert!(is_readable(&input));
            assert_eq!(input.next_edge().unwrap_err().to_string(), "cut");
        }
    }
}

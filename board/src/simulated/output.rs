//! Output lines without hardware.
//!
//! Their changes go into a bounded channel, which never makes the driving thread wait, and come out of a [`Timeline`] on any
//! other thread.

use crate::clock::Timestamp;
use core::fmt;
use embedded_hal::digital::{ErrorKind, ErrorType, OutputPin, PinState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Lines of a simulated chip; offsets are 0 to 63.
pub const LINES_MAX: u32 = 64;

/// One change of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// When the line was driven, on the monotonic clock.
    pub at: Timestamp,
    /// Which line.
    pub offset: u32,
    /// Its level from then on.
    pub level: PinState,
}

/// A line that the chip does not give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineError {
    /// The chip has no such line.
    Unknown {
        /// The offset that was asked for.
        offset: u32,
    },
    /// The line was given to somebody before.
    Taken {
        /// The offset that was asked for.
        offset: u32,
    },
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { offset } => {
                let last = LINES_MAX - 1;
                write!(
                    f,
                    "line {offset} is not on the simulated chip, use 0 to {last}"
                )
            }
            Self::Taken { offset } => {
                write!(
                    f,
                    "line {offset} is used twice, give each line an offset of its own"
                )
            }
        }
    }
}

impl core::error::Error for LineError {}

impl embedded_hal::digital::Error for LineError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

/// A chip with [`LINES_MAX`] output lines.
#[derive(Debug)]
pub struct Chip {
    changes: SyncSender<Change>,
    lost: Arc<AtomicU64>,
    /// One bit for each offset that was handed out.
    taken: u64,
}

impl Chip {
    /// A chip whose timeline holds `capacity` changes between two looks at it; later ones are counted as lost.
    ///
    /// Allocates the timeline.
    pub fn new(capacity: usize) -> (Self, Timeline) {
        let (changes, receiver) = sync_channel(capacity);
        let lost = Arc::new(AtomicU64::new(0));
        let timeline = Timeline {
            changes: receiver,
            lost: Arc::clone(&lost),
        };
        let chip = Self {
            changes,
            lost,
            taken: 0,
        };
        (chip, timeline)
    }

    /// Takes the line `offset`, whose wiring gives it the level `undriven` before it is driven and after it is dropped.
    ///
    /// # Errors
    /// When the chip has no such line, or the line was taken before.
    pub fn line(&mut self, offset: u32, undriven: PinState) -> Result<Line, LineError> {
        if offset >= LINES_MAX {
            return Err(LineError::Unknown { offset });
        }
        let bit = 1 << offset;
        if self.taken & bit != 0 {
            return Err(LineError::Taken { offset });
        }
        self.taken |= bit;
        let line = Line {
            changes: self.changes.clone(),
            lost: Arc::clone(&self.lost),
            offset,
            undriven,
            level: undriven,
        };
        line.record();
        Ok(line)
    }
}

/// One output line. Driving it records a change, takes well under a microsecond, allocates nothing and never fails.
#[derive(Debug)]
pub struct Line {
    changes: SyncSender<Change>,
    lost: Arc<AtomicU64>,
    offset: u32,
    undriven: PinState,
    level: PinState,
}

impl Line {
    fn drive(&mut self, level: PinState) {
        if self.level != level {
            self.level = level;
            self.record();
        }
    }

    fn record(&self) {
        let change = Change {
            at: Timestamp::now(),
            offset: self.offset,
            level: self.level,
        };
        // Full, or nobody looks any more: the line must not wait for either.
        if self.changes.try_send(change).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl ErrorType for Line {
    type Error = LineError;
}

impl OutputPin for Line {
    fn set_low(&mut self) -> Result<(), LineError> {
        self.drive(PinState::Low);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), LineError> {
        self.drive(PinState::High);
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.drive(self.undriven);
    }
}

/// The changes of a chip's lines, in the order in which one driving thread made them.
#[derive(Debug)]
pub struct Timeline {
    changes: Receiver<Change>,
    lost: Arc<AtomicU64>,
}

impl Timeline {
    /// Takes the changes since the last look, without waiting for more.
    ///
    /// Each line's first change is its undriven level at the moment at which it was taken.
    pub fn changes(&self) -> impl Iterator<Item = Change> + '_ {
        self.changes.try_iter()
    }

    /// Changes that did not fit because nobody looked in time.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_that_is_driven_again_is_no_change_and_times_never_run_back() {
        let (mut chip, timeline) = Chip::new(16);
        let mut first = chip.line(3, PinState::High).unwrap();
        let mut second = chip.line(0, PinState::Low).unwrap();
        first.set_high().unwrap();
        first.set_low().unwrap();
        first.set_low().unwrap();
        second.set_state(PinState::High).unwrap();
        drop((first, second));
        let changes: Vec<_> = timeline.changes().collect();
        let levels: Vec<_> = changes
            .iter()
            .map(|change| (change.offset, bool::from(change.level)))
            .collect();
        let expected = [
            (3, true),
            (0, false),
            (3, false),
            (0, true),
            (3, true),
            (0, false),
        ];
        assert_eq!(levels, expected);
        assert!(changes.is_sorted_by_key(|change| change.at));
        assert_eq!(timeline.changes().count(), 0, "each change is taken once");
    }

    #[test]
    fn a_full_timeline_counts_what_it_lost_and_never_blocks() {
        let (mut chip, timeline) = Chip::new(2);
        let mut line = chip.line(1, PinState::Low).unwrap();
        for _ in 0..5 {
            line.set_high().unwrap();
            line.set_low().unwrap();
        }
        assert_eq!(timeline.changes().count(), 2);
        assert_eq!(timeline.lost(), 9);
        drop(timeline);
        line.set_high().unwrap();
    }

    #[test]
    fn a_line_is_given_once_and_only_where_the_chip_has_one() {
        let (mut chip, _timeline) = Chip::new(4);
        let line = chip.line(63, PinState::Low);
        assert!(line.is_ok());
        for (offset, error) in [
            (63, LineError::Taken { offset: 63 }),
            (64, LineError::Unknown { offset: 64 }),
            (u32::MAX, LineError::Unknown { offset: u32::MAX }),
        ] {
            assert_eq!(chip.line(offset, PinState::Low).unwrap_err(), error);
        }
    }
}

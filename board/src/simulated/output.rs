//! Output lines without hardware.
//!
//! Driving a line puts the change into a bounded channel and never blocks. A [`Timeline`] on any
//! other thread takes the changes out.

use crate::clock::Timestamp;
use embedded_hal::digital::{ErrorKind, ErrorType, OutputPin, PinState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use thiserror::Error;

/// Lines of a simulated chip. Their offsets are 0 to 63.
pub const LINES_MAX: u32 = 64;

/// A change of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// When the line was driven, on the monotonic clock.
    pub at: Timestamp,
    /// The offset of the line.
    pub offset: u32,
    /// Its level after the change.
    pub level: PinState,
}

/// Why a line of the chip cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ChipError {
    /// The chip has no such line.
    #[error("line {offset} is not on the simulated chip, use 0 to {}", LINES_MAX - 1)]
    Unknown {
        /// The requested offset.
        offset: u32,
    },
    /// The line was taken before.
    #[error("line {offset} is used twice, give each line an offset of its own")]
    Taken {
        /// The requested offset.
        offset: u32,
    },
}

impl embedded_hal::digital::Error for ChipError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

/// A chip with [`LINES_MAX`] output lines.
#[derive(Debug)]
pub struct Chip {
    changes: SyncSender<Change>,
    lost: Arc<AtomicU64>,
    /// One bit for each offset that was taken.
    taken: u64,
}

impl Chip {
    /// A chip whose timeline holds `capacity` changes. Further ones are counted as lost.
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

    /// Takes the line `offset`. While it is not driven, its wiring gives it the level `undriven`.
    ///
    /// # Errors
    /// The chip has no such line, or the line is already taken.
    pub fn line(&mut self, offset: u32, undriven: PinState) -> Result<SimulatedLine, ChipError> {
        if offset >= LINES_MAX {
            return Err(ChipError::Unknown { offset });
        }
        let bit = 1 << offset;
        if self.taken & bit != 0 {
            return Err(ChipError::Taken { offset });
        }
        self.taken |= bit;
        let line = SimulatedLine {
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

/// An output line. Driving it records a change in less than a microsecond, allocates nothing and
/// never fails.
#[derive(Debug)]
pub struct SimulatedLine {
    changes: SyncSender<Change>,
    lost: Arc<AtomicU64>,
    offset: u32,
    undriven: PinState,
    level: PinState,
}

impl SimulatedLine {
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
        // The channel is full or its reader is gone. The line must not wait for either.
        if self.changes.try_send(change).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl ErrorType for SimulatedLine {
    type Error = ChipError;
}

impl OutputPin for SimulatedLine {
    fn set_low(&mut self) -> Result<(), ChipError> {
        self.drive(PinState::Low);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), ChipError> {
        self.drive(PinState::High);
        Ok(())
    }
}

impl Drop for SimulatedLine {
    fn drop(&mut self) {
        self.drive(self.undriven);
    }
}

/// The changes of a chip's lines, in the order in which one thread made them.
#[derive(Debug)]
pub struct Timeline {
    changes: Receiver<Change>,
    lost: Arc<AtomicU64>,
}

impl Timeline {
    /// Takes the changes since the last call, without waiting.
    ///
    /// The first change of each line is its undriven level when it was taken.
    pub fn changes(&self) -> impl Iterator<Item = Change> + '_ {
        self.changes.try_iter()
    }

    /// Changes that were lost because the channel was full.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn driving_the_same_level_is_no_change_and_times_never_decrease() {
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
    fn a_line_is_taken_once_and_only_if_the_chip_has_it() {
        let (mut chip, _timeline) = Chip::new(4);
        let line = chip.line(63, PinState::Low);
        assert!(line.is_ok());
        for (offset, error) in [
            (63, ChipError::Taken { offset: 63 }),
            (64, ChipError::Unknown { offset: 64 }),
            (u32::MAX, ChipError::Unknown { offset: u32::MAX }),
        ] {
            assert_eq!(chip.line(offset, PinState::Low).unwrap_err(), error);
        }
    }
}

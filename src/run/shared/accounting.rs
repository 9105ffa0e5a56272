//! What the journal counts, for the screen.

use crate::screen::{Counters, CycleTimes};
use crate::station::file::NameText;
use core::time::Duration;
use std::sync::{Mutex, PoisonError};

/// The counts of the period that the screen shows: the shift, or the time since the last reset.
#[derive(Debug, Clone, Default)]
pub struct ShownCounts {
    /// The shift's name; empty without shifts.
    pub shift: NameText,
    /// Parts of the period whose records are written.
    pub period: Counters,
    /// Parts of this run whose records are written.
    pub run: Counters,
    /// Cycle times of the period; without the last one.
    pub cycle: CycleTimes,
    /// How many periods have begun in this run.
    pub periods: u32,
}

impl ShownCounts {
    /// The parts of the period, with those that are decided and whose records are not written yet.
    /// `run` are all parts of this run.
    pub fn with_unwritten(&self, run: &Counters) -> Counters {
        self.period.plus(&run.minus(&self.run))
    }

    /// The cycle times of the period, with the last cycle.
    pub fn with_last(&self, last: Duration) -> CycleTimes {
        CycleTimes {
            last,
            p99: self.cycle.p99,
            max: self.cycle.max.max(last),
        }
    }
}

/// Written by the journal's thread, read by the recorder.
#[derive(Debug, Default)]
pub struct Accounting(Mutex<ShownCounts>);

impl Accounting {
    /// Sets the counts. The lock is held for a few instructions.
    pub fn set(&self, counted: ShownCounts) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = counted;
    }

    /// The counts.
    pub fn get(&self) -> ShownCounts {
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counted.clone()
    }
}

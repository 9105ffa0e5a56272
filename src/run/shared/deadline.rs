//! A deadline that one thread sets and another one checks.
//!
//! Waits for the device have time limits. The AscendCL calls that open it, load the model, start an
//! execution or ask for its end have none, and a driver may not return from one. So the inspection
//! sets a deadline for its next report. The recorder, which needs no device, ends the program when
//! the deadline has passed.

use board::Timestamp;
use core::sync::atomic::{AtomicU64, Ordering};

/// A deadline, or none.
#[derive(Debug)]
pub struct Deadline(AtomicU64);

impl Deadline {
    /// No deadline.
    pub const fn none() -> Self {
        Self(AtomicU64::new(u64::MAX))
    }

    /// Sets the deadline, or moves it.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.as_ns(), Ordering::Release);
    }

    /// Removes the deadline.
    pub fn clear(&self) {
        self.0.store(u64::MAX, Ordering::Release);
    }

    /// The deadline; without one, the last time that a [`Timestamp`] holds.
    pub fn at(&self) -> Timestamp {
        Timestamp::from_ns(self.0.load(Ordering::Acquire))
    }

    /// Whether the deadline has passed at `now`.
    pub fn has_passed(&self, now: Timestamp) -> bool {
        now > self.at()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::time::Duration;

    #[test]
    fn a_deadline_passes_after_its_time_and_never_once_it_is_cleared() {
        let at = |ms| Timestamp::default() + Duration::from_millis(ms);
        let deadline = Deadline::none();
        assert!(!deadline.has_passed(at(u64::MAX / 2_000_000)));
        deadline.set(at(10));
        assert!(!deadline.has_passed(at(10)) && deadline.has_passed(at(11)));
        deadline.set(at(20));
        assert!(!deadline.has_passed(at(11)) && deadline.has_passed(at(21)));
        deadline.clear();
        assert!(!deadline.has_passed(at(21)));
    }
}

//! Until when the inspection must have given the next sign of life.
//!
//! Waits for the device have deadlines. The calls that open it, load the model, start an execution or ask for its end have
//! none in AscendCL, and a driver may not come back from one. The inspection says before it begins until when it will be
//! heard of again; the recorder, which needs no device, sees when that time has passed, and ends the program.

use board::Timestamp;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

/// Longest time from the start to a device with a warm model. Loading takes seconds on a board; the service manager waits
/// 120 s (`TimeoutStartSec`), and would not know why.
pub const START_MAX: Duration = Duration::from_secs(100);

/// A time that may pass, set by one thread and looked at by another.
#[derive(Debug)]
pub(in crate::run) struct Patience(AtomicU64);

impl Patience {
    /// Nobody is waited for.
    pub const fn new() -> Self {
        Self(AtomicU64::new(u64::MAX))
    }

    /// The next sign of life comes by then.
    pub fn until(&self, end: Timestamp) {
        self.0.store(end.as_ns(), Ordering::Release);
    }

    /// When it is over; the end of all times while nothing is waited for.
    pub fn end_at(&self) -> Timestamp {
        Timestamp::from_ns(self.0.load(Ordering::Acquire))
    }

    /// None is to come.
    pub fn end(&self) {
        self.0.store(u64::MAX, Ordering::Release);
    }

    /// Whether a sign of life has not come.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now.as_ns() > self.0.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_at_its_time_and_not_when_nothing_is_waited_for() {
        let at = |ms| Timestamp::default() + Duration::from_millis(ms);
        let patience = Patience::new();
        assert!(!patience.is_over(at(u64::MAX / 2_000_000)));
        patience.until(at(10));
        assert!(!patience.is_over(at(10)) && patience.is_over(at(11)));
        patience.until(at(20));
        assert!(!patience.is_over(at(11)) && patience.is_over(at(21)));
        patience.end();
        assert!(!patience.is_over(at(21)));
    }
}

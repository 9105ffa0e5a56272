//! The message about pictures that did not fit among the parts under way and wait in the directory.

use crate::part::PARTS_MAX;
use crate::run::pace::Pace;
use board::Timestamp;
use core::time::Duration;

/// How often it is printed at most.
const INTERVAL: Duration = Duration::from_secs(1);

/// Counts waiting pictures until the message is printed.
#[derive(Debug)]
pub struct Waiting {
    count: u64,
    pace: Pace,
}

impl Waiting {
    pub fn new() -> Self {
        Self {
            count: 0,
            pace: Pace::once_in(INTERVAL),
        }
    }

    /// Counts one more picture.
    pub fn add(&mut self) {
        self.count = self.count.saturating_add(1);
    }

    /// Prints the message, if there is something new and the interval is over.
    pub fn print(&mut self, now: Timestamp) {
        if let Some(count) = self.take(now) {
            complain!(
                "sluice: pictures came faster than they can be inspected: {PARTS_MAX} parts are under way, and {count} more wait \
                 in the directory. Nothing passes until their parts are gone; then they are inspected. If parts come that \
                 fast, give gate.part_interval_ms the time between them"
            );
        }
    }

    fn take(&mut self, now: Timestamp) -> Option<u64> {
        let is_due = self.count > 0 && self.pace.take(now);
        is_due.then(|| core::mem::take(&mut self.count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_reported_at_once_and_then_once_a_second() {
        let at = |ms| Timestamp::default() + Duration::from_millis(ms);
        let mut waiting = Waiting::new();
        assert_eq!(waiting.take(at(0)), None);
        waiting.add();
        assert_eq!(waiting.take(at(10)), Some(1));
        waiting.add();
        waiting.add();
        assert_eq!(waiting.take(at(1009)), None);
        assert_eq!(waiting.take(at(1010)), Some(2));
        assert_eq!(waiting.take(at(5000)), None);
    }
}

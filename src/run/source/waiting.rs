//! Pictures for which there was no room and that wait in the directory: said once a second at most.

use crate::part::PARTS_MAX;
use board::Timestamp;
use core::time::Duration;

/// How long more of them are counted before they are said together.
const PAUSE: Duration = Duration::from_secs(1);

/// How many are not said yet.
#[derive(Debug, Default)]
pub(in crate::run) struct Waiting {
    count: u64,
    next_at: Timestamp,
}

impl Waiting {
    /// One more.
    pub fn add(&mut self) {
        self.count = self.count.saturating_add(1);
    }

    /// Says how many, if it is time.
    pub fn say(&mut self, now: Timestamp) {
        if let Some(count) = self.take(now) {
            complain!(
                "sluice: pictures came faster than they can be inspected: {PARTS_MAX} parts are under way, and {count} more wait \
                 in the directory. Nothing passes until their parts are gone; then they are inspected. If parts come that \
                 fast, give gate.part_interval_ms the time between them"
            );
        }
    }

    fn take(&mut self, now: Timestamp) -> Option<u64> {
        if self.count == 0 || now < self.next_at {
            return None;
        }
        self.next_at = now + PAUSE;
        Some(core::mem::take(&mut self.count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_said_at_once_and_then_once_a_second() {
        let at = |ms| Timestamp::default() + Duration::from_millis(ms);
        let mut waiting = Waiting::default();
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

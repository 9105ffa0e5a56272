//! The message about lines that moved late: at once, and then at most every ten seconds.

use crate::run::pace::Pace;
use board::Timestamp;
use core::time::Duration;

/// How often the message is printed at most.
const INTERVAL: Duration = Duration::from_secs(10);

/// Counts late movements until the message is printed.
#[derive(Debug)]
pub struct MovedLate {
    count: u64,
    most: Duration,
    pace: Pace,
}

impl MovedLate {
    pub fn new() -> Self {
        Self {
            count: 0,
            most: Duration::ZERO,
            pace: Pace::once_in(INTERVAL),
        }
    }

    /// Counts a movement that was late by this much.
    pub fn add(&mut self, by: Duration) {
        self.count = self.count.saturating_add(1);
        self.most = self.most.max(by);
    }

    /// Prints the message, if there is something new and the interval is over.
    pub fn print(&mut self, now: Timestamp) {
        if let Some((count, most)) = self.take(now) {
            complain!(
                "sluice: the lines moved later than gate.late_max_ms allows, {count} times, by up to {} ms: parts may have gone \
                 through that were to be rejected (\"late\" in the journal). Give the station real-time priority and a processor \
                 of its own, and look at the lines' driver",
                most.as_millis()
            );
        }
    }

    fn take(&mut self, now: Timestamp) -> Option<(u64, Duration)> {
        if self.count == 0 || !self.pace.take(now) {
            return None;
        }
        let taken = (self.count, self.most);
        (self.count, self.most) = (0, Duration::ZERO);
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_movement_is_reported_at_once_and_the_next_ones_together() {
        let at = |ms| Timestamp::default() + Duration::from_millis(ms);
        let ms = Duration::from_millis;
        let mut late = MovedLate::new();
        assert_eq!(late.take(at(0)), None);
        late.add(ms(20));
        assert_eq!(late.take(at(1)), Some((1, ms(20))));
        late.add(ms(30));
        late.add(ms(25));
        assert_eq!(late.take(at(10_000)), None);
        assert_eq!(late.take(at(10_001)), Some((2, ms(30))));
    }

    #[test]
    fn what_is_printed_is_not_reported_again() {
        let mut late = MovedLate::new();
        late.add(Duration::from_millis(20));
        late.print(Timestamp::default());
        assert_eq!(late.take(Timestamp::default() + 2 * INTERVAL), None);
    }
}

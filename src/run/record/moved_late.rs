//! What is said when the lines moved late: at once, and then every ten seconds at most.

use board::Timestamp;
use core::time::Duration;

/// How long more of them are counted before they are said together.
const PAUSE: Duration = Duration::from_secs(10);

/// Late movements that are not said yet.
#[derive(Debug, Default)]
pub(in crate::run) struct MovedLate {
    count: u64,
    most: Duration,
    next_at: Timestamp,
}

impl MovedLate {
    /// One more, by so much.
    pub fn add(&mut self, by: Duration) {
        self.count = self.count.saturating_add(1);
        self.most = self.most.max(by);
    }

    /// Says how many, if it is time.
    pub fn say(&mut self, now: Timestamp) {
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
        if self.count == 0 || now < self.next_at {
            return None;
        }
        self.next_at = now + PAUSE;
        let taken = (self.count, self.most);
        (self.count, self.most) = (0, Duration::ZERO);
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_said_at_once_and_the_next_ones_together() {
        let at = |ms| Timestamp::default() + Duration::from_millis(ms);
        let ms = Duration::from_millis;
        let mut late = MovedLate::default();
        assert_eq!(late.take(at(0)), None);
        late.add(ms(20));
        assert_eq!(late.take(at(1)), Some((1, ms(20))));
        late.add(ms(30));
        late.add(ms(25));
        assert_eq!(late.take(at(10_000)), None);
        assert_eq!(late.take(at(10_001)), Some((2, ms(30))));
    }
}

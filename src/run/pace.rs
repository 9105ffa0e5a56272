//! A limit on how often something is done.

use board::Timestamp;
use core::time::Duration;

/// Allows an action at most once in a period. The first one is allowed at once.
#[derive(Debug)]
pub struct Pace {
    period: Duration,
    next_at: Timestamp,
}

impl Pace {
    /// One action in `period`.
    pub fn once_in(period: Duration) -> Self {
        Self {
            period,
            next_at: Timestamp::default(),
        }
    }

    /// Whether the action may be done at `now`. If so, the next period begins.
    pub fn take(&mut self, now: Timestamp) -> bool {
        let may = self.next_at <= now;
        if may {
            self.next_at = now + self.period;
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_action_is_allowed_at_once_and_the_next_after_the_period() {
        let at = |ms| Timestamp::default() + Duration::from_millis(ms);
        let mut pace = Pace::once_in(Duration::from_millis(100));
        assert!(pace.take(at(5)));
        assert!(!pace.take(at(5)) && !pace.take(at(104)));
        assert!(pace.take(at(105)) && !pace.take(at(204)));
        assert!(pace.take(at(1000)) && !pace.take(at(1099)));
    }
}

//! The message about lines that moved late: at once, and then at most every ten seconds.

use crate::run::pace::Pace;
use crate::station::file::AfterLate;
use board::Timestamp;
use core::time::Duration;

/// How often the message is printed at most.
const INTERVAL: Duration = Duration::from_secs(10);

/// Counts late movements until the message is printed.
#[derive(Debug)]
pub struct MovedLate {
    after: AfterLate,
    /// A late movement has stopped the station.
    has_stopped: bool,
    count: u64,
    most: Duration,
    pace: Pace,
}

impl MovedLate {
    /// `after` is what follows a late movement.
    pub fn new(after: AfterLate) -> Self {
        Self {
            after,
            has_stopped: false,
            count: 0,
            most: Duration::ZERO,
            pace: Pace::once_in(INTERVAL),
        }
    }

    /// Counts a movement that was late by this much. `held`: the gate was held after it. Returns
    /// true if the station must not be ready any more.
    pub fn add(&mut self, by: Duration, held: bool) -> bool {
        self.count = self.count.saturating_add(1);
        self.most = self.most.max(by);
        let stops = held && self.after == AfterLate::Stop;
        self.has_stopped |= stops;
        stops
    }

    /// Prints the message, if there is something new and the interval is over.
    pub fn print(&mut self, now: Timestamp) {
        if let Some((count, most)) = self.take(now) {
            complain!(
                "sluice: the lines moved later than gate.late_max_ms allows, {count} times, by up to {} ms: parts may have gone \
                 through that were to be rejected (\"late\" in the journal). {}. Give the station real-time priority and a \
                 processor of its own, and look at the lines' driver",
                most.as_millis(),
                if self.has_stopped {
                    "READY stays off and nothing passes until the station is started again (gate.after_late)"
                } else {
                    "READY was off and nothing passed until they were gone"
                }
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
        let mut late = MovedLate::new(AfterLate::Resume);
        assert_eq!(late.take(at(0)), None);
        late.add(ms(20), true);
        assert_eq!(late.take(at(1)), Some((1, ms(20))));
        late.add(ms(30), false);
        late.add(ms(25), true);
        assert_eq!(late.take(at(10_000)), None);
        assert_eq!(late.take(at(10_001)), Some((2, ms(30))));
    }

    #[test]
    fn only_a_held_gate_stops_the_station_and_only_if_the_file_says_so() {
        let by = Duration::from_millis(20);
        for (after, held, stops) in [
            (AfterLate::Resume, true, false),
            (AfterLate::Stop, false, false),
            (AfterLate::Stop, true, true),
        ] {
            assert_eq!(
                MovedLate::new(after).add(by, held),
                stops,
                "{after:?} {held}"
            );
        }
    }

    #[test]
    fn what_is_printed_is_not_reported_again() {
        let mut late = MovedLate::new(AfterLate::Resume);
        late.add(Duration::from_millis(20), true);
        late.print(Timestamp::default());
        assert_eq!(late.take(Timestamp::default() + 2 * INTERVAL), None);
    }
}

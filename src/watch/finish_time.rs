//! When a file was finished, on the clock that triggers are timed by.
//!
//! When the station learns of a file says little: its thread may have had to wait for the processor or the disk, and by then
//! the next part has come. The file's own time of change tells when it was last written or moved.

use board::Timestamp;
use core::time::Duration;
use std::time::SystemTime;

/// File systems stamp changes with the kernel's last tick, so up to this long before the truth: a tick at 100 Hz, the lowest
/// rate that Linux is built with.
const TICK: Duration = Duration::from_millis(10);

const SECOND_NS: i64 = 1_000_000_000;

/// The civil time, in nanoseconds since 1970 as files have it; 0 for a clock that is set before that.
pub(super) fn civil_now_ns() -> i64 {
    SystemTime::UNIX_EPOCH
        .elapsed()
        .map_or(0, |since| i64::try_from(since.as_nanos()).unwrap_or(0))
}

/// When a file was finished that has this time of change, and of which the station learned at `seen_at`. Call it after the
/// file was looked at.
///
/// Up to a tick later than the truth, but then not after `seen_at`. After `seen_at` only if the file has changed since. A civil
/// clock set forward since the change makes it earlier; one set back makes it later, at most the present.
///
/// A time in whole seconds is that of a file system with coarse times, and may be seconds early. Then the time is not
/// known, and [`Timestamp::default`] is returned.
pub(super) fn finished_at(ctime_ns: i64, seen_at: Timestamp) -> Timestamp {
    if ctime_ns % SECOND_NS == 0 {
        return Timestamp::default();
    }
    // In this order: who is held up between the two calls gets too early a time.
    let now = Timestamp::now();
    at_age(now, civil_now_ns().saturating_sub(ctime_ns), seen_at)
}

fn at_age(now: Timestamp, age_ns: i64, seen_at: Timestamp) -> Timestamp {
    // A change in the future was made before the clock was set back.
    let age = Duration::from_nanos(u64::try_from(age_ns).unwrap_or(0));
    let changed = now - age;
    changed.max((changed + TICK).min(seen_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In milliseconds; the station looks at 1000.
    fn finished(age: i64, seen: u64) -> u64 {
        let ms = |ms: u64| Timestamp::from_ns(ms * 1_000_000);
        at_age(ms(1000), age * 1_000_000, ms(seen)).as_ns() / 1_000_000
    }

    #[test]
    fn the_age_of_the_change_counts_and_not_when_it_was_seen() {
        assert_eq!(finished(160, 990), 850);
        assert_eq!(finished(160, 1000), 850);
    }

    #[test]
    fn a_tick_is_added_but_not_past_the_time_at_which_it_was_seen() {
        assert_eq!(finished(15, 992), 992);
        assert_eq!(finished(15, 987), 987);
        assert_eq!(finished(5, 999), 999);
    }

    #[test]
    fn a_file_that_changed_after_it_was_seen_is_as_late_as_its_change() {
        assert_eq!(finished(50, 900), 950);
    }

    #[test]
    fn a_time_in_whole_seconds_says_nothing() {
        let seen_at = Timestamp::now();
        let now_ns = civil_now_ns();
        let second = now_ns - now_ns % SECOND_NS;
        assert_eq!(finished_at(second, seen_at), Timestamp::default());
        assert!(finished_at(second + 1, seen_at) > Timestamp::default());
    }

    #[test]
    fn no_file_is_finished_in_the_future_or_before_the_clock_began() {
        assert_eq!(finished(-3_600_000, 990), 1000);
        assert_eq!(finished(3_600_000, 990), 10);
    }
}

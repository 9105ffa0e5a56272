//! When a file was finished, on the clock that also times triggers.
//!
//! The time at which the station sees a file is not a substitute. Its thread may have waited for
//! the processor or the disk, and by then the next part has arrived. The file's own change time
//! (`ctime`) tells when it was last written or moved.

use board::Timestamp;
use core::time::Duration;
use std::time::SystemTime;

/// How much earlier than the actual change a change time can be. File systems use the time of the
/// kernel's last tick, and 100 Hz is the lowest tick rate of Linux.
const TICK: Duration = Duration::from_millis(10);

const SECOND_NS: i64 = 1_000_000_000;

/// The civil time in nanoseconds since 1970, the unit of file times. 0 if the clock is set to a
/// time before 1970.
pub(super) fn civil_now_ns() -> i64 {
    SystemTime::UNIX_EPOCH
        .elapsed()
        .map_or(0, |since| i64::try_from(since.as_nanos()).unwrap_or(0))
}

/// When a file was finished whose change time is `ctime_ns`, in nanoseconds since 1970. The station
/// saw its event at `seen_at`. Call this after the file was examined.
///
/// A tick is added to the change time, but not past `seen_at`. So the result is at most one tick
/// too late. It is after `seen_at` only if the file changed after that. If the civil clock was set
/// forward since the change, the result is too early. If the clock was set back, the result is too
/// late, but never in the future.
///
/// A time in whole seconds comes from a file system with coarse times and may be seconds early.
/// Then the finish time is unknown, and the result is [`Timestamp::default`].
pub(super) fn finished_at(ctime_ns: i64, seen_at: Timestamp) -> Timestamp {
    if ctime_ns % SECOND_NS == 0 {
        return Timestamp::default();
    }
    // In this order: a delay between the two calls makes the result earlier, never later.
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

    /// The finish time in ms, if the file's age is `age` and the station looks at 1000 ms.
    fn finished(age: i64, seen: u64) -> u64 {
        let ms = |ms: u64| Timestamp::from_ns(ms * 1_000_000);
        at_age(ms(1000), age * 1_000_000, ms(seen)).as_ns() / 1_000_000
    }

    #[test]
    fn the_time_of_the_change_counts_and_not_when_it_was_seen() {
        assert_eq!(finished(160, 990), 850);
        assert_eq!(finished(160, 1000), 850);
    }

    #[test]
    fn a_tick_is_added_up_to_the_time_at_which_the_file_was_seen() {
        assert_eq!(finished(15, 992), 992);
        assert_eq!(finished(15, 987), 987);
        assert_eq!(finished(5, 999), 999);
    }

    #[test]
    fn a_file_that_changed_after_it_was_seen_finished_at_its_change() {
        assert_eq!(finished(50, 900), 950);
    }

    #[test]
    fn a_time_in_whole_seconds_is_unknown() {
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

    #[test]
    fn the_civil_time_is_that_of_the_system() {
        let system_ns = || {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            i64::try_from(now.unwrap().as_nanos()).unwrap()
        };
        let (before, now, after) = (system_ns(), civil_now_ns(), system_ns());
        assert!(before <= now && now <= after);
    }
}

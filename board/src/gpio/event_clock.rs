//! Converts the time stamp of an edge to the monotonic clock, for version 1 of the kernel's
//! interface.
//!
//! Linux stamps such an edge with the monotonic clock since 5.7, and with the civil clock in
//! earlier versions (`gpiolib.c`, `lineevent_irq_handler`: `ktime_get_ns` and `ktime_get_real_ns`).
//! The interface does not report which clock it used, and a vendor's kernel may use either one. So
//! the stamp is compared with both clocks: it belongs to the one that shows nearly the same time.

use crate::clock::Timestamp;
use nix::time::{ClockId, clock_gettime};

/// The times of both clocks at one moment, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clocks {
    pub monotonic_ns: u64,
    pub civil_ns: u64,
}

impl Clocks {
    /// Reads both clocks. Allocates nothing.
    pub fn now() -> Self {
        let read = |clock| {
            // Every Linux kernel has both clocks, so the call cannot fail.
            let time = clock_gettime(clock).map_or(core::time::Duration::ZERO, Into::into);
            u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
        };
        Self {
            monotonic_ns: read(ClockId::CLOCK_MONOTONIC),
            civil_ns: read(ClockId::CLOCK_REALTIME),
        }
    }
}

/// The time of an edge with the stamp `stamp_ns` that is read at `now`; never later than `now`.
///
/// The stamp belongs to the clock that is nearer to it. For the civil clock, the edge's age is
/// subtracted from the monotonic time. That is wrong by the amount by which the civil clock was set
/// in between. If the civil clock shows about the time since boot, as on a board without a battery,
/// the error is at most twice the edge's age.
pub(super) fn monotonic(stamp_ns: u64, now: Clocks) -> Timestamp {
    let is_civil = stamp_ns.abs_diff(now.civil_ns) < stamp_ns.abs_diff(now.monotonic_ns);
    let age_ns = if is_civil {
        now.civil_ns.saturating_sub(stamp_ns)
    } else {
        now.monotonic_ns.saturating_sub(stamp_ns)
    };
    Timestamp::from_ns(now.monotonic_ns.saturating_sub(age_ns))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;
    /// One hour after boot, in 2026.
    const NOW: Clocks = Clocks {
        monotonic_ns: 3_600 * SECOND,
        civil_ns: 1_790_000_000 * SECOND,
    };

    #[test]
    fn a_stamp_of_either_clock_is_the_same_moment() {
        for age_ns in [0, 1, 2_000, 5_000_000, 60 * SECOND] {
            let moment = Timestamp::from_ns(NOW.monotonic_ns - age_ns);
            assert_eq!(monotonic(NOW.monotonic_ns - age_ns, NOW), moment);
            assert_eq!(monotonic(NOW.civil_ns - age_ns, NOW), moment);
        }
    }

    #[test]
    fn no_edge_is_later_than_now() {
        let present = Timestamp::from_ns(NOW.monotonic_ns);
        // The civil clock was set back between the edge and its reading.
        for ahead_ns in [1, SECOND, 3_600 * SECOND] {
            assert_eq!(monotonic(NOW.civil_ns + ahead_ns, NOW), present);
            assert_eq!(monotonic(NOW.monotonic_ns + ahead_ns, NOW), present);
        }
        assert_eq!(monotonic(u64::MAX, NOW), present);
    }

    #[test]
    fn without_a_battery_the_error_is_at_most_twice_the_age() {
        // The civil clock started at 1970 at the same time as the monotonic clock, or earlier.
        for offset_ns in [0, 1_000, 3 * SECOND, 1_000 * SECOND] {
            let now = Clocks {
                monotonic_ns: 100 * SECOND,
                civil_ns: 100 * SECOND + offset_ns,
            };
            for age_ns in [500, 20_000, 2 * SECOND] {
                let moment = now.monotonic_ns - age_ns;
                for stamp_ns in [moment, now.civil_ns - age_ns] {
                    let mistake = monotonic(stamp_ns, now).as_ns().abs_diff(moment);
                    assert!(mistake <= 2 * age_ns, "{offset_ns} {age_ns}: {mistake}");
                }
            }
        }
    }

    #[test]
    fn both_clocks_of_this_machine_are_read() {
        let (before, now) = (Timestamp::now().as_ns(), Clocks::now());
        assert!((before..=Timestamp::now().as_ns()).contains(&now.monotonic_ns));
        let civil = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap();
        let civil_ns = u64::try_from(civil.as_nanos()).unwrap();
        assert!(now.civil_ns <= civil_ns && civil_ns - now.civil_ns < SECOND);
    }
}

//! The monotonic clock, on which everything is measured and scheduled.
//!
//! The kernel's time stamps of edges and frames, timers and deadlines are all `CLOCK_MONOTONIC`, so
//! one type serves them all.
//!
//! ```
//! use board::Timestamp;
//! use core::time::Duration;
//!
//! let start = Timestamp::now();
//! let deadline = start + Duration::from_millis(20);
//! assert_eq!(deadline.since(start), Duration::from_millis(20));
//! assert_eq!(start.since(deadline), Duration::ZERO);
//! ```

use core::ops::{Add, Sub};
use core::time::Duration;
use nix::errno::Errno;
use nix::libc;
use nix::time::{ClockId, clock_gettime};
use std::time::SystemTime;

#[cfg(feature = "simulated-clock")]
pub mod simulated;

/// A time on `CLOCK_MONOTONIC`, in nanoseconds since the kernel's origin (about boot).
///
/// Arithmetic saturates at both ends of the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Timestamp {
    ns: u64,
}

impl Timestamp {
    /// The time `ns` nanoseconds after the clock's origin.
    pub const fn from_ns(ns: u64) -> Self {
        Self { ns }
    }

    /// Nanoseconds since the clock's origin.
    pub const fn as_ns(self) -> u64 {
        self.ns
    }

    /// The current time. Callable from any thread; allocates nothing.
    pub fn now() -> Self {
        #[cfg(feature = "simulated-clock")]
        if let Some(clock) = simulated::get() {
            return clock.now;
        }
        // Every Linux kernel has CLOCK_MONOTONIC, so the call cannot fail.
        let time = clock_gettime(ClockId::CLOCK_MONOTONIC).map_or(Duration::ZERO, Duration::from);
        Self {
            ns: u64::try_from(time.as_nanos()).unwrap_or(u64::MAX),
        }
    }

    /// The time from `earlier` to `self`; zero if `earlier` is later.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.ns.saturating_sub(earlier.ns))
    }
}

/// Civil time since 1970, from the system's clock, which may be wrong and may jump. Before 1970 it
/// is zero.
pub fn civil_time() -> Duration {
    #[cfg(feature = "simulated-clock")]
    if let Some(clock) = simulated::get() {
        return clock.civil_time;
    }
    SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default()
}

/// Whether the kernel's civil clock is set by another one, such as a time server (`STA_UNSYNC` of
/// adjtimex(2) is off). Changes nothing.
///
/// # Errors
/// The error number of adjtimex(2), as where a sandbox forbids it.
pub fn is_synchronised() -> Result<bool, Errno> {
    // SAFETY: `timex` holds integers only, for which zeros are values. `modes` 0 asks the kernel to
    // change nothing, so it only fills the struct, which lives until the call has returned.
    let (result, status) = unsafe {
        let mut state: libc::timex = core::mem::zeroed();
        let result = libc::adjtimex(&raw mut state);
        (result, state.status)
    };
    Errno::result(result)?;
    Ok(status & libc::STA_UNSYNC == 0)
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        let span_ns = u64::try_from(span.as_nanos()).unwrap_or(u64::MAX);
        Self {
            ns: self.ns.saturating_add(span_ns),
        }
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, span: Duration) -> Self {
        let span_ns = u64::try_from(span.as_nanos()).unwrap_or(u64::MAX);
        Self {
            ns: self.ns.saturating_sub(span_ns),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates_at_both_ends() {
        let end = Timestamp::from_ns(u64::MAX);
        assert_eq!(end + Duration::from_secs(1), end);
        assert_eq!(
            Timestamp::from_ns(5) - Duration::from_nanos(9),
            Timestamp::default()
        );
        assert_eq!(Timestamp::from_ns(5).since(end), Duration::ZERO);
        assert_eq!(
            (Timestamp::from_ns(5) + Duration::from_micros(2)).since(Timestamp::from_ns(5)),
            Duration::from_micros(2)
        );
    }

    #[test]
    fn the_clock_never_runs_backwards() {
        let first = Timestamp::now();
        assert!(first > Timestamp::default());
        assert!(Timestamp::now() >= first);
    }
}

//! The clocks of the simulation.

use board::Timestamp;
use board::clock::simulated::{Clock, get, set};
use core::time::Duration;

/// Both clocks begin here.
pub fn begin() {
    set(Some(Clock {
        now: Timestamp::from_ns(1_000_000_000),
        civil_time: Duration::from_secs(1_790_000_000),
    }));
}

/// The real clocks again.
pub fn end() {
    set(None);
}

/// The monotonic clock.
pub fn now_ns() -> u64 {
    Timestamp::now().as_ns()
}

/// Both clocks advance.
pub fn advance(by: Duration) {
    if let Some(clock) = get() {
        set(Some(Clock {
            now: clock.now + by,
            civil_time: clock.civil_time + by,
        }));
    }
}

/// Both clocks advance until this time; not at all if it has passed.
pub fn advance_to(ns: u64) {
    advance(Duration::from_nanos(ns.saturating_sub(now_ns())));
}

/// The civil clock is set by this many seconds.
pub fn step(seconds: i32) {
    if let Some(clock) = get() {
        let by = Duration::from_secs(seconds.unsigned_abs().into());
        let civil_time = if seconds < 0 {
            clock.civil_time.saturating_sub(by)
        } else {
            clock.civil_time + by
        };
        set(Some(Clock {
            civil_time,
            ..clock
        }));
    }
}

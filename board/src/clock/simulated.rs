//! The simulated twin of the clocks. A simulation sets the time of its own thread; other threads
//! keep the real time.

use super::Timestamp;
use core::cell::Cell;
use core::time::Duration;

/// Both clocks at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// The monotonic clock.
    pub now: Timestamp,
    /// Civil time since 1970.
    pub civil_time: Duration,
}

thread_local! {
    static CLOCK: Cell<Option<Clock>> = const { Cell::new(None) };
}

/// The clocks of this thread; nothing if it has the real ones.
pub fn get() -> Option<Clock> {
    CLOCK.get()
}

/// Sets the clocks of this thread. With nothing, it has the real ones again.
pub fn set(clock: Option<Clock>) {
    CLOCK.set(clock);
}

#[cfg(test)]
mod tests {
    use super::super::civil_time;
    use super::*;

    #[test]
    fn only_the_thread_that_sets_the_clock_has_it() {
        let clock = Clock {
            now: Timestamp::from_ns(7),
            civil_time: Duration::from_secs(3),
        };
        set(Some(clock));
        assert_eq!(
            (Timestamp::now(), civil_time()),
            (clock.now, clock.civil_time)
        );
        let other = std::thread::spawn(|| (Timestamp::now(), civil_time()));
        let (now, civil) = other.join().unwrap();
        assert!(now > clock.now && civil > clock.civil_time);
        set(None);
        assert!(Timestamp::now() > clock.now);
    }
}

//! The heartbeats of the threads that bring the parts, write the journal, check the guard and read
//! the input lines.
//!
//! If one of them hangs, parts are not armed or get no picture. Then the watchdogs must not be fed,
//! even if the self-checks still pass.

use board::Timestamp;
use core::sync::atomic::{AtomicU8, Ordering};
use core::time::Duration;

/// A thread that gives heartbeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Monitored {
    /// The trigger thread, if there is a trigger line.
    Trigger,
    /// The thread that finds the pictures: `intake`, `pairs` or `camera`.
    Source,
    /// The journal's thread.
    Journal,
    /// The keeper.
    Keeper,
    /// The thread that reads the input lines and commands.
    Inputs,
}

impl Monitored {
    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Which threads must give a heartbeat, and which have.
#[derive(Debug)]
pub struct Heartbeats {
    /// The longest time between two heartbeats of a thread; nothing without self-checks.
    interval: Option<Duration>,
    expected: AtomicU8,
    given: AtomicU8,
}

impl Heartbeats {
    /// For this interval between self-checks. With zero there are no self-checks, and heartbeats
    /// need not be regular.
    pub fn new(self_check: Duration) -> Self {
        Self {
            interval: (!self_check.is_zero()).then_some(self_check / 4),
            expected: AtomicU8::new(0),
            given: AtomicU8::new(0),
        }
    }

    /// Records a heartbeat of this thread. Returns when the next one is due; `None` means at any
    /// time.
    pub fn give(&self, thread: Monitored) -> Option<Timestamp> {
        self.expected.fetch_or(thread.bit(), Ordering::AcqRel);
        self.given.fetch_or(thread.bit(), Ordering::AcqRel);
        self.interval.map(|interval| Timestamp::now() + interval)
    }

    /// Expects no heartbeat of this thread until it gives the next one. For a wait that can take
    /// long, while the station is not ready.
    pub fn pause(&self, thread: Monitored) {
        self.expected.fetch_and(!thread.bit(), Ordering::AcqRel);
    }

    /// Takes one heartbeat of every thread. Returns false, and takes none, unless every thread has
    /// left one. For the recorder's thread only.
    pub fn take_all(&self) -> bool {
        let expected = self.expected.load(Ordering::Acquire);
        let all = self.given.load(Ordering::Acquire) & expected == expected;
        if all {
            self.given.store(0, Ordering::Release);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_monitored_thread_must_have_given_a_heartbeat() {
        let heartbeats = Heartbeats::new(Duration::from_secs(1));
        assert!(heartbeats.take_all(), "no thread is monitored yet");
        assert!(heartbeats.give(Monitored::Trigger).is_some());
        assert!(heartbeats.take_all());
        assert!(!heartbeats.take_all(), "each heartbeat counts once");
        heartbeats.give(Monitored::Source);
        assert!(!heartbeats.take_all());
        heartbeats.give(Monitored::Trigger);
        assert!(heartbeats.take_all());
        heartbeats.pause(Monitored::Source);
        heartbeats.give(Monitored::Trigger);
        assert!(heartbeats.take_all(), "a paused thread is not waited for");
        let irregular = Heartbeats::new(Duration::ZERO);
        assert_eq!(irregular.give(Monitored::Source), None);
    }
}

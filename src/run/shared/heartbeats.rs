//! The beats of the threads that bring the parts: if one of them hangs, parts are not armed or have no picture, and the
//! watchdogs must not be fed, however well the self-checks go.

use board::Timestamp;
use core::sync::atomic::{AtomicU8, Ordering};
use core::time::Duration;

/// A thread that beats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run) enum Beating {
    /// The one that sees the triggers, if there is a trigger line.
    Trigger,
    /// The one that finds the pictures: intake or camera.
    Source,
    /// The one that writes the journal.
    Journal,
    /// The one that looks after the guard.
    Keeper,
}

impl Beating {
    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Who beats, and who has.
#[derive(Debug)]
pub(in crate::run) struct Beats {
    /// How often a thread takes a turn at least; nothing when nobody asks.
    every: Option<Duration>,
    expected: AtomicU8,
    beaten: AtomicU8,
}

impl Beats {
    /// For self-checks of this distance; zero for none, and then nothing is fed by them.
    pub fn new(self_check: Duration) -> Self {
        Self {
            every: (!self_check.is_zero()).then_some(self_check / 4),
            expected: AtomicU8::new(0),
            beaten: AtomicU8::new(0),
        }
    }

    /// The thread has taken a turn, and takes another one by the time that this gives; nothing for whenever it likes.
    pub fn beat(&self, who: Beating) -> Option<Timestamp> {
        self.expected.fetch_or(who.bit(), Ordering::AcqRel);
        self.beaten.fetch_or(who.bit(), Ordering::AcqRel);
        self.every.map(|every| Timestamp::now() + every)
    }

    /// The thread takes no turns until it beats again: the station is not ready, and it waits for something that can take
    /// long.
    pub fn rest(&self, who: Beating) {
        self.expected.fetch_and(!who.bit(), Ordering::AcqRel);
    }

    /// Whether every thread has beaten since this was true the last time. For one thread, the recorder's.
    pub fn all(&self) -> bool {
        let expected = self.expected.load(Ordering::Acquire);
        let all = self.beaten.load(Ordering::Acquire) & expected == expected;
        if all {
            self.beaten.store(0, Ordering::Release);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_thread_that_takes_turns_must_have_beaten() {
        let beats = Beats::new(Duration::from_secs(1));
        assert!(beats.all(), "nobody takes turns yet");
        assert!(beats.beat(Beating::Trigger).is_some());
        assert!(beats.all());
        assert!(!beats.all(), "once for each beat");
        beats.beat(Beating::Source);
        assert!(!beats.all());
        beats.beat(Beating::Trigger);
        assert!(beats.all());
        beats.rest(Beating::Source);
        beats.beat(Beating::Trigger);
        assert!(beats.all(), "one that rests is not waited for");
        assert_eq!(Beats::new(Duration::ZERO).beat(Beating::Source), None);
    }
}

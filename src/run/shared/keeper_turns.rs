//! The turns of the thread `keeper`, as the other threads see them.

use crate::bounded::channel::{Channel, Received};
use board::Timestamp;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

/// How long a turn may take. Past it, the lines are taken for unguarded.
pub(in crate::run) const TURN_MAX: Duration = Duration::from_secs(1);

/// Asks the keeper for turns, and knows when it took its last one.
#[derive(Debug)]
pub(in crate::run) struct Turns {
    bell: Channel<(), 1>,
    last_ns: AtomicU64,
}

impl Turns {
    pub fn new() -> Self {
        Self {
            bell: Channel::new(),
            // None has begun.
            last_ns: AtomicU64::new(u64::MAX),
        }
    }

    /// Asks for another turn: the lines may have moved. Never waits.
    pub fn want(&self) {
        // One request that waits is enough.
        let _ = self.bell.send(());
    }

    /// One more turn, and then no more.
    pub fn close(&self) {
        self.bell.close();
    }

    /// Waits this long for a request.
    pub fn wait(&self, time: Duration) -> Received<()> {
        self.bell.receive(time)
    }

    /// A turn begins or has ended.
    pub fn took(&self, at: Timestamp) {
        self.last_ns.store(at.as_ns(), Ordering::Release);
    }

    /// Whether a turn does not come back.
    pub fn hangs(&self, now: Timestamp) -> bool {
        let last = Timestamp::from_ns(self.last_ns.load(Ordering::Acquire));
        now.since(last) > TURN_MAX
    }
}

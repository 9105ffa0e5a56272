//! The turns of the thread `keeper`, as the other threads see them.

use crate::bounded::channel::{Channel, Received};
use board::Timestamp;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

/// How long a turn may take. After it, the lines count as unguarded.
pub const TURN_MAX: Duration = Duration::from_secs(1);

/// Requests for turns, and the time of the last one.
#[derive(Debug)]
pub struct KeeperTurns {
    requests: Channel<(), 1>,
    last_ns: AtomicU64,
}

impl KeeperTurns {
    /// No turn has begun.
    pub fn new() -> Self {
        Self {
            requests: Channel::new(),
            last_ns: AtomicU64::new(u64::MAX),
        }
    }

    /// Requests a turn: the lines may have moved. Never waits.
    pub fn request(&self) {
        // One request that waits is enough.
        let _ = self.requests.send(());
    }

    /// One more turn, and then no more.
    pub fn close(&self) {
        self.requests.close();
    }

    /// Waits for a request, at most this long.
    pub fn wait(&self, time: Duration) -> Received<()> {
        self.requests.receive(time)
    }

    /// A turn begins or has ended.
    pub fn mark(&self, at: Timestamp) {
        self.last_ns.store(at.as_ns(), Ordering::Release);
    }

    /// Whether a turn has taken too long.
    pub fn hangs(&self, now: Timestamp) -> bool {
        let last = Timestamp::from_ns(self.last_ns.load(Ordering::Acquire));
        now.since(last) > TURN_MAX
    }
}

//! The thread `keeper`: what has to be done off the other threads, and can hang by itself. It looks after the guard, and
//! writes down what simulated lines did.

use super::beats::Beating;
use super::readiness::Works;
use super::shared::Shared;
use crate::channel::{Channel, Received};
use crate::gate::Control;
use board::Timestamp;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

/// How often it takes a turn at least.
const LOOK: Duration = Duration::from_millis(20);
/// How long a turn may take. Past it, the lines are taken for unguarded.
pub(super) const TURN_MAX: Duration = Duration::from_secs(1);

/// What the keeper is told, and when it took its last turn.
#[derive(Debug)]
pub(super) struct Turns {
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

    /// The lines may have moved: another turn is wanted. Never waits.
    pub fn want(&self) {
        // One that waits to be heard is enough.
        let _ = self.bell.send(());
    }

    /// One more turn, and then no more.
    pub fn close(&self) {
        self.bell.close();
    }

    /// Whether a turn does not come back.
    pub fn hangs(&self, now: Timestamp) -> bool {
        let last = Timestamp::from_ns(self.last_ns.load(Ordering::Acquire));
        now.since(last) > TURN_MAX
    }
}

/// Takes turns until [`Turns::close`]. A turn says whether the lines are guarded.
pub(super) fn run(mut turn: impl FnMut() -> bool, control: Control<'_>, shared: &Shared) {
    let took_turn = |at: Timestamp| shared.turns.last_ns.store(at.as_ns(), Ordering::Release);
    took_turn(Timestamp::now());
    loop {
        let closed = shared.turns.bell.receive(LOOK) == Received::Closed;
        let guarded = turn();
        took_turn(Timestamp::now());
        if guarded != shared.readiness.works(Works::Guard) {
            // It fails only when the gate has stopped, and then all lines are safe.
            let _ = shared.set_works(Works::Guard, guarded, control);
        }
        if closed {
            return;
        }
        shared.beats.beat(Beating::Keeper);
    }
}

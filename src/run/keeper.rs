//! The thread `keeper`: it checks the guard, and writes what simulated lines did to
//! `lines.timeline`. Both can hang, so they have their own thread.

use super::readiness::Requirement;
use super::shared::{Monitored, Shared};
use crate::bounded::channel::Received;
use board::Timestamp;
use core::time::Duration;

/// The longest pause between two turns.
const PAUSE_MAX: Duration = Duration::from_millis(20);

/// Runs turns until the channel of requests is closed. `turn` returns whether the lines are
/// guarded.
pub fn run(mut turn: impl FnMut() -> bool, shared: &Shared<'_>) {
    shared.keeper_turns.mark(Timestamp::now());
    loop {
        let closed = shared.keeper_turns.wait(PAUSE_MAX) == Received::Closed;
        take_turn(turn(), shared);
        if closed {
            return;
        }
        shared.heartbeats.give(Monitored::Keeper);
    }
}

/// A turn has ended, and found that the lines are guarded or not.
pub fn take_turn(guarded: bool, shared: &Shared<'_>) {
    shared.keeper_turns.mark(Timestamp::now());
    if guarded != shared.ready.is_met(Requirement::Guard) {
        shared.ready.set(Requirement::Guard, guarded);
    }
}

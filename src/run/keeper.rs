//! The thread `keeper`: what has to be done off the other threads, and can hang by itself. It looks after the guard, and
//! writes down what simulated lines did.

use crate::bounded::channel::Received;
use crate::gate::Control;
use crate::run::readiness::Works;
use crate::run::shared::Shared;
use crate::run::shared::heartbeats::Beating;
use board::Timestamp;
use core::time::Duration;

/// How often it takes a turn at least.
const LOOK: Duration = Duration::from_millis(20);

/// Takes turns until [`crate::run::shared::keeper_turns::Turns::close`]. A turn says whether the lines are guarded.
pub(in crate::run) fn run(mut turn: impl FnMut() -> bool, control: Control<'_>, shared: &Shared) {
    shared.turns.took(Timestamp::now());
    loop {
        let closed = shared.turns.wait(LOOK) == Received::Closed;
        let guarded = turn();
        shared.turns.took(Timestamp::now());
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

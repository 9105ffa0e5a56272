//! How a source makes the station ready: after the engine, and only when nothing that comes now would be missed.

use crate::bounded::channel::Received;
use crate::gate::Control;
use crate::run::readiness::Works;
use crate::run::shared::{Shared, Stop};
use board::Timestamp;
use core::time::Duration;

/// How often a waiting source looks at the flags.
const LOOK: Duration = Duration::from_millis(5);

/// Waits for the engine's place, and until `ready_from` has come; nothing when the program stops before.
///
/// A part that passed the trigger before anybody watched is at the gate for the width of a movement, and the gate opens its
/// delay after READY. So READY must not come within that width of the beginning of the watch.
pub(in crate::run) fn wait_for_engine(ready_from: Timestamp, shared: &Shared) -> Option<String> {
    let mut place = None;
    loop {
        if ready_from <= Timestamp::now() && place.is_some() {
            return place;
        }
        match shared.engine_ready.receive(LOOK) {
            Received::Item(found) => place = Some(found),
            Received::Closed => return None,
            Received::Nothing if shared.stopping() => return None,
            Received::Nothing => {}
        }
    }
}

/// Makes the gate ready: not before the source is, since a part that came then would be late or have no picture. Says so
/// with `what`. False when the program stops.
pub(in crate::run) fn open_gate(what: &str, control: Control<'_>, shared: &Shared) -> bool {
    if shared.stopping() {
        return false;
    }
    if let Err(error) = shared.set_works(Works::Started, true, control) {
        shared.stop(Stop::Broken(error.to_string()));
    }
    let open = !shared.stopping();
    if open {
        tell!("ready: {what}");
    }
    open
}

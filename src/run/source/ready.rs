//! How a source makes the station ready: after the engine, and when no picture can be missed any
//! more.

use crate::bounded::channel::Received;
use crate::run::shared::{Shared, Stop};
use board::Timestamp;
use core::time::Duration;

/// How often a waiting source checks whether the program stops.
const POLL: Duration = Duration::from_millis(5);

/// Waits for the engine, and until `ready_from`. Returns where the engine runs; nothing if the
/// program stops first.
///
/// A part that passed the trigger before the line was watched is at the gate for one pulse width,
/// and the gate opens one delay after READY. So READY must not come within one pulse width after
/// the line is first watched.
pub fn wait_for_engine(ready_from: Timestamp, shared: &Shared<'_>) -> Option<String> {
    let mut place = None;
    loop {
        if ready_from <= Timestamp::now() && place.is_some() {
            return place;
        }
        match shared.engine_ready.receive(POLL) {
            Received::Item(found) => place = Some(found),
            Received::Closed => return None,
            Received::Nothing if shared.is_stopping() => return None,
            Received::Nothing => {}
        }
    }
}

/// Makes the station ready and prints `what`. Call it when the source is ready: a part that came
/// before would be late or have no picture. Returns false if the program stops.
pub fn make_ready(what: &str, shared: &Shared<'_>) -> bool {
    if shared.is_stopping() {
        return false;
    }
    if let Err(error) = shared.ready.start() {
        shared.stop(Stop::Broken(error.to_string()));
    }
    let ready = !shared.is_stopping();
    if ready {
        tell!("ready: {what}");
    }
    ready
}

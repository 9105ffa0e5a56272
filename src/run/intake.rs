//! The intake: a file in the watched directory becomes a part. Its number is given here, and the gate armed.

use super::shared::{Job, Message, Shared, Stop};
use crate::channel::Received;
use crate::gate::{Arming, Control};
use crate::part::PartId;
use crate::station::file::Source;
use crate::text::cut;
use crate::watch::{Arrival, Directory, Error, Ledger};
use board::Timestamp;
use core::time::Duration;
use std::os::fd::AsFd;

/// How often a waiting intake looks at the flags.
const LOOK: Duration = Duration::from_millis(5);

/// Makes the station ready, once the engine is and the directory is watched, and takes pictures until the program stops.
/// `part` is the number of the first.
pub(super) fn run(
    source: &Source,
    ledger: Ledger,
    mut part: PartId,
    mut arming: Arming<'_>,
    control: Control<'_>,
    shared: &Shared,
) {
    let Some(place) = wait_for_engine(shared) else {
        return;
    };
    let mut directory = match Directory::open(source, ledger) {
        Ok(directory) => directory,
        Err(error) => return shared.stop(Stop::Broken(error.to_string())),
    };
    if !open_gate(control, shared) {
        return;
    }
    println!("ready: {place}");
    while !shared.stopping() {
        if !shared.journal_works() {
            // What arrives meanwhile waits in the kernel's queue; nothing is inspected that cannot be recorded.
            std::thread::sleep(LOOK);
            continue;
        }
        match directory.next(None, shared.stop_bell.as_fd()) {
            Ok(Some(arrival)) => {
                if let Some(job) = begin(arrival, part, shared) {
                    part = part.next();
                    admit(job, &mut arming, shared);
                }
            }
            Ok(None) => {}
            Err(error @ Error::Gone) => shared.stop(Stop::Broken(error.to_string())),
            Err(error) => eprintln!("sluice: {error}"),
        }
    }
}

/// Waits for the engine's place; nothing when the program stops before.
fn wait_for_engine(shared: &Shared) -> Option<String> {
    loop {
        match shared.engine_ready.receive(LOOK) {
            Received::Item(place) => return Some(place),
            Received::Closed => return None,
            Received::Nothing if shared.stopping() => return None,
            Received::Nothing => {}
        }
    }
}

/// Makes the gate ready: not before the directory is watched, since a picture that came then would be triggered late. False
/// when the program stops.
fn open_gate(control: Control<'_>, shared: &Shared) -> bool {
    if shared.stopping() {
        return false;
    }
    shared.set_ready();
    if let Err(error) = control.set_ready(true) {
        shared.stop(Stop::Broken(error.to_string()));
    }
    // A stop between the two is taken back here; one that comes later, by the inspection.
    let open = !shared.stopping();
    if !open {
        let _ = control.set_ready(false);
    }
    open
}

/// Gives the part its number and its trigger time.
///
/// A picture that lay there when the station started has no part on the line any more, so there is no hurry: such
/// pictures go one by one, each with a trigger of its own. Without that a full directory would be one burst of late
/// parts. Nothing when the program stops first.
fn begin(arrival: Arrival, part: PartId, shared: &Shared) -> Option<Job> {
    let mut trigger = arrival.seen_at;
    if arrival.backlog {
        while shared.under_way() > 0 {
            if shared.stopping() {
                return None;
            }
            std::thread::sleep(LOOK);
        }
        trigger = Timestamp::now();
    }
    Some(Job {
        part,
        name: arrival.name,
        identity: arrival.identity,
        trigger,
    })
}

/// Arms the gate, then hands the part on. What has no room is refused, which makes it a fault.
fn admit(job: Job, arming: &mut Arming<'_>, shared: &Shared) {
    let room = shared.begin();
    let armed = arming.arm(job.part, job.trigger);
    let refusal = match (&armed, room) {
        (Ok(()), true) => None,
        (Ok(()), false) => Some(cut(format_args!(
            "{} parts under way",
            shared.under_way() - 1
        ))),
        (Err(error), _) => Some(cut(format_args!("gate: {error}"))),
    };
    let message = match refusal {
        None => Message::Begun(job.clone()),
        Some(detail) => Message::Refused(job.clone(), detail, armed.is_ok()),
    };
    let admitted = matches!(message, Message::Begun(_));
    // The queues hold all parts that can be under way, so these fail only after the program's end has begun.
    if shared.messages.send(message).is_err() || (admitted && shared.jobs.send(job).is_err()) {
        shared.stop(Stop::Broken(
            "a queue between threads is full or closed".to_owned(),
        ));
    }
}

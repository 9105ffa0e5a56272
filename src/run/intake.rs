//! The intake: a file in the watched directory becomes a part. Its number is given here, and the gate armed.

use super::shared::{Job, Message, Shared, Stop};
use crate::channel::Received;
use crate::gate::{Arming, Control};
use crate::part::PartId;
use crate::station::file;
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
    settings: &file::Directory,
    ledger: Ledger,
    mut part: PartId,
    mut arming: Arming<'_>,
    control: Control<'_>,
    shared: &Shared,
) {
    let Some(place) = wait_for_engine(shared) else {
        return;
    };
    let mut directory = match Directory::open(settings, ledger) {
        Ok(directory) => directory,
        Err(error) => return shared.stop(Stop::Broken(error.to_string())),
    };
    if !open_gate(control, shared) {
        return;
    }
    println!("ready: {place}");
    let mut scan_again = false;
    while !shared.stopping() {
        if !shared.may_begin() {
            // Nothing is inspected that cannot be recorded, or while the lines are not guarded. What arrives meanwhile is
            // found by a scan afterwards, as what it is then: a picture whose part is gone.
            scan_again = true;
            std::thread::sleep(LOOK);
            continue;
        }
        if core::mem::take(&mut scan_again) {
            directory.scan_soon();
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
    if let Err(error) = control.set_ready(shared.may_begin()) {
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
/// A picture that lay there when the station started, or that came while the journal could not be written, has no part on
/// the line any more. It is inspected and recorded, but the gate does not hear of it: a way that it opened would be open for
/// another part. Such pictures go one by one, each with a trigger of its own; there is no hurry, and a full directory would
/// otherwise be one burst of late parts. Nothing when the program stops first.
fn begin(arrival: Arrival, part: PartId, shared: &Shared) -> Option<Job> {
    let on_line = !arrival.backlog && shared.may_begin();
    while !on_line && (shared.under_way() > 0 || !shared.may_begin()) {
        if shared.stopping() {
            return None;
        }
        std::thread::sleep(LOOK);
    }
    let trigger = if on_line {
        arrival.seen_at
    } else {
        Timestamp::now()
    };
    Some(Job {
        part,
        name: arrival.name,
        identity: arrival.identity,
        trigger,
        on_line,
    })
}

/// Arms the gate if the part is on the line, then hands it on. What has no room is refused, which makes it a fault.
fn admit(job: Job, arming: &mut Arming<'_>, shared: &Shared) {
    let room = shared.begin();
    let armed = if job.on_line {
        arming.arm(job.part, job.trigger)
    } else {
        Ok(())
    };
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

//! The intake of a station without a trigger line: a file in the watched directory becomes a part. Its number is given
//! here, and the gate armed.

use super::beats::Beating;
use super::messages::{Job, Message, Picture};
use super::ready::{open_gate, wait_for_engine};
use super::shared::{Shared, Stop};
use crate::gate::{Arming, Control};
use crate::station::file;
use crate::text::cut;
use crate::watch::{Arrival, Directory, Error, Known};
use board::Timestamp;
use core::time::Duration;
use std::os::fd::AsFd;

/// How often a waiting intake looks at the flags.
const LOOK: Duration = Duration::from_millis(5);

/// Makes the station ready, once the engine is and the directory is watched, and takes pictures until the program stops.
/// `pulse` is the width of a movement.
pub(super) fn run(
    settings: &file::Directory,
    pulse: Duration,
    known: Known,
    mut arming: Arming<'_>,
    control: Control<'_>,
    shared: &Shared,
) {
    let Some(place) = wait_for_engine(Timestamp::default(), shared) else {
        return;
    };
    let mut directory = match Directory::open(settings, known) {
        Ok(directory) => directory,
        Err(error) => return shared.stop(Stop::Broken(error.to_string())),
    };
    // What came before was seen by nobody; see `wait_for_engine`.
    let mut ready_at = Some(Timestamp::now() + pulse);
    while !shared.stopping() {
        let beat = shared.beats.beat(Beating::Source);
        let now = Timestamp::now();
        if ready_at.take_if(|at| *at <= now).is_some() && !open_gate(&place, control, shared) {
            return;
        }
        let ready = &shared.readiness;
        // A picture whose part is gone waits until nothing else is to be done.
        let idle = ready_at.is_none() && ready.may_begin() && ready.under_way() == 0;
        directory.hold_back(!idle);
        let look = (!idle).then(|| now + LOOK);
        let until = [beat, look, ready_at].into_iter().flatten().min();
        match directory.next(until, shared.stop_bell.as_fd()) {
            Ok(Some(arrival)) => take(arrival, &mut directory, &mut arming, shared),
            Ok(None) => {}
            Err(error @ Error::Gone) => shared.stop(Stop::Broken(error.to_string())),
            Err(error) => {
                // A picture that came by now, and was not told of, is found by a later scan. Nobody knows where its part is:
                // so it is inspected without the gate, and nothing passes until the part is gone.
                hold(&mut arming, Timestamp::now());
                complain!("sluice: {error}");
            }
        }
    }
}

/// The way is closed until a part that was seen at this time, and is not armed, is gone.
fn hold(arming: &mut Arming<'_>, seen_at: Timestamp) {
    // It fails only when the gate has stopped, and then all lines are safe.
    let _ = arming.hold(seen_at);
}

/// Gives the part its number and its trigger time.
///
/// A picture that lay there when the station started, or that came while the journal could not be written, has no part on
/// the line any more. It is inspected and recorded, but the gate does not hear of it: a way that it opened would be open for
/// another part. Such pictures go one by one, each with a trigger of its own; there is no hurry, and a full directory would
/// otherwise be one burst of late parts.
fn take(arrival: Arrival, directory: &mut Directory, arming: &mut Arming<'_>, shared: &Shared) {
    let on_line = !arrival.backlog;
    if !shared.readiness.may_begin() {
        // Nothing is inspected that cannot be recorded, or while the lines are not guarded. The part is on its way all the
        // same. Its picture is found by a scan afterwards, as what it is then: a picture whose part is gone.
        if on_line {
            hold(arming, arrival.seen_at);
        }
        return directory.put_back(&arrival);
    }
    let trigger = if on_line {
        arrival.seen_at
    } else {
        Timestamp::now()
    };
    let job = Job {
        part: shared.readiness.next_part(),
        trigger,
        on_line,
        picture: Picture::File {
            name: arrival.name,
            identity: arrival.identity,
        },
    };
    admit(job, arming, shared);
}

/// Arms the gate if the part is on the line, then hands it on. What has no room is refused, which makes it a fault.
fn admit(job: Job, arming: &mut Arming<'_>, shared: &Shared) {
    let room = shared.readiness.begin(job.on_line);
    let armed = if job.on_line {
        arming.arm(job.part, job.trigger)
    } else {
        Ok(())
    };
    let refusal = match (&armed, room) {
        (Ok(()), true) => None,
        (Ok(()), false) => Some(cut(format_args!(
            "{} parts under way",
            shared.readiness.under_way() - 1
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
        shared.stop_for_queue();
    }
}

//! The intake of a station without a trigger line: a file in the watched directory becomes a part. Its number is given
//! here, and the gate armed.
//!
//! A part begins when its picture was finished, whenever the station sees it. A picture that is seen too late to be
//! judged is a fault at once. A picture for which there is no room waits in the directory. The parts of both are
//! somewhere on the line, so nothing passes until they must be gone.

use super::beats::Beating;
use super::messages::{Job, Message, Picture};
use super::ready::{open_gate, wait_for_engine};
use super::shared::{Shared, Stop};
use super::waiting::Waiting;
use crate::bounded::text::{Detail, cut};
use crate::gate::{Arming, Control};
use crate::part::Cause;
use crate::station::file::{self, GateSettings};
use crate::watch::{Arrival, Directory, Error, Known};
use board::Timestamp;
use core::time::Duration;
use std::os::fd::AsFd;

/// How often a waiting intake looks at the flags, besides when it is rung for.
const LOOK: Duration = Duration::from_millis(5);

/// Makes the station ready, once the engine is and the directory is watched, and takes pictures until the program stops.
pub(super) fn run(
    settings: &file::DirectorySettings,
    gate: &GateSettings,
    known: Known,
    arming: Arming<'_>,
    control: Control<'_>,
    shared: &Shared,
) {
    let Some(place) = wait_for_engine(Timestamp::default(), shared) else {
        return;
    };
    let directory = match Directory::open(settings, known) {
        Ok(directory) => directory,
        Err(error) => return shared.stop(Stop::Broken(error.to_string())),
    };
    let ms = |ms: u32| Duration::from_millis(ms.into());
    let mut intake = Intake {
        directory,
        arming,
        shared,
        // Not longer than the delay, so that a part within it is not at the gate yet.
        deadline: ms(gate.deadline_ms),
        waiting: Waiting::default(),
    };
    // What came before was seen by nobody; see `wait_for_engine`.
    let mut ready_at = Some(Timestamp::now() + ms(gate.pulse_ms));
    loop {
        // Cleared before the flag is looked at, so that no ring for it is lost. The bell has no reason to fail while it exists.
        let _ = shared.source_bell.clear();
        if shared.stopping() {
            return;
        }
        let beat = shared.beats.beat(Beating::Source);
        let now = Timestamp::now();
        if ready_at.take_if(|at| *at <= now).is_some() && !open_gate(&place, control, shared) {
            return;
        }
        let ready = &shared.readiness;
        // A picture whose part is gone waits until nothing else is to be done.
        let idle = ready_at.is_none() && ready.may_begin() && ready.under_way() == 0;
        let look = (!idle).then(|| now + LOOK);
        let until = [beat, look, ready_at].into_iter().flatten().min();
        intake.turn(!idle, until);
    }
}

struct Intake<'a> {
    directory: Directory,
    arming: Arming<'a>,
    shared: &'a Shared,
    deadline: Duration,
    /// Pictures that wait in the directory because there was no room.
    waiting: Waiting,
}

impl Intake<'_> {
    /// Waits for a picture until this time and takes it.
    fn turn(&mut self, hold_back: bool, until: Option<Timestamp>) {
        self.directory.hold_back(hold_back);
        match self.directory.next(until, self.shared.source_bell.as_fd()) {
            Ok(Some(arrival)) if arrival.backlog => self.take_backlog(arrival),
            Ok(Some(arrival)) => self.take(arrival),
            Ok(None) => {}
            Err(error @ Error::Gone) => self.shared.stop(Stop::Broken(error.to_string())),
            Err(error) => {
                // A picture that came by now, and was not told of, is found by a later scan. Nobody knows where its part is:
                // so it is inspected without the gate, and nothing passes until the part is gone.
                self.hold(Timestamp::now());
                complain!("sluice: {error}");
            }
        }
        self.waiting.say(Timestamp::now());
    }

    /// The way is closed until a part that was finished by this time, and is not armed, is gone.
    fn hold(&mut self, finished_by: Timestamp) {
        // It fails only when the gate has stopped, and then all lines are safe.
        let _ = self.arming.hold(finished_by);
    }

    /// A picture whose part is no longer on the line: it lay there when the station started, or could not be taken when
    /// it came. It is inspected and recorded, but the gate does not get it: opening would let another part through.
    /// Such pictures go one by one, each with a trigger of its own. There is no hurry, and a full directory would
    /// otherwise be one burst of late parts.
    fn take_backlog(&mut self, arrival: Arrival) {
        let ready = &self.shared.readiness;
        if !(ready.may_begin() && ready.begin_if_room(false)) {
            return self.directory.put_back(&arrival);
        }
        let job = self.job(arrival, Timestamp::now(), false);
        self.admit(job);
    }

    /// Gives the part its number and arms the gate for it.
    fn take(&mut self, arrival: Arrival) {
        let ready = &self.shared.readiness;
        // Nothing is inspected that cannot be recorded, or while the lines are not guarded, and the queues have room for so
        // many parts only. The part is on its way all the same. Its picture is found by a scan afterwards, as what it is
        // then: a picture whose part is gone.
        let may_begin = ready.may_begin();
        if !(may_begin && ready.begin_if_room(true)) {
            self.hold(arrival.seen_at);
            self.directory.put_back(&arrival);
            if may_begin {
                self.waiting.add();
            }
            return;
        }
        // A file that was changed after it was seen is no later than that.
        let begin = arrival.finished_at.min(arrival.seen_at);
        let age = Timestamp::now().since(begin);
        if age < self.deadline {
            let job = self.job(arrival, begin, true);
            return self.arm(job);
        }
        // The gate first: the way is closed before anything is said.
        self.hold(arrival.seen_at);
        let (begin, detail) = if begin == Timestamp::default() {
            (arrival.seen_at, untimed())
        } else {
            (begin, too_late(age, self.deadline))
        };
        let job = self.job(arrival, begin, true);
        self.tell(Message::Refused(job, Cause::Late, detail));
    }

    fn job(&self, arrival: Arrival, trigger: Timestamp, on_line: bool) -> Job {
        Job {
            part: self.shared.readiness.next_part(),
            trigger,
            on_line,
            picture: Picture::File {
                name: arrival.name,
                identity: arrival.identity,
            },
        }
    }

    fn arm(&mut self, job: Job) {
        match self.arming.arm(job.part, job.trigger) {
            Ok(()) => self.admit(job),
            Err(error) => {
                let detail = cut(format_args!("gate: {error}"));
                self.tell(Message::Refused(job, Cause::QueueFull, detail));
            }
        }
    }

    /// Hands the part on.
    fn admit(&self, job: Job) {
        let part = job.part;
        self.tell(Message::Begun(job.clone()));
        if self.shared.jobs.send(job).is_err() {
            // Pictures whose time is over have left no room.
            let detail = cut(format_args!("the decode workers are too far behind"));
            self.tell(Message::Failed(part, Cause::QueueFull, detail));
        }
    }

    fn tell(&self, message: Message) {
        // The queue has room for all that can be said of the parts under way, so it refuses only when it is closed.
        if self.shared.messages.send(message).is_err() {
            self.shared.stop_for_queue();
        }
    }
}

fn too_late(age: Duration, deadline: Duration) -> Detail {
    let (age_ms, deadline_ms) = (age.as_millis(), deadline.as_millis());
    cut(format_args!(
        "seen {age_ms} ms after it was finished, gate.deadline_ms is {deadline_ms}; nothing passes until its part is gone"
    ))
}

fn untimed() -> Detail {
    cut(format_args!(
        "its file system keeps times in whole seconds, so when it was finished is not known; use ext4 with 256-byte inodes, XFS, Btrfs or tmpfs"
    ))
}

//! The thread `intake`, for a station without a trigger line: each file in the watched directory
//! becomes a part. This thread gives the part its number and arms the gate.
//!
//! A part begins when its picture was finished, even if the station sees it later. A picture that
//! is seen too late to be judged is a fault at once. So is one that was finished before the recipe
//! changed, or before the end of a challenge. A picture waits in the directory while too
//! many parts are under way. The parts of both kinds are somewhere on the line, so nothing passes
//! until they must be gone.

use super::ready::{make_ready, wait_for_engine};
use super::waiting::Waiting;
use crate::bounded::text::{Detail, cut};
use crate::gate::Arming;
use crate::part::Cause;
use crate::run::messages::{Job, Message};
use crate::run::shared::{Monitored, Shared, Stop};
use crate::station::file::{self, GateSettings};
use crate::watch::{Arrival, Directory, Known, WatchError};
use board::Timestamp;
use core::time::Duration;
use std::os::fd::AsFd;

/// How often the intake checks whether a backlog picture can be taken, without a wake-up.
const POLL: Duration = Duration::from_millis(5);

/// Makes the station ready when the engine is ready and the directory is watched. Then takes
/// pictures until the program stops.
pub fn run(
    settings: &file::DirectorySettings,
    gate: &GateSettings,
    known: Known,
    arming: Arming<'_>,
    shared: &Shared<'_>,
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
        // At most the gate's delay, so a part seen within it is not at the gate yet.
        deadline: ms(gate.deadline_ms),
        doubt_max: ms(settings.poll_ms) * 3 / 2,
        waiting: Waiting::new(),
    };
    let mut readiness = Readiness::Unseen;
    loop {
        shared.clear_source_wake_up();
        if shared.is_stopping() {
            return;
        }
        let heartbeat_at = shared.heartbeats.give(Monitored::Source);
        let now = Timestamp::now();
        let sees_arrivals = intake.directory.sees_arrivals();
        let before = readiness;
        readiness = readiness.at(now, sees_arrivals, ms(gate.pulse_ms));
        if readiness != before && readiness == Readiness::Ready && !make_ready(&place, shared) {
            return;
        }
        // A backlog picture waits until no part is under way.
        let ready = &shared.ready;
        let is_ready = readiness == Readiness::Ready;
        let idle = is_ready && ready.may_begin() && ready.parts.under_way() == 0;
        let poll_at = (!idle).then(|| now + POLL);
        let until = [heartbeat_at, poll_at].into_iter().flatten().min();
        let failure = intake.turn(!idle, until);
        if let (Readiness::Unseen, Some(error)) = (readiness, failure) {
            return shared.stop(Stop::Broken(error.to_string()));
        }
    }
}

/// How far the station is with becoming ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Readiness {
    /// The first scan of a polled directory is under way. A picture that comes is not seen as such.
    Unseen,
    /// It is ready at this time.
    At(Timestamp),
    Ready,
}

impl Readiness {
    /// What follows at `now`. Pictures that came before the directory was seen have parts, which
    /// are at the gate for one `pulse` (see `wait_for_engine`).
    fn at(self, now: Timestamp, sees_arrivals: bool, pulse: Duration) -> Self {
        match self {
            Self::Unseen if sees_arrivals => Self::At(now + pulse),
            Self::At(at) if at <= now => Self::Ready,
            _ => self,
        }
    }
}

struct Intake<'a> {
    directory: Directory,
    arming: Arming<'a>,
    shared: &'a Shared<'a>,
    deadline: Duration,
    /// How far the time of a picture may be wrong: one interval of scans, and two scans of a
    /// quarter of it. `gate.delay_ms` is set with this (`docs/writers.md`).
    doubt_max: Duration,
    waiting: Waiting,
}

impl Intake<'_> {
    /// Waits for a picture, at most until `until`, and takes it. With `hold_back` no backlog
    /// picture is taken. Returns what failed.
    fn turn(&mut self, hold_back: bool, until: Option<Timestamp>) -> Option<WatchError> {
        let mut failure = None;
        self.directory.hold_back(hold_back);
        let wake_up = self.shared.source_wake_up.as_fd();
        match self.directory.next(until, wake_up) {
            Ok(Some(arrival)) if arrival.backlog => self.take_backlog(arrival),
            Ok(Some(arrival)) => self.take(arrival),
            Ok(None) => {}
            Err(error @ WatchError::Gone) => self.shared.stop(Stop::Broken(error.to_string())),
            Err(error) => {
                // A later scan finds the pictures whose events were lost. No one knows where their
                // parts are. So they are inspected without the gate, and nothing passes until their
                // parts are gone.
                self.arming.hold(Timestamp::now());
                complain!("sluice: {error}");
                failure = Some(error);
            }
        }
        self.waiting.print(Timestamp::now());
        failure
    }

    /// Takes a picture whose part is no longer on the line: it was there at the start, or could not
    /// be taken when it came. It is inspected and recorded without the gate: opening the gate would
    /// let another part pass. Such pictures are taken one at a time, so that a full directory is
    /// not one burst of late parts.
    fn take_backlog(&mut self, arrival: Arrival) {
        let ready = &self.shared.ready;
        if !(ready.may_begin() && ready.parts.begin_if_space(false)) {
            return self.directory.put_back(&arrival);
        }
        let job = self.job(arrival, Timestamp::now(), false);
        self.admit(job);
    }

    /// Gives the part its number and arms the gate for it.
    ///
    /// A part that cannot be recorded, guarded or queued is not inspected now. It is still on the
    /// line, so the gate rejects until it is gone. A later scan finds its picture, then as one
    /// whose part is gone.
    fn take(&mut self, arrival: Arrival) {
        let ready = &self.shared.ready;
        let may_begin = ready.may_begin();
        if !(may_begin && ready.parts.begin_if_space(true)) {
            self.arming.hold(arrival.seen_at);
            self.directory.put_back(&arrival);
            if may_begin {
                self.waiting.add();
            }
            return;
        }
        // A file that was changed after it was seen counts from when it was seen.
        let begin = arrival.finished_at.min(arrival.seen_at);
        let (seen_at, finished_after) = (arrival.seen_at, arrival.finished_after);
        // In a polled directory it may be older than it looks. The gate opens at a time that is
        // wrong by as much.
        let age = Timestamp::now().since(begin.min(finished_after));
        let doubt = begin.since(finished_after);
        let job = self.job(arrival, begin, true);
        // Read after the recipe, which is changed first.
        let is_before = finished_after < ready.takes_from();
        if age < self.deadline && doubt <= self.doubt_max && !is_before {
            return self.arm(job);
        }
        // From now on, not from `seen_at`: a decode worker may have read the event long ago.
        self.arming.hold(Timestamp::now());
        let (trigger, detail) = if begin == Timestamp::default() {
            (seen_at, untimed())
        } else if finished_after == Timestamp::default() {
            (begin, renamed())
        } else if age >= self.deadline {
            (begin, too_late(age, self.deadline))
        } else if is_before {
            (begin, before())
        } else {
            (begin, doubtful(doubt, self.doubt_max))
        };
        let job = Job { trigger, ..job };
        self.shared
            .tell_inspection(Message::Refused(job, Cause::Late, detail));
    }

    fn job(&self, arrival: Arrival, trigger: Timestamp, on_line: bool) -> Job {
        Job {
            part: self.shared.ready.parts.next_part(),
            trigger,
            on_line,
            picture: arrival.into(),
            golden: None,
            recipe: self.shared.ready.recipes.current(),
        }
    }

    fn arm(&mut self, job: Job) {
        match self.arming.arm(job.part, job.trigger) {
            Ok(()) => self.admit(job),
            Err(error) => {
                let detail = cut(format_args!("gate: {error}"));
                let refused = Message::Refused(job, Cause::QueueFull, detail);
                self.shared.tell_inspection(refused);
            }
        }
    }

    /// Hands the part to the inspection and the decode workers.
    fn admit(&self, job: Job) {
        let part = job.part;
        self.shared.tell_inspection(Message::Begun(job.clone()));
        if self.shared.jobs.send(job).is_err() {
            // Pictures of decided parts fill the queue.
            let detail = cut(format_args!("the decode workers are too far behind"));
            let failed = Message::Failed(part, Cause::QueueFull, detail);
            self.shared.tell_inspection(failed);
        }
    }
}

fn too_late(age: Duration, deadline: Duration) -> Detail {
    let (age_ms, deadline_ms) = (age.as_millis(), deadline.as_millis());
    cut(format_args!(
        "finished up to {age_ms} ms ago, gate.deadline_ms is {deadline_ms}; nothing passes until its part is gone"
    ))
}

fn doubtful(doubt: Duration, doubt_max: Duration) -> Detail {
    let (doubt_ms, max_ms) = (doubt.as_millis(), doubt_max.as_millis());
    cut(format_args!(
        "found up to {doubt_ms} ms after it was finished; allowed: 1.5 times source.directory.poll_ms, {max_ms} ms; nothing passes until its part is gone"
    ))
}

fn renamed() -> Detail {
    cut(format_args!(
        "it may be a waiting picture that was renamed or got other permissions; nothing passes until its part is gone"
    ))
}

fn before() -> Detail {
    cut(format_args!(
        "it may have been finished before the recipe changed or a challenge ended; nothing passes until its part is gone"
    ))
}

fn untimed() -> Detail {
    cut(format_args!(
        "its file system keeps times in whole seconds, so when it was finished is not known; use ext4 with 256-byte inodes, XFS, Btrfs or tmpfs"
    ))
}

#[cfg(test)]
mod tests;

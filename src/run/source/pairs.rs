//! The thread `pairs`, for a station with a trigger line and a watched directory: it finds the part
//! of each file. A part whose file does not come in time is a fault.
//!
//! A file that belongs to no part on the line is inspected and recorded when no part is under way,
//! and moves no line. It may have been there at the start, or its trigger was missed.

use super::ready::{make_ready, wait_for_engine};
use crate::bounded::channel::Received;
use crate::bounded::text::cut;
use crate::matching::{FileMatcher, Paired};
use crate::part::{Cause, PARTS_MAX, PartId};
use crate::run::messages::{Job, Message, Triggered};
use crate::run::shared::{Monitored, Shared, Stop};
use crate::station::file::{self, TriggerSettings};
use crate::watch::{Arrival, Directory, Known, WatchError};
use board::Timestamp;
use core::time::Duration;
use heapless::Deque;
use std::os::fd::{AsFd as _, BorrowedFd};

/// How often the thread checks whether a file without a part can be taken.
const POLL: Duration = Duration::from_millis(20);
/// How long after its edge a trigger may become known here, without the debounce: a line that
/// chatters for 50 ms, and a busy machine. A file without a trigger can wait, so this may be long.
const KNOWN: Duration = Duration::from_secs(1);

/// Makes the station ready when the engine is ready and the directory is watched. Then finds the
/// pictures of the parts until the program stops.
pub fn run(
    settings: &file::DirectorySettings,
    trigger: &TriggerSettings,
    ready_from: Timestamp,
    known: Known,
    shared: &Shared<'_>,
) {
    let Some(place) = wait_for_engine(ready_from, shared) else {
        return;
    };
    let mut directory = match Directory::open(settings, known) {
        Ok(directory) => directory,
        Err(error) => return shared.stop(Stop::Broken(error.to_string())),
    };
    // Until then nothing arrives, and the backlog waits.
    directory.hold_back(true);
    while !directory.sees_arrivals() {
        shared.clear_source_wake_up();
        if shared.is_stopping() {
            return;
        }
        shared.heartbeats.give(Monitored::Source);
        let wake_up = shared.source_wake_up.as_fd();
        match directory.next(Some(Timestamp::now()), wake_up) {
            Ok(None) => {}
            Ok(Some(arrival)) => directory.put_back(&arrival),
            Err(error) => return shared.stop(Stop::Broken(error.to_string())),
        }
    }
    if !make_ready(&place, shared) {
        return;
    }
    let mut pairs = Pairs::new(settings, trigger, directory, shared);
    loop {
        shared.clear_source_wake_up();
        if shared.is_stopping() {
            return;
        }
        pairs.turn();
    }
}

/// Where files come from.
pub trait Arrivals {
    /// Whether files may have come that were not returned yet.
    fn has_arrivals(&self) -> bool;
    /// Returns no file that belongs to no part, until this is ended.
    fn hold_back(&mut self, held_back: bool);
    /// Takes back a file, and returns it again later.
    fn put_back(&mut self, arrival: &Arrival);
    /// The next file; waits until `until`, or until `stop` is readable.
    fn next(
        &mut self,
        until: Option<Timestamp>,
        stop: BorrowedFd<'_>,
    ) -> Result<Option<Arrival>, WatchError>;
}

impl Arrivals for Directory {
    fn has_arrivals(&self) -> bool {
        Self::has_arrivals(self)
    }

    fn hold_back(&mut self, held_back: bool) {
        Self::hold_back(self, held_back);
    }

    fn put_back(&mut self, arrival: &Arrival) {
        Self::put_back(self, arrival);
    }

    fn next(
        &mut self,
        until: Option<Timestamp>,
        stop: BorrowedFd<'_>,
    ) -> Result<Option<Arrival>, WatchError> {
        Self::next(self, until, stop)
    }
}

/// The thread `pairs` at work.
pub struct Pairs<'a, D> {
    directory: D,
    matcher: FileMatcher<Triggered, Arrival>,
    /// The longest time from an edge to its file.
    pair_max: Duration,
    /// The interval of scans; 0 if events report the files.
    poll_ms: u32,
    /// Files that belong to no part on the line.
    aside: Deque<Arrival, PARTS_MAX>,
    shared: &'a Shared<'a>,
}

impl<'a, D: Arrivals> Pairs<'a, D> {
    /// Waits for parts and for the files in `directory`.
    pub fn new(
        settings: &file::DirectorySettings,
        trigger: &TriggerSettings,
        directory: D,
        shared: &'a Shared<'a>,
    ) -> Self {
        // A chattering line may take ten periods of its debounce to settle.
        let known = KNOWN + 10 * Duration::from_micros(trigger.debounce_us.into());
        let ms = |ms: u32| Duration::from_millis(ms.into());
        Self {
            directory,
            matcher: FileMatcher::new(ms(settings.pair_min_ms), ms(settings.pair_max_ms), known),
            pair_max: ms(settings.pair_max_ms),
            poll_ms: settings.poll_ms,
            aside: Deque::new(),
            shared,
        }
    }

    /// When to take the next turn, unless a file or a trigger comes first.
    #[cfg(any(test, feature = "simulation"))]
    pub fn next_wake(&self) -> Option<Timestamp> {
        self.matcher.next_wake()
    }

    /// Takes the triggers. Then waits for a file, another trigger, or the end of a trigger's time.
    pub fn turn(&mut self) {
        while let Received::Item(trigger) = self.shared.triggers.receive(Duration::ZERO) {
            self.add_trigger(trigger);
        }
        while let Some(paired) = self.matcher.pair() {
            self.handle(paired);
        }
        if !self.directory.has_arrivals() {
            let now = Timestamp::now();
            while let Some(paired) = self.matcher.expire(now) {
                self.handle(paired);
            }
        }
        let ready = &self.shared.ready;
        let idle = self.matcher.is_empty() && ready.parts.under_way() == 0 && ready.may_begin();
        if idle && let Some(arrival) = self.aside.pop_front() {
            return self.begin_aside(arrival);
        }
        self.directory.hold_back(!idle);
        self.wait_for_file(idle);
    }

    fn wait_for_file(&mut self, idle: bool) {
        let poll_at = (!idle).then(|| Timestamp::now() + POLL);
        let heartbeat_at = self.shared.heartbeats.give(Monitored::Source);
        let wakes = [self.matcher.next_wake(), poll_at, heartbeat_at];
        let until = wakes.into_iter().flatten().min();
        let wake_up = self.shared.source_wake_up.as_fd();
        match self.directory.next(until, wake_up) {
            Ok(Some(arrival)) if arrival.backlog => self.put_aside(arrival),
            Ok(Some(arrival)) => {
                // In a polled directory the file may be older than it looks.
                let finished_from = arrival.finished_at.min(arrival.finished_after);
                let seen_at = arrival.seen_at;
                if let Some(given_up) = self.matcher.picture(arrival, finished_from, seen_at) {
                    self.put_aside(given_up);
                }
            }
            Ok(None) => {}
            Err(error @ WatchError::Gone) => self.shared.stop(Stop::Broken(error.to_string())),
            // Parts whose files were not seen become faults when their time is over.
            Err(error) => complain!("sluice: {error}"),
        }
    }

    fn add_trigger(&mut self, trigger: Triggered) {
        let edge = trigger.edge;
        if let Err(Triggered {
            part: Some(part), ..
        }) = self.matcher.trigger(trigger, edge)
        {
            let detail = cut(format_args!("more triggers than can wait for a picture"));
            let failed = Message::Failed(part, Cause::QueueFull, detail);
            self.shared.tell_inspection(failed);
        }
    }

    fn handle(&mut self, paired: Paired<Triggered, Arrival>) {
        match paired {
            Paired::Both(Triggered { edge, part, recipe }, arrival) => match part {
                Some(part) => self.begin(part, edge, recipe, arrival),
                None => self.put_aside(arrival),
            },
            Paired::Another(Triggered { part, .. }, arrival) => {
                if let Some(part) = part {
                    let detail = cut(format_args!("{} came in its time as well", arrival.name));
                    let doubted = Message::Doubted(part, detail);
                    self.shared.tell_inspection(doubted);
                }
                self.put_aside(arrival);
            }
            Paired::NoTrigger(arrival) => self.put_aside(arrival),
            // A missed trigger is a fault already.
            Paired::NoPicture(Triggered { part: None, .. }) => {}
            Paired::NoPicture(Triggered {
                part: Some(part), ..
            }) => {
                let pair_max_ms = self.pair_max.as_millis();
                let detail = match self.poll_ms {
                    0 => cut(format_args!("no picture within {pair_max_ms} ms")),
                    poll_ms => cut(format_args!(
                        "no picture that was surely finished within {pair_max_ms} ms, by scans every {poll_ms} ms"
                    )),
                };
                let failed = Message::Failed(part, Cause::NoPicture, detail);
                self.shared.tell_inspection(failed);
            }
        }
    }

    /// Hands over the picture of a part on the line.
    fn begin(&self, part: PartId, edge: Timestamp, recipe: u8, arrival: Arrival) {
        let job = Job {
            part,
            trigger: edge,
            on_line: true,
            picture: arrival.into(),
            golden: None,
            recipe,
        };
        let found = Message::Paired(part, job.picture.clone(), recipe);
        self.shared.tell_inspection(found);
        if self.shared.jobs.send(job).is_err() {
            let detail = cut(format_args!("the decode workers are too far behind"));
            let failed = Message::Failed(part, Cause::QueueFull, detail);
            self.shared.tell_inspection(failed);
        }
    }

    /// Begins a part for a file that belongs to no part on the line. Its cycle begins now.
    fn begin_aside(&self, arrival: Arrival) {
        let parts = &self.shared.ready.parts;
        parts.begin(false);
        let job = Job {
            part: parts.next_part(),
            trigger: Timestamp::now(),
            on_line: false,
            picture: arrival.into(),
            golden: None,
            recipe: self.shared.ready.recipes.current(),
        };
        self.shared.tell_inspection(Message::Begun(job.clone()));
        // No part is under way, so the queue has space unless the program is stopping.
        if self.shared.jobs.send(job).is_err() {
            self.shared.stop_for_queue();
        }
    }

    fn put_aside(&mut self, arrival: Arrival) {
        if let Err(arrival) = self.aside.push_back(arrival) {
            self.directory.put_back(&arrival);
        }
    }
}

#[cfg(test)]
mod tests;

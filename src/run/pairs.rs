//! The intake of a station with a trigger line: each file that arrives in the watched directory finds the part that it
//! shows, and a part whose file does not come in time is a fault at once.
//!
//! A file that is nobody's (it lay there at the start, or no trigger was taken for it) is inspected and recorded when
//! nothing else is to be done, and moves no line.

use super::beats::Beating;
use super::messages::{Job, Message, Picture, Triggered};
use super::ready::{open_gate, wait_for_engine};
use super::shared::{Shared, Stop};
use crate::bounded::channel::Received;
use crate::bounded::text::cut;
use crate::gate::Control;
use crate::matching::{FileMatcher, Paired};
use crate::part::{Cause, PARTS_MAX, PartId};
use crate::station::file::{self, TriggerSettings};
use crate::watch::{Arrival, Directory, Error, Known};
use board::Timestamp;
use core::time::Duration;
use heapless::Deque;
use std::os::fd::AsFd as _;

/// How often the intake looks whether nothing else is to be done, while a file waits for that.
const LOOK: Duration = Duration::from_millis(20);
/// How long after its edge a trigger is known here, apart from the debounce: a contact that bounces for 50 ms, which is the
/// least for which a line may be restless, and a machine so busy that its threads wait for a turn. A picture that nobody
/// triggered is in no hurry, so this costs nothing.
const KNOWN: Duration = Duration::from_secs(1);

/// Finds the parts' pictures until the program stops. Makes the station ready, once the engine is and the directory is
/// watched.
pub(super) fn run(
    settings: &file::DirectorySettings,
    trigger: &TriggerSettings,
    ready_from: Timestamp,
    known: Known,
    control: Control<'_>,
    shared: &Shared,
) {
    let Some(place) = wait_for_engine(ready_from, shared) else {
        return;
    };
    let directory = match Directory::open(settings, known) {
        Ok(directory) => directory,
        Err(error) => return shared.stop(Stop::Broken(error.to_string())),
    };
    if !open_gate(&place, control, shared) {
        return;
    }
    // A line that bounces may take ten periods of its debounce to settle.
    let known = KNOWN + 10 * Duration::from_micros(trigger.debounce_us.into());
    let ms = |ms: u32| Duration::from_millis(ms.into());
    let mut pairs = Pairs {
        directory,
        pairing: FileMatcher::new(ms(settings.pair_min_ms), ms(settings.pair_max_ms), known),
        most: ms(settings.pair_max_ms),
        aside: Deque::new(),
        shared,
    };
    loop {
        // Cleared before the flag and the queue are looked at, so that no ring is lost. The bell has no reason to fail while it
        // exists.
        let _ = shared.source_bell.clear();
        if shared.stopping() {
            return;
        }
        pairs.turn();
    }
}

struct Pairs<'a> {
    directory: Directory,
    pairing: FileMatcher<Triggered, Arrival>,
    most: Duration,
    /// Pictures that are no part's on the line.
    aside: Deque<Arrival, PARTS_MAX>,
    shared: &'a Shared,
}

impl Pairs<'_> {
    /// Takes the triggers, then waits for a picture, for another trigger, or until one has waited for too long.
    fn turn(&mut self) {
        while let Received::Item(trigger) = self.shared.triggers.receive(Duration::ZERO) {
            self.trigger(trigger);
        }
        while let Some(paired) = self.pairing.pair() {
            self.paired(paired);
        }
        if !self.directory.has_arrivals() {
            let now = Timestamp::now();
            while let Some(paired) = self.pairing.expire(now) {
                self.paired(paired);
            }
        }
        let ready = &self.shared.readiness;
        let idle = self.pairing.is_empty() && ready.under_way() == 0 && ready.may_begin();
        if idle && let Some(arrival) = self.aside.pop_front() {
            return self.begin_aside(arrival);
        }
        self.directory.hold_back(!idle);
        let look = (!idle).then(|| Timestamp::now() + LOOK);
        let beat = self.shared.beats.beat(Beating::Source);
        let wakes = [self.pairing.next_wake(), look, beat];
        let until = wakes.into_iter().flatten().min();
        match self.directory.next(until, self.shared.source_bell.as_fd()) {
            Ok(Some(arrival)) if arrival.backlog => self.put_aside(arrival),
            Ok(Some(arrival)) => {
                let (finished_at, seen_at) = (arrival.finished_at, arrival.seen_at);
                if let Some(given_up) = self.pairing.picture(arrival, finished_at, seen_at) {
                    self.put_aside(given_up);
                }
            }
            Ok(None) => {}
            Err(error @ Error::Gone) => self.shared.stop(Stop::Broken(error.to_string())),
            // The parts whose pictures were not seen are faults when their time is over.
            Err(error) => complain!("sluice: {error}"),
        }
    }

    fn trigger(&mut self, trigger: Triggered) {
        let edge = trigger.edge;
        if let Err(Triggered {
            part: Some(part), ..
        }) = self.pairing.trigger(trigger, edge)
        {
            let detail = cut(format_args!("more triggers than can wait for a picture"));
            self.tell(Message::Failed(part, Cause::QueueFull, detail));
        }
    }

    fn paired(&mut self, paired: Paired<Triggered, Arrival>) {
        match paired {
            Paired::Both(Triggered { edge, part }, arrival) => match part {
                Some(part) => self.begin(part, edge, arrival),
                None => self.put_aside(arrival),
            },
            Paired::Another(Triggered { part, .. }, arrival) => {
                if let Some(part) = part {
                    let detail = cut(format_args!("{} came in its time as well", arrival.name));
                    self.tell(Message::Doubted(part, detail));
                }
                self.put_aside(arrival);
            }
            Paired::NoTrigger(arrival) => self.put_aside(arrival),
            Paired::NoPicture(Triggered { part, .. }) => {
                // A missed trigger has nothing more to lose.
                let Some(part) = part else { return };
                let most_ms = self.most.as_millis();
                let detail = cut(format_args!("no picture within {most_ms} ms"));
                self.tell(Message::Failed(part, Cause::NoPicture, detail));
            }
        }
    }

    /// The picture of a part on the line.
    fn begin(&self, part: PartId, edge: Timestamp, arrival: Arrival) {
        let job = Job {
            part,
            trigger: edge,
            on_line: true,
            picture: picture(arrival),
        };
        self.tell(Message::Paired(part, job.picture.clone()));
        if self.shared.jobs.send(job).is_err() {
            let detail = cut(format_args!("the decode workers are too far behind"));
            self.tell(Message::Failed(part, Cause::QueueFull, detail));
        }
    }

    /// The picture of nobody, when nothing else is to be done. Its cycle begins now.
    fn begin_aside(&self, arrival: Arrival) {
        let ready = &self.shared.readiness;
        ready.begin(false);
        let job = Job {
            part: ready.next_part(),
            trigger: Timestamp::now(),
            on_line: false,
            picture: picture(arrival),
        };
        self.tell(Message::Begun(job.clone()));
        // Nothing is under way, so there is room unless the program's end has begun.
        if self.shared.jobs.send(job).is_err() {
            self.shared.stop_for_queue();
        }
    }

    fn put_aside(&mut self, arrival: Arrival) {
        if let Err(arrival) = self.aside.push_back(arrival) {
            self.directory.put_back(&arrival);
        }
    }

    fn tell(&self, message: Message) {
        if self.shared.messages.send(message).is_err() {
            self.shared.stop_for_queue();
        }
    }
}

fn picture(arrival: Arrival) -> Picture {
    Picture::File {
        name: arrival.name,
        identity: arrival.identity,
    }
}

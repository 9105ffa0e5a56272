//! What the station's threads share: the queues between them, and why they end.

use super::beats::Beats;
use super::messages::{DECISIONS_MAX, Decision, Input, Job, Message, Triggered};
use super::open_parts::OpenParts;
use super::patience::Patience;
use super::readiness::{Readiness, Works};
use super::recording::Recording;
use super::screen::Thumbnails;
use super::turns::Turns;
use crate::bounded::channel::Channel;
use crate::engine::MemoryBandwidth;
use crate::gate::{Control, SendError};
use crate::part::{PARTS_MAX, PartId};
use crate::screen::Counters;
use crate::watch::KeptOpen;
use board::wake::{Wake, WakeError};
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Slots that a station can have (`engine.slots`).
pub(super) const SLOTS_MAX: usize = 8;
/// Messages that can wait for the inspection: four for each part (begun, picture found, failed, in doubt), and a
/// picture in each slot.
const MESSAGES_MAX: usize = 4 * PARTS_MAX + SLOTS_MAX;
/// Triggers that can wait for the thread that finds their pictures: all under way, and as many missed ones.
const TRIGGERS_MAX: usize = 2 * PARTS_MAX;

/// Why the program ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// A signal, or as many parts as were asked for.
    Asked,
    /// The engine, the source, the trigger or a thread cannot go on; it was not the device.
    Broken(String),
    /// The device failed for good or hangs.
    Device(String),
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Why it ended.
    pub stop: Stop,
    /// Its parts.
    pub counters: Counters,
}

/// The queues, and what each thread has to know of the others.
#[derive(Debug)]
pub(super) struct Shared {
    /// To the decode workers: parts whose file is there.
    pub jobs: Channel<Job, PARTS_MAX>,
    /// Free inputs, from the inspection to the threads that fill them.
    pub inputs: Channel<Input, SLOTS_MAX>,
    /// To the inspection.
    pub messages: Channel<Message, MESSAGES_MAX>,
    /// Parts that have begun and are not decided: the inspection's, until it hangs.
    pub open: OpenParts,
    /// To the recorder.
    pub decisions: Channel<Decision, DECISIONS_MAX>,
    /// Records, from the recorder to the disk.
    pub recording: Recording,
    /// The turns of the thread that looks after the guard.
    pub turns: Turns,
    /// From the trigger thread to the one that finds the pictures, which `source_bell` wakes.
    pub triggers: Channel<Triggered, TRIGGERS_MAX>,
    /// Free thumbnails, screen to inspection.
    pub thumbnails: Thumbnails,
    /// Where the engine runs, when it is ready: inspection to source.
    pub engine_ready: Channel<String, 1>,
    /// What the slots' memory is like, from before the engine is ready: inspection to recorder.
    pub memory: OnceLock<MemoryBandwidth>,
    /// When the inspection counts as hung unless it reports before.
    pub patience: Patience,
    /// Whether a trigger would be taken, and what became of those that were not.
    pub readiness: Readiness,
    /// Whether the threads that bring the parts take their turns.
    pub beats: Beats,
    /// When an ordered stop has to be done, once one was asked for.
    pub stop_end: Patience,
    /// Whether the inspection has decided its last part.
    pub all_decided: AtomicBool,
    stopping: AtomicBool,
    /// Rung when the program stops, and never silenced.
    pub stop_bell: Wake,
    /// Rung for every trigger, when no part is under way any more, and when the program stops: for the thread that finds the
    /// pictures.
    pub source_bell: Wake,
    /// Closed when all threads have ended.
    kept_open: Mutex<Vec<KeptOpen>>,
    why: Mutex<Option<Stop>>,
}

impl Shared {
    /// Empty queues. `part` is the number of the next part, `self_check` the interval between self-checks.
    pub fn new(part: PartId, self_check: Duration) -> Result<Self, WakeError> {
        Ok(Self {
            jobs: Channel::new(),
            inputs: Channel::new(),
            messages: Channel::new(),
            open: OpenParts::default(),
            decisions: Channel::new(),
            recording: Recording::default(),
            turns: Turns::new(),
            triggers: Channel::new(),
            thumbnails: Thumbnails::default(),
            engine_ready: Channel::new(),
            memory: OnceLock::new(),
            patience: Patience::new(),
            stop_end: Patience::new(),
            readiness: Readiness::new(part),
            beats: Beats::new(self_check),
            all_decided: AtomicBool::new(false),
            stopping: AtomicBool::new(false),
            stop_bell: Wake::new()?,
            source_bell: Wake::new()?,
            kept_open: Mutex::new(Vec::new()),
            why: Mutex::new(None),
        })
    }

    /// Takes what is not to be closed before all threads have ended. Called at the start.
    pub fn keep_open(&self, kept: KeptOpen) {
        self.kept_open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(kept);
    }

    /// Ends the program, for the first reason that is given. Callable from any thread, more than once.
    pub fn stop(&self, why: Stop) {
        self.why
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(why);
        self.stopping.store(true, Ordering::Release);
        // The main thread sleeps until a signal comes; a process can always send itself one. The bells have no reason to
        // fail while they exist.
        let _ = kill(Pid::this(), Signal::SIGTERM);
        let _ = self.stop_bell.ring();
        let _ = self.source_bell.ring();
    }

    /// Turns an ordered stop into a failed one, because something was lost. Any other reason to stop is kept.
    pub fn stop_for_loss(&self, what: String) {
        let mut why = self.why.lock().unwrap_or_else(PoisonError::into_inner);
        if why.as_ref().is_none_or(|why| *why == Stop::Asked) {
            *why = Some(Stop::Broken(what));
        }
    }

    /// Ends the program because a queue between its threads is full or closed, which is one of its own mistakes or its end.
    pub fn stop_for_queue(&self) {
        self.stop(Stop::Broken(
            "a queue between threads is full or closed".to_owned(),
        ));
    }

    /// Whether the program is ending.
    pub fn stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// Why it ended.
    pub fn why(&self) -> Stop {
        let why = self.why.lock().unwrap_or_else(PoisonError::into_inner);
        why.clone().unwrap_or(Stop::Asked)
    }
}

impl Shared {
    /// Says whether something works now, to the gate as well.
    ///
    /// Triggers are refused before the gate knows that something is broken, and taken only after it knows that
    /// everything works. So a part that is taken finds a gate that is ready.
    ///
    /// # Errors
    /// The gate has stopped, and then all lines are safe.
    pub fn set_works(
        &self,
        what: Works,
        works: bool,
        control: Control<'_>,
    ) -> Result<(), SendError> {
        let ready = &self.readiness;
        let _turn = ready.telling.lock().unwrap_or_else(PoisonError::into_inner);
        if !works {
            ready.broken.fetch_or(what.bit(), Ordering::AcqRel);
        }
        let broken = ready.broken.load(Ordering::Acquire);
        if !works {
            return self.tell(broken, true, control);
        }
        // The gate is ready before a trigger is taken. Its line says so only afterwards: from then on a trigger may
        // come.
        let broken = broken & !what.bit();
        let told = self.tell(broken, false, control);
        ready.broken.fetch_and(!what.bit(), Ordering::AcqRel);
        told.and_then(|()| self.tell(broken, true, control))
    }

    /// Tells the gate what has changed beside what works: the parts under way, or that the program stops.
    ///
    /// # Errors
    /// The gate has stopped, and then all lines are safe.
    pub fn tell_gate(&self, control: Control<'_>) -> Result<(), SendError> {
        let ready = &self.readiness;
        let _turn = ready.telling.lock().unwrap_or_else(PoisonError::into_inner);
        self.tell(ready.broken.load(Ordering::Acquire), true, control)
    }

    /// Without a journal or a guard nothing passes; without a camera what was decided goes its way, and no trigger is taken.
    /// With `taking` false the ready line stays inactive.
    fn tell(&self, broken: u8, taking: bool, control: Control<'_>) -> Result<(), SendError> {
        let works = |what: Works| broken & what.bit() == 0;
        let needed = [Works::Journal, Works::Disk, Works::Guard, Works::Keeper];
        let may_pass = needed.into_iter().all(works);
        let source = works(Works::Source);
        control.set_fault(!(may_pass && source))?;
        control.set_taking(taking && source && self.readiness.under_way() < PARTS_MAX)?;
        control.set_ready(works(Works::Started) && may_pass && !self.stopping())
    }
}

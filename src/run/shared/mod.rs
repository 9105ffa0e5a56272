//! What the station's threads share: the queues between them, and why the program ends.

mod accounting;
mod challenges;
mod confirmed;
mod deadline;
mod free_inputs;
mod heartbeats;
mod keeper_turns;
mod open_parts;
mod recording;

pub use accounting::ShownCounts;
pub use challenges::{ChallengeRecord, ChallengeResult, FoundPart};
pub use heartbeats::Monitored;
pub use keeper_turns::TURN_MAX;
pub use open_parts::OpenParts;
pub use recording::{RECORDS_MAX, Record};

use super::messages::{Change, DECISIONS_MAX, Decided, Job, Message, Triggered};
use super::readiness::ReadySwitch;
use super::wait::WakeUp;
use crate::bounded::channel::Channel;
use crate::bounded::text::Detail;
use crate::engine::MemoryBandwidth;
use crate::gate::Control;
use crate::part::{PARTS_MAX, PartId};
use crate::recipe::RECIPES_MAX;
use crate::screen::Counters;
use crate::watch::KeptOpen;
use accounting::Accounting;
use board::wake::WakeError;
use challenges::Challenges;
use confirmed::Confirmed;
use core::sync::atomic::AtomicBool;
use core::time::Duration;
use deadline::Deadline;
use free_inputs::FreeInputs;
use heapless::Vec;
use heartbeats::Heartbeats;
use keeper_turns::KeeperTurns;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use recording::Recording;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Slots that each model can have for the pictures of parts (`engine.slots`).
pub const SLOTS_MAX: usize = 8;
/// Inputs that the models of a station can have: for each recipe one model, and for each model the
/// inputs of the slots and one for golden pictures.
pub const INPUTS_MAX: usize = RECIPES_MAX * (SLOTS_MAX + 1);
/// Messages that can wait for the inspection: four for each part (begun, picture found, failed, in
/// doubt), and for each model a picture in each slot, and a golden one.
const MESSAGES_MAX: usize = 4 * PARTS_MAX + INPUTS_MAX;
/// Triggers that can wait for their pictures: all parts under way, and as many missed ones.
const TRIGGERS_MAX: usize = 2 * PARTS_MAX;

/// Changes of the station that can wait for the recorder.
const CHANGES_MAX: usize = 32;

/// Why the program ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// A signal, or the given number of parts.
    Asked,
    /// The engine, the source, the trigger or a thread cannot go on. The device still works.
    Broken(String),
    /// The device failed for good, or hangs.
    Device(String),
}

/// What the first executions have shown, for the journal.
#[derive(Debug, Clone)]
pub struct EngineFacts {
    /// How fast the memory of the first model's slots is.
    pub memory: MemoryBandwidth,
    /// What computes each model on the CPU, by the numbers of the models.
    pub computed_by: Vec<Option<Detail>, RECIPES_MAX>,
}

impl EngineFacts {
    /// Nothing is known of what computes the models.
    pub fn new(memory: MemoryBandwidth) -> Self {
        Self {
            memory,
            computed_by: Vec::new(),
        }
    }
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunResult {
    /// Why it ended.
    pub stop: Stop,
    /// Its parts.
    pub counters: Counters,
}

/// The queues, the ready switch, and the flags between the threads.
#[derive(Debug)]
pub struct Shared<'c> {
    /// Whether triggers are taken, and the parts under way.
    pub ready: ReadySwitch<'c>,
    /// Parts whose file is there, for the decode workers.
    pub jobs: Channel<Job, PARTS_MAX>,
    /// Free inputs, from the inspection to the threads that fill them.
    pub inputs: FreeInputs<SLOTS_MAX>,
    /// Messages to the inspection.
    pub messages: Channel<Message, MESSAGES_MAX>,
    /// Parts that have begun and are not decided. The inspection decides them unless it hangs.
    pub open: OpenParts,
    /// Decided parts, for the recorder.
    pub decided: Channel<Decided, DECISIONS_MAX>,
    /// Changes of the station, for the recorder.
    pub changes: Channel<Change, CHANGES_MAX>,
    /// Challenges: who asked, and the golden pictures.
    pub challenges: Challenges,
    /// The edges of the sensor behind the gate, for the recorder.
    pub confirmed: Confirmed,
    /// Records, from the recorder to the journal's thread.
    pub recording: Recording,
    /// What the journal counts, for the screen.
    pub accounting: Accounting,
    /// The turns of the keeper.
    pub keeper_turns: KeeperTurns,
    /// Leads from the trigger thread to the thread that finds the pictures, which `source_wake_up`
    /// wakes.
    pub triggers: Channel<Triggered, TRIGGERS_MAX>,
    /// The trigger line has changed and has not settled, so an earlier edge may still become a
    /// trigger.
    pub trigger_settling: AtomicBool,
    /// Where the engine runs, sent once when it is ready: inspection to source.
    pub engine_ready: Channel<String, 1>,
    /// What the first executions have shown, set before the engine is ready.
    pub engine: OnceLock<EngineFacts>,
    /// When the inspection counts as hung unless it reports earlier.
    pub hang_deadline: Deadline,
    /// When a requested stop must be complete.
    pub stop_deadline: Deadline,
    /// Whether the threads take their turns.
    pub heartbeats: Heartbeats,
    /// Whether the inspection has decided its last part.
    pub all_decided: AtomicBool,
    /// Given when the program stops, and never cleared.
    pub stop_wake_up: WakeUp,
    /// Wakes the thread that finds the pictures: for every trigger, when no part remains under way,
    /// and when the program stops.
    pub source_wake_up: WakeUp,
    /// Closed when all threads have ended.
    kept_open: Mutex<std::vec::Vec<KeptOpen>>,
    why: Mutex<Option<Stop>>,
    /// The main thread waits for a signal, which ends the program.
    pub main_waits: bool,
}

impl<'c> Shared<'c> {
    /// Empty queues. `part` is the number of the next part, `self_check` the interval between
    /// self-checks, zero for none.
    pub fn new(
        part: PartId,
        self_check: Duration,
        control: Control<'c>,
    ) -> Result<Self, WakeError> {
        Ok(Self {
            ready: ReadySwitch::new(part, control),
            jobs: Channel::new(),
            inputs: FreeInputs::default(),
            messages: Channel::new(),
            open: OpenParts::default(),
            decided: Channel::new(),
            changes: Channel::new(),
            challenges: Challenges::default(),
            confirmed: Confirmed::default(),
            recording: Recording::default(),
            accounting: Accounting::default(),
            keeper_turns: KeeperTurns::new(),
            triggers: Channel::new(),
            trigger_settling: AtomicBool::new(false),
            engine_ready: Channel::new(),
            engine: OnceLock::new(),
            hang_deadline: Deadline::none(),
            stop_deadline: Deadline::none(),
            heartbeats: Heartbeats::new(self_check),
            all_decided: AtomicBool::new(false),
            stop_wake_up: WakeUp::new()?,
            source_wake_up: WakeUp::new()?,
            kept_open: Mutex::new(std::vec::Vec::new()),
            why: Mutex::new(None),
            main_waits: true,
        })
    }

    /// Keeps `kept` open until all threads have ended. Called at the start.
    pub fn keep_open(&self, kept: KeptOpen) {
        self.kept_open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(kept);
    }

    /// Ends the program. The first reason given is kept. Any thread may call it, more than once.
    pub fn stop(&self, why: Stop) {
        self.why
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(why);
        self.ready.stop();
        // The main thread sleeps until a signal arrives; a process can always send itself one.
        if self.main_waits {
            let _ = kill(Pid::this(), Signal::SIGTERM);
        }
        self.stop_wake_up.wake();
        self.source_wake_up.wake();
    }

    /// Takes the wake-up of the thread that finds the pictures, before it looks for work. Stops the
    /// program if that fails: the thread would do nothing but wake up.
    pub fn clear_source_wake_up(&self) {
        if let Err(error) = self.source_wake_up.clear() {
            self.stop(Stop::Broken(format!("source: {error}")));
        }
    }

    /// Turns a requested stop into a failed one because something was lost. Any other reason to
    /// stop is kept.
    pub fn stop_for_loss(&self, what: String) {
        let mut why = self.why.lock().unwrap_or_else(PoisonError::into_inner);
        if why.as_ref().is_none_or(|why| *why == Stop::Asked) {
            *why = Some(Stop::Broken(what));
        }
    }

    /// Whether the program is stopping.
    pub fn is_stopping(&self) -> bool {
        self.ready.is_stopping()
    }

    /// Why it ended.
    pub fn why(&self) -> Stop {
        let why = self.why.lock().unwrap_or_else(PoisonError::into_inner);
        why.clone().unwrap_or(Stop::Asked)
    }

    /// Sends a message to the inspection. The queue holds every message about the parts under way,
    /// so it is full only because of a bug, and closed only at the end; either ends the program.
    pub fn tell_inspection(&self, message: Message) {
        if self.messages.send(message).is_err() {
            self.stop_for_queue();
        }
    }

    /// Ends the program because a queue between its threads is full or closed: a bug, or the end.
    pub fn stop_for_queue(&self) {
        self.stop(Stop::Broken(
            "a queue between threads is full or closed".to_owned(),
        ));
    }
}

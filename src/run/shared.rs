//! What the station's threads share: the queues between them and a few flags.

use crate::channel::Channel;
use crate::frame::FrameInfo;
use crate::gate::PARTS_MAX;
use crate::hash::Sha256;
use crate::part::{Cause, PartId, Verdict};
use crate::screen::Thumbnail;
use crate::text::Detail;
use crate::watch::{Identity, Name};
use ascendcl::InputBuffer;
use board::Timestamp;
use board::wake::{Wake, WakeError};
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use core::time::Duration;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::sync::{Mutex, PoisonError};

/// Slots that a station can have (`engine.slots`).
pub(super) const SLOTS_MAX: usize = 8;
/// Messages that can wait for the inspection: for each part that it began and that it is decoded.
const MESSAGES_MAX: usize = 2 * PARTS_MAX + 8;
/// Decisions that can wait for the recorder. It takes them at once, whatever the disk does.
const DECISIONS_MAX: usize = 2 * PARTS_MAX;
/// Pictures for the screen: one being shown and one being drawn.
pub(super) const THUMBNAILS: usize = 2;

/// One part that is under way.
#[derive(Debug, Clone)]
pub(super) struct Job {
    /// Its number.
    pub part: PartId,
    /// Its picture.
    pub name: Name,
    /// Which content of that name.
    pub identity: Identity,
    /// When its cycle began.
    pub trigger: Timestamp,
    /// Whether it is on the line now. The gate does not hear of one that is not.
    pub on_line: bool,
}

/// A slot's input, lent to a decode worker.
#[derive(Debug)]
pub(super) struct Input {
    /// Number of the slot.
    pub slot: usize,
    /// Its bytes.
    pub buffer: InputBuffer,
}

/// What a decode worker made of a picture.
#[derive(Debug)]
pub(super) struct Decoded {
    /// The part.
    pub job: Job,
    /// The slot that holds the picture, or the slot that is free again.
    pub input: Option<Input>,
    /// Whether the picture is there.
    pub result: Result<FrameInfo, (Cause, Detail)>,
    /// SHA-256 of the file as far as it could be read.
    pub picture: Option<Sha256>,
    /// From the trigger to the start of decoding.
    pub wait: Duration,
    /// The decoding.
    pub decode: Duration,
}

/// What the inspection hears.
#[derive(Debug)]
pub(super) enum Message {
    /// A part has begun and is armed.
    Begun(Job),
    /// A part has begun that nothing has room for; whether the gate was armed for it all the same.
    Refused(Job, Detail, bool),
    /// A picture is decoded.
    Decoded(Decoded),
}

/// Where the time of a cycle went.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Times {
    /// Trigger to the start of decoding.
    pub wait: Duration,
    /// File to model input.
    pub decode: Duration,
    /// Waiting for the device, and the execution.
    pub engine: Duration,
    /// Model output to verdict.
    pub verdict: Duration,
    /// Trigger to decision.
    pub total: Duration,
}

/// What was found on a part, in numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Found {
    /// Blobs that count.
    pub blobs: u32,
    /// Area of the largest.
    pub largest_px: u32,
    /// Area of all.
    pub total_px: u32,
}

/// One part, decided.
#[derive(Debug)]
pub(super) struct Decision {
    /// The part.
    pub job: Job,
    /// The verdict.
    pub verdict: Verdict,
    /// What exactly failed, for a fault.
    pub detail: Detail,
    /// SHA-256 of its picture.
    pub picture: Option<Sha256>,
    /// What was found.
    pub found: Found,
    /// Where the time went.
    pub times: Times,
    /// Whether the gate was armed for it, so that a report of the gate follows.
    pub armed: bool,
    /// The part for the screen, if there was a thumbnail free.
    pub thumbnail: Option<Thumbnail>,
}

/// Why the program ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// A signal, or as many parts as were asked for.
    Asked,
    /// The engine, the directory or a thread cannot go on; it was not the device.
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
    pub counters: crate::screen::Counters,
}

/// The queues and flags.
#[derive(Debug)]
pub(super) struct Shared {
    /// Intake to decode workers.
    pub jobs: Channel<Job, PARTS_MAX>,
    /// Free inputs, inspection to decode workers.
    pub inputs: Channel<Input, SLOTS_MAX>,
    /// Intake and decode workers to inspection.
    pub messages: Channel<Message, MESSAGES_MAX>,
    /// Inspection to recorder.
    pub decisions: Channel<Decision, DECISIONS_MAX>,
    /// Free thumbnails, recorder to inspection.
    pub thumbnails: Channel<Thumbnail, THUMBNAILS>,
    /// Where the engine runs, when it is ready: inspection to intake.
    pub engine_ready: Channel<String, 1>,
    /// Parts that have begun and are not in the journal yet.
    under_way: AtomicUsize,
    /// Engine and directory are ready, so the gate may be.
    ready: AtomicBool,
    /// The journal takes no records, so no part may begin.
    journal_broken: AtomicBool,
    /// Nobody makes the lines safe if this process dies, so no part may begin.
    unguarded: AtomicBool,
    stopping: AtomicBool,
    /// Wakes the intake out of its wait for a file.
    pub stop_bell: Wake,
    why: Mutex<Option<Stop>>,
}

impl Shared {
    /// Empty queues.
    pub fn new() -> Result<Self, WakeError> {
        Ok(Self {
            jobs: Channel::new(),
            inputs: Channel::new(),
            messages: Channel::new(),
            decisions: Channel::new(),
            thumbnails: Channel::new(),
            engine_ready: Channel::new(),
            under_way: AtomicUsize::new(0),
            ready: AtomicBool::new(false),
            journal_broken: AtomicBool::new(false),
            unguarded: AtomicBool::new(false),
            stopping: AtomicBool::new(false),
            stop_bell: Wake::new()?,
            why: Mutex::new(None),
        })
    }

    /// Ends the program, for the first reason that anybody gives. Callable from any thread, more than once.
    pub fn stop(&self, why: Stop) {
        self.why
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(why);
        self.stopping.store(true, Ordering::Release);
        // The main thread sleeps until a signal comes; a process can always send itself one. The bell has no reason to
        // fail while it exists.
        let _ = kill(Pid::this(), Signal::SIGTERM);
        let _ = self.stop_bell.ring();
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

    /// Counts a part that begins. False when there are as many under way as the gate holds.
    pub fn begin(&self) -> bool {
        let count = self.under_way.fetch_add(1, Ordering::AcqRel);
        count < PARTS_MAX
    }

    /// Counts a part that is in the journal.
    pub fn end(&self) {
        self.under_way.fetch_sub(1, Ordering::AcqRel);
    }

    /// Parts under way.
    pub fn under_way(&self) -> usize {
        self.under_way.load(Ordering::Acquire)
    }

    /// Whether engine and directory are ready.
    pub fn ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    /// Says that engine and directory are ready.
    pub fn set_ready(&self) {
        self.ready.store(true, Ordering::Release);
    }

    /// Whether the journal takes records.
    pub fn journal_works(&self) -> bool {
        !self.journal_broken.load(Ordering::Acquire)
    }

    /// Says whether the journal takes records.
    pub fn set_journal_works(&self, works: bool) {
        self.journal_broken.store(!works, Ordering::Release);
    }

    /// Whether the lines are guarded.
    pub fn guarded(&self) -> bool {
        !self.unguarded.load(Ordering::Acquire)
    }

    /// Says whether the lines are guarded.
    pub fn set_guarded(&self, guarded: bool) {
        self.unguarded.store(!guarded, Ordering::Release);
    }

    /// Whether a part may begin, once engine and directory are ready.
    pub fn may_begin(&self) -> bool {
        self.journal_works() && self.guarded()
    }
}

//! What the station's threads send to each other.

use crate::bounded::text::Detail;
use crate::control::Asker;
use crate::drift::Measures;
use crate::gate::{GateReport, Outcome, Rejection};
use crate::hash::Sha256;
use crate::journal::{BlobTotals, WallTime};
use crate::part::{Cause, PARTS_MAX, PartId, Verdict};
use crate::screen::Thumbnail;
use crate::watch::{Arrival, Identity, Name};
use ascendcl::InputBuffer;
use board::Timestamp;
use core::fmt;
use core::time::Duration;

/// Decisions that can wait for the recorder: those of all parts under way, of as many pictures of
/// decided parts, and of missed triggers.
pub const DECISIONS_MAX: usize = 3 * PARTS_MAX;

/// One part that is under way.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its number.
    pub part: PartId,
    /// When its cycle began.
    pub trigger: Timestamp,
    /// Whether the part is on the line now. If not, the gate is not armed for it.
    pub on_line: bool,
    /// Its picture.
    pub picture: PictureRef,
    /// Its number in the challenge, from 0; nothing for a part of the production.
    pub golden: Option<u8>,
    /// Its recipe, by the place in the station file.
    pub recipe: u8,
}

/// Where a part's picture is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a box would allocate for each part"
)]
pub enum PictureRef {
    /// The part has no picture, or none yet.
    None,
    /// A file in the watched directory.
    File {
        /// Its name.
        name: Name,
        /// Which content of that name.
        identity: Identity,
    },
    /// A frame of the camera.
    Frame {
        /// Its number, counted by the driver.
        sequence: u32,
    },
}

impl From<Arrival> for PictureRef {
    fn from(arrival: Arrival) -> Self {
        Self::File {
            name: arrival.name,
            identity: arrival.identity,
        }
    }
}

/// `part-17.png`, `frame 1234`, `no picture`.
impl fmt::Display for PictureRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("no picture"),
            Self::File { name, .. } => name.fmt(f),
            Self::Frame { sequence } => write!(f, "frame {sequence}"),
        }
    }
}

/// A trigger on its way to the thread that finds its picture.
#[derive(Debug, Clone, Copy)]
pub struct Triggered {
    /// Its edge.
    pub edge: Timestamp,
    /// The part; nothing for a missed trigger. A picture may follow a missed trigger as well, and
    /// must not be given to another part.
    pub part: Option<PartId>,
    /// The recipe of the part, by the place in the station file.
    pub recipe: u8,
}

/// A slot's input buffer, lent to the thread that fills it.
#[derive(Debug)]
pub struct InputLease {
    /// Its slot.
    pub slot: SlotNumber,
    /// The buffer, in the device's memory.
    pub buffer: InputBuffer,
}

/// Which slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotNumber {
    /// Number of the model.
    pub model: usize,
    /// Number of the slot among those of the model.
    pub index: usize,
}

/// A challenge that needs the golden pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GoldenRequest {
    /// The number of the challenge.
    pub challenge: u32,
    /// The recipe that it proves, by the place in the station file.
    pub recipe: u8,
}

/// A golden picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Golden {
    /// The number of the challenge.
    pub challenge: u32,
    /// Its number in the challenge, from 0.
    pub index: u8,
}

/// What the inspection found on a golden picture.
#[derive(Debug)]
pub struct GoldenFound {
    /// Which one.
    pub golden: Golden,
    /// The verdict.
    pub verdict: Verdict,
    /// What exactly failed, for a fault.
    pub detail: Detail,
    /// SHA-256 of its file.
    pub sha256: Option<Sha256>,
}

/// A picture after decoding, good or not.
#[derive(Debug)]
pub struct Decoded<I = InputLease> {
    /// The part; none for a golden picture.
    pub part: PartId,
    /// Set for a golden picture.
    pub golden: Option<Golden>,
    /// The recipe that it was decoded for, by the place in the station file.
    pub recipe: u8,
    /// Its picture.
    pub picture: PictureRef,
    /// The input, with the picture in it if decoding succeeded.
    pub input: I,
    /// Whether decoding succeeded.
    pub result: Result<(), (Cause, Detail)>,
    /// SHA-256 of the file, if it could be read to its end, or of the frame's pixels.
    pub sha256: Option<Sha256>,
    /// Time from the trigger to the start of decoding.
    pub wait: Duration,
    /// Time that decoding took.
    pub decode: Duration,
}

/// A message to the inspection.
#[derive(Debug)]
pub enum Message {
    /// A part has begun and is armed.
    Begun(Job),
    /// The file of a part that has begun was found. The part began under this recipe.
    Paired(PartId, PictureRef, u8),
    /// A part that has begun will have no picture.
    Failed(PartId, Cause, Detail),
    /// Another picture arrived in the time of this part, so it is not known which one shows it.
    Doubted(PartId, Detail),
    /// A part is a fault from the beginning: the gate did not take it, or its picture was seen too
    /// late. The gate rejects it by time.
    Refused(Job, Cause, Detail),
    /// A picture is decoded.
    Decoded(Decoded),
}

/// How long the steps of a cycle took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Times {
    /// Trigger to the start of decoding.
    pub wait: Duration,
    /// File or frame to model input.
    pub decode: Duration,
    /// Waiting for the device, and the execution.
    pub engine: Duration,
    /// Model output to verdict.
    pub verdict: Duration,
    /// Trigger to decision.
    pub total: Duration,
}

/// Hashes of what an inspection works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hashes {
    /// Of the model's input.
    pub input: Sha256,
    /// Of the mask that was judged.
    pub mask: Sha256,
}

/// One part after its decision.
#[derive(Debug)]
pub struct Decided {
    /// The part.
    pub job: Job,
    /// When it began, for the journal and the history.
    pub time: WallTime,
    /// The verdict.
    pub verdict: Verdict,
    /// What exactly failed, for a fault.
    pub detail: Detail,
    /// SHA-256 of its picture.
    pub sha256: Option<Sha256>,
    /// The blobs found on it.
    pub found: BlobTotals,
    /// What the model got and what was judged, if that is recorded.
    pub hashes: Option<Hashes>,
    /// Measures of its picture and mask, if its recipe has them and it was inspected.
    pub measures: Option<Measures>,
    /// How long its cycle took.
    pub times: Times,
    /// Whether the gate was armed for it, so that a report of the gate follows.
    pub armed: bool,
    /// Its picture for the screen, if a thumbnail was free.
    pub thumbnail: Option<Thumbnail>,
}

impl Decided {
    /// Whether the part's trigger was missed. Such a part was never under way.
    pub fn is_missed(&self) -> bool {
        self.verdict == Verdict::Fault(Cause::Missed)
    }

    /// Whether the part is a golden part of a challenge, which is no production.
    pub fn is_golden(&self) -> bool {
        self.job.golden.is_some()
    }
}

/// A part that is decided and that the gate has acted on: its record can be written.
#[derive(Debug)]
pub struct Complete {
    /// The decision.
    pub decided: Decided,
    /// The gate's report; nothing if the gate was not armed for the part, or has not reported it.
    pub report: Option<GateReport>,
}

impl Complete {
    /// Whether the part counts as late: decided when it was already at the gate, moved late by the
    /// lines, or seen too late.
    pub fn is_late(&self) -> bool {
        self.decided.verdict == Verdict::Fault(Cause::Late)
            || self.report.is_some_and(|report| {
                report.late || report.outcome == Outcome::Rejected(Rejection::NoVerdict)
            })
    }
}

/// A change of the station that someone asked for, or that it made itself.
#[derive(Debug, Clone)]
pub struct Change {
    /// The word in the journal.
    pub what: &'static str,
    /// Who asked.
    pub by: Asker,
    /// For people.
    pub detail: Detail,
    /// When.
    pub time: WallTime,
}

impl Change {
    /// A change that is made now.
    pub fn now(what: &'static str, by: Asker, detail: Detail) -> Self {
        Self {
            what,
            by,
            detail,
            time: WallTime::now(),
        }
    }
}

/// `stopped (line): was run`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.what, self.by.word(), self.detail)
    }
}

/// A part that passed the inspection, for tests; with the gate's report on it if `outcome` is
/// given.
#[cfg(test)]
pub fn complete_part(number: u64, outcome: Option<Outcome>) -> Complete {
    let part = PartId::new(number);
    let decided = Decided {
        job: Job {
            part,
            trigger: Timestamp::default(),
            on_line: true,
            picture: PictureRef::None,
            golden: None,
            recipe: 0,
        },
        time: WallTime::default(),
        verdict: Verdict::Pass,
        detail: Detail::new(),
        sha256: None,
        found: BlobTotals::default(),
        hashes: None,
        measures: None,
        times: Times::default(),
        armed: true,
        thumbnail: None,
    };
    let report = outcome.map(|outcome| GateReport {
        part,
        due: Timestamp::default(),
        is_due_known: true,
        due_ticks: None,
        acted_at: None,
        outcome,
        overlap: false,
        late: false,
    });
    Complete { decided, report }
}

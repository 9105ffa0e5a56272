//! The records of the journal. Every field has a fixed size, and its name is its JSON key.

mod challenge;
mod counters;
mod start;

pub use challenge::{Challenge, GoldenPart};
pub use counters::{
    BUCKETS_TEXT_MAX, Carried, CarriedCounts, CarriedTimes, Counted, Period, StageStatistics,
};
pub use start::{Model, Start};

use super::{Sha256, WallTime};
use crate::blobs::Blobs;
use crate::bounded::text::{Detail, cut};
use crate::control::Latches;
use crate::drift::Measures;
use crate::part::{Cause, PartId, Verdict};
use crate::recipe;
use crate::station::file;
use crate::watch::{Identity, Name};
use core::fmt;
use heapless::String;
use serde::{Deserialize, Serialize};

/// A word with a fixed spelling, such as `PASS` or `blob_area`.
pub type Word = String<24>;
/// The name of a recipe.
pub type RecipeName = String<{ recipe::NAME_MAX }>;

/// A record of any kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// The station started, or a new file of the journal did.
    Start(Box<Start>),
    /// One of the station's models.
    Model(Box<Model>),
    /// A part was judged.
    Part(Box<Part>),
    /// Missed triggers without a separate record.
    Missed(Missed),
    /// The station changed.
    Control(Control),
    /// A part went the wrong way.
    Confirmation(ConfirmationFault),
    /// A challenge has ended.
    Challenge(Box<Challenge>),
    /// A file's end was repaired.
    Recovered(Recovered),
    /// The counts of a period, for people.
    Counted(Box<Counted>),
    /// A part of what earlier files say: counts.
    CarriedCounts(Box<CarriedCounts>),
    /// A part of what earlier files say: times.
    CarriedTimes(Box<CarriedTimes>),
    /// What earlier files say is complete.
    Carried(Box<Carried>),
    /// A kind that this version does not know.
    Other(Word),
}

/// A record that a running station writes. Its memory is its own, so that many can wait for one
/// flush of the disk.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "a box would allocate")]
pub enum Line {
    /// A part was judged.
    Part(Part),
    /// Missed triggers without a separate record.
    Missed(Missed),
    /// The station changed.
    Control(Control),
    /// A part went the wrong way.
    Confirmation(ConfirmationFault),
    /// A challenge has ended.
    Challenge(Challenge),
}

/// Kind `recovered`: the file ended in the middle of a line, as after a power cut. These bytes were
/// removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "recovered")]
pub struct Recovered {
    /// When the file was repaired.
    pub time: WallTime,
    /// Number of bytes removed.
    pub cut_bytes: u64,
}

/// Kind `missed`: triggers that were missed and have no separate record. The journal could not be
/// written, there were too many at once, or their edges were lost. Their parts were rejected.
///
/// The number of triggers in a journal is the number of its `part` records plus the sum of these.
/// Missed triggers are these and the `part` records with the cause `missed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "missed")]
pub struct Missed {
    /// When they were counted. Each came between the previous record and this one.
    pub time: WallTime,
    /// `station.name`.
    pub station: file::NameText,
    /// Number of missed triggers.
    pub triggers: u64,
    /// How many of them had lost edges.
    pub lost: u64,
    /// `recipe.name`; `null` in records of versions that did not write it.
    pub recipe: Option<RecipeName>,
}

/// Kind `control`: a change of the station, with who asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "control")]
pub struct Control {
    /// When it was made.
    pub time: WallTime,
    /// `station.name`.
    pub station: file::NameText,
    /// The new mode (`run`, `test` or `stopped`), `latched`, `reset`, `lamp_test`, `challenge`
    /// when one begins, `recipe`, `belt_fault`, `belt` if the belt moves as it should again,
    /// `drift`, or `drift_over` if a measure is normal again.
    pub change: Word,
    /// `line` for an input line, `command`, or `station`.
    pub by: Word,
    /// For people: the mode before, what was latched or reset, or whether the lamp test is on.
    pub detail: Detail,
    /// Of the changes `latched` and `reset`: what waits for a reset now. After a restart it still
    /// does. Absent in older journals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latches: Option<Latches>,
}

/// Kind `confirmation`: the sensor behind the gate shows that a part went the wrong way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "confirmation")]
pub struct ConfirmationFault {
    /// When it was known.
    pub time: WallTime,
    /// `station.name`.
    pub station: file::NameText,
    /// Number of the part; `null` for a part that the station does not know.
    pub part: Option<u64>,
    /// `not_left`: a rejected part was let through, or did not arrive. `left`: a part that passed
    /// was rejected, or did not arrive. `unknown`: a part without a number was let through.
    pub fault: Word,
    /// `recipe.name`.
    pub recipe: RecipeName,
}

/// Kind `part`: one part, from its trigger to its gate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "part")]
pub struct Part {
    /// Number of the part.
    #[serde(with = "part_number")]
    pub part: PartId,
    /// When the part was triggered.
    pub time: WallTime,
    /// `station.name`.
    pub station: file::NameText,
    /// Its picture, or `null`.
    pub picture: Option<PictureRecord>,
    /// The verdict.
    pub verdict: Decision,
    /// The blobs in the mask.
    pub blobs: BlobTotals,
    /// Time of each stage.
    pub times_us: StageTimes,
    /// The gate's action.
    pub gate: GateOutcome,
    /// `recipe.name`; `null` in records of versions that did not write it.
    pub recipe: Option<RecipeName>,
    /// Number of the golden part in its challenge, from 1. Such a part does not count. Absent for a
    /// part of the production.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub golden: Option<u8>,
    /// Hash of the model's input: the bytes that the model got. Absent unless the station file has
    /// a section `history` and the part was inspected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_sha256: Option<Sha256>,
    /// Hash of the mask that was judged: height x width bytes, 0 or a class of the recipe. Absent
    /// like `input_sha256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask_sha256: Option<Sha256>,
    /// Measures of the picture and the mask. Absent unless the part's recipe has a section `drift`
    /// and the part was inspected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measures: Option<Measures>,
}

impl Part {
    /// Whether the part's trigger was missed. Such a part was not inspected.
    pub fn is_missed(&self) -> bool {
        self.verdict.kind == "FAULT" && self.verdict.code == Cause::Missed.code()
    }
}

/// A picture. After a restart, a file is recognised by its name and identity. A camera's frame has
/// the name `frame 1234`, with the driver's frame number, and zeros as its identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureRecord {
    /// Name in the watched directory, or the frame's name. `%` and bytes that are not printable
    /// UTF-8 are written as `%XX`.
    pub name: Name,
    /// Identifies its content.
    pub identity: Identity,
    /// Hash of a file's bytes; `null` if they were not read to the end. For a frame: hash of the
    /// pixels of `image.roi`, top row first, three bytes each, red first (blue first with the
    /// format `bgr24`); with the format `mjpeg`, hash of the frame's bytes.
    pub sha256: Option<Sha256>,
}

/// A verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// `PASS`, `REJECT` or `FAULT`.
    pub kind: Word,
    /// Code of the reason or cause; empty for a pass.
    pub code: Word,
    /// For people: the reason with its figures, or what failed. Empty for a pass.
    pub detail: Detail,
}

impl Decision {
    /// Describes a verdict. For a fault, `failure` is the detail; other verdicts supply their own.
    pub fn new(verdict: &Verdict, failure: impl fmt::Display) -> Self {
        let detail = match verdict {
            Verdict::Pass => Detail::new(),
            Verdict::Reject(reason) => cut(format_args!("{reason}")),
            Verdict::Fault(_) => cut(format_args!("{failure}")),
        };
        Self {
            kind: word(verdict.kind()),
            code: word(verdict.code()),
            detail,
        }
    }
}

/// The blobs of all defect classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BlobTotals {
    /// Number of blobs.
    pub count: u32,
    /// Area of the largest blob.
    pub largest_px: u32,
    /// Total area.
    pub total_px: u32,
}

impl BlobTotals {
    /// Adds the blobs up.
    pub fn of(blobs: &Blobs) -> Self {
        let blobs = blobs.as_slice();
        let areas_px = blobs.iter().map(|blob| blob.area_px);
        Self {
            count: u32::try_from(blobs.len()).unwrap_or(u32::MAX),
            largest_px: areas_px.clone().max().unwrap_or_default(),
            total_px: areas_px.fold(0, u32::saturating_add),
        }
    }
}

/// Durations in microseconds. A stage that the part did not reach has 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StageTimes {
    /// From the trigger to the start of its decoding.
    pub wait: u32,
    /// From file or frame to model input.
    pub decode: u32,
    /// The model's execution.
    pub engine: u32,
    /// From mask to verdict.
    pub verdict: u32,
    /// From the trigger to the verdict.
    pub total: u32,
}

/// What the gate did with a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateOutcome {
    /// `passed`, `rejected`, or `not_armed` if the gate never knew of the part.
    pub outcome: Word,
    /// The gate's reason for a rejection.
    pub reason: Word,
    /// True if the part may have passed the gate. Then the verdict came after the part had reached
    /// the gate, or its lines moved more than `gate.late_max_ms` after the due time, or its picture
    /// was found too late (cause `late`).
    pub late: bool,
    /// Due time at the gate, in microseconds after the trigger.
    pub due_us: u32,
    /// With a delay in ticks: the belt's position at which the part is due, from the start of the
    /// station on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_ticks: Option<i64>,
    /// When the line moved for it, in microseconds after the trigger; `null` if it did not move.
    pub acted_us: Option<u32>,
}

/// A word of at most 24 bytes. Longer text is cut.
pub(super) fn word(text: &str) -> Word {
    cut(format_args!("{text}"))
}

/// Serialises a part's number as a JSON number.
mod part_number {
    use super::PartId;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        part: &PartId,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(part.number())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<PartId, D::Error> {
        u64::deserialize(deserializer).map(PartId::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::part::{Cause, Reason};

    #[test]
    fn each_verdict_gives_its_reason() {
        let decision = Decision::new(&Verdict::Pass, "not this");
        assert_eq!(
            (decision.kind.as_str(), decision.code.as_str()),
            ("PASS", "")
        );
        assert_eq!(decision.detail, "");
        let decision = Decision::new(&Verdict::Reject(Reason::TooManyBlobs), "not this");
        assert_eq!(decision.kind, "REJECT");
        assert_eq!(decision.code, "too_many_blobs");
        assert_eq!(decision.detail, Reason::TooManyBlobs.to_string().as_str());
        let decision = Decision::new(&Verdict::Fault(Cause::File), "open failed");
        assert_eq!(
            (decision.kind.as_str(), decision.code.as_str()),
            ("FAULT", "file")
        );
        assert_eq!(decision.detail, "open failed");
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        let long = "ü".repeat(100);
        let decision = Decision::new(&Verdict::Fault(Cause::Engine), format!("x{long}"));
        assert_eq!(decision.detail.len(), 159);
        assert!(decision.detail.ends_with('ü'));
    }
}

//! What a line of the journal says. Every field has a fixed size; the names here are the keys there.

use super::{Sha256, WallTime};
use crate::bounded::text::{Detail, cut};
use crate::engine::MemoryBandwidth;
use crate::part::{PartId, Verdict};
use crate::station::file;
use crate::watch::{Identity, Name};
use core::fmt;
use heapless::String;
use serde::{Deserialize, Serialize};

/// A stable word: `PASS`, `blob_area`.
pub type Word = String<24>;

/// A record of any kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// The station, or a file of the journal, began.
    Start(Start),
    /// A part was judged.
    Part(Box<Part>),
    /// Triggers were missed that have no record of their own.
    Missed(Missed),
    /// The end of a file was repaired.
    Recovered(Recovered),
    /// A kind that this version does not know.
    Other(Word),
}

/// Kind `start`: who judges the parts that follow. The first record of each file, and of each start of the station; there
/// is another when the engine is ready, with what was measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "start")]
pub struct Start {
    /// When.
    pub time: WallTime,
    /// `station.name`.
    pub station: file::NameText,
    /// Version of the binary.
    pub version: Word,
    /// The binary.
    pub binary_sha256: Sha256,
    /// The station file.
    pub station_sha256: Sha256,
    /// The model, with the files of weights beside it: [`Sha256::of_model`].
    pub model_sha256: Sha256,
    /// The number that the next part gets.
    #[serde(with = "part_number")]
    pub next_part: PartId,
    /// How fast the CPU writes and reads the memory of the slots, in 10^6 bytes a second; `null` until the engine is ready.
    pub memory: Option<MemoryBandwidth>,
}

/// Kind `recovered`: the file ended in the middle of a line, as a power cut leaves it, and these bytes were cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "recovered")]
pub struct Recovered {
    /// When it was repaired.
    pub time: WallTime,
    /// Bytes that were cut off.
    pub cut_bytes: u64,
}

/// Kind `missed`: triggers that came while nothing could be said about each of them: the journal could not be written, they
/// were too many at once, or their edges were lost. Their parts were rejected.
///
/// All triggers of a journal are its `part` records and the sum of these: those with the cause `missed` and these were
/// missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "missed")]
pub struct Missed {
    /// When they had been counted; each came between the record before and this.
    pub time: WallTime,
    /// `station.name`.
    pub station: file::NameText,
    /// How many.
    pub triggers: u64,
    /// Of these, the ones whose edges were lost.
    pub lost: u64,
}

/// Kind `part`: one part, from its trigger to its gate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "part")]
pub struct Part {
    /// Its number.
    #[serde(with = "part_number")]
    pub part: PartId,
    /// When it was triggered.
    pub time: WallTime,
    /// `station.name`.
    pub station: file::NameText,
    /// Its picture; `null` when none was found.
    pub picture: Option<PictureRecord>,
    /// What was decided.
    pub verdict: Decision,
    /// What the mask held.
    pub blobs: BlobTotals,
    /// Where the time went.
    pub times_us: StageTimes,
    /// What the gate did.
    pub gate: GateOutcome,
}

/// A picture. A file is known by its name and identity after a restart. A camera's frame has the name `frame 1234`, with the
/// driver's number of it, and zeros for an identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureRecord {
    /// Its name in the watched directory, or its number. `%` and bytes that are not printable UTF-8 are written as `%XX`.
    pub name: Name,
    /// Which content it had.
    pub identity: Identity,
    /// Of a file's bytes; `null` when they were not read to the end. Of a frame, of the pixels of `image.roi` from above, three
    /// bytes each, red first (blue first with the format `bgr24`).
    pub sha256: Option<Sha256>,
}

/// A verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// `PASS`, `REJECT` or `FAULT`.
    pub kind: Word,
    /// The reason's or cause's word; empty for a pass.
    pub code: Word,
    /// For people: the reason with its figures, or what failed. Empty for a pass.
    pub detail: Detail,
}

impl Decision {
    /// How the journal puts a verdict. `failure` says what failed, for a fault; other verdicts say all themselves.
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
    /// How many.
    pub count: u32,
    /// The largest one's area.
    pub largest_px: u32,
    /// Their areas together.
    pub total_px: u32,
}

/// Durations, in microseconds. A stage that a part did not reach has 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StageTimes {
    /// From the trigger until work on it began.
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

/// What the gate did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateOutcome {
    /// `passed`, `rejected`, or `not_armed` when the gate never knew of the part.
    pub outcome: Word,
    /// Why it was rejected, in the gate's own words.
    pub reason: Word,
    /// True when the part may have gone through. Then the verdict came after the part had reached the gate, its lines
    /// moved more than `gate.late_max_ms` after it was due, or its picture was seen too late (verdict `late`).
    pub late: bool,
    /// When the part was due at the gate, in microseconds after its trigger.
    pub due_us: u32,
    /// When the line moved for it, in microseconds after its trigger; `null` when it did not.
    pub acted_us: Option<u32>,
}

/// A stable word of at most 24 bytes; a longer one is cut.
pub(super) fn word(text: &str) -> Word {
    cut(format_args!("{text}"))
}

/// A part's number as a number.
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
    fn each_verdict_says_why() {
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

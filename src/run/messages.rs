//! What goes between the station's threads.

use crate::bounded::text::Detail;
use crate::hash::Sha256;
use crate::part::{Cause, PARTS_MAX, PartId, Verdict};
use crate::screen::Thumbnail;
use crate::watch::{Identity, Name};
use ascendcl::InputBuffer;
use board::Timestamp;
use core::fmt;
use core::time::Duration;

/// Decisions that can wait for the recorder: those of all parts under way, of as many pictures of decided parts, and of
/// missed triggers.
pub(in crate::run) const DECISIONS_MAX: usize = 3 * PARTS_MAX;

/// One part that is under way.
#[derive(Debug, Clone)]
pub(in crate::run) struct Job {
    /// Its number.
    pub part: PartId,
    /// When its cycle began.
    pub trigger: Timestamp,
    /// Whether it is on the line now. The gate does not hear of one that is not.
    pub on_line: bool,
    /// Its picture.
    pub picture: Picture,
}

/// Where a part's picture is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a box would allocate for each part"
)]
pub(in crate::run) enum Picture {
    /// There is none, or none yet.
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
        /// Its number, as the driver counts.
        sequence: u32,
    },
}

/// `part-17.png`, `frame 1234`, `no picture`.
impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("no picture"),
            Self::File { name, .. } => name.fmt(f),
            Self::Frame { sequence } => write!(f, "frame {sequence}"),
        }
    }
}

/// A trigger on its way to whoever finds its picture.
#[derive(Debug, Clone, Copy)]
pub(in crate::run) struct Triggered {
    /// Its edge.
    pub edge: Timestamp,
    /// The part; nothing for a trigger that was missed. A picture of it can come all the same, and is no other part's.
    pub part: Option<PartId>,
}

/// A slot's input, lent to whoever fills it.
#[derive(Debug)]
pub(in crate::run) struct Input {
    /// Number of the slot.
    pub slot: usize,
    /// Its bytes.
    pub buffer: InputBuffer,
}

/// What became of a picture.
#[derive(Debug)]
pub(in crate::run) struct Decoded {
    /// The part.
    pub part: PartId,
    /// Its picture.
    pub picture: Picture,
    /// The slot that holds the picture, or the slot that is free again.
    pub input: Option<Input>,
    /// Whether the picture is there.
    pub result: Result<(), (Cause, Detail)>,
    /// SHA-256 of the file, if it could be read to its end, or of the frame's pixels.
    pub sha256: Option<Sha256>,
    /// From the trigger to the start of decoding.
    pub wait: Duration,
    /// The decoding.
    pub decode: Duration,
}

/// What the inspection hears.
#[derive(Debug)]
pub(in crate::run) enum Message {
    /// A part has begun and is armed.
    Begun(Job),
    /// The file of a part that has begun was found.
    Paired(PartId, Picture),
    /// A part that has begun will have no picture.
    Failed(PartId, Cause, Detail),
    /// Another picture came in the time of a part: which one shows it is not known.
    Doubted(PartId, Detail),
    /// A part is a fault from the beginning: the gate did not take it, or its picture was seen too late. The gate holds its
    /// time.
    Refused(Job, Cause, Detail),
    /// A picture is decoded.
    Decoded(Decoded),
}

/// Where the time of a cycle went.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::run) struct Times {
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

/// What was found on a part, in numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::run) struct Found {
    /// Blobs that count.
    pub blobs: u32,
    /// Area of the largest.
    pub largest_px: u32,
    /// Area of all.
    pub total_px: u32,
}

/// One part, decided.
#[derive(Debug)]
pub(in crate::run) struct Decision {
    /// The part.
    pub job: Job,
    /// The verdict.
    pub verdict: Verdict,
    /// What exactly failed, for a fault.
    pub detail: Detail,
    /// SHA-256 of its picture.
    pub sha256: Option<Sha256>,
    /// What was found.
    pub found: Found,
    /// Where the time went.
    pub times: Times,
    /// Whether the gate was armed for it, so that a report of the gate follows.
    pub armed: bool,
    /// The part for the screen, if there was a thumbnail free.
    pub thumbnail: Option<Thumbnail>,
}

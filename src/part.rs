//! A part, what was decided about it, and why. These words go through every room of the station.

use core::fmt;

/// Parts that can be between trigger and gate at once.
pub const PARTS_MAX: usize = 64;

/// The number of one physical part, given at its trigger and carried everywhere.
///
/// Numbers start at 1 and go on across restarts, so a number names one part in the whole life of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartId(u64);

impl PartId {
    /// The first part of a station that has no journal yet.
    pub const FIRST: Self = Self(1);

    /// The part with this number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The part that comes after this one.
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for PartId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:06}", self.0)
    }
}

/// What the station decided about a part. Only [`Verdict::Pass`] lets it through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// The inspection finished and found nothing that breaks the recipe.
    Pass,
    /// The inspection finished and the part breaks the recipe.
    Reject(Reason),
    /// The inspection did not finish; the part is rejected all the same.
    Fault(Cause),
}

impl Verdict {
    /// True for the one verdict that lets a part through.
    pub const fn passes(self) -> bool {
        matches!(self, Self::Pass)
    }

    /// The verdict's kind as the journal and the screen write it: `PASS`, `REJECT` or `FAULT`.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Reject(_) => "REJECT",
            Self::Fault(_) => "FAULT",
        }
    }

    /// A stable word for the reason or cause (`blob_area`, `deadline`, ...); empty for a pass.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pass => "",
            Self::Reject(reason) => reason.code(),
            Self::Fault(cause) => cause.code(),
        }
    }
}

/// `PASS`, `REJECT blob of 812 px at (310, 455), limit 40`, `FAULT deadline passed`.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pass => f.write_str("PASS"),
            Self::Reject(reason) => write!(f, "REJECT {reason}"),
            Self::Fault(cause) => write!(f, "FAULT {cause}"),
        }
    }
}

/// Why a finished inspection rejects a part. Areas and positions are in pixels of the model's input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    /// One blob is larger than its class, or a zone that it touches, allows.
    BlobArea {
        /// Class of the blob, an index into the recipe's classes.
        class: u8,
        /// Its area.
        area_px: u32,
        /// The largest area that would have passed.
        limit_px: u32,
        /// Centre of its bounding box.
        x: u16,
        /// Centre of its bounding box.
        y: u16,
    },
    /// All blobs of a class together are larger than the class allows.
    TotalArea {
        /// The class.
        class: u8,
        /// The sum of its blobs' areas.
        area_px: u32,
        /// The largest sum that would have passed.
        limit_px: u32,
    },
    /// There are more blobs than the station can count ([`crate::blobs::BLOBS_MAX`]): too many to be good.
    TooManyBlobs,
    /// The part-present check did not see a part.
    PartAbsent {
        /// Share of the check's rectangle that looked like a part, in percent, rounded down.
        seen_percent: u8,
        /// The share that it needs.
        needed_percent: u8,
    },
}

impl Reason {
    /// A stable word for the journal.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BlobArea { .. } => "blob_area",
            Self::TotalArea { .. } => "total_area",
            Self::TooManyBlobs => "too_many_blobs",
            Self::PartAbsent { .. } => "part_absent",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BlobArea {
                area_px,
                limit_px,
                x,
                y,
                ..
            } => {
                write!(f, "blob of {area_px} px at ({x}, {y}), limit {limit_px}")
            }
            Self::TotalArea {
                area_px, limit_px, ..
            } => write!(f, "defects cover {area_px} px, limit {limit_px}"),
            Self::TooManyBlobs => f.write_str("more blobs than can be counted"),
            Self::PartAbsent {
                seen_percent,
                needed_percent,
            } => {
                write!(
                    f,
                    "no part: {seen_percent} % seen, {needed_percent} % needed"
                )
            }
        }
    }
}

/// Why an inspection did not finish. What exactly failed stands beside it in the journal record's `detail`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The picture file could not be opened or read, or it vanished.
    File,
    /// The file's content is not a picture that the station can use.
    Picture,
    /// No picture of the part came in time.
    NoPicture,
    /// More than one picture came in the time of the part, and which one shows it is not known.
    TwoPictures,
    /// The camera failed while the part waited for its frame.
    Camera,
    /// The trigger came while the station was not ready.
    Missed,
    /// The station saw the picture only when its part could not be judged and rejected in time any more.
    Late,
    /// The cycle took longer than `gate.deadline_ms`.
    Deadline,
    /// An AscendCL call failed.
    Engine,
    /// The model's output breaks its contract: a class that the recipe does not know, a score that is not a number.
    Output,
    /// More parts were under way than a queue holds.
    QueueFull,
    /// The station was stopped before the part was finished.
    Stopping,
}

impl Cause {
    /// A stable word for the journal.
    pub const fn code(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Picture => "picture",
            Self::NoPicture => "no_picture",
            Self::TwoPictures => "two_pictures",
            Self::Camera => "camera",
            Self::Missed => "missed",
            Self::Late => "late",
            Self::Deadline => "deadline",
            Self::Engine => "engine",
            Self::Output => "output",
            Self::QueueFull => "queue_full",
            Self::Stopping => "stopping",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "file not readable",
            Self::Picture => "picture not usable",
            Self::NoPicture => "no picture in time",
            Self::TwoPictures => "more than one picture",
            Self::Camera => "camera failed",
            Self::Missed => "trigger while not ready",
            Self::Late => "picture seen too late",
            Self::Deadline => "deadline passed",
            Self::Engine => "engine failed",
            Self::Output => "model output invalid",
            Self::QueueFull => "queue full",
            Self::Stopping => "station stopping",
        })
    }
}

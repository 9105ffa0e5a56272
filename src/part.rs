//! A part, its verdict, and the reason. All modules of the station use these terms.

use core::fmt;

/// Largest number of parts between trigger and gate.
pub const PARTS_MAX: usize = 64;

/// The number of one physical part. It is assigned at the trigger and used everywhere.
///
/// Numbers start at 1 and continue after a restart, so a number identifies one part in the whole
/// life of a journal.
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

    /// The next part.
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for PartId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:06}", self.0)
    }
}

/// The station's decision about a part. Only [`Verdict::Pass`] lets it through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// The inspection finished, and the part meets the recipe.
    Pass,
    /// The inspection finished, and the part does not meet the recipe.
    Reject(Reason),
    /// The inspection did not finish. The part is rejected as well.
    Fault(Cause),
}

impl Verdict {
    /// True for the one verdict that lets a part through.
    pub const fn passes(self) -> bool {
        matches!(self, Self::Pass)
    }

    /// The kind of verdict, as the journal and the screen show it: `PASS`, `REJECT` or `FAULT`.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Reject(_) => "REJECT",
            Self::Fault(_) => "FAULT",
        }
    }

    /// A stable code for the reason or cause (`blob_area`, `deadline`, ...); empty for a pass.
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

/// Why a finished inspection rejects a part. Areas and positions are in pixels of the model's
/// input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    /// One blob is larger than its class allows, or than a zone that it touches allows.
    BlobArea {
        /// Class of the blob, as an index into the recipe's classes.
        class: u8,
        /// Area of the blob.
        area_px: u32,
        /// The largest area that would have passed.
        limit_px: u32,
        /// Column of the centre of its bounding box.
        x: u16,
        /// Row of the centre of its bounding box.
        y: u16,
    },
    /// All blobs of a class together are larger than the class allows.
    TotalArea {
        /// The class, as an index into the recipe's classes.
        class: u8,
        /// Total area of its blobs.
        area_px: u32,
        /// The largest total area that would have passed.
        limit_px: u32,
    },
    /// There are more blobs than the station can count ([`crate::blobs::BLOBS_MAX`]).
    TooManyBlobs,
    /// The part-present check did not see a part.
    PartAbsent {
        /// Share of the check's rectangle that looked like a part, in percent, rounded down.
        seen_percent: u8,
        /// The share that the recipe requires.
        needed_percent: u8,
    },
}

impl Reason {
    /// A stable code for the journal.
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

/// Why an inspection did not finish. The journal record's `detail` says exactly what failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The picture file could not be opened or read, or it disappeared.
    File,
    /// The file's content is not a picture that the station can use.
    Picture,
    /// No picture of the part arrived in time.
    NoPicture,
    /// More than one picture arrived in the part's time, so the right one is unknown.
    TwoPictures,
    /// The camera failed while the part waited for its frame.
    Camera,
    /// The trigger came while the station was not ready.
    Missed,
    /// The station found the picture too late to judge its part and reject it in time.
    Late,
    /// The cycle took longer than `gate.deadline_ms`.
    Deadline,
    /// An AscendCL call failed.
    Engine,
    /// The model's output violates its contract, for example by an unknown class or by a score that
    /// is not a number.
    Output,
    /// More parts were under way than a queue can hold.
    QueueFull,
    /// The station was stopped before the part was finished.
    Stopping,
}

impl Cause {
    /// A stable code for the journal.
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

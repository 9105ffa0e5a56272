//! What is recorded about a part.

use crate::hash::Sha256;
use crate::history::InputShape;
use crate::journal::{BlobTotals, Decision, WallTime};
use crate::watch::Name;
use std::path::PathBuf;

/// What is recorded about a part, and where what the model got is.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    /// Its number.
    pub part: u64,
    /// When it was triggered.
    pub time: WallTime,
    /// The recipe's name; `None` if the record has none.
    pub recipe: Option<String>,
    /// What the inspection gave.
    pub judged: Judged,
    /// Hash of the binary, if it is known, as the next five.
    pub binary: Option<Sha256>,
    /// Hash of the station file.
    pub station_file: Option<Sha256>,
    /// Hash of the model.
    pub model: Option<Sha256>,
    /// Hash of the recipe.
    pub recipe_sha256: Option<Sha256>,
    /// What computed the model; nothing for a device.
    pub engine: Option<String>,
    /// Where its input comes from.
    pub source: Source,
    /// How the history and the journal disagree about it; empty if they do not.
    pub conflict: String,
}

/// The result of an inspection, then or now.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Hash of the model's input.
    pub input: Option<Sha256>,
    /// Hash of the mask.
    pub mask: Option<Sha256>,
    /// The verdict.
    pub verdict: Decision,
    /// The blobs.
    pub blobs: BlobTotals,
}

/// Where the model's input comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A kept input.
    Input {
        /// Its file.
        path: PathBuf,
        /// Its form.
        shape: InputShape,
    },
    /// The picture of this name, with this hash.
    Picture {
        /// The name in the watched directory.
        name: Box<Name>,
        /// The hash of its bytes.
        sha256: Sha256,
    },
}

/// Whether a verdict follows from the picture, so that it can be compared. Other faults come from
/// time, files and devices.
pub(super) fn is_repeatable(verdict: &Decision) -> bool {
    match verdict.kind.as_str() {
        "PASS" | "REJECT" => true,
        _ => matches!(verdict.code.as_str(), "output" | "picture"),
    }
}

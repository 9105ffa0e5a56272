//! The journal's section.

use super::{PathText, ShiftsSettings};
use serde::Deserialize;

/// `journal`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalSettings {
    /// Directory of the journal's files.
    pub directory: PathText,
    /// A file that has reached this size is closed and the next one started.
    pub file_size_max_kib: u32,
    /// Number of files to keep. The oldest is deleted when there are more.
    pub files_max: u16,
    /// Whether every record is flushed to the disk before the next part.
    pub sync: bool,
    /// How long writing a record may take. After that, nothing passes.
    #[serde(default = "stall_ms")]
    pub stall_ms: u32,
    /// The shifts whose parts are counted separately; none unless given.
    #[serde(default)]
    pub shifts: ShiftsSettings,
}

/// Default of `journal.stall_ms`: much longer than a slow memory card needs, and short enough that
/// few parts pass meanwhile.
const fn stall_ms() -> u32 {
    1000
}

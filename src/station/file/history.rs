//! `history`.

use super::PathText;
use serde::Deserialize;

/// `history`. Each number is of parts; 0 keeps none of that kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistorySettings {
    /// Directory of the kept parts.
    pub directory: PathText,
    /// Rejected parts that are kept.
    pub rejects_max: u32,
    /// Faults that are kept.
    pub faults_max: u32,
    /// Passed parts that are kept of those that `pass_every` chooses.
    pub passes_max: u32,
    /// Of the passed parts, every how many-th is kept.
    pub pass_every: u32,
    /// Passed parts that are kept because they are nearest to a limit.
    pub near_max: u32,
    /// What all files together may take.
    pub size_max_kib: u32,
}

impl HistorySettings {
    /// What all files together may take, in bytes.
    pub fn size_max_bytes(&self) -> u64 {
        u64::from(self.size_max_kib) * 1024
    }
}

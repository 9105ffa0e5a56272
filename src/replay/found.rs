//! The result of a replayed part.

use crate::journal::{WallTime, Word};
use core::fmt;
use serde::{Deserialize, Serialize};

/// Words for what differs and why.
pub type Words = heapless::Vec<Word, 8>;
/// What differs, for people.
pub type Text = heapless::String<400>;

/// How a replay of a part ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All that is recorded is the same.
    Equal,
    /// Something is different.
    Differs,
    /// Its picture or its kept input is not there.
    NotFound,
    /// The station has deleted it meanwhile.
    Deleted,
    /// It could not be run.
    Failed,
}

/// A replayed part: one line of `--json` and of the file of `--resume`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartResult {
    /// Its number.
    pub part: u64,
    /// When it was triggered.
    pub time: WallTime,
    /// The outcome.
    pub outcome: Outcome,
    /// What differs: `input`, `mask`, `verdict`, `blobs`, `picture`, `record`.
    pub what: Words,
    /// What was different then: `binary`, `station_file`, `recipe`, `model`, `picture`, `engine`;
    /// `machine` if none of these was.
    pub because: Words,
    /// For people.
    pub detail: Text,
}

/// `#000017 2026-11-29T19:06:00.123456Z differs: verdict; other than then: recipe; PASS, was ...`
impl fmt::Display for PartResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = match self.outcome {
            Outcome::Equal => "equal",
            Outcome::Differs => "differs",
            Outcome::NotFound => "not found",
            Outcome::Deleted => "deleted",
            Outcome::Failed => "failed",
        };
        write!(f, "#{:06} {} {outcome}", self.part, self.time)?;
        let list = |f: &mut fmt::Formatter<'_>, before: &str, words: &Words| {
            for (index, word) in words.iter().enumerate() {
                let before = if index == 0 { before } else { ", " };
                write!(f, "{before}{word}")?;
            }
            Ok(())
        };
        list(f, ": ", &self.what)?;
        list(f, "; other than then: ", &self.because)?;
        if !self.detail.is_empty() {
            write!(f, "; {}", self.detail)?;
        }
        Ok(())
    }
}

//! `challenge`: the golden parts, and when they are due.

use super::PathText;
use crate::control::{Expected, GOLDEN_MAX};
use core::time::Duration;
use heapless::Vec;
use serde::Deserialize;

/// `challenge`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChallengeSettings {
    /// How the parts are shown to the station.
    pub by: ChallengeBy,
    /// The golden parts, in the order in which they are inspected.
    pub parts: Vec<GoldenSettings, GOLDEN_MAX>,
    /// Whether a challenge must pass before the first part.
    #[serde(default = "yes")]
    pub at_start: bool,
    /// Parts after which a challenge is due.
    #[serde(default)]
    pub every_parts: Option<u32>,
    /// Hours after which a challenge is due.
    #[serde(default)]
    pub every_hours: Option<u32>,
}

/// How golden parts are shown to the station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChallengeBy {
    /// By picture files.
    Picture,
    /// The operator puts them on the line.
    Hand,
}

impl ChallengeBy {
    /// The word in the station file and in the journal.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Hand => "hand",
        }
    }
}

/// One golden part.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoldenSettings {
    /// Its picture file; empty by hand.
    #[serde(default)]
    pub picture: PathText,
    /// What it must be judged.
    pub expect: Expected,
}

impl ChallengeSettings {
    /// The interval after which a challenge is due.
    pub fn interval(&self) -> Option<Duration> {
        let hours = self.every_hours?;
        Some(Duration::from_secs(u64::from(hours) * 3600))
    }

    /// The number of golden parts.
    pub fn count(&self) -> u8 {
        u8::try_from(self.parts.len()).unwrap_or(u8::MAX)
    }
}

const fn yes() -> bool {
    true
}

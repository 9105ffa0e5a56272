//! The records of counts: those for people, and those that carry what earlier files say.

use super::{RecipeName, WallTime, Word};
use crate::control::Latches;
use crate::journal::histogram::Statistics;
use crate::journal::shifts::Shift;
use crate::screen::Counters;
use crate::station::file;
use heapless::String;
use serde::{Deserialize, Serialize};

/// Longest text of buckets in one record, in bytes. It fits into a line beside the other fields.
pub const BUCKETS_TEXT_MAX: usize = 3000;

/// Which parts are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Those since the last reset.
    Total,
    /// Those of the shift.
    Shift,
}

/// Kind `counters`: the counts and times of a period, for people and other programs. All of them
/// follow from the records before. One with `recipe` `null` and the reason `shift` or `reset` ends
/// its period, and the next one begins. If there are several recipes, the record of each comes
/// before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "counters")]
pub struct Counted {
    /// When it was written.
    pub time: WallTime,
    /// `station.name`.
    pub station: file::NameText,
    /// Why it was written: `shift` (the shift ended), `reset` or `stop` (the program ends).
    pub reason: Word,
    /// Who asked for it: `clock`, `command` or `station`.
    pub by: Word,
    /// Which parts are counted.
    pub period: Period,
    /// When the period began; `null` for the first shift, which then has no parts.
    pub from: Option<WallTime>,
    /// The shift that is counted, or that goes on.
    pub shift: Option<Shift>,
    /// The recipe whose parts are counted; `null` for all.
    pub recipe: Option<RecipeName>,
    /// The parts.
    pub counters: Counters,
    /// Times of the stages in microseconds; `null` if a recipe is given.
    pub times_us: Option<StageStatistics>,
    /// The shift that begins, if the reason is `shift`.
    pub next: Option<Shift>,
}

/// Minimum, mean, percentiles and maximum of each stage, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StageStatistics {
    /// From the trigger to the start of its decoding.
    pub wait: Statistics,
    /// From file or frame to model input.
    pub decode: Statistics,
    /// The model's execution.
    pub engine: Statistics,
    /// From mask to verdict.
    pub verdict: Statistics,
    /// From the trigger to the verdict.
    pub total: Statistics,
    /// From the due time to the movement of the lines.
    pub gate: Statistics,
}

/// Kind `carried_counters`: the parts of a recipe in a period, as the files before this one say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "carried_counters")]
pub struct CarriedCounts {
    /// Which parts are counted.
    pub period: Period,
    /// Their recipe; empty if it is not known.
    pub recipe: RecipeName,
    /// The parts.
    pub counters: Counters,
}

/// Kind `carried_times`: times of a stage in a period, as the files before this one say. A stage
/// may have several of these records, which add up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "carried_times")]
pub struct CarriedTimes {
    /// Which parts are counted.
    pub period: Period,
    /// The stage.
    pub stage: Word,
    /// Sum of the times, which the first record of the stage gives; 0 in the others.
    pub sum_us: u64,
    /// The shortest time.
    pub min_us: u32,
    /// The longest time.
    pub max_us: u32,
    /// The buckets that are not empty, as `BUCKET:TIMES` in hexadecimal, with a space after each.
    pub buckets: String<BUCKETS_TEXT_MAX>,
}

/// Kind `carried`: the records of the two kinds above that precede this one are complete. From here
/// on, earlier records are not needed to count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "carried")]
pub struct Carried {
    /// When it was written.
    pub time: WallTime,
    /// Number of those records.
    pub records: u32,
    /// Beginning of the period `total`.
    pub from: Option<WallTime>,
    /// The shift.
    pub shift: Option<Shift>,
    /// What waits for a reset.
    #[serde(default)]
    pub latches: Latches,
}

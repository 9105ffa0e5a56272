//! A part, as it is shown.

use crate::journal::Part;
use serde::Serialize;

/// What is shown of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastPart {
    /// Its number.
    pub part: u64,
    /// When it was triggered, RFC 3339 in UTC.
    pub time: String,
    /// When it was triggered, in milliseconds since 1970.
    pub unix_ms: u64,
    /// `PASS`, `REJECT` or `FAULT`.
    pub verdict: String,
    /// Code of the reason or cause; empty for a pass.
    pub code: String,
    /// The reason for people.
    pub detail: String,
    /// Its recipe, if the record has it.
    pub recipe: Option<String>,
    /// `passed`, `rejected` or `not_armed`.
    pub gate: String,
    /// From its trigger to its verdict.
    pub total_us: u32,
    /// It belongs to a challenge and does not count.
    pub is_golden: bool,
}

impl LastPart {
    /// Takes it from the part's record.
    pub fn of(part: &Part) -> Self {
        Self {
            part: part.part.number(),
            time: part.time.to_string(),
            unix_ms: part.time.unix_us() / 1000,
            verdict: part.verdict.kind.to_string(),
            code: part.verdict.code.to_string(),
            detail: part.verdict.detail.to_string(),
            recipe: part.recipe.as_ref().map(ToString::to_string),
            gate: part.gate.outcome.to_string(),
            total_us: part.times_us.total,
            is_golden: part.golden.is_some(),
        }
    }
}

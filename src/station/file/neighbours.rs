//! What the gate does with parts that come close together: the choices of `gate.overlap` and
//! `gate.after_pass`.

use serde::Deserialize;

/// What a reject does that is due while the movement for another one is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverlapRule {
    /// Both become one movement, which ends with the later pulse.
    #[default]
    Merge,
    /// A whole pulse is added to the movement under way, up to `gate.extend_max_ms`.
    Extend,
}

/// What a divert gate does when the time of a part that passed is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterPass {
    /// It closes, `gate.pulse_ms` after the part was due.
    #[default]
    Close,
    /// It stays open until a part is due that needs it closed, or anything is in doubt.
    Hold,
}

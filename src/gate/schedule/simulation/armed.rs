//! What the model knows of one armed part.

use super::*;

/// One armed part.
#[derive(Debug)]
pub(super) struct Armed {
    pub(super) due: Timestamp,
    /// May pass: its number was armed once, and its only verdict was Pass, in time.
    pub(super) good: bool,
    pub(super) verdicts: u32,
    pub(super) report: Option<Outcome>,
    /// When the gate acted on the part.
    pub(super) acted_at: Option<Timestamp>,
    /// The station stopped being ready after the part was armed.
    pub(super) cut: bool,
}

impl Armed {
    pub(super) fn end(&self) -> Timestamp {
        self.due + PULSE
    }

    pub(super) fn at_gate(&self, now: Timestamp) -> bool {
        self.due <= now && now < self.due + PULSE
    }

    /// True if a movement for this part is under way.
    pub(super) fn is_rejected_now(&self, now: Timestamp) -> bool {
        self.report.as_ref().is_some_and(is_movement)
            && self.acted_at.is_some_and(|at| now < at + PULSE)
    }
}

/// True if the gate moves for a part with this outcome.
pub(super) fn is_movement(outcome: &Outcome) -> bool {
    use Rejection::{Gap, Held, Missed, Overlap};
    match outcome {
        Outcome::Passed => false,
        Outcome::Rejected(rejection) => !matches!(rejection, Overlap | Missed | Held | Gap),
    }
}

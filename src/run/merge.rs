//! A part is complete when it is decided and the gate has acted: its journal line says both.

use super::shared::Decision;
use crate::gate::{GateReport, Outcome, PARTS_MAX, Rejection};
use heapless::Vec;

/// Parts of which one half can be here: all that are at the gate, twice, for those that were decided long before.
const WAITING_MAX: usize = 2 * PARTS_MAX;

/// Both halves of a part.
#[derive(Debug)]
pub(super) struct Complete {
    /// What was decided.
    pub decision: Decision,
    /// What the gate did; nothing for a part that it was never armed for.
    pub report: Option<GateReport>,
}

impl Complete {
    /// Whether the decision came when the part was at the gate already.
    pub fn late(&self) -> bool {
        self.report
            .is_some_and(|report| report.outcome == Outcome::Rejected(Rejection::NoVerdict))
    }
}

#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a box would be an allocation for each part"
)]
enum Half {
    Decision(Decision),
    Report(GateReport),
}

/// The halves that wait for the other one.
#[derive(Debug, Default)]
pub(super) struct Merge {
    waiting: Vec<Half, WAITING_MAX>,
}

impl Merge {
    /// Adds a decision. Gives the complete part when the gate was quicker or will not report.
    pub fn decided(&mut self, decision: Decision) -> Option<Complete> {
        if !decision.armed {
            return Some(Complete {
                decision,
                report: None,
            });
        }
        let part = decision.job.part;
        let place = self
            .waiting
            .iter()
            .position(|half| matches!(half, Half::Report(report) if report.part == part));
        match place.map(|place| self.waiting.swap_remove(place)) {
            Some(Half::Report(report)) => Some(Complete {
                decision,
                report: Some(report),
            }),
            _ => match self.waiting.push(Half::Decision(decision)) {
                // Rather a line without the gate's half than no line.
                Err(Half::Decision(decision)) => Some(Complete {
                    decision,
                    report: None,
                }),
                _ => None,
            },
        }
    }

    /// Adds what the gate did. Gives the complete part when it was decided before.
    pub fn reported(&mut self, report: GateReport) -> Option<Complete> {
        let place = self.waiting.iter().position(
            |half| matches!(half, Half::Decision(decision) if decision.job.part == report.part),
        );
        match place.map(|place| self.waiting.swap_remove(place)) {
            Some(Half::Decision(decision)) => Some(Complete {
                decision,
                report: Some(report),
            }),
            _ => {
                // A report without room is one whose part will be written without it.
                let _ = self.waiting.push(Half::Report(report));
                None
            }
        }
    }

    /// A decided part whose report did not come, when none will come any more.
    pub fn left_over(&mut self) -> Option<Complete> {
        while let Some(half) = self.waiting.pop() {
            if let Half::Decision(decision) = half {
                return Some(Complete {
                    decision,
                    report: None,
                });
            }
        }
        None
    }
}

//! A part is complete when it is decided and the gate has acted: its journal line says both.

use crate::gate::{GateReport, Outcome, Rejection};
use crate::part::{Cause, PARTS_MAX, Verdict};
use crate::run::messages::Decision;
use heapless::Vec;

/// Parts of which one half can be here: all that are at the gate, twice, for those that were decided long before.
const WAITING_MAX: usize = 2 * PARTS_MAX;

/// Both halves of a part.
#[derive(Debug)]
pub(in crate::run) struct Complete {
    /// What was decided.
    pub decision: Decision,
    /// What the gate did; nothing for a part that it was never armed for.
    pub report: Option<GateReport>,
}

impl Complete {
    /// Whether the decision came when the part was at the gate already, the lines moved late for it, or its picture was seen
    /// too late.
    pub fn late(&self) -> bool {
        self.decision.verdict == Verdict::Fault(Cause::Late)
            || self.report.is_some_and(|report| {
                report.late || report.outcome == Outcome::Rejected(Rejection::NoVerdict)
            })
    }
}

/// The halves that wait for the other one.
#[derive(Debug, Default)]
pub(in crate::run) struct Merge {
    decisions: Vec<Decision, WAITING_MAX>,
    reports: Vec<GateReport, WAITING_MAX>,
}

impl Merge {
    /// Adds a decision. Gives the complete part when the gate was quicker or will not report.
    pub fn decided(&mut self, decision: Decision) -> Option<Complete> {
        let part = decision.job.part;
        let place = self.reports.iter().position(|report| report.part == part);
        let report = place.map(|place| self.reports.swap_remove(place));
        if report.is_some() || !decision.armed {
            return Some(Complete { decision, report });
        }
        // Without room, rather a line without the gate's half than no line.
        let refused = self.decisions.push(decision).err();
        refused.map(|decision| Complete {
            decision,
            report: None,
        })
    }

    /// Adds what the gate did. Gives the complete part when it was decided before.
    pub fn reported(&mut self, report: GateReport) -> Option<Complete> {
        match self
            .decisions
            .iter()
            .position(|decision| decision.job.part == report.part)
        {
            Some(place) => Some(Complete {
                decision: self.decisions.swap_remove(place),
                report: Some(report),
            }),
            None => {
                // A report without room is one whose part will be written without it.
                let _ = self.reports.push(report);
                None
            }
        }
    }

    /// A decided part whose report did not come, when none will come any more.
    pub fn left_over(&mut self) -> Option<Complete> {
        let decision = self.decisions.pop()?;
        Some(Complete {
            decision,
            report: None,
        })
    }
}

//! A part is complete when it is decided and the gate has acted: its journal line says both.

use crate::gate::GateReport;
use crate::part::PARTS_MAX;
use crate::run::messages::{Complete, Decided};
use heapless::Vec;

/// Parts of which one half can wait: twice as many as the gate holds, because some were decided
/// long before the gate acts.
const WAITING_MAX: usize = 2 * PARTS_MAX;

/// Joins each decision with the gate's report on the same part.
#[derive(Debug, Default)]
pub struct Join {
    decided: Vec<Decided, WAITING_MAX>,
    reports: Vec<GateReport, WAITING_MAX>,
}

impl Join {
    /// Adds a decision. Returns the complete part if the gate has already reported it, or will not.
    pub fn decided(&mut self, decided: Decided) -> Option<Complete> {
        let part = decided.job.part;
        let place = self.reports.iter().position(|report| report.part == part);
        let report = place.map(|place| self.reports.swap_remove(place));
        if report.is_some() || !decided.armed {
            return Some(Complete { decided, report });
        }
        // If there is no space, the part is recorded without the gate's report.
        let refused = self.decided.push(decided).err();
        refused.map(|decided| Complete {
            decided,
            report: None,
        })
    }

    /// Adds a report of the gate. Returns the complete part if it is already decided.
    pub fn reported(&mut self, report: GateReport) -> Option<Complete> {
        let is_of_part = |decided: &Decided| decided.job.part == report.part;
        let Some(place) = self.decided.iter().position(is_of_part) else {
            // If there is no space, the part will be recorded without this report.
            let _ = self.reports.push(report);
            return None;
        };
        Some(Complete {
            decided: self.decided.swap_remove(place),
            report: Some(report),
        })
    }

    /// Takes out a decided part without a report. For the end, when no more reports come.
    pub fn take_unreported(&mut self) -> Option<Complete> {
        let decided = self.decided.pop()?;
        Some(Complete {
            decided,
            report: None,
        })
    }
}

//! The reports of the parts, and how many passed.

use super::travel::{Moment, NEVER};
use super::{Event, GateReport, Outcome, Rejection, Schedule, Waiting};
use crate::part::PartId;
use board::Timestamp;

impl Schedule {
    pub(super) fn report(
        &mut self,
        entry: Waiting,
        acted_at: Timestamp,
        overlap: bool,
        out: &mut impl FnMut(Event),
    ) {
        self.count(entry.outcome);
        let due = self.travel.time(entry.due);
        out(Event::Report(GateReport {
            acted_at: Some(acted_at),
            outcome: entry.outcome,
            overlap,
            late: acted_at.since(due) > self.late_max,
            ..self.report_of(entry.part, Some(entry.due), acted_at)
        }));
    }

    /// A report of a part that is due then. If the belt has not brought it to the gate, its time
    /// there is unknown, and the report has `otherwise` instead.
    pub(super) fn report_of(
        &self,
        part: PartId,
        due: Option<Moment>,
        otherwise: Timestamp,
    ) -> GateReport {
        let time = due.map_or(NEVER, |due| self.travel.time(due));
        GateReport {
            part,
            due: if time == NEVER { otherwise } else { time },
            is_due_known: time != NEVER,
            due_ticks: match due {
                Some(Moment::On(position)) => Some(position),
                _ => None,
            },
            acted_at: None,
            outcome: Outcome::Rejected(Rejection::NoVerdict),
            overlap: false,
            late: false,
        }
    }

    pub(super) fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Passed => self.counts.passed += 1,
            Outcome::Rejected(_) => self.counts.rejected += 1,
        }
    }
}

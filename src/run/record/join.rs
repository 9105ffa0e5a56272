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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::Outcome;
    use crate::run::messages::complete_part;

    fn decided(part: u64, armed: bool) -> Decided {
        Decided {
            armed,
            ..complete_part(part, None).decided
        }
    }

    fn report(part: u64) -> GateReport {
        complete_part(part, Some(Outcome::Passed)).report.unwrap()
    }

    /// The number of a complete part, and the number in its report.
    fn numbers(complete: Option<Complete>) -> Option<(u64, Option<u64>)> {
        let Complete { decided, report } = complete?;
        let reported = report.map(|report| report.part.number());
        Some((decided.job.part.number(), reported))
    }

    #[test]
    fn a_part_is_complete_with_its_own_second_half_whichever_came_first() {
        let mut join = Join::default();
        for part in 1..=3 {
            assert_eq!(numbers(join.decided(decided(part, true))), None);
        }
        assert_eq!(numbers(join.reported(report(2))), Some((2, Some(2))));
        for part in 4..=6 {
            assert_eq!(numbers(join.reported(report(part))), None);
        }
        let complete = join.decided(decided(5, true));
        assert_eq!(numbers(complete), Some((5, Some(5))));
        // The report of a part that was refused when armed.
        let complete = join.decided(decided(4, false));
        assert_eq!(numbers(complete), Some((4, Some(4))));
        assert_eq!(numbers(join.reported(report(1))), Some((1, Some(1))));
        assert_eq!(numbers(join.take_unreported()), Some((3, None)));
        assert_eq!(numbers(join.take_unreported()), None);
    }

    #[test]
    fn a_part_that_is_not_armed_does_not_wait_for_a_report() {
        let mut join = Join::default();
        assert_eq!(numbers(join.decided(decided(1, false))), Some((1, None)));
        assert_eq!(numbers(join.take_unreported()), None);
    }

    #[test]
    fn decisions_of_twice_the_gates_parts_wait_and_one_more_is_complete_without_its_report() {
        let mut join = Join::default();
        let mut part = 0;
        for _ in 0..2 * PARTS_MAX {
            part += 1;
            assert_eq!(numbers(join.decided(decided(part, true))), None);
        }
        part += 1;
        let complete = join.decided(decided(part, true));
        assert_eq!(numbers(complete), Some((part, None)));
    }
}

//! What must hold of the parts and of the records, whatever happens.

use super::clock::now_ns;
use super::counting::Counting;
use super::goldens::Goldens;
use super::part::{Physical, Place};
use super::products::Products;
use super::spans::Spans;
use super::steps::Kind;
use super::tally::Tally;
use super::world::World;
use crate::gate::{GateReport, Outcome, Rejection};
use crate::run::messages::Complete;
use crate::run::shared::Record;
use std::collections::{HashSet, VecDeque};

const MS: u64 = 1_000_000;
/// Reports that are compared with each new one.
const REPORTS_KEPT: usize = 64;

/// The checks of the parts and of the records.
#[derive(Debug, Default)]
pub struct Checks {
    /// What happened.
    pub tally: Tally,
    /// The counters as the records give them.
    pub counting: Counting,
    /// Which recipes were used, and when challenges ran.
    pub course: Products,
    /// The numbers that have a record.
    recorded: HashSet<u64>,
    /// When the gate, or the driver of a line, was behind by more than `late_max_ms`.
    pub gate_behind: Spans,
    /// When the trigger's thread was held.
    pub trigger_behind: Spans,
    /// When the encoder was wrong, and the gate did not know it.
    pub belt_wrong: Spans,
    /// When the reject line could not be driven.
    pub line_failed: Spans,
    /// When parts passed the gate unless they were rejected one by one, and then did not any more.
    pub not_ready: Spans,
    /// When the gate rejected for parts without a number.
    pub held: Spans,
    /// The last reports of parts for which the lines moved: when, and the due time.
    reports: VecDeque<(u64, u64)>,
    /// `gate.late_max_ms`.
    late_max_ns: u64,
}

impl Checks {
    /// Nothing has happened.
    pub fn new(late_max_ms: u32) -> Self {
        Self {
            late_max_ns: u64::from(late_max_ms) * MS,
            ..Self::default()
        }
    }

    /// A record is in the journal, while this recipe was used.
    pub fn record(
        &mut self,
        record: &Record,
        recipe: u8,
        goldens: &mut Goldens<'_>,
        world: &mut World,
    ) -> Result<(), String> {
        match record {
            Record::Part(complete) => {
                self.counting.part(complete, &mut self.tally);
                if let Some(index) = complete.decided.job.golden {
                    self.tally.golden += 1;
                    goldens.record(index, complete)?;
                }
                return self.part(complete, world);
            }
            Record::Missed(unnumbered) => {
                self.counting.missed(unnumbered.triggers, recipe);
                self.tally.missed += unnumbered.triggers;
                self.tally.lost += unnumbered.lost;
            }
            Record::Challenge(record) => {
                self.tally.proofs += u64::from(record.passed);
                self.tally.failed_proofs += u64::from(!record.passed);
                goldens.challenge(record)?;
            }
            Record::Change(change) => {
                self.tally.changes += 1;
                self.tally.belt_faults += u64::from(change.what == "belt_fault");
            }
            Record::Unconfirmed(..) => {
                self.counting.unconfirmed(recipe);
                self.tally.unconfirmed += 1;
            }
        }
        Ok(())
    }

    /// Each part has one record, and passes only if its own inspection found it good in time.
    fn part(&mut self, complete: &Complete, world: &mut World) -> Result<(), String> {
        let decided = &complete.decided;
        let number = decided.job.part;
        if !self.recorded.insert(number.number()) {
            return Err(format!("{number} has two records"));
        }
        if decided.armed && complete.report.is_none() {
            return Err(format!(
                "{number} was armed, and the gate did not report it"
            ));
        }
        if let Some(report) = &complete.report {
            if report.outcome == Outcome::Rejected(Rejection::ArmedTwice) {
                return Err(format!("{number} was armed twice"));
            }
            self.order(report)?;
        }
        let passed = complete
            .report
            .is_some_and(|report| report.outcome == Outcome::Passed);
        if passed {
            self.tally.passed += 1;
        } else {
            self.tally.others += 1;
        }
        if passed && !decided.verdict.passes() {
            return Err(format!("{number} passed with {}", decided.verdict));
        }
        if !decided.job.on_line {
            return Ok(());
        }
        let is_judged = world.is_judged(decided.job.trigger);
        let Some(part) = world.find_edge(decided.job.trigger) else {
            if is_judged {
                // The journal failed for longer than parts are kept.
                return Ok(());
            }
            return Err(format!("{number} begins at no part's edge"));
        };
        part.records += 1;
        part.late = complete.is_late();
        let index = part.index;
        if part.records > 1 {
            return Err(format!("part {index} has two records, the last {number}"));
        }
        self.course.part(complete, passed, &self.trigger_behind)?;
        let Some(part) = world.find(index) else {
            return Ok(());
        };
        let pass_ns = part.pass_ns;
        let Some(place) = world.place(index) else {
            return Ok(());
        };
        if passed && pass_ns.is_none_or(|at| at >= place.surely_from_ns) {
            return Err(format!("{number} passed without its own pass in time"));
        }
        if let Some(report) = complete.report.filter(|_| passed) {
            self.let_through(&report, index, place, world)?;
        }
        Ok(())
    }

    /// Parts are acted on in the order of their due times.
    fn order(&mut self, report: &GateReport) -> Result<(), String> {
        let acted_at = report.acted_at.filter(|at| *at >= report.due);
        let Some(acted_at) = acted_at.filter(|_| report.is_due_known) else {
            return Ok(());
        };
        let (acted_ns, due_ns) = (acted_at.as_ns(), report.due.as_ns());
        let mut others = self.reports.iter();
        let wrong = others.find(|(acted, due)| {
            (*acted < acted_ns && *due > due_ns) || (*acted > acted_ns && *due < due_ns)
        });
        if let Some((acted, due)) = wrong
            && !self
                .trigger_behind
                .touch(due_ns.saturating_sub(2_000 * MS), due_ns)
        {
            return Err(format!(
                "{}, due at {due_ns}, moved at {acted_ns}, and one due at {due} moved at {acted}",
                report.part
            ));
        }
        if self.reports.len() == REPORTS_KEPT {
            self.reports.pop_front();
        }
        self.reports.push_back((acted_ns, due_ns));
        Ok(())
    }

    /// The gate was open for a part that passed, and closed early only for a reason.
    fn let_through(
        &self,
        report: &GateReport,
        index: u64,
        place: Place,
        world: &World,
    ) -> Result<(), String> {
        // A movement that was late is known to be late, and the part may be gone.
        let Some(acted_at) = report.acted_at.filter(|_| !report.late) else {
            return Ok(());
        };
        let acted_ns = acted_at.as_ns();
        if acted_ns >= place.end_ns && !place.is_doubtful {
            return Err(format!("{} passed when it was gone", report.part));
        }
        let (due_ns, end_ns) = (place.due_ns, place.surely_until_ns.min(now_ns()));
        let failed = self.line_failed.touch(due_ns.min(acted_ns), end_ns);
        if world.wires.rejected_at(acted_ns) && !failed {
            return Err(format!("{} passed through a closed gate", report.part));
        }
        if acted_ns >= end_ns || place.is_doubtful || !world.wires.was(true, acted_ns, end_ns) {
            return Ok(());
        }
        let mut others = world.parts.iter().rev();
        let other = |part: &Physical| {
            part.index != index && {
                let other = world.way.place(part);
                other.surely_from_ns >= due_ns && other.perhaps_from_ns < place.end_ns
            }
        };
        let excused = others.any(other)
            || failed
            || self.not_ready.touch(acted_ns, end_ns)
            || self.gate_behind.touch(acted_ns, end_ns)
            || self.held.touch(acted_ns, end_ns);
        if excused {
            return Ok(());
        }
        Err(format!(
            "{} passed, and the gate rejected meanwhile",
            report.part
        ))
    }

    /// A part is long gone. Without a pass it met a closed gate.
    pub fn judge(&mut self, part: &Physical, place: Place, world: &World) -> Result<(), String> {
        self.tally.parts += 1;
        if part.pass_ns.is_some_and(|at| at < place.surely_from_ns) {
            return Ok(());
        }
        let from_ns = place.surely_from_ns.saturating_add(self.late_max_ns);
        let until_ns = place.surely_until_ns;
        if from_ns >= until_ns || until_ns > now_ns() {
            return Ok(());
        }
        self.tally.rejected_surely += 1;
        if !world.wires.was(false, from_ns, until_ns) {
            return Ok(());
        }
        let excused = part.late
            || part.is_back
            || self.line_failed.touch(place.due_ns, until_ns)
            || self.gate_behind.touch(place.due_ns, until_ns)
            || self.belt_wrong.touch(place.due_ns, until_ns)
            || self.trigger_behind.touch(part.edge_ns, until_ns)
            // A part that was not seen cannot be rejected in time.
            || (part.unseen && part.kind == Kind::LostEdges);
        if excused {
            return Ok(());
        }
        Err(format!(
            "part {} ({}) had no pass, and the gate was open: edge {}, {place:?}; {}",
            part.index,
            part.kind.word(),
            part.edge_ns,
            world.wires.around(from_ns, until_ns)
        ))
    }
}

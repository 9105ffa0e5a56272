//! What must hold of the parts and of the records, whatever happens.

use super::clock::now_ns;
use super::steps::Kind;
use super::tally::Tally;
use super::world::{Physical, World};
use crate::gate::{GateReport, Outcome, Rejection};
use crate::part::{Cause, Verdict};
use crate::run::messages::Complete;
use crate::run::shared::Record;
use crate::screen::Counters;
use std::collections::{HashSet, VecDeque};

const MS: u64 = 1_000_000;
/// Times that are kept for the parts which are not judged yet.
const KEPT_NS: u64 = 20_000 * MS;
/// Reports that are compared with each new one.
const REPORTS_KEPT: usize = 64;

/// Spans of time, oldest first, as far as they can still count.
#[derive(Debug, Default)]
pub struct Spans(VecDeque<(u64, u64)>);

impl Spans {
    /// Adds a span. Spans are added in the order of their ends.
    pub fn add(&mut self, from_ns: u64, until_ns: u64) {
        while self
            .0
            .front()
            .is_some_and(|(_, until)| until + KEPT_NS < until_ns)
        {
            self.0.pop_front();
        }
        match self.0.back_mut() {
            Some((_, until)) if *until >= from_ns => *until = (*until).max(until_ns),
            _ => self.0.push_back((from_ns, until_ns)),
        }
    }

    /// Whether one of them and this span have a time in common.
    pub fn touch(&self, from_ns: u64, until_ns: u64) -> bool {
        let mut newest = self
            .0
            .iter()
            .rev()
            .take_while(|(_, until)| *until >= from_ns);
        newest.any(|(from, _)| *from <= until_ns)
    }
}

/// The checks of the parts and of the records.
#[derive(Debug, Default)]
pub struct Checks {
    /// What happened.
    pub tally: Tally,
    /// The counters as the records give them.
    pub counted: Counters,
    /// The numbers that have a record.
    recorded: HashSet<u64>,
    /// When the gate, or the driver of a line, was behind by more than `late_max_ms`.
    pub gate_behind: Spans,
    /// When the trigger's thread was held.
    pub trigger_behind: Spans,
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

    /// A record is in the journal.
    pub fn record(&mut self, record: &Record, world: &mut World) -> Result<(), String> {
        match record {
            Record::Part(complete) => {
                self.count(complete);
                return self.part(complete, world);
            }
            Record::Missed(unnumbered) => {
                self.counted.triggers += unnumbered.triggers;
                self.counted.missed += unnumbered.triggers;
                self.tally.missed += unnumbered.triggers;
                self.tally.lost += unnumbered.lost;
            }
            Record::Challenge(_) => return Err("no challenge was asked for".to_owned()),
            Record::Change(_) => self.tally.changes += 1,
            Record::Unconfirmed(..) => {
                self.counted.unconfirmed += 1;
                self.tally.unconfirmed += 1;
            }
        }
        Ok(())
    }

    /// The counters add up, and equal those that the journal has.
    pub fn counters(&self, journal: Counters) -> Result<(), String> {
        let Counters {
            triggers,
            pass,
            reject,
            fault,
            missed,
            ..
        } = journal;
        if triggers != pass + reject + fault + missed {
            return Err(format!(
                "triggers {triggers} != pass {pass} + reject {reject} + fault {fault} + missed {missed}"
            ));
        }
        if journal != self.counted {
            return Err(format!(
                "the journal counts {journal:?}, its records are {:?}",
                self.counted
            ));
        }
        Ok(())
    }

    fn count(&mut self, complete: &Complete) {
        let counted = &mut self.counted;
        let verdict = complete.decided.verdict;
        counted.triggers += 1;
        match verdict {
            Verdict::Pass => counted.pass += 1,
            Verdict::Reject(_) => counted.reject += 1,
            Verdict::Fault(Cause::Missed) => {
                counted.missed += 1;
                self.tally.missed += 1;
            }
            Verdict::Fault(_) => counted.fault += 1,
        }
        counted.late += u64::from(complete.is_late());
        self.tally.late += u64::from(complete.is_late());
        let gate = &mut counted.gate;
        match complete.report.map(|report| report.outcome) {
            None => gate.not_on_line += 1,
            Some(Outcome::Passed) => gate.passed += 1,
            Some(Outcome::Rejected(why)) => {
                gate.rejected += 1;
                gate.good_rejected += u64::from(verdict.passes());
                gate.overlap += u64::from(verdict.passes() && why == Rejection::Overlap);
            }
        }
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
        part.passed = passed;
        if part.records > 1 {
            return Err(format!(
                "part {} has two records, the last {number}",
                part.index
            ));
        }
        if passed && part.pass_ns.is_none_or(|at| at >= part.due_ns) {
            return Err(format!("{number} passed without its own pass in time"));
        }
        let (due_ns, end_ns) = (part.due_ns, part.end_ns);
        if let Some(report) = complete.report.filter(|_| passed) {
            self.let_through(&report, due_ns, end_ns, world)?;
        }
        Ok(())
    }

    /// Parts are acted on in the order of their due times.
    fn order(&mut self, report: &GateReport) -> Result<(), String> {
        let Some(acted_at) = report.acted_at.filter(|at| *at >= report.due) else {
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
        due_ns: u64,
        end_ns: u64,
        world: &World,
    ) -> Result<(), String> {
        // A movement that was late is known to be late, and the part may be gone.
        let Some(acted_at) = report.acted_at.filter(|_| !report.late) else {
            return Ok(());
        };
        let acted_ns = acted_at.as_ns();
        let end_ns = end_ns.min(now_ns());
        if acted_ns >= end_ns {
            return Err(format!("{} passed when it was gone", report.part));
        }
        if world.wires.rejected_at(acted_ns) && !self.line_failed.touch(due_ns, end_ns) {
            return Err(format!("{} passed through a closed gate", report.part));
        }
        if !world.wires.was(true, acted_ns, end_ns) {
            return Ok(());
        }
        let mut others = world.parts.iter().rev();
        let other = |part: &Physical| part.due_ns > due_ns && part.due_ns < end_ns;
        let excused = others.any(other)
            || self.not_ready.touch(acted_ns, end_ns)
            || self.gate_behind.touch(acted_ns, end_ns)
            || self.line_failed.touch(acted_ns, end_ns)
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
    pub fn judge(&mut self, part: &Physical, world: &World) -> Result<(), String> {
        self.tally.parts += 1;
        if part.pass_ns.is_some_and(|at| at < part.due_ns) {
            return Ok(());
        }
        let from_ns = part.due_ns + self.late_max_ns;
        if !world.wires.was(false, from_ns, part.end_ns) {
            return Ok(());
        }
        let excused = part.late
            || self.line_failed.touch(part.due_ns, part.end_ns)
            || self.gate_behind.touch(part.due_ns, part.end_ns)
            || self.trigger_behind.touch(part.edge_ns, part.end_ns)
            // A part that was not seen cannot be rejected in time.
            || (part.unseen && part.kind == Kind::LostEdges);
        if excused {
            return Ok(());
        }
        Err(format!(
            "part {} ({}) had no pass, and the gate was open: edge {}, due {}",
            part.index,
            part.kind.word(),
            part.edge_ns,
            part.due_ns
        ))
    }
}

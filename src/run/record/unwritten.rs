//! The records that the journal's thread has not written yet. Two things are limited: how long the
//! oldest one waits, and how many parts passed the gate before their records were written. Past
//! either limit nothing passes until the journal has caught up.

use crate::gate::Outcome;
use crate::part::{PartId, Verdict};
use crate::run::messages::Complete;
use crate::run::shared::RECORDS_MAX;
use board::Timestamp;
use core::time::Duration;
use heapless::Deque;

/// Parts that may have passed the gate before their records are written. A fast disk writes a
/// record in some milliseconds, a slow one in a tenth of a second. More than a dozen wait only if
/// the disk is too slow for the line.
pub const PASSED_MAX: usize = 16;

/// A record that is not written.
#[derive(Debug)]
struct Waiting {
    since: Timestamp,
    /// Nothing for missed triggers without a number, and for records about the station itself.
    part: Option<(PartId, Verdict)>,
    passed: bool,
    /// It is the record of missed triggers.
    missed: bool,
}

/// The unwritten records, the oldest first.
#[derive(Debug, Default)]
pub struct Unwritten {
    waiting: Deque<Waiting, RECORDS_MAX>,
    /// Records that were written.
    done: u64,
    /// Waiting records of parts that passed.
    passed: usize,
}

impl Unwritten {
    /// Whether one more record can be handed over.
    pub fn has_space(&self) -> bool {
        !self.waiting.is_full()
    }

    /// Adds the record of a part.
    pub fn add_part(&mut self, complete: &Complete, now: Timestamp) {
        let decided = &complete.decided;
        let report = complete.report;
        let passed = report.is_some_and(|report| report.outcome == Outcome::Passed);
        self.push(Some((decided.job.part, decided.verdict)), passed, now);
    }

    /// Adds the record of missed triggers without a number.
    pub fn add_missed(&mut self, now: Timestamp) {
        self.push(None, false, now);
        if let Some(missed) = self.waiting.back_mut() {
            missed.missed = true;
        }
    }

    /// Adds a record about the station itself.
    pub fn add_control(&mut self, now: Timestamp) {
        self.push(None, false, now);
    }

    fn push(&mut self, part: Option<(PartId, Verdict)>, passed: bool, now: Timestamp) {
        self.passed += usize::from(passed);
        // The caller has checked the space.
        let _ = self.waiting.push_back(Waiting {
            since: now,
            part,
            passed,
            missed: false,
        });
    }

    /// Removes the written records. `done` counts them since the start.
    pub fn remove_written(&mut self, done: u64) {
        while self.done < done {
            self.done += 1;
            if let Some(waiting) = self.waiting.pop_front() {
                self.passed -= usize::from(waiting.passed);
            }
        }
    }

    /// Whether a record of missed triggers is among them.
    pub fn has_missed(&self) -> bool {
        self.waiting.iter().any(|waiting| waiting.missed)
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether the oldest record waits for longer than `limit`, or too many parts have passed.
    pub fn is_overdue(&self, now: Timestamp, limit: Duration) -> bool {
        self.passed >= PASSED_MAX || self.age(now) > limit
    }

    /// How long the oldest record has been waiting.
    pub fn age(&self, now: Timestamp) -> Duration {
        self.waiting
            .front()
            .map_or(Duration::ZERO, |waiting| now.since(waiting.since))
    }

    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// The parts whose records are not written.
    pub fn parts(&self) -> impl Iterator<Item = (PartId, Verdict)> {
        self.waiting.iter().filter_map(|waiting| waiting.part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::Rejection;
    use crate::run::messages::complete_part;

    const LIMIT: Duration = Duration::from_millis(100);

    fn at(ms: u64) -> Timestamp {
        Timestamp::default() + Duration::from_millis(ms)
    }

    fn part(number: u64) -> Option<(PartId, Verdict)> {
        Some((PartId::new(number), Verdict::Pass))
    }

    #[test]
    fn the_age_of_the_oldest_record_and_the_passed_parts_are_limited() {
        let mut unwritten = Unwritten::default();
        assert!(!unwritten.is_overdue(at(1_000_000), LIMIT), "it is empty");
        unwritten.push(part(1), false, at(0));
        unwritten.push(part(2), true, at(60));
        assert!(!unwritten.is_overdue(at(100), LIMIT));
        assert!(unwritten.is_overdue(at(101), LIMIT));
        unwritten.remove_written(1);
        assert!(!unwritten.is_overdue(at(160), LIMIT));
        assert!(unwritten.is_overdue(at(161), LIMIT));
        unwritten.remove_written(2);
        assert!(unwritten.is_empty());
        for number in 3..40 {
            unwritten.push(part(number), number.is_multiple_of(2), at(200));
            let passed = usize::try_from(number / 2 - 1).unwrap();
            assert_eq!(
                unwritten.is_overdue(at(200), LIMIT),
                passed >= PASSED_MAX,
                "{number}"
            );
        }
        unwritten.remove_written(39);
        assert!(unwritten.is_empty() && unwritten.passed == 0);
    }

    #[test]
    fn unwritten_parts_are_listed_without_missed_triggers() {
        let mut unwritten = Unwritten::default();
        unwritten.push(part(7), true, at(0));
        unwritten.add_control(at(0));
        assert!(!unwritten.has_missed());
        unwritten.remove_written(1);
        unwritten.push(part(7), true, at(0));
        unwritten.add_missed(at(0));
        assert!(unwritten.has_missed());
        unwritten.push(part(9), false, at(0));
        unwritten.remove_written(3);
        assert_eq!(unwritten.len(), 2);
        assert!(!unwritten.is_empty());
        let parts: Vec<u64> = unwritten.parts().map(|(part, _)| part.number()).collect();
        assert_eq!(parts, [9]);
    }

    #[test]
    fn only_parts_that_the_gate_let_through_count_as_passed() {
        let rejected = Outcome::Rejected(Rejection::Verdict);
        for (outcome, passed) in [(Some(Outcome::Passed), 1), (Some(rejected), 0), (None, 0)] {
            let mut unwritten = Unwritten::default();
            unwritten.add_part(&complete_part(7, outcome), at(0));
            assert_eq!(unwritten.passed, passed, "{outcome:?}");
            let part = unwritten.parts().next().map(|(part, _)| part);
            assert_eq!(part, Some(PartId::new(7)));
            assert!(!unwritten.has_missed());
        }
    }

    #[test]
    fn there_is_space_until_as_many_records_wait_as_the_queue_holds() {
        let mut unwritten = Unwritten::default();
        for _ in 0..RECORDS_MAX {
            assert!(unwritten.has_space());
            unwritten.add_missed(at(5));
        }
        assert!(!unwritten.has_space());
        assert_eq!(unwritten.age(at(12)), Duration::from_millis(7));
        unwritten.remove_written(1);
        assert!(unwritten.has_space());
        assert_eq!(unwritten.len(), RECORDS_MAX - 1);
    }
}

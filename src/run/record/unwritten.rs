//! The records that were handed to the journal's thread and are not written yet: how long, and for how many parts that went
//! through. Both are bounded, and past either bound nothing passes until the journal has caught up.

use crate::gate::Outcome;
use crate::part::{PartId, Verdict};
use crate::run::record::join::Complete;
use crate::run::shared::recording::RECORDS_MAX;
use board::Timestamp;
use core::time::Duration;
use heapless::Deque;

/// Parts that may have passed the gate without their record being written. A disk takes a record in some milliseconds,
/// a slow one in a tenth of a second. More than a dozen wait only if the disk is too slow for the line.
pub(in crate::run) const PASSED_MAX: usize = 16;

/// A record that is not written.
#[derive(Debug)]
struct Waiting {
    since: Timestamp,
    /// Nothing for missed triggers without a number.
    part: Option<(PartId, Verdict)>,
    passed: bool,
}

/// All of them, the oldest first.
#[derive(Debug, Default)]
pub(in crate::run) struct Unwritten {
    waiting: Deque<Waiting, RECORDS_MAX>,
    /// Those that are written, as [`Recording::done`](crate::run::shared::recording::Recording::done) counts.
    done: u64,
    passed: usize,
}

impl Unwritten {
    /// Whether one more can be handed over.
    pub fn has_room(&self) -> bool {
        !self.waiting.is_full()
    }

    /// The record of this part is being handed over; nothing for one of missed triggers.
    pub fn add(&mut self, complete: Option<&Complete>, now: Timestamp) {
        let passed = complete
            .and_then(|complete| complete.report)
            .is_some_and(|report| report.outcome == Outcome::Passed);
        let part = complete.map(|complete| (complete.decision.job.part, complete.decision.verdict));
        self.push(part, passed, now);
    }

    fn push(&mut self, part: Option<(PartId, Verdict)>, passed: bool, now: Timestamp) {
        self.passed += usize::from(passed);
        // `has_room` was asked.
        let _ = self.waiting.push_back(Waiting {
            since: now,
            part,
            passed,
        });
    }

    /// So many are written in all.
    pub fn written(&mut self, done: u64) {
        while self.done < done {
            self.done += 1;
            if let Some(waiting) = self.waiting.pop_front() {
                self.passed -= usize::from(waiting.passed);
            }
        }
    }

    /// Whether a record of missed triggers is among them.
    pub fn has_missed(&self) -> bool {
        self.waiting.iter().any(|waiting| waiting.part.is_none())
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether a record waits for longer than this, or for too many parts that went through.
    pub fn is_overdue(&self, now: Timestamp, limit: Duration) -> bool {
        self.passed >= PASSED_MAX || self.age(now) > limit
    }

    /// How long the oldest has been waiting.
    pub fn age(&self, now: Timestamp) -> Duration {
        self.waiting
            .front()
            .map_or(Duration::ZERO, |waiting| now.since(waiting.since))
    }

    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// The parts whose records will not be written.
    pub fn parts(&self) -> impl Iterator<Item = (PartId, Verdict)> {
        self.waiting.iter().filter_map(|waiting| waiting.part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_millis(100);

    fn at(ms: u64) -> Timestamp {
        Timestamp::default() + Duration::from_millis(ms)
    }

    fn part(number: u64) -> Option<(PartId, Verdict)> {
        Some((PartId::new(number), Verdict::Pass))
    }

    #[test]
    fn the_oldest_record_and_the_parts_that_went_through_count() {
        let mut unwritten = Unwritten::default();
        assert!(!unwritten.is_overdue(at(1_000_000), LIMIT), "none waits");
        unwritten.push(part(1), false, at(0));
        unwritten.push(part(2), true, at(60));
        assert!(!unwritten.is_overdue(at(100), LIMIT));
        assert!(unwritten.is_overdue(at(101), LIMIT));
        unwritten.written(1);
        assert!(!unwritten.is_overdue(at(160), LIMIT));
        assert!(unwritten.is_overdue(at(161), LIMIT));
        unwritten.written(2);
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
        unwritten.written(39);
        assert!(unwritten.is_empty() && unwritten.passed == 0);
    }

    #[test]
    fn the_parts_are_named_and_missed_triggers_are_not_among_them() {
        let mut unwritten = Unwritten::default();
        unwritten.push(part(7), true, at(0));
        unwritten.push(None, false, at(0));
        assert!(unwritten.has_missed());
        unwritten.push(part(9), false, at(0));
        unwritten.written(1);
        assert_eq!(unwritten.len(), 2);
        let parts: Vec<u64> = unwritten.parts().map(|(part, _)| part.number()).collect();
        assert_eq!(parts, [9]);
    }
}

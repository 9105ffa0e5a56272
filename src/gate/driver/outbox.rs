//! The events on their way to the recorder.

use crate::gate::report::{Event, GateReport};
use crate::part::PARTS_MAX;
use board::Timestamp;
use core::time::Duration;
use heapless::Vec;
use heapless::spsc::Producer;

/// Sends the gate's events to the recorder. Keeps the reports of parts until the lines were driven.
pub(super) struct Outbox<'c> {
    queue: Producer<'c, Event>,
    /// Reports of parts for which the lines have not been driven yet.
    reports: Vec<GateReport, { 2 * PARTS_MAX }>,
    /// Events that did not fit into the queue.
    lost: u64,
}

impl<'c> Outbox<'c> {
    pub(super) fn new(queue: Producer<'c, Event>) -> Self {
        Self {
            queue,
            reports: Vec::new(),
            lost: 0,
        }
    }

    /// Number of events that did not fit into the recorder's queue.
    pub(super) fn lost(&self) -> u64 {
        self.lost
    }

    /// True if a part whose report waits was due more than `late_max` before `now`.
    pub(super) fn has_late(&self, now: Timestamp, late_max: Duration) -> bool {
        let mut reports = self.reports.iter();
        reports.any(|report| now.since(report.due) > late_max)
    }

    /// Takes an event of the schedule. Keeps the report of a part for which the lines are driven,
    /// and sends everything else at once.
    pub(super) fn take(&mut self, event: Event) {
        match event {
            Event::Report(report) if report.acted_at.is_some() => {
                // The queue is full only if the station became ready and not ready more than once
                // in one turn.
                if let Err(report) = self.reports.push(report) {
                    self.send(Event::Report(report));
                }
            }
            event => self.send(event),
        }
    }

    /// Sends an event. If the queue is full, the event is lost and counted.
    pub(super) fn send(&mut self, event: Event) {
        if self.queue.enqueue(event).is_err() {
            self.lost = self.lost.saturating_add(1);
        }
    }

    /// Sends the reports that were kept. `acted_at` is when the lines had been driven, or `None` if
    /// that failed.
    pub(super) fn publish(&mut self, acted_at: Option<Timestamp>, late_max: Duration) {
        for index in 0..self.reports.len() {
            if let Some(report) = self.reports.get(index).copied() {
                let late =
                    report.late || acted_at.is_some_and(|at| at.since(report.due) > late_max);
                self.send(Event::Report(GateReport {
                    acted_at,
                    late,
                    ..report
                }));
            }
        }
        self.reports.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::{Outcome, Rejection};
    use crate::part::PartId;
    use heapless::spsc::Queue;

    #[test]
    fn a_report_is_late_beyond_the_limit_and_not_at_it() {
        let ns = Timestamp::from_ns;
        for (acted_at, late) in [(Some(ns(110)), false), (Some(ns(111)), true), (None, false)] {
            let mut queue = Queue::<Event, 2>::new();
            let (events, mut recorder) = queue.split();
            let mut outbox = Outbox::new(events);
            let report = GateReport {
                part: PartId::FIRST,
                due: ns(100),
                is_due_known: true,
                due_ticks: None,
                acted_at: Some(ns(100)),
                outcome: Outcome::Rejected(Rejection::Verdict),
                overlap: false,
                late: false,
            };
            outbox.take(Event::Report(report));
            let late_max = Duration::from_nanos(10);
            assert!(!outbox.has_late(ns(110), late_max));
            assert!(outbox.has_late(ns(111), late_max));
            assert_eq!(recorder.dequeue(), None);
            outbox.publish(acted_at, late_max);
            let expected = GateReport {
                acted_at,
                late,
                ..report
            };
            assert_eq!(recorder.dequeue(), Some(Event::Report(expected)));
            assert!(!outbox.has_late(ns(111), late_max));
        }
    }
}

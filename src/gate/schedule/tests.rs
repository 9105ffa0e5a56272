//! One gate with a clock set by the test. The delay is 100 ms, the pulse 30 ms. Times are in
//! milliseconds.

use super::*;
use crate::gate::Levels;
use crate::part::{Cause, Reason};

pub(super) const PASS: Verdict = Verdict::Pass;
pub(super) const REJECT: Verdict = Verdict::Reject(Reason::TooManyBlobs);
pub(super) const FAULT: Verdict = Verdict::Fault(Cause::File);

pub(super) fn ms(time_ms: u64) -> Timestamp {
    Timestamp::from_ns(time_ms * 1_000_000)
}

pub(super) struct Bench {
    pub(super) schedule: Schedule,
    pub(super) events: std::vec::Vec<Event>,
}

impl Bench {
    pub(super) fn not_ready(style: GateStyle) -> Self {
        Self::with(style, Neighbours::default())
    }

    fn with(style: GateStyle, neighbours: Neighbours) -> Self {
        let settings = Settings {
            style,
            delay_ms: 100,
            pulse_ms: 30,
            late_max_ms: 20,
            undecided_max: None,
            neighbours,
        };
        Self {
            schedule: Schedule::new(settings),
            events: std::vec::Vec::new(),
        }
    }

    pub(super) fn ready(style: GateStyle) -> Self {
        Self::ready_with(style, Neighbours::default())
    }

    pub(super) fn ready_with(style: GateStyle, neighbours: Neighbours) -> Self {
        let mut bench = Self::with(style, neighbours);
        bench.set_ready(true, 0);
        // As if it had been ready for longer than the delay.
        bench.schedule.opens_at = Moment::default();
        bench
    }

    pub(super) fn set_ready(&mut self, ready: bool, at: u64) {
        let events = &mut self.events;
        self.schedule
            .set_ready(ready, ms(at), &mut |event| events.push(event));
    }

    pub(super) fn arm(&mut self, part: u64, trigger: u64) {
        let events = &mut self.events;
        let part = PartId::new(part);
        self.schedule
            .arm(part, ms(trigger), &mut |event| events.push(event));
    }

    pub(super) fn resolve(&mut self, part: u64, verdict: Verdict, at: u64) {
        let events = &mut self.events;
        let part = PartId::new(part);
        self.schedule
            .resolve(part, verdict, ms(at), &mut |event| events.push(event));
    }

    pub(super) fn at(&mut self, now: u64) -> Levels {
        let events = &mut self.events;
        self.schedule
            .advance(ms(now), &mut |event| events.push(event));
        self.schedule.levels()
    }

    /// The times up to `end` at which the reject line changes. Advances only at `next_wake`.
    pub(super) fn edges(&mut self, end: u64) -> std::vec::Vec<(u64, bool)> {
        let mut edges = std::vec::Vec::new();
        let mut level = self.schedule.levels().reject;
        while let Some(wake) = self.schedule.next_wake().filter(|wake| *wake <= ms(end)) {
            let now = wake.as_ns() / 1_000_000;
            let reject = self.at(now).reject;
            if reject != level {
                level = reject;
                edges.push((now, reject));
            }
        }
        edges
    }

    pub(super) fn outcomes(&self) -> std::vec::Vec<(u64, Outcome)> {
        let report = |event: &Event| match event {
            Event::Report(report) => Some((report.part.number(), report.outcome)),
            _ => None,
        };
        self.events.iter().filter_map(report).collect()
    }
}

pub(super) fn rejected(part: u64, rejection: Rejection) -> (u64, Outcome) {
    (part, Outcome::Rejected(rejection))
}

#[test]
fn each_part_that_did_not_pass_gets_a_pulse_and_no_other_does() {
    let mut bench = Bench::ready(GateStyle::Pulse);
    for (part, verdict) in [
        (1, Some(PASS)),
        (2, Some(REJECT)),
        (3, Some(FAULT)),
        (4, None),
        (5, Some(PASS)),
    ] {
        bench.arm(part, part * 50);
        if let Some(verdict) = verdict {
            bench.resolve(part, verdict, part * 50 + 99);
        }
    }
    let pulses = [200, 250, 300].map(|due| [(due, true), (due + 30, false)]);
    assert_eq!(bench.edges(1_000), pulses.concat());
    let expected = [
        (1, Outcome::Passed),
        rejected(2, Rejection::Verdict),
        rejected(3, Rejection::Verdict),
        rejected(4, Rejection::NoVerdict),
        (5, Outcome::Passed),
    ];
    assert_eq!(bench.outcomes(), expected);
    assert_eq!(bench.schedule.next_wake(), None);
}

#[test]
fn a_divert_gate_opens_for_each_part_that_passed_and_for_no_other() {
    let mut bench = Bench::ready(GateStyle::Divert);
    assert!(bench.at(0).reject, "closed at rest");
    for (part, verdict) in [(1, REJECT), (2, PASS), (3, FAULT), (5, PASS)] {
        bench.arm(part, part * 50);
        bench.resolve(part, verdict, part * 50 + 1);
    }
    assert_eq!(
        bench.edges(1_000),
        [(200, false), (230, true), (350, false), (380, true)]
    );
}

#[test]
fn rejects_that_overlap_become_one_pulse() {
    let mut bench = Bench::ready(GateStyle::Pulse);
    for (part, trigger) in [(1, 0), (2, 20), (3, 50), (4, 81)] {
        bench.arm(part, trigger);
    }
    // 100..130, 120..150 and 150..180 overlap or touch. 181..211 does not.
    let edges = [(100, true), (180, false), (181, true), (211, false)];
    assert_eq!(bench.edges(1_000), edges);
}

#[test]
fn the_reject_wins_over_an_overlapping_pass() {
    for style in [GateStyle::Pulse, GateStyle::Divert] {
        // The pass first: the reject cuts it short, and the report says so.
        let mut bench = Bench::ready(style);
        bench.arm(1, 0);
        bench.resolve(1, PASS, 1);
        bench.arm(2, 20);
        assert!(bench.at(119).pass);
        let cut = bench.at(120);
        assert!(cut.reject && !cut.pass, "{style:?}");
        assert!(!bench.at(150).pass, "the pass does not resume");
        let Some(Event::Report(report)) = bench.events.last() else {
            panic!("no report")
        };
        assert!(report.overlap);

        // The reject first, or at the same time: the pass becomes a reject.
        for trigger in [0, 29] {
            let mut bench = Bench::ready(style);
            bench.arm(1, trigger);
            bench.resolve(1, PASS, 99);
            bench.arm(2, 0);
            let edges = bench.edges(1_000);
            assert_eq!(bench.schedule.counts().passed, 0);
            assert!(bench.outcomes().contains(&rejected(1, Rejection::Overlap)));
            let pulse = [(100, true), (130, false)];
            assert_eq!(edges.is_empty(), style == GateStyle::Divert);
            assert!(edges.is_empty() || edges == pulse, "{edges:?}");
        }
    }
}

#[test]
fn a_verdict_at_the_due_time_is_too_late_before_and_after_the_gate_acts() {
    for woken in [false, true] {
        let mut bench = Bench::ready(GateStyle::Pulse);
        bench.arm(1, 0);
        if woken {
            bench.at(100);
        }
        bench.resolve(1, PASS, 100);
        assert!(bench.at(100).reject);
        assert_eq!(bench.outcomes(), [rejected(1, Rejection::NoVerdict)]);
        let late = Event::Late {
            part: PartId::new(1),
            by: Duration::ZERO,
        };
        let reported = bench.events.iter().filter(|event| **event == late);
        assert_eq!(reported.count(), 1);
    }
}

#[test]
fn a_verdict_given_in_time_counts_if_it_reaches_the_gate_late() {
    let mut bench = Bench::ready(GateStyle::Divert);
    bench.arm(1, 0);
    bench.resolve(1, PASS, 99);
    assert!(!bench.at(110).reject);
    assert_eq!(
        bench.edges(1_000),
        [(130, true)],
        "the pass is not extended"
    );
}

#[test]
fn a_hold_that_the_gate_slept_through_is_made_up_later() {
    let mut bench = Bench::not_ready(GateStyle::Pulse);
    bench.arm(1, 0);
    bench.set_ready(true, 50);
    assert!(!bench.at(99).fault);
    let levels = bench.at(200);
    assert!(levels.reject && levels.fault);
    assert_eq!(bench.edges(1_000), [(230, false)]);
}

#[test]
fn a_gate_that_overslept_rejects_late_and_opens_for_no_part() {
    let mut bench = Bench::ready(GateStyle::Pulse);
    bench.arm(1, 0);
    bench.resolve(1, REJECT, 1);
    let levels = bench.at(500);
    assert!(levels.reject && levels.fault);
    assert_eq!(bench.edges(1_000), [(530, false)], "a whole pulse");

    let mut bench = Bench::ready(GateStyle::Divert);
    bench.arm(1, 0);
    bench.resolve(1, PASS, 1);
    let levels = bench.at(130);
    assert!(levels.reject && levels.fault && !levels.pass);
    assert_eq!(bench.outcomes(), [rejected(1, Rejection::Missed)]);
}

#[test]
fn the_signal_lines_follow_the_parts_and_the_station() {
    let mut bench = Bench::ready(GateStyle::Pulse);
    let rest = bench.at(0);
    assert!(rest.ready && !rest.busy && !rest.fault && !rest.alive && !rest.pass);
    bench.arm(1, 0);
    assert!(bench.at(1).busy);
    bench.resolve(1, PASS, 2);
    let decided = bench.at(2);
    assert!(!decided.busy && decided.alive && !decided.fault);
    assert!(!bench.at(99).pass && bench.at(100).pass && bench.at(129).pass);
    assert!(!bench.at(130).pass);

    // A fault is shown until the next part is decided. It does not toggle the alive line.
    bench.arm(2, 130);
    bench.resolve(2, FAULT, 131);
    assert!(bench.at(131).fault && bench.at(131).alive);
    bench.arm(3, 132);
    bench.resolve(3, REJECT, 133);
    assert!(!bench.at(133).fault && !bench.at(133).alive);

    // No verdict is a fault. A late verdict still toggles the alive line.
    bench.edges(262);
    bench.arm(4, 200);
    assert!(!bench.at(299).fault && bench.at(299).busy);
    assert!(bench.at(300).fault && !bench.at(300).busy);
    bench.resolve(4, PASS, 305);
    let levels = bench.at(305);
    assert!(levels.fault && levels.alive && !levels.pass);

    // A self-check toggles the alive line as a part does. It does not clear the fault of a part.
    // Its own failure is cleared by the next inspection that finishes.
    bench.schedule.inspected(true);
    assert!(bench.at(306).fault && !bench.at(306).alive);
    bench.arm(6, 307);
    bench.resolve(6, PASS, 308);
    assert!(!bench.at(308).fault && bench.at(308).alive);
    bench.schedule.inspected(false);
    assert!(bench.at(309).fault && bench.at(309).alive);
    bench.schedule.inspected(true);
    assert!(!bench.at(309).fault && !bench.at(309).alive);
    assert_eq!(bench.schedule.finished(), 6);

    bench.schedule.set_fault(true);
    bench.arm(7, 310);
    bench.resolve(7, PASS, 311);
    assert!(
        bench.at(311).fault,
        "the station's fault outlives a good part"
    );
    bench.schedule.set_fault(false);
    assert!(!bench.at(311).fault);
}

#[test]
fn the_ready_line_is_active_while_a_trigger_would_be_taken() {
    let mut bench = Bench::not_ready(GateStyle::Pulse);
    bench.schedule = Schedule::new(Settings {
        style: GateStyle::Pulse,
        delay_ms: 100,
        pulse_ms: 30,
        late_max_ms: 20,
        undecided_max: Some(1),
        neighbours: Default::default(),
    });
    assert!(!bench.at(0).ready, "the station is not ready");
    assert!(!bench.schedule.is_ready());
    bench.set_ready(true, 0);
    assert!(bench.at(0).ready);
    assert!(bench.schedule.is_ready());
    bench.arm(1, 1);
    let busy = bench.at(1);
    assert!(!busy.ready && busy.busy, "the limit is one undecided part");
    // The part of a missed trigger is not undecided.
    let part = PartId::new(2);
    bench.schedule.arm_missed(part, ms(2), &mut |_| {});
    assert!(!bench.at(2).ready && bench.at(2).fault);
    bench.resolve(1, PASS, 3);
    let decided = bench.at(3);
    assert!(
        decided.ready && !decided.busy,
        "a decided part does not hold READY back"
    );
    bench.schedule.set_taking(false);
    assert!(!bench.at(4).ready);
    // Parts decided before are not affected.
    assert!(bench.at(101).pass);
    assert!(bench.at(102).reject, "the missed part");
    assert!(!bench.at(102).ready);
    bench.schedule.set_taking(true);
    assert!(bench.at(140).ready && !bench.at(140).reject);
}

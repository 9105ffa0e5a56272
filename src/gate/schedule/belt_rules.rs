//! A gate whose delay, pulse or both count in ticks of the belt. The delay is 100 ticks or ms, the
//! pulse 30 ticks or ms. Times are in milliseconds.

use super::tests::{PASS, REJECT, ms, rejected};
use super::*;
use crate::gate::Levels;

struct Bench {
    schedule: Schedule,
    events: std::vec::Vec<Event>,
    now: u64,
    /// The level of the reject line.
    reject: bool,
    /// The changes of the reject line.
    edges: std::vec::Vec<(u64, bool)>,
}

fn schedule(style: GateStyle, delay_ticks: bool, pulse_ticks: bool) -> Schedule {
    let settings = Settings {
        style,
        delay_ms: 100,
        pulse_ms: 30,
        late_max_ms: 20,
        undecided_max: None,
        neighbours: Neighbours::default(),
    };
    let delay = delay_ticks.then_some(100);
    Schedule::new(settings).with_belt(delay, pulse_ticks.then_some(30))
}

impl Bench {
    fn new(style: GateStyle, delay_ticks: bool, pulse_ticks: bool) -> Self {
        let mut bench = Self::just_ready(schedule(style, delay_ticks, pulse_ticks));
        // As if it had been ready for longer than the delay.
        bench.schedule.opens_at = Moment::default();
        bench.schedule.hold = Hold::default();
        bench
    }

    fn just_ready(mut schedule: Schedule) -> Self {
        schedule.set_ready(true, ms(0), &mut |_| {});
        Self {
            schedule,
            events: std::vec::Vec::new(),
            now: 0,
            reject: true,
            edges: std::vec::Vec::new(),
        }
    }

    /// Runs to `end`. The belt moves by `step` ticks at each `every`, and the gate acts at once.
    fn run(&mut self, end: u64, every: u64, step: Position) {
        while self.now < end {
            self.now += 1;
            if every != 0 && self.now.is_multiple_of(every) {
                self.schedule.tick(ms(self.now), step);
            }
            self.advance();
        }
    }

    fn advance(&mut self) -> Levels {
        let events = &mut self.events;
        self.schedule
            .advance(ms(self.now), &mut |event| events.push(event));
        let levels = self.schedule.levels();
        if core::mem::replace(&mut self.reject, levels.reject) != levels.reject {
            self.edges.push((self.now, levels.reject));
        }
        levels
    }

    /// A part whose trigger comes now, with its verdict.
    fn part(&mut self, number: u64, verdict: Verdict) {
        self.part_at(number, self.now, verdict);
    }

    fn part_at(&mut self, number: u64, trigger: u64, verdict: Verdict) {
        let events = &mut self.events;
        let part = PartId::new(number);
        let out = &mut |event| events.push(event);
        self.schedule.arm(part, ms(trigger), out);
        self.schedule.resolve(part, verdict, ms(self.now), out);
    }

    fn outcomes(&self) -> std::vec::Vec<(u64, Outcome)> {
        let report = |report: &GateReport| (report.part.number(), report.outcome);
        self.reports().iter().map(report).collect()
    }

    fn reports(&self) -> std::vec::Vec<GateReport> {
        let report = |event: &Event| match event {
            Event::Report(report) => Some(*report),
            _ => None,
        };
        self.events.iter().filter_map(report).collect()
    }
}

#[test]
fn delay_and_pulse_count_in_time_or_ticks_each_by_itself() {
    // The belt moves a tick every 2 ms until 110 ms, and then one every 5 ms.
    for (delay_ticks, pulse_ticks, edges) in [
        (false, false, [(110, true), (140, false)]),
        // 30 ticks after 110 ms.
        (false, true, [(110, true), (260, false)]),
        // The part came at 5 ticks, and 55 of the 105 ticks are done at 110 ms: 50 x 5 ms are left.
        (true, false, [(360, true), (390, false)]),
        (true, true, [(360, true), (510, false)]),
    ] {
        let mut bench = Bench::new(GateStyle::Pulse, delay_ticks, pulse_ticks);
        bench.run(10, 2, 1);
        bench.edges.clear();
        bench.part(1, REJECT);
        bench.run(110, 2, 1);
        bench.run(600, 5, 1);
        assert_eq!(bench.edges, edges, "{delay_ticks} {pulse_ticks}");
        let report = bench.reports()[0];
        assert_eq!((report.due, report.is_due_known), (ms(edges[0].0), true));
        assert_eq!(report.due_ticks, delay_ticks.then_some(105));
        assert!(!report.late);
    }
}

#[test]
fn after_ready_the_gate_opens_when_a_part_that_stood_at_the_trigger_is_gone() {
    // The belt stands until 50 ms, and a tick takes 2 ms then.
    for (delay_ticks, pulse_ticks, opens) in [
        // By the clock all parts from before READY are due at 100 ms.
        (false, false, 100),
        (false, true, 160),
        (true, false, 280),
        (true, true, 310),
    ] {
        let schedule = schedule(GateStyle::Pulse, delay_ticks, pulse_ticks);
        let mut bench = Bench::just_ready(schedule);
        bench.run(50, 0, 0);
        bench.run(600, 2, 1);
        assert_eq!(bench.edges, [(opens, false)], "{delay_ticks} {pulse_ticks}");
    }
}

#[test]
fn a_part_that_the_belt_went_back_for_further_than_the_delay_meets_a_closed_gate() {
    let mut bench = Bench::new(GateStyle::Pulse, true, false);
    bench.run(300, 1, 1);
    bench.run(450, 1, -1);
    // Its place, 250, was reached long ago.
    bench.part(1, Verdict::Pass);
    bench.run(1000, 1, 1);
    let closed = |at: &u64| {
        let before = bench.edges.iter().rev().find(|(edge, _)| edge <= at);
        before.is_some_and(|(_, reject)| *reject)
    };
    // It is at the gate 100 ticks later, for 30 ms.
    let at_gate: std::vec::Vec<u64> = (550..580).collect();
    assert!(at_gate.iter().all(closed), "{:?}", bench.edges);
}

#[test]
fn a_divert_gate_is_open_for_ticks() {
    let mut bench = Bench::new(GateStyle::Divert, true, true);
    bench.part(1, PASS);
    bench.run(1_000, 5, 1);
    assert_eq!(bench.edges, [(500, false), (650, true)]);
    assert_eq!(bench.outcomes(), [(1, Outcome::Passed)]);
}

#[test]
fn a_belt_that_stands_keeps_its_parts_and_the_movement_under_way() {
    let mut bench = Bench::new(GateStyle::Pulse, true, true);
    bench.run(1, 0, 0);
    bench.edges.clear();
    bench.part(1, REJECT);
    bench.part(2, PASS);
    bench.run(50, 1, 1);
    bench.run(10_000, 0, 0);
    assert!(bench.edges.is_empty() && bench.outcomes().is_empty());
    assert_eq!(bench.schedule.next_wake(), None);
    assert_eq!(bench.schedule.next_position(), Some(100));
    bench.run(10_060, 1, 1);
    // 109 of 130 ticks are done, and the belt stands again.
    bench.run(20_000, 0, 0);
    assert_eq!(bench.schedule.next_position(), Some(130));
    bench.run(20_100, 1, 1);
    assert_eq!(bench.edges, [(10_051, true), (20_021, false)]);
    assert!(bench.reports().iter().all(|report| !report.late));
}

#[test]
fn what_goes_back_and_forth_counts_once() {
    let mut bench = Bench::new(GateStyle::Pulse, true, true);
    bench.run(1, 0, 0);
    bench.edges.clear();
    bench.part(1, REJECT);
    bench.run(91, 1, 1);
    bench.run(171, 1, -1);
    // The belt is at 10 ticks, and was at 90. A second part comes.
    bench.part(2, REJECT);
    bench.run(251, 1, 1);
    assert!(bench.edges.is_empty(), "{:?}", bench.edges);
    bench.run(266, 1, 1);
    assert_eq!(bench.edges, [(261, true)], "100 ticks for the first time");
    // Back by 20 ticks and forth again: the movement goes on, and does not begin again.
    bench.run(286, 1, -1);
    bench.run(500, 1, 1);
    let second = 261 + 10 + 40;
    assert_eq!(bench.edges, [(261, true), (second + 30, false)]);
    let dues: std::vec::Vec<_> = bench.reports().iter().map(|report| report.due).collect();
    assert_eq!(dues, [ms(261), ms(second)]);
}

#[test]
fn a_part_carries_the_position_of_its_edge_however_late_it_is_known() {
    let mut bench = Bench::new(GateStyle::Pulse, true, false);
    bench.run(300, 2, 1);
    bench.edges.clear();
    // 90 ms later: the belt was at 105 ticks, and is at 150.
    bench.part_at(1, 210, REJECT);
    bench.run(600, 2, 1);
    assert_eq!(bench.edges, [(410, true), (440, false)]);
}

#[test]
fn a_verdict_after_the_belt_was_there_is_late() {
    let mut bench = Bench::new(GateStyle::Pulse, true, false);
    bench.schedule.arm(PartId::FIRST, ms(0), &mut |_| {});
    for at in 1..=100 {
        bench.schedule.tick(ms(at), 1);
    }
    // The gate has not acted yet, but the belt is there.
    bench.now = 103;
    let mut events = std::vec::Vec::new();
    let out = &mut |event| events.push(event);
    bench.schedule.resolve(PartId::FIRST, PASS, ms(102), out);
    bench.advance();
    assert_eq!(bench.outcomes(), [rejected(1, Rejection::NoVerdict)]);
    let by = Duration::from_millis(2);
    let part = PartId::FIRST;
    assert_eq!(events, [Event::Late { part, by }]);
}

#[test]
fn a_movement_behind_the_belt_is_late_and_held_until_the_belt_has_moved_on() {
    let mut bench = Bench::new(GateStyle::Pulse, true, true);
    bench.run(1, 0, 0);
    bench.part(1, REJECT);
    bench.run(90, 1, 1);
    for at in 91..=200 {
        bench.schedule.tick(ms(at), 1);
    }
    // Held up until 200 ms. The part was due at 101 ms.
    bench.now = 200;
    let levels = bench.advance();
    assert!(levels.reject && !levels.ready && levels.fault);
    assert!(bench.reports()[0].late);
    assert_eq!(bench.schedule.late_until(), travel::NEVER);
    bench.run(5_000, 0, 0);
    assert!(!bench.advance().ready, "the belt stands");
    bench.run(5_029, 1, 1);
    assert!(!bench.advance().ready);
    bench.run(5_030, 1, 1);
    let levels = bench.advance();
    assert!(levels.ready && !levels.reject);
}

#[test]
fn after_ready_the_gate_opens_when_the_belt_has_moved_by_the_delay() {
    for style in [GateStyle::Pulse, GateStyle::Divert] {
        let mut bench = Bench::new(style, true, true);
        bench.run(50, 1, 1);
        // The belt runs back by 20 ticks: a part on it may have been 20 ticks further.
        bench.run(70, 1, -1);
        bench.part(1, PASS);
        let events = &mut bench.events;
        let out = &mut |event| events.push(event);
        bench.schedule.set_ready(false, ms(70), out);
        bench.schedule.set_ready(true, ms(70), out);
        let flushed = bench.reports()[0];
        assert_eq!(flushed.outcome, Outcome::Rejected(Rejection::NotReady));
        assert!(!flushed.is_due_known && flushed.due == ms(70));
        bench.part(2, PASS);
        bench.run(10_000, 0, 0);
        assert!(bench.advance().reject, "{style:?}: the belt stands");
        // Part 2 is due at 130 ticks, when parts from before may still be there, until 150.
        bench.run(10_119, 1, 1);
        assert!(bench.advance().reject);
        bench.part(3, PASS);
        let outcomes = bench.outcomes();
        assert_eq!(outcomes[1], rejected(2, Rejection::Overlap), "{style:?}");
        bench.run(10_219, 1, 1);
        assert!(bench.advance().pass, "{style:?}");
        assert_eq!(bench.outcomes()[2], (3, Outcome::Passed));
    }
}

#[test]
fn a_part_that_could_not_be_armed_is_rejected_where_the_belt_brings_it() {
    for pulse_ticks in [false, true] {
        let mut bench = Bench::new(GateStyle::Pulse, true, pulse_ticks);
        bench.run(20, 1, 1);
        bench.edges.clear();
        bench.schedule.hold_for(ms(10), ms(20));
        bench.run(30, 0, 0);
        assert_eq!(bench.edges, [(21, true)], "from now on");
        bench.run(8_000, 0, 0);
        assert_eq!(bench.edges.len(), 1, "the belt stands");
        bench.run(9_000, 1, 1);
        // Due at 110 ticks, 90 ticks later.
        assert_eq!(bench.edges, [(21, true), (8_120, false)]);
    }
}

#[test]
fn a_part_from_before_the_record_is_refused_and_held_for() {
    let mut bench = Bench::new(GateStyle::Pulse, true, false);
    let ticks = 2 * u64::try_from(crate::station::file::RECORD_TICKS).unwrap();
    bench.run(ticks, 1, 1);
    bench.edges.clear();
    bench.part_at(1, 10, PASS);
    assert_eq!(bench.outcomes(), [rejected(1, Rejection::Missed)]);
    bench.run(ticks + 50, 1, 1);
    assert_eq!(bench.edges, [(ticks + 1, true)]);
    bench.run(ticks + 200, 1, 1);
    assert_eq!(bench.edges[1], (ticks + 130, false));
}

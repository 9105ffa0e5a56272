//! What the gate does with commands that make no sense, and with parts that it cannot take: never a pass.

use super::tests::{Bench, FAULT, PASS, REJECT, ms, rejected};
use super::*;

#[test]
fn a_second_verdict_takes_a_pass_back_and_never_gives_one() {
    for (first, second, outcome) in [
        (PASS, PASS, Rejection::ResolvedTwice),
        (PASS, REJECT, Rejection::ResolvedTwice),
        (REJECT, PASS, Rejection::Verdict),
        (FAULT, PASS, Rejection::Verdict),
    ] {
        let mut bench = Bench::ready(GateStyle::Pulse);
        bench.arm(1, 0);
        bench.resolve(1, first, 1);
        bench.resolve(1, second, 2);
        let part = PartId::new(1);
        assert_eq!(bench.events, [Event::Stray { part }]);
        let levels = bench.at(100);
        assert!(levels.reject && levels.fault);
        assert_eq!(bench.outcomes(), [rejected(1, outcome)]);
    }
}

#[test]
fn a_number_that_comes_twice_passes_neither_part() {
    for pass_first in [true, false] {
        let mut bench = Bench::ready(GateStyle::Pulse);
        bench.arm(7, 0);
        if pass_first {
            bench.resolve(7, PASS, 1);
        }
        bench.arm(7, 60);
        bench.resolve(7, PASS, 61);
        let edges = [(100, true), (130, false), (160, true), (190, false)];
        assert_eq!(bench.edges(1_000), edges);
        let twice = rejected(7, Rejection::ArmedTwice);
        assert_eq!(bench.outcomes(), [twice, twice]);
    }
    // Lower than one that is long gone.
    let mut bench = Bench::ready(GateStyle::Pulse);
    bench.arm(7, 0);
    bench.edges(500);
    bench.arm(6, 500);
    bench.resolve(6, PASS, 501);
    assert_eq!(bench.edges(1_000), [(600, true), (630, false)]);
}

#[test]
fn a_part_too_many_is_rejected_at_its_own_time() {
    let mut bench = Bench::ready(GateStyle::Pulse);
    for part in 1..=64 {
        bench.arm(part, part);
        bench.resolve(part, PASS, part);
    }
    for (part, trigger) in [(65, 320), (66, 300), (67, 310)] {
        bench.arm(part, trigger);
    }
    bench.resolve(65, PASS, 301);
    let full = [65, 66, 67].map(|part| rejected(part, Rejection::Full));
    assert_eq!(bench.outcomes(), full, "reported at once");
    assert_eq!(bench.edges(1_000), [(400, true), (450, false)]);
    assert_eq!(bench.schedule.counts().passed, 64);
}

#[test]
fn a_part_that_could_not_be_armed_is_held_from_now_until_it_is_gone() {
    let mut bench = Bench::ready(GateStyle::Divert);
    bench.arm(1, 0);
    bench.resolve(1, PASS, 1);
    bench.schedule.hold_for(ms(20), ms(30));
    assert!(bench.at(30).fault);
    assert!(bench.at(100).reject);
    assert_eq!(bench.edges(1_000), []);
    assert_eq!(bench.outcomes(), [rejected(1, Rejection::Overlap)]);
    bench.arm(2, 51);
    bench.resolve(2, PASS, 52);
    assert_eq!(bench.edges(1_000), [(151, false), (181, true)]);
}

#[test]
fn before_ready_and_after_it_the_gate_is_closed_for_parts_under_way_as_well() {
    for style in [GateStyle::Pulse, GateStyle::Divert] {
        let mut bench = Bench::not_ready(style);
        assert!(bench.at(0).reject && !bench.at(0).ready);
        bench.arm(1, 0);
        bench.resolve(1, PASS, 1);
        bench.set_ready(true, 50);
        bench.arm(2, 40);
        bench.arm(3, 90);
        bench.resolve(3, PASS, 91);
        assert!(bench.at(95).reject, "nobody knows what came before");
        for now in [100, 129] {
            assert!(bench.at(now).reject, "part 1 came before READY");
        }
        bench.set_ready(false, 135);
        assert!(bench.schedule.levels().reject && !bench.schedule.levels().ready);
        bench.set_ready(true, 138);
        for now in [140, 169, 190, 219] {
            assert!(bench.at(now).reject, "{now}: parts 2 and 3 were flushed");
        }
        let outcomes = [1, 2, 3].map(|part| rejected(part, Rejection::NotReady));
        assert_eq!(bench.outcomes(), outcomes);
        assert!(bench.at(237).reject, "nobody knows what came before");
        assert_eq!(bench.at(238).reject, style == GateStyle::Divert);
    }
}

#[test]
fn a_verdict_for_nobody_changes_nothing_but_the_fault_line() {
    let mut bench = Bench::ready(GateStyle::Divert);
    bench.arm(1, 0);
    bench.resolve(2, PASS, 1);
    assert!(bench.at(1).fault && !bench.at(1).alive);
    assert_eq!(bench.edges(1_000), []);
    // Of the parts without a verdict, the last 64 are remembered.
    for part in 2..=66 {
        bench.arm(part, 1_000 + 10 * part);
        bench.edges(1_000 + 10 * part);
    }
    bench.edges(2_000);
    for part in [1, 2, 66, 66] {
        bench.resolve(part, PASS, 2_000);
    }
    let rest = bench.events.split_off(bench.events.len() - 4);
    let number = PartId::new;
    let late = |part, by_ms| Event::Late {
        part: number(part),
        by: Duration::from_millis(by_ms),
    };
    let stray = |part| Event::Stray { part: number(part) };
    assert_eq!(rest, [stray(1), stray(2), late(66, 240), stray(66)]);
    let Counts {
        armed,
        passed,
        rejected,
        waiting,
    } = bench.schedule.counts();
    assert_eq!((armed, passed, rejected, waiting), (66, 0, 66, 0));
}

#[test]
fn a_way_that_was_open_when_the_station_ceased_to_be_ready_does_not_open_again() {
    let mut bench = Bench::ready(GateStyle::Divert);
    bench.arm(1, 0);
    bench.resolve(1, PASS, 1);
    assert!(!bench.at(100).reject);
    bench.set_ready(false, 105);
    assert!(bench.at(105).reject);
    bench.set_ready(true, 110);
    for now in [110, 129, 130] {
        assert!(bench.at(now).reject, "{now}");
    }
}

#[test]
fn a_part_that_nobody_saw_before_ready_is_rejected_and_the_first_one_after_it_is_not() {
    let mut bench = Bench::not_ready(GateStyle::Pulse);
    bench.set_ready(true, 50);
    for part in [1, 2] {
        // The edge of the first was before READY, and heard of after.
        bench.arm(part, 48 + part);
        bench.resolve(part, PASS, 52);
    }
    let levels = bench.at(149);
    assert!(levels.reject && levels.ready && !levels.fault);
    assert_eq!(bench.edges(1_000), [(150, false)]);
    let outcomes = [rejected(1, Rejection::Overlap), (2, Outcome::Passed)];
    assert_eq!(bench.outcomes(), outcomes);
    // It is made ready again, which it was.
    bench.set_ready(true, 1_000);
    assert!(!bench.at(1_000).reject);
}

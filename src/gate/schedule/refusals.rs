//! Commands that are wrong, and parts that the gate cannot take: they never cause a pass.

use super::tests::{Bench, FAULT, PASS, REJECT, ms, rejected};
use super::*;

#[test]
fn a_second_verdict_revokes_a_pass_and_never_gives_one() {
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
fn two_parts_with_one_number_are_both_rejected() {
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
    // A number lower than that of a part long gone.
    let mut bench = Bench::ready(GateStyle::Pulse);
    bench.arm(7, 0);
    bench.edges(500);
    bench.arm(6, 500);
    bench.resolve(6, PASS, 501);
    assert_eq!(bench.edges(1_000), [(600, true), (630, false)]);
}

#[test]
fn a_part_beyond_the_capacity_is_rejected_at_its_own_time() {
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
    assert!(bench.schedule.levels().fault);
    assert_eq!(bench.edges(1_000), [(400, true), (450, false)]);
    assert_eq!(bench.schedule.counts().passed, 64);
}

#[test]
fn for_a_part_that_could_not_be_armed_the_gate_is_held_until_it_is_gone() {
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
fn while_not_ready_the_gate_is_closed_and_parts_under_way_are_flushed() {
    for style in [GateStyle::Pulse, GateStyle::Divert] {
        let mut bench = Bench::not_ready(style);
        assert!(bench.at(0).reject && !bench.at(0).ready);
        bench.arm(1, 0);
        assert!(
            !bench.schedule.levels().fault,
            "the station is only not ready"
        );
        bench.resolve(1, PASS, 1);
        bench.set_ready(true, 50);
        bench.arm(2, 40);
        bench.arm(3, 90);
        bench.resolve(3, PASS, 91);
        assert!(
            bench.at(95).reject,
            "parts from before READY may be under way"
        );
        for now in [100, 129] {
            assert!(bench.at(now).reject, "part 1 was triggered before READY");
        }
        bench.set_ready(false, 135);
        assert!(bench.schedule.levels().reject && !bench.schedule.levels().ready);
        bench.set_ready(true, 138);
        for now in [140, 169, 190, 219] {
            assert!(bench.at(now).reject, "{now}: parts 2 and 3 were flushed");
        }
        let outcomes = [1, 2, 3].map(|part| rejected(part, Rejection::NotReady));
        assert_eq!(bench.outcomes(), outcomes);
        assert!(
            bench.at(237).reject,
            "parts from before READY may be under way"
        );
        assert_eq!(bench.at(238).reject, style == GateStyle::Divert);
    }
}

#[test]
fn a_verdict_for_an_unknown_part_only_sets_the_fault_line() {
    let mut bench = Bench::ready(GateStyle::Divert);
    bench.arm(1, 0);
    bench.resolve(2, PASS, 1);
    assert!(bench.at(1).fault && !bench.at(1).alive);
    assert_eq!(bench.edges(1_000), []);
    // The gate remembers the last 64 parts without a verdict.
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
fn a_pass_cut_short_by_not_ready_does_not_resume() {
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
fn a_part_triggered_before_ready_is_rejected_and_the_first_one_after_it_passes() {
    let mut bench = Bench::not_ready(GateStyle::Pulse);
    bench.set_ready(true, 50);
    for part in [1, 2] {
        // The first edge was before READY, but its trigger reached the gate after it.
        bench.arm(part, 48 + part);
        bench.resolve(part, PASS, 52);
    }
    let levels = bench.at(149);
    assert!(levels.reject && levels.ready && !levels.fault);
    assert_eq!(bench.edges(1_000), [(150, false)]);
    let outcomes = [rejected(1, Rejection::Overlap), (2, Outcome::Passed)];
    assert_eq!(bench.outcomes(), outcomes);
    // Making it ready again while it is ready changes nothing.
    bench.set_ready(true, 1_000);
    assert!(!bench.at(1_000).reject);
}

#[test]
fn a_part_triggered_before_ready_is_rejected_by_a_late_turn_as_well() {
    for style in [GateStyle::Pulse, GateStyle::Divert] {
        let mut bench = Bench::not_ready(style);
        bench.set_ready(true, 50);
        bench.arm(1, 49);
        bench.resolve(1, PASS, 52);
        let late = bench.at(155);
        assert_eq!(bench.outcomes(), [rejected(1, Rejection::Overlap)]);
        assert_eq!(
            (late.reject, late.pass),
            (style == GateStyle::Divert, false)
        );
        // One triggered at READY passes, however late the turn is within the limit.
        let mut bench = Bench::not_ready(style);
        bench.set_ready(true, 50);
        bench.arm(1, 50);
        bench.resolve(1, PASS, 52);
        assert!(bench.at(155).pass);
    }
}

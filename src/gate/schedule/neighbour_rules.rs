//! Movements that come close together, on both sides of each limit. The delay is 100 ms, the pulse
//! 30 ms. Times are in milliseconds.

use super::tests::{Bench, PASS, REJECT, ms, rejected};
use super::*;
use crate::station::file::{AfterPass, OverlapRule};

fn gap(gap_min_ms: u32) -> Neighbours {
    Neighbours {
        gap_min_ms,
        ..Neighbours::default()
    }
}

fn holding(gap_min_ms: u32) -> Neighbours {
    Neighbours {
        after_pass: AfterPass::Hold,
        ..gap(gap_min_ms)
    }
}

fn extending(extend_max_ms: u32) -> Neighbours {
    Neighbours {
        overlap: OverlapRule::Extend,
        extend_max_ms,
        ..Neighbours::default()
    }
}

/// A gate that has opened, with these parts: the trigger's time and the verdict, at once.
fn bench(style: GateStyle, neighbours: Neighbours, parts: &[(u64, Verdict)]) -> Bench {
    let mut bench = Bench::ready_with(style, neighbours);
    bench.at(0);
    for (number, (trigger, verdict)) in (1..).zip(parts) {
        bench.arm(number, *trigger);
        bench.resolve(number, *verdict, *trigger);
    }
    bench
}

#[test]
fn a_pulse_that_follows_within_the_gap_joins_the_one_before() {
    // The first pulse ends at 130. The second begins at 139 or 140.
    for (trigger, joined) in [(39, true), (40, false)] {
        let parts = [(0, REJECT), (trigger, REJECT)];
        let mut bench = bench(GateStyle::Pulse, gap(10), &parts);
        let second = 100 + trigger;
        let edges = if joined {
            vec![(100, true), (second + 30, false)]
        } else {
            let pause = [(130, false), (second, true)];
            [&[(100, true)], &pause[..], &[(second + 30, false)]].concat()
        };
        assert_eq!(bench.edges(1_000), edges);
        assert!(!bench.schedule.levels().fault);
    }
}

#[test]
fn a_good_part_in_a_gap_that_is_too_short_is_rejected() {
    for (third, outcome) in [
        (39, rejected(2, Rejection::Gap)),
        (40, (2, Outcome::Passed)),
    ] {
        let parts = [(0, REJECT), (30, PASS), (third, REJECT)];
        let mut bench = bench(GateStyle::Pulse, gap(10), &parts);
        bench.edges(1_000);
        assert!(bench.outcomes().contains(&outcome), "{third}");
    }
}

#[test]
fn a_part_without_a_verdict_keeps_the_gate_closed_until_its_pass() {
    let mut bench = bench(GateStyle::Pulse, gap(10), &[(0, REJECT)]);
    bench.arm(2, 35);
    bench.edges(130);
    assert!(bench.at(130).reject, "part 2 may be rejected at 135");
    bench.resolve(2, PASS, 132);
    assert!(!bench.at(132).reject);
    assert_eq!(bench.edges(1_000), []);
    assert_eq!(bench.outcomes()[1], (2, Outcome::Passed));
}

#[test]
fn a_hold_that_begins_within_the_gap_keeps_the_gate_closed() {
    let mut bench = bench(GateStyle::Pulse, gap(10), &[(0, REJECT)]);
    // A part that comes again under its number is refused, and its time held: 139 to 169.
    bench.arm(1, 39);
    assert_eq!(bench.edges(1_000), [(100, true), (169, false)]);
}

#[test]
fn a_movement_that_became_known_too_late_is_made_and_is_a_fault() {
    for (armed, fault) in [(139, true), (140, false)] {
        let mut bench = bench(GateStyle::Pulse, gap(10), &[(0, REJECT)]);
        bench.edges(130);
        assert!(!bench.at(armed).reject);
        bench
            .schedule
            .arm_missed(PartId::new(2), ms(armed - 100), &mut |_| {});
        // The missed trigger is a fault of its own.
        bench.schedule.part_fault = false;
        let levels = bench.at(armed);
        assert_eq!((levels.reject, levels.fault), (true, fault), "{armed}");
    }
}

#[test]
fn a_divert_gate_opens_only_after_its_rest() {
    // It closes at 130.
    for (trigger, outcome) in [
        (39, rejected(2, Rejection::Gap)),
        (40, (2, Outcome::Passed)),
    ] {
        let parts = [(0, PASS), (trigger, PASS)];
        let mut bench = bench(GateStyle::Divert, gap(10), &parts);
        bench.edges(1_000);
        assert_eq!(bench.outcomes()[1], outcome);
    }
    // Windows that overlap or touch are one movement, which needs no rest.
    let mut bench = bench(GateStyle::Divert, gap(10), &[(0, PASS), (30, PASS)]);
    assert_eq!(bench.edges(1_000), [(100, false), (160, true)]);
}

#[test]
fn an_extended_movement_has_a_whole_pulse_for_each_part_up_to_the_bound() {
    let three = [(0, REJECT), (20, REJECT), (40, REJECT)];
    for (neighbours, end) in [
        (Neighbours::default(), 170),
        (extending(200), 190),
        (extending(50), 190),
        (extending(49), 189),
    ] {
        let mut bench = bench(GateStyle::Pulse, neighbours, &three);
        assert_eq!(bench.edges(1_000), [(100, true), (end, false)]);
    }
    // A pulse that begins at the end of another one is not during it.
    let parts = [(0, REJECT), (30, REJECT)];
    let mut bench = bench(GateStyle::Pulse, extending(200), &parts);
    assert_eq!(bench.edges(1_000), [(100, true), (160, false)]);
}

#[test]
fn rejects_that_a_late_turn_finds_together_get_a_whole_pulse_each() {
    let parts = [(0, REJECT), (5, REJECT)];
    let mut bench = bench(GateStyle::Pulse, extending(60), &parts);
    bench.at(106);
    assert_eq!(bench.edges(1_000), [(166, false)]);
}

#[test]
fn a_gate_that_holds_its_side_stays_open_until_a_part_needs_it_closed() {
    let parts = [(0, PASS), (200, PASS), (300, REJECT), (400, PASS)];
    let mut bench = bench(GateStyle::Divert, holding(0), &parts);
    let edges = [(100, false), (400, true), (500, false)];
    assert_eq!(bench.edges(1_000), edges);
    let pass = [100, 129, 130].map(|now| {
        let mut bench = self::bench(GateStyle::Divert, holding(0), &parts);
        bench.edges(100);
        bench.at(now).pass
    });
    assert_eq!(pass, [true, true, false], "the pass line shows each part");
}

#[test]
fn a_side_that_is_held_is_given_up_in_any_doubt() {
    // A part without a verdict; one that could not be armed; the station is not ready, even if the
    // gate makes no turn meanwhile.
    for doubt in 0..3 {
        let mut bench = bench(GateStyle::Divert, holding(0), &[(0, PASS)]);
        bench.edges(200);
        assert!(!bench.at(200).reject);
        match doubt {
            0 => bench.arm(2, 200),
            1 => bench.schedule.hold_for(ms(200), ms(200)),
            _ => {
                bench.set_ready(false, 200);
                bench.set_ready(true, 50);
            }
        }
        assert_eq!(bench.at(200).reject, doubt > 0, "{doubt}");
        for now in [300, 330, 900] {
            assert!(bench.at(now).reject, "{doubt}: {now}");
        }
    }
}

#[test]
fn a_gate_that_holds_its_side_changes_it_only_if_it_can_change_back_in_time() {
    // The gate opens at 100 and closes at 150. The third part is due at 200, or 1 ms too soon.
    for (third, fourth, passes) in [
        (99, 300, false),
        (100, 300, true),
        (100, 149, false),
        (100, 150, true),
    ] {
        let parts = [(0, PASS), (50, REJECT), (third, PASS), (fourth, REJECT)];
        let mut bench = bench(GateStyle::Divert, holding(50), &parts);
        bench.edges(1_000);
        let outcome = if passes {
            (3, Outcome::Passed)
        } else {
            rejected(3, Rejection::Gap)
        };
        assert_eq!(bench.outcomes()[2], outcome, "{third} {fourth}");
    }
}

#[test]
fn a_late_turn_ends_the_side_that_was_held_open() {
    // The gate was open for part 2, but another movement may have been due before.
    let parts = [(0, PASS), (200, PASS), (254, PASS), (255, PASS)];
    let mut bench = bench(GateStyle::Divert, holding(0), &parts);
    bench.edges(200);
    let levels = bench.at(325);
    assert!(levels.fault && levels.reject, "25 ms are late");
    assert_eq!(bench.edges(1_000), [(355, false)]);
    let outcomes = [
        (1, Outcome::Passed),
        rejected(2, Rejection::Missed),
        rejected(3, Rejection::Held),
        (4, Outcome::Passed),
    ];
    assert_eq!(bench.outcomes(), outcomes);
}

#[test]
fn lines_that_were_driven_late_end_the_side_that_was_held_open() {
    let mut bench = bench(GateStyle::Divert, holding(0), &[(0, PASS)]);
    bench.edges(200);
    assert!(!bench.at(200).reject);
    bench.schedule.hold_late(ms(203));
    assert!(bench.schedule.levels().reject);
    // Even if the next turn comes only when the hold is over.
    assert!(bench.at(900).reject);
}

#[test]
fn a_gap_begins_and_ends_with_the_hold_after_a_late_movement() {
    // Pulse: the hold lasts from 200 to 230, and the next movement begins at 239 or 240.
    for (trigger, joined) in [(139, true), (140, false)] {
        let mut bench = bench(GateStyle::Pulse, gap(10), &[(trigger, REJECT)]);
        bench.at(200);
        bench.schedule.hold_late(ms(200));
        let end = (trigger + 130, false);
        let pause = [(230, false), (240, true), end];
        let edges: &[_] = if joined { &[end] } else { &pause };
        assert_eq!(bench.edges(1_000), edges);
    }
    // Divert: the hold closes the gate at 120, and a longer gap delays its opening.
    for (trigger, outcome) in [
        (69, rejected(2, Rejection::Gap)),
        (70, (2, Outcome::Passed)),
    ] {
        let parts = [(0, PASS), (trigger, PASS)];
        let mut bench = bench(GateStyle::Divert, gap(50), &parts);
        bench.edges(120);
        assert!(!bench.at(120).reject);
        bench.schedule.hold_late(ms(120));
        assert!(bench.schedule.levels().reject);
        bench.edges(1_000);
        assert_eq!(bench.outcomes()[1], outcome, "{trigger}");
    }
}

#[test]
fn a_hold_after_a_late_movement_waits_for_no_gap() {
    // The gate opens at 130, and its rest would last until 230.
    let mut bench = bench(GateStyle::Pulse, gap(100), &[(0, REJECT)]);
    assert_eq!(bench.edges(140), [(100, true), (130, false)]);
    bench.schedule.hold_late(ms(140));
    let levels = bench.schedule.levels();
    assert!(levels.reject && levels.fault && !levels.ready);
    assert_eq!(bench.edges(1_000), [(170, false)]);
}

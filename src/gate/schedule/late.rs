//! What the gate does after it was held up, and what it does not do.

use super::tests::{Bench, PASS, REJECT, ms, rejected};
use super::*;

/// A part that is due at `due`, with its verdict.
fn part(bench: &mut Bench, number: u64, due: u64, verdict: Verdict) {
    bench.arm(number, due - 100);
    bench.resolve(number, verdict, due - 99);
}

#[test]
fn after_a_late_part_nothing_passes_and_ready_is_off_until_it_is_gone() {
    for style in [GateStyle::Pulse, GateStyle::Divert] {
        for verdict in [REJECT, PASS] {
            let mut bench = Bench::ready(style);
            part(&mut bench, 1, 100, verdict);
            part(&mut bench, 2, 165, PASS);
            part(&mut bench, 3, 180, PASS);
            assert!(bench.at(99).ready);
            // Held up from 99 to 150. Part 1 was due at 100, and may be at the gate until 180.
            let levels = bench.at(150);
            assert!(levels.reject && levels.fault && !levels.ready && !levels.pass);
            assert_eq!(bench.schedule.late_until(), ms(180));
            for now in [165, 179] {
                let levels = bench.at(now);
                assert!(
                    levels.reject && !levels.ready && !levels.pass,
                    "{style:?} {now}"
                );
            }
            let levels = bench.at(180);
            assert!(levels.ready && levels.pass && !levels.reject, "{style:?}");
            let first = match verdict {
                // A part that passes late may have met the gate of another one.
                PASS => rejected(1, Rejection::Missed),
                _ => rejected(1, Rejection::Verdict),
            };
            let second = match (style, verdict) {
                // The pulse for part 1 lasts as long as the hold.
                (_, REJECT) => rejected(2, Rejection::Overlap),
                _ => rejected(2, Rejection::Held),
            };
            let expected = [first, second, (3, Outcome::Passed)];
            assert_eq!(bench.outcomes(), expected, "{style:?}");
            let late = |event: &Event| matches!(event, Event::Report(report) if report.late);
            let late: std::vec::Vec<_> = bench.events.iter().map(late).collect();
            assert_eq!(late, [true, false, false], "{style:?}");
        }
    }
}

#[test]
fn a_gate_that_stayed_open_for_a_passed_part_is_held_when_it_closes() {
    for style in [GateStyle::Pulse, GateStyle::Divert] {
        for (now, held) in [(150, false), (151, true)] {
            let mut bench = Bench::ready(style);
            part(&mut bench, 1, 100, PASS);
            assert!(bench.at(100).pass);
            let levels = bench.at(now);
            assert_eq!(
                (levels.ready, levels.pass),
                (!held, false),
                "{style:?} {now}"
            );
            if held {
                assert!(levels.reject && !bench.at(now + 29).ready, "{style:?}");
                assert!(bench.at(now + 30).ready, "{style:?}");
            }
        }
    }
}

#[test]
fn a_gate_that_opens_late_is_not_held() {
    // The end of a pulse is a movement too, and holding the gate after it would never end.
    let mut bench = Bench::ready(GateStyle::Pulse);
    part(&mut bench, 1, 100, REJECT);
    assert!(bench.at(100).reject);
    let levels = bench.at(400);
    assert!(levels.ready && !levels.reject);
    bench.arm(2, 400);
    bench.at(900);
    assert!(
        bench.at(5_000).ready,
        "nor after the late end of its own hold"
    );
}

#[test]
fn a_held_time_that_begins_late_is_a_late_movement_if_the_gate_was_open() {
    for (style, held) in [(GateStyle::Pulse, true), (GateStyle::Divert, false)] {
        let mut bench = Bench::ready(style);
        bench.at(0);
        // A part without a number, due at 100.
        bench.schedule.hold(Moment::At(ms(100)));
        assert_eq!(bench.at(121).ready, !held, "{style:?}");
    }
}

#[test]
fn a_part_that_is_armed_too_late_is_a_late_movement() {
    // The trigger's thread was held up, not the gate.
    let mut bench = Bench::ready(GateStyle::Pulse);
    assert!(bench.at(490).ready);
    bench.arm(1, 350);
    assert!(!bench.at(491).ready && !bench.at(520).ready && bench.at(521).ready);
}

#[test]
fn a_part_that_cannot_be_armed_and_is_at_an_open_gate_is_a_late_movement() {
    let mut bench = Bench::ready(GateStyle::Pulse);
    part(&mut bench, 1, 300, PASS);
    assert!(bench.at(300).pass && bench.at(330).ready && bench.at(490).ready);
    // It comes again under its number, due at 485, when the gate was open.
    bench.arm(1, 385);
    assert!(!bench.at(491).ready && !bench.at(520).ready && bench.at(521).ready);
}

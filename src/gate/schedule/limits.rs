//! Both sides of each limit: late movements, overlaps and holds.

use super::tests::{Bench, PASS, ms};
use super::*;

#[test]
fn a_movement_at_the_limit_is_in_time_and_a_later_one_is_late() {
    for style in [GateStyle::Pulse, GateStyle::Divert] {
        for (now, late) in [(120, false), (121, true)] {
            let mut bench = Bench::ready(style);
            bench.arm(1, 0);
            bench.resolve(1, PASS, 1);
            let levels = bench.at(now);
            assert_eq!(levels.fault, late, "{style:?}, {now} ms");
            // A late part does not pass, and the gate is held for a pulse.
            assert_eq!(
                (levels.pass, levels.ready),
                (!late, !late),
                "{style:?}, {now} ms"
            );
            assert_eq!(bench.at(now + 29).ready, !late, "{style:?}, {now} ms");
            assert!(bench.at(now + 30).ready, "{style:?}, {now} ms");
        }
    }
}

#[test]
fn parts_overlap_if_they_are_closer_than_the_pulse_and_not_at_its_end() {
    for (trigger, overlap) in [(29, true), (30, false)] {
        let mut bench = Bench::ready(GateStyle::Divert);
        for (part, trigger) in [(1, 0), (2, trigger)] {
            bench.arm(part, trigger);
            bench.resolve(part, PASS, trigger);
        }
        bench.edges(1_000);
        let Some(Event::Report(report)) = bench.events.last() else {
            panic!("no report")
        };
        assert_eq!((report.outcome, report.overlap), (Outcome::Passed, overlap));
    }
}

#[test]
fn a_hold_begins_at_the_due_time_and_ends_before_the_end_of_the_pulse() {
    let mut hold = Hold::default();
    let travel = Travel {
        belt: Belt::none(),
        delay: Length::Time(Duration::from_millis(100)),
        pulse: Length::Time(Duration::from_millis(30)),
    };
    hold.add(Moment::At(ms(100)), &travel, ms(0));
    let held = [99, 100, 129, 130].map(|now| hold.holds(&travel, ms(now)));
    assert_eq!(held, [false, true, true, false]);
    assert!(hold.edges().eq([ms(100), ms(130)].map(Moment::At)));
}

//! Promise: the lines keep the station file's rules for parts that come close together
//! (`docs/gate.md`). The journal says which good part was rejected by one of them.

use crate::site::lines::{PASS, REJECT, Span, micros};
use crate::site::{DELAY, PULSE, Site, pictures, wait_for};
use std::thread;
use std::time::Duration;

/// A line may be driven a little after its time, which shortens the rest that follows.
const TOLERANCE: Duration = Duration::from_millis(100);

/// The times between two movements.
fn rests(spans: &[Span]) -> Vec<Duration> {
    let rest = |pair: &[Span]| {
        let from_us = pair[0].until_us.expect("only the last one has no end");
        Duration::from_micros(pair[1].from_us - from_us)
    };
    spans.windows(2).map(rest).collect()
}

#[test]
fn the_actuator_rests_for_the_gap_and_a_good_part_pays_for_it() {
    const GAP: Duration = Duration::from_millis(400);
    let site = Site::new("gap");
    site.change(&[(
        r#""part_interval_ms": 100,"#,
        r#""part_interval_ms": 400, "gap_min_ms": 400,"#,
    )]);
    let mut station = site.start();
    site.assert_passes("first.png");
    // The good part comes between two bad ones, and the rest between their pulses is half the gap.
    // On a busy machine the three may come further apart, so they come until the rule is needed.
    let mut fed = 1;
    let needed = (0..20).any(|round| {
        for (name, picture, until_next) in [
            ("bad", pictures::bad(), PULSE + GAP / 4),
            ("good", pictures::good(), GAP / 4),
            ("worse", pictures::bad(), Duration::ZERO),
        ] {
            site.feed(&format!("{round}-{name}.png"), &picture);
            thread::sleep(until_next);
        }
        fed += 3;
        let parts = site.wait_parts(fed);
        parts.iter().any(|part| part.gate.reason == "gap")
    });
    assert!(needed, "{:?}", site.parts());
    site.assert_passes("last.png");
    assert_eq!(station.stop(), Some(0));
    for part in site.parts() {
        let good = part.verdict.kind == "PASS";
        assert!(good || part.gate.outcome == "rejected", "{part:?}");
        assert!(good || part.gate.reason == "verdict", "{part:?}");
    }
    let spans = site.timeline().active(REJECT);
    assert!(spans.len() > 2, "{spans:?}");
    // The last movement is that of the stop, which waits for nothing.
    let rests = rests(&spans[..spans.len() - 1]);
    assert!(
        rests.iter().all(|rest| *rest + TOLERANCE >= GAP),
        "{rests:?}"
    );
    let errors = site.errors();
    assert!(
        errors.contains("gate.pulse_ms (400 ms) plus gate.gap_min_ms (400 ms)"),
        "{errors}"
    );
}

#[test]
fn a_divert_gate_holds_its_side_and_the_line_moves_before_the_actuator() {
    const DEAD_TIME: Duration = Duration::from_millis(100);
    let site = Site::new("hold");
    site.change(&[
        (r#""style": "pulse""#, r#""style": "divert""#),
        (
            r#""part_interval_ms": 100,"#,
            r#""part_interval_ms": 400, "after_pass": "hold", "dead_time_ms": 100,"#,
        ),
    ]);
    let mut station = site.start();
    for (name, passes) in [("one.png", 1), ("two.png", 2)] {
        site.assert_passes(name);
        wait_for("the end of the part's time at the gate", || {
            let spans = site.timeline().active(PASS);
            let over = spans.last().is_some_and(|span| span.until_us.is_some());
            (over && spans.len() == passes).then_some(())
        });
        assert!(!site.timeline().is_active_now(REJECT), "{name}");
    }
    site.feed("bad.png", &pictures::bad());
    let bad = site.wait_part("bad.png");
    assert_eq!(bad.gate.outcome, "rejected");
    site.wait_line(REJECT, true);
    site.assert_passes("three.png");
    assert_eq!(station.stop(), Some(0));
    // Closed from the start to the first good part, from the bad one to the next good one, and at
    // the end.
    let spans = site.timeline().active(REJECT);
    assert_eq!(spans.len(), 3, "{spans:?}");
    for part in site.parts() {
        assert_eq!(u64::from(part.gate.due_us), micros(DELAY - DEAD_TIME));
    }
}

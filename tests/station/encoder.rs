//! Promise: with an encoder, parts come to the gate by the belt and not by the clock. A belt that
//! should move and does not is a fault: READY drops, and nothing passes.

use crate::site::inputs::RUN;
use crate::site::lines::now_us;
use crate::site::trigger::Stimulus;
use crate::site::{Site, lines, pictures, wait_for};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// The offset of the encoder's line.
const ENCODER: u32 = 7;

fn tick(inputs: &mut Stimulus, count: i64) {
    for _ in 0..count {
        inputs.set(ENCODER, true);
        inputs.set(ENCODER, false);
    }
}

/// Moves the belt at no more than the 30 ticks a second of the first test.
fn run(inputs: &mut Stimulus, count: i64) {
    for _ in 0..count {
        tick(inputs, 1);
        thread::sleep(Duration::from_millis(34));
    }
}

/// Adds an encoder with these speeds.
fn add_encoder(site: &Site, speeds: &str) {
    let section = format!(
        r#""encoder": {{ "offset": {ENCODER}, "active": "high", "bias": "pull_down", {speeds} }},
  "recipe": {{"#
    );
    site.change(&[(r#""recipe": {"#, &section)]);
}

#[test]
fn the_gate_moves_when_the_belt_is_there_and_waits_while_it_stands() {
    let site = Site::with_trigger("encoder", 4, 1500);
    // 60 ticks take at least 2 s, so the decision comes in time however fast the test is.
    add_encoder(&site, r#""ticks_per_s_max": 30, "ticks_per_s_min": 4"#);
    // The belt may stand: the line that says that it should move is never active.
    site.add_inputs(&[("belt", RUN)]);
    site.change(&[
        (r#""delay_ms": 2000"#, r#""delay_ticks": 60"#),
        (r#""pulse_ms": 400"#, r#""pulse_ticks": 12"#),
    ]);
    let mut station = site.start();
    let mut inputs = Stimulus::open(&site);
    let decided = |count: usize| {
        wait_for("the decision", || {
            let busy = site.timeline().active(lines::BUSY);
            let over = busy.last()?.until_us.is_some();
            (over && busy.len() == count).then_some(())
        });
    };
    run(&mut inputs, 30);
    site.part_with(&mut inputs, 1, "bad.png", &pictures::bad());
    decided(1);
    run(&mut inputs, 20);
    site.part_with(&mut inputs, 2, "good.png", &pictures::good());
    decided(2);
    assert!(site.parts().is_empty(), "both wait for the belt");
    // The gate opens when the belt has moved by the delay since READY, and a part that was at the
    // trigger then is gone. The bad part is due 60 ticks after its edge and is gone 12 ticks later.
    // The good one follows.
    let mut position = 50;
    for (at, active) in [(72, false), (90, true), (102, false)] {
        run(&mut inputs, at - 1 - position);
        position = at;
        let before_us = now_us();
        tick(&mut inputs, 1);
        site.wait_line(lines::REJECT, active);
        let spans = site.timeline().active(lines::REJECT);
        let span = spans.last().unwrap();
        let moved_us = if active {
            Some(span.from_us)
        } else {
            span.until_us
        };
        assert!(
            moved_us.unwrap() >= before_us,
            "{at}: {spans:?} {before_us}"
        );
    }
    run(&mut inputs, 110 - position);
    let parts = site.wait_parts(2);
    let known = |part: &sluice::journal::Part| (part.gate.outcome.to_string(), part.gate.due_ticks);
    let expected = [
        ("rejected".to_owned(), Some(90)),
        ("passed".to_owned(), Some(110)),
    ];
    assert_eq!([known(&parts[0]), known(&parts[1])], expected);
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_belt_that_should_move_and_does_not_stops_ready_until_it_moves() {
    let site = Site::with_trigger("encoder-stands", 4, 1500);
    let speeds = r#""ticks_per_s_max": 20000, "ticks_per_s_min": 4, "watch_ms": 500"#;
    add_encoder(&site, speeds);
    let mut station = site.start();
    let mut inputs = Stimulus::open(&site);
    let moves = AtomicBool::new(true);
    let ends = AtomicBool::new(false);
    let mut encoder = Stimulus::open(&site);
    thread::scope(|scope| {
        let (moves, ends) = (&moves, &ends);
        scope.spawn(move || {
            while !ends.load(Ordering::SeqCst) {
                if moves.load(Ordering::SeqCst) {
                    tick(&mut encoder, 1);
                }
                thread::sleep(Duration::from_millis(5));
            }
        });
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            site.wait_line(lines::READY, true);
            moves.store(false, Ordering::SeqCst);
            site.wait_control("belt_fault station");
            site.wait_line(lines::READY, false);
            site.wait_line(lines::FAULT, true);
            site.wait_line(lines::REJECT, true);
            inputs.part();
            let missed = station.verdict();
            assert!(missed.text.contains("the belt does not move"), "{missed:?}");
            let record = site.control_records().pop().unwrap();
            assert_eq!(record.detail.as_str(), "the belt stands, and should move");
            moves.store(true, Ordering::SeqCst);
            site.wait_control("belt station");
            site.wait_line(lines::READY, true);
        }));
        // A test that fails must end the thread as well.
        ends.store(true, Ordering::SeqCst);
        done.unwrap();
    });
    assert_eq!(station.stop(), Some(0));
    let errors = site.errors();
    assert!(
        errors.contains("the belt moves as it should again"),
        "{errors}"
    );
}

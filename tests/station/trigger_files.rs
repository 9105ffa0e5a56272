//! Promise: with a trigger line, each edge is one part, with the picture that was finished in its
//! time or with none. Whatever the line does, triggers = pass + reject + fault + missed.

use crate::site::trigger::{Counted, Stimulus};
use crate::site::{Site, lines, name, pictures};
use sluice::journal::Part;
use std::thread;
use std::time::Duration;

fn verdict(part: &Part) -> (&str, &str) {
    (&part.verdict.kind, &part.verdict.code)
}

/// Executions before the first part: one for each slot, on a black picture.
const WARM_UP: u32 = 2;

#[test]
fn a_hundred_parts_of_all_kinds_add_up() {
    let site = Site::with_trigger("trigger-hundred", 1, 1500);
    let mut station = site.start();
    let mut trigger = Stimulus::open(&site);
    let contents = [
        pictures::good(),
        pictures::bad(),
        pictures::good(),
        pictures::truncated(),
        pictures::good(),
    ];
    let mut expected = Vec::new();
    for number in 0..100 {
        // Waiting for each verdict keeps any part from being missed.
        let file = format!("{number:03}.png");
        if number % 20 == 19 {
            trigger.part();
            expected.push(("FAULT", String::new()));
        } else {
            let kinds = ["PASS", "REJECT", "PASS", "FAULT", "PASS"];
            site.part_with(&mut trigger, number + 1, &file, &contents[number % 5]);
            expected.push((kinds[number % 5], file));
        }
        let (kind, file) = expected.last().unwrap();
        let printed = station.verdict();
        assert_eq!(printed.kind, *kind, "{printed:?}");
        let shown = if file.is_empty() { "no picture" } else { file };
        assert_eq!(printed.name, shown);
        site.wait_line(lines::READY, true);
    }
    site.wait_parts(100);
    let counted = Counted::at_stop(&mut station);
    counted.assert_adds_up(&site);
    let Counted {
        pass,
        reject,
        fault,
        missed,
        ..
    } = counted;
    assert_eq!((pass, reject, fault, missed), (55, 20, 25, 0));
    let parts = site.triggered();
    assert_eq!(parts.len(), 100);
    for (number, (part, (kind, file))) in (1..).zip(parts.iter().zip(&expected)) {
        assert_eq!(part.part.number(), number);
        assert_eq!((part.verdict.kind.as_str(), &name(part)), (*kind, file));
        let outcome = if *kind == "PASS" {
            "passed"
        } else {
            "rejected"
        };
        // A part that closely follows a rejected one is rejected with it.
        let with_another = part.gate.reason == "overlap";
        assert!(part.gate.outcome == outcome || with_another, "{part:?}");
        if file.is_empty() {
            assert_eq!(verdict(part), ("FAULT", "no_picture"));
            let total = Duration::from_micros(part.times_us.total.into());
            assert!(total >= Duration::from_millis(1500), "{total:?}");
        } else if *kind != "FAULT" {
            // The stages of each inspected part are recorded.
            let times = part.times_us;
            assert!(times.wait > 0 && times.decode > 0, "{part:?}");
            assert!(times.wait + times.decode <= times.total, "{part:?}");
        }
    }
}

#[test]
fn ready_drops_while_busy_and_a_trigger_then_is_missed_and_rejected() {
    let site = Site::with_trigger("trigger-busy", 1, 1500);
    site.be_patient();
    // The first part's execution is slow.
    let fault = format!("aclmdlExecuteAsync:{}:delay_ms=700", WARM_UP + 1);
    let mut station = site.start_faulty(&fault);
    let mut trigger = Stimulus::open(&site);
    site.wait_line(lines::READY, true);
    site.part_with(&mut trigger, 1, "a.png", &pictures::good());
    site.wait_line(lines::READY, false);
    site.wait_line(lines::BUSY, true);
    trigger.part();
    let missed = station.verdict();
    assert!(
        missed.text.contains("trigger while not ready: 1 undecided"),
        "{missed:?}"
    );
    assert_eq!(station.verdict().kind, "PASS");
    site.wait_line(lines::READY, true);
    let parts = site.wait_parts(2);
    assert_eq!(verdict(&parts[0]).0, "PASS");
    assert_eq!(verdict(&parts[1]), ("FAULT", "missed"));
    assert_eq!(parts[1].picture, None);
    assert_eq!(
        (&*parts[1].gate.outcome, &*parts[1].gate.reason),
        ("rejected", "verdict")
    );
    site.wait_line(lines::REJECT, true);
    assert!(
        site.timeline()
            .is_active(lines::REJECT, lines::at_gate_us(&parts[1]))
    );
    let counted = Counted::at_stop(&mut station);
    assert_eq!((counted.triggers, counted.missed, counted.fault), (2, 1, 0));
    counted.assert_adds_up(&site);
}

#[test]
fn triggers_before_ready_are_missed() {
    let site = Site::with_trigger("trigger-early", 4, 1500);
    let station = site.launch(&[(
        "ASCENDCL_CPU_FAULT",
        "aclmdlLoadFromFileWithMem:1:delay_ms=1500",
    )]);
    let mut trigger = Stimulus::open(&site);
    // The FIFO exists before the trigger thread runs. It keeps the edges until then.
    trigger.parts(3);
    for _ in 0..3 {
        let missed = station.verdict();
        assert!(
            missed.text.contains("the station is starting"),
            "{missed:?}"
        );
    }
    let mut station = station;
    station.line("ready:");
    // Missed triggers take no later picture, and the gate opens for none of them.
    site.feed("late.png", &pictures::good());
    let parts = site.wait_parts(4);
    assert!(
        parts[..3]
            .iter()
            .all(|part| verdict(part) == ("FAULT", "missed"))
    );
    assert_eq!(
        (name(&parts[3]).as_str(), &*parts[3].gate.outcome),
        ("late.png", "not_armed")
    );
    let counted = Counted::at_stop(&mut station);
    assert_eq!((counted.missed, counted.pass), (3, 1));
    counted.assert_adds_up(&site);
    assert_eq!(site.timeline().active(lines::PASS), []);
}

#[test]
fn a_picture_without_a_trigger_is_recorded_and_moves_no_line() {
    let site = Site::with_trigger("trigger-stray", 4, 300);
    site.feed("before.png", &pictures::good());
    let mut station = site.start();
    let mut trigger = Stimulus::open(&site);
    site.feed("stray.png", &pictures::bad());
    site.wait_parts(2);
    // A later trigger does not get this picture.
    trigger.part();
    assert_eq!(verdict(&site.wait_parts(3)[2]), ("FAULT", "no_picture"));
    // A picture that comes too late belongs to no part either.
    site.feed("late.png", &pictures::good());
    let parts = site.wait_parts(4);
    let mut names: Vec<_> = parts.iter().map(name).collect();
    names.sort();
    assert_eq!(names, ["", "before.png", "late.png", "stray.png"]);
    for part in &parts {
        let on_line = name(part).is_empty();
        assert_eq!(part.gate.outcome == "not_armed", !on_line, "{part:?}");
    }
    site.wait_line(lines::REJECT, false);
    let counted = Counted::at_stop(&mut station);
    counted.assert_adds_up(&site);
    let timeline = site.timeline();
    assert_eq!(timeline.active(lines::PASS), []);
    // Before READY, for the one part, and at the end.
    assert_eq!(timeline.active(lines::REJECT).len(), 3);
}

#[test]
fn a_picture_that_the_intake_sees_late_does_not_go_to_the_next_part() {
    let site = Site::with_trigger("trigger-late-intake", 4, 600);
    let mut station = site.start();
    let mut trigger = Stimulus::open(&site);
    trigger.part();
    site.wait_line(lines::BUSY, true);
    // The first part's picture is in time. The intake runs only when the picture would fit the
    // second part alone.
    station.without("pairs", || {
        site.feed("first.png", &pictures::good());
        thread::sleep(Duration::from_millis(650));
        trigger.part();
        thread::sleep(Duration::from_millis(100));
    });
    for part in &site.wait_parts(2)[..2] {
        assert_eq!(verdict(part), ("FAULT", "no_picture"), "{part:?}");
        assert_eq!(part.gate.outcome, "rejected");
    }
    let unmatched = &site.wait_parts(3)[2];
    assert_eq!(
        (name(unmatched).as_str(), &*unmatched.gate.outcome),
        ("first.png", "not_armed")
    );
    Counted::at_stop(&mut station).assert_adds_up(&site);
    assert_eq!(site.timeline().active(lines::PASS), []);
}

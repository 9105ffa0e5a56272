//! Promise: with a trigger line, each edge is one part, with the picture that was finished in its time or with none, and
//! all of them add up: triggers = pass + reject + fault + missed, whatever the line does.
#![cfg(feature = "cpu")]

mod station;

use sluice::journal::Part;
use station::trigger::{Counted, Stimulus};
use station::{DELAY, PULSE, Site, lines, name, pictures, wait_for};
use std::time::Duration;
use std::{fs, thread};

/// Executions before the first part: one for each slot, on a black picture.
const WARM_UP: u32 = 2;

fn site(test: &str, undecided_max: u8, pair_max_ms: u32) -> Site {
    let site = Site::new(test);
    site.add_trigger(undecided_max);
    site.pair_within(pair_max_ms);
    site
}

fn verdict(part: &Part) -> (&str, &str) {
    (&part.verdict.kind, &part.verdict.code)
}

/// Waits until the line is active, or is not any more.
fn wait_line(site: &Site, line: lines::Line, active: bool) {
    let what = format!("{line:?} to be active: {active}");
    wait_for(&what, || {
        (site.timeline().is_active_now(line) == active).then_some(())
    });
}

/// A part comes, and when the station knows of it, its picture: never before its edge, whatever else the machine does.
fn part_with(site: &Site, trigger: &mut Stimulus, name: &str, content: &[u8]) {
    trigger.part();
    wait_line(site, lines::BUSY, true);
    site.feed(name, content);
}

#[test]
fn a_hundred_parts_of_every_kind_add_up_to_the_last() {
    let site = site("trigger-hundred", 1, 300);
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
        // Its own verdict is what tells that a part was taken, so that none is missed here.
        let file = format!("{number:03}.png");
        if number % 10 == 9 {
            trigger.part();
            expected.push(("FAULT", String::new()));
        } else {
            let kinds = ["PASS", "REJECT", "PASS", "FAULT", "PASS"];
            part_with(&site, &mut trigger, &file, &contents[number % 5]);
            expected.push((kinds[number % 5], file));
        }
        let (kind, file) = expected.last().unwrap();
        let printed = station.verdict();
        assert_eq!(printed.kind, *kind, "{printed:?}");
        let shown = if file.is_empty() { "no picture" } else { file };
        assert_eq!(printed.name, shown);
        wait_line(&site, lines::READY, true);
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
    assert_eq!((pass, reject, fault, missed), (50, 20, 30, 0));
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
        // A part that follows too close behind one that is rejected is rejected with it.
        let with_another = part.gate.reason == "overlap";
        assert!(part.gate.outcome == outcome || with_another, "{part:?}");
        if file.is_empty() {
            assert_eq!(verdict(part), ("FAULT", "no_picture"));
            let total = Duration::from_micros(part.times_us.total.into());
            assert!(total >= Duration::from_millis(300), "{total:?}");
        }
    }
}

#[test]
fn a_storm_of_edges_is_counted_to_the_last_and_opens_the_way_for_nobody() {
    const STORM: usize = 500;
    let site = site("trigger-storm", 1, 1500);
    let mut station = site.start();
    let mut trigger = Stimulus::open(&site);
    trigger.parts(STORM);
    // The first of them has a picture.
    site.feed("a.png", &pictures::good());
    let counted = wait_for("every trigger in the journal", || {
        let numbered = site.triggered();
        let (unnumbered, _) = site.unnumbered();
        (numbered.len() as u64 + unnumbered >= STORM as u64).then_some((numbered, unnumbered))
    });
    assert_eq!(counted.0.len() as u64 + counted.1, STORM as u64);
    let passed = |part: &&Part| part.verdict.kind == "PASS";
    assert!(counted.0.iter().filter(passed).count() <= 1);
    // They are closer to each other than a movement is long, so no way was open for any of them.
    assert!(counted.0.iter().all(|part| part.gate.outcome == "rejected"));
    assert_eq!(site.timeline().active(lines::PASS), []);
    let errors = site.errors();
    assert!(
        errors.contains("triggers missed that have no number"),
        "{errors}"
    );
    // And then as if nothing had been.
    wait_line(&site, lines::REJECT, false);
    part_with(&site, &mut trigger, "b.png", &pictures::good());
    let parts = wait_for("the part after the storm", || {
        let parts = site.triggered().into_iter();
        parts.clone().find(|part| name(part) == "b.png")
    });
    assert_eq!(parts.gate.outcome, "passed");
    let counted = Counted::at_stop(&mut station);
    // A picture that was seen before its edge is one that nobody triggered.
    let off_line = site.parts().len() - site.triggered().len();
    assert_eq!(counted.triggers, (STORM + 1 + off_line) as u64);
    counted.assert_adds_up(&site);
}

#[test]
fn edges_that_are_lost_count_for_the_parts_that_nobody_saw() {
    const STORM: u32 = 500;
    let site = site("trigger-lost", 1, 1500);
    let mut station = site.start();
    let mut trigger = Stimulus::open(&site);
    wait_line(&site, lines::READY, true);
    // The line keeps the last 256 edges until the trigger thread goes on.
    station.without("trigger", || {
        trigger.parts(usize::try_from(STORM).unwrap());
        thread::sleep(Duration::from_millis(500));
    });
    let (_, lost) = wait_for("the record of the lost edges", || {
        let (unnumbered, lost) = site.unnumbered();
        (site.triggered().len() as u64 + unnumbered == u64::from(STORM))
            .then_some((unnumbered, lost))
    });
    assert_eq!(lost, u64::from(STORM) - 128);
    assert!(
        site.errors()
            .contains("372 of them because edges were lost")
    );
    let counted = Counted::at_stop(&mut station);
    assert_eq!(counted.triggers, u64::from(STORM));
    counted.assert_adds_up(&site);
    let timeline = site.timeline();
    assert_eq!(timeline.active(lines::PASS), []);
    // From the loss until the last of them was gone, in one.
    let held = timeline.active(lines::REJECT)[1];
    assert!(held.length() >= DELAY, "{held:?}");
}

#[test]
fn ready_drops_while_busy_and_what_comes_then_is_missed_and_rejected() {
    let site = site("trigger-busy", 1, 1500);
    // The first part's execution takes its time.
    let fault = format!("aclmdlExecuteAsync:{}:delay_ms=700", WARM_UP + 1);
    let mut station = site.start_faulty(&fault);
    let mut trigger = Stimulus::open(&site);
    wait_line(&site, lines::READY, true);
    part_with(&site, &mut trigger, "a.png", &pictures::good());
    wait_line(&site, lines::READY, false);
    assert!(site.timeline().is_active_now(lines::BUSY));
    trigger.part();
    let missed = station.verdict();
    assert!(
        missed.text.contains("trigger while not ready: 1 undecided"),
        "{missed:?}"
    );
    assert_eq!(station.verdict().kind, "PASS");
    wait_line(&site, lines::READY, true);
    let parts = site.wait_parts(2);
    assert_eq!(verdict(&parts[0]).0, "PASS");
    assert_eq!(verdict(&parts[1]), ("FAULT", "missed"));
    assert_eq!(parts[1].picture, None);
    assert_eq!(
        (&*parts[1].gate.outcome, &*parts[1].gate.reason),
        ("rejected", "verdict")
    );
    wait_line(&site, lines::REJECT, true);
    assert!(
        site.timeline()
            .is_active(lines::REJECT, lines::at_gate_us(&parts[1]))
    );
    let counted = Counted::at_stop(&mut station);
    assert_eq!((counted.triggers, counted.missed, counted.fault), (2, 1, 0));
    counted.assert_adds_up(&site);
}

#[test]
fn what_comes_before_the_station_is_ready_is_missed() {
    let site = site("trigger-early", 4, 1500);
    let station = site.launch(&[(
        "ASCENDCL_CPU_FAULT",
        "aclmdlLoadFromFileWithMem:1:delay_ms=1500",
    )]);
    let mut trigger = Stimulus::open(&site);
    // The FIFO is there before the thread that takes the edges, which keeps them.
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
    // No picture of theirs is another part's, and none opens a way.
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
    let site = site("trigger-stray", 4, 300);
    site.feed("before.png", &pictures::good());
    let mut station = site.start();
    let mut trigger = Stimulus::open(&site);
    site.feed("stray.png", &pictures::bad());
    site.wait_parts(2);
    // A trigger after it does not get it.
    trigger.part();
    assert_eq!(verdict(&site.wait_parts(3)[2]), ("FAULT", "no_picture"));
    // A picture that comes too late is nobody's either.
    site.feed("late.png", &pictures::good());
    let parts = site.wait_parts(4);
    let mut names: Vec<_> = parts.iter().map(name).collect();
    names.sort();
    assert_eq!(names, ["", "before.png", "late.png", "stray.png"]);
    for part in &parts {
        let on_line = name(part).is_empty();
        assert_eq!(part.gate.outcome == "not_armed", !on_line, "{part:?}");
    }
    wait_line(&site, lines::REJECT, false);
    let counted = Counted::at_stop(&mut station);
    counted.assert_adds_up(&site);
    let timeline = site.timeline();
    assert_eq!(timeline.active(lines::PASS), []);
    // At the start until it was ready, for the one part, and at the end.
    assert_eq!(timeline.active(lines::REJECT).len(), 3);
}

#[test]
fn stopped_with_parts_under_way_each_trigger_has_its_record() {
    let site = site("trigger-stop", 8, 1500);
    let fault = format!("aclmdlExecuteAsync:{}:delay_ms=1200", WARM_UP + 1);
    let mut station = site.start_faulty(&fault);
    let mut trigger = Stimulus::open(&site);
    part_with(&site, &mut trigger, "a.png", &pictures::good());
    trigger.parts(4);
    // Time for them to be taken; they wait for pictures.
    thread::sleep(Duration::from_millis(300));
    let counted = Counted::at_stop(&mut station);
    assert_eq!(counted.triggers, 5);
    counted.assert_adds_up(&site);
    let parts = site.triggered();
    assert_eq!(parts.len(), 5);
    assert!(parts.iter().all(|part| part.gate.outcome == "rejected"));
    let stopping = |part: &&Part| part.verdict.code == "stopping";
    assert!(parts.iter().filter(stopping).count() >= 4, "{parts:?}");
    site.timeline().assert_safe();
    assert_eq!(site.timeline().active(lines::PASS), []);
    // The picture whose part was cut off is inspected at the next start, and nothing else is left.
    let left: Vec<_> = parts.iter().filter(stopping).map(name).collect();
    let cut_off = left.iter().filter(|name| !name.is_empty()).count();
    let mut station = site.start();
    site.wait_parts(5 + cut_off);
    assert_eq!(station.stop(), Some(0));
    assert_eq!(site.parts().len(), 5 + cut_off);
}

#[test]
fn without_a_journal_triggers_are_counted_and_written_down_when_there_is_one_again() {
    let site = site("trigger-journal", 4, 1500);
    let mut station = site.start();
    let mut trigger = Stimulus::open(&site);
    let journal = site.path.join("journal");
    fs::remove_dir_all(&journal).unwrap();
    part_with(&site, &mut trigger, "a.png", &pictures::good());
    wait_line(&site, lines::READY, false);
    wait_line(&site, lines::REJECT, true);
    trigger.parts(7);
    thread::sleep(Duration::from_millis(200));
    fs::create_dir(&journal).unwrap();
    let (missed, lost) = wait_for("the record of the missed triggers", || {
        Some(site.unnumbered()).filter(|unnumbered| unnumbered.0 > 0)
    });
    assert_eq!((missed, lost), (7, 0));
    wait_line(&site, lines::READY, true);
    // Their time at the gate is held, whatever the station is then.
    assert_eq!(
        site.timeline().active(lines::PASS).len(),
        1,
        "the one before"
    );
    wait_line(&site, lines::REJECT, false);
    thread::sleep(PULSE);
    let counted = Counted::at_stop(&mut station);
    assert_eq!((counted.triggers, counted.missed), (8, 7));
    counted.assert_adds_up(&site);
}

//! Promise: triggers that cannot be inspected are all counted, and the gate opens for none of them.
//! The reasons are a storm of edges, lost edges, a journal that cannot be written, and a stop.

use crate::site::trigger::{Counted, Stimulus};
use crate::site::{PULSE, Site, lines, name, pictures, wait_for};
use sluice::journal::Part;
use std::time::Duration;
use std::{fs, thread};

/// Executions before the first part: one for each slot, on a black picture.
const WARM_UP: u32 = 2;

#[test]
fn a_storm_of_edges_is_counted_completely_and_never_opens_the_gate() {
    const STORM: usize = 500;
    let site = Site::with_trigger("trigger-storm", 1, 1500);
    let mut station = site.start();
    let mut trigger = Stimulus::open(&site);
    trigger.parts(STORM);
    // The first of them gets a picture.
    site.feed("a.png", &pictures::good());
    let counted = wait_for("every trigger in the journal", || {
        let numbered = site.triggered();
        let (unnumbered, _) = site.unnumbered();
        (numbered.len() as u64 + unnumbered >= STORM as u64).then_some((numbered, unnumbered))
    });
    assert_eq!(counted.0.len() as u64 + counted.1, STORM as u64);
    let passed = |part: &&Part| part.verdict.kind == "PASS";
    assert!(counted.0.iter().filter(passed).count() <= 1);
    // They are closer together than a pulse is long, so the gate opens for none of them.
    assert!(counted.0.iter().all(|part| part.gate.outcome == "rejected"));
    assert_eq!(site.timeline().active(lines::PASS), []);
    site.wait_error("triggers missed that have no number");
    // Afterwards the station works as usual.
    site.wait_line(lines::REJECT, false);
    let nth = site.timeline().active(lines::BUSY).len() + 1;
    site.part_with(&mut trigger, nth, "b.png", &pictures::good());
    let parts = wait_for("the part after the storm", || {
        let parts = site.triggered().into_iter();
        parts.clone().find(|part| name(part) == "b.png")
    });
    assert_eq!(parts.gate.outcome, "passed");
    let counted = Counted::at_stop(&mut station);
    // A picture seen before its edge has no trigger.
    let off_line = site.parts().len() - site.triggered().len();
    assert_eq!(counted.triggers, (STORM + 1 + off_line) as u64);
    counted.assert_adds_up(&site);
}

#[test]
fn lost_edges_count_as_missed_parts() {
    const STORM: usize = 500;
    let site = Site::with_trigger("trigger-lost", 1, 1500);
    let mut station = site.start();
    let mut trigger = Stimulus::open(&site);
    // The gate is open.
    site.wait_line(lines::REJECT, false);
    // The line keeps the last 256 edges until the trigger thread continues.
    station.without("trigger", || {
        trigger.parts(STORM);
        thread::sleep(Duration::from_millis(500));
    });
    let (_, lost) = wait_for("the record of the lost edges", || {
        let (unnumbered, lost) = site.unnumbered();
        (site.triggered().len() as u64 + unnumbered == STORM as u64).then_some((unnumbered, lost))
    });
    assert_eq!(lost, STORM as u64 - 128);
    site.wait_error("372 of them because edges were lost");
    site.wait_line(lines::REJECT, false);
    let counted = Counted::at_stop(&mut station);
    assert_eq!(counted.triggers, STORM as u64);
    counted.assert_adds_up(&site);
    let timeline = site.timeline();
    assert_eq!(timeline.active(lines::PASS), []);
    // Before READY, from the loss until the last lost part is gone, and at the end.
    assert_eq!(timeline.active(lines::REJECT).len(), 3);
    for part in &site.triggered() {
        assert!(timeline.is_active(lines::REJECT, lines::at_gate_us(part)));
    }
}

#[test]
fn a_stop_with_parts_under_way_leaves_a_record_for_each_trigger() {
    let site = Site::with_trigger("trigger-stop", 8, 1500);
    site.be_patient();
    let fault = format!("aclmdlExecuteAsync:{}:delay_ms=1200", WARM_UP + 1);
    let mut station = site.start_faulty(&fault);
    let mut trigger = Stimulus::open(&site);
    site.part_with(&mut trigger, 1, "a.png", &pictures::good());
    trigger.parts(4);
    // By then the parts are taken and wait for pictures.
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
    // The next start inspects the picture whose part was cut short, and nothing else.
    let before = site.parts().len();
    let done = |part: &Part| name(part) == "a.png" && part.verdict.code != "stopping";
    let cut_off = usize::from(!parts.iter().any(done));
    let mut station = site.start();
    site.wait_parts(before + cut_off);
    assert_eq!(station.stop(), Some(0));
    let parts = site.parts();
    assert_eq!(parts.len(), before + cut_off);
    assert_eq!(parts.iter().filter(|part| done(part)).count(), 1);
}

#[test]
fn triggers_counted_without_a_journal_are_recorded_when_it_is_back() {
    let site = Site::with_trigger("trigger-journal", 4, 1500);
    let mut station = site.start();
    let mut trigger = Stimulus::open(&site);
    let journal = site.path.join("journal");
    fs::remove_dir_all(&journal).unwrap();
    site.part_with(&mut trigger, 1, "a.png", &pictures::good());
    site.wait_line(lines::READY, false);
    site.wait_line(lines::REJECT, true);
    trigger.parts(7);
    thread::sleep(Duration::from_millis(200));
    fs::create_dir(&journal).unwrap();
    let (missed, lost) = wait_for("the record of the missed triggers", || {
        Some(site.unnumbered()).filter(|unnumbered| unnumbered.0 > 0)
    });
    assert_eq!((missed, lost), (7, 0));
    site.wait_line(lines::READY, true);
    // Their time at the gate stays closed in every state of the station.
    assert_eq!(
        site.timeline().active(lines::PASS).len(),
        1,
        "the part before"
    );
    site.wait_line(lines::REJECT, false);
    thread::sleep(PULSE);
    let counted = Counted::at_stop(&mut station);
    assert_eq!((counted.triggers, counted.missed), (8, 7));
    counted.assert_adds_up(&site);
}

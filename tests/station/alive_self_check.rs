//! Promise: without parts the station inspects a black picture at intervals. Only a result equal to
//! the first one toggles the alive line. A different result ends the program.

use crate::site::lines::{self, Span};
use crate::site::{Running, Site, pictures, wait_for};
use std::thread;
use std::time::Duration;

/// Executions before the first self-check: one for each slot, and one for the expected result of a
/// black picture.
const WARM_UP: u32 = 3;

/// A fault rule for the nth self-check, counted from 1. No part may run before it.
fn check(number: u32, action: &str) -> String {
    format!("aclmdlExecuteAsync:{}:{action}", WARM_UP + number)
}

fn site(test: &str, self_check_ms: u32) -> Site {
    let site = Site::new(test);
    let with_check = format!(r#""scores": "softmax", "self_check_ms": {self_check_ms}"#);
    site.change(&[(r#""scores": "softmax""#, &with_check)]);
    site
}

/// The times at which the alive line changed.
fn changes_us(site: &Site) -> Vec<u64> {
    let ends = |span: Span| [Some(span.from_us), span.until_us];
    let spans = site.timeline().active(lines::ALIVE).into_iter();
    spans.flat_map(ends).flatten().collect()
}

fn wait_changes(site: &Site, count: usize) {
    wait_for("changes of the alive line", || {
        (changes_us(site).len() >= count).then_some(())
    });
}

#[test]
fn without_parts_only_self_checks_toggle_the_alive_line() {
    let site = site("checks", 200);
    let mut station = site.start();
    wait_changes(&site, 5);
    site.wait_line(lines::REJECT, false);
    assert_eq!(station.stop(), Some(0));
    let timeline = site.timeline();
    for pair in changes_us(&site).windows(2).take(4) {
        // One turn of the gate may be late and the next one on time.
        assert!(pair[1] - pair[0] > 150_000, "{pair:?}");
    }
    // Only READY moved, and the reject line that opens after it.
    for line in [lines::PASS, lines::BUSY] {
        assert_eq!(timeline.active(line), []);
    }
    assert_eq!(timeline.active(lines::READY).len(), 1);
    assert_eq!(timeline.active(lines::REJECT).len(), 2, "start and end");
    assert_eq!(site.parts(), []);
}

#[test]
fn without_self_checks_only_parts_toggle_the_alive_line() {
    let site = Site::new("no-checks");
    let mut station = site.start();
    thread::sleep(Duration::from_millis(1500));
    assert_eq!(changes_us(&site), []);
    site.feed("a.png", &pictures::bad());
    wait_changes(&site, 1);
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_finished_part_replaces_a_self_check() {
    let site = site("parts", 4000);
    let mut station = site.start();
    for number in 1..=6 {
        site.feed(&format!("{number}.png"), &pictures::good());
        assert_eq!(station.verdict().kind, "PASS");
        thread::sleep(Duration::from_millis(1000));
    }
    assert_eq!(
        changes_us(&site).len(),
        6,
        "no self-check within six seconds"
    );
    wait_changes(&site, 7);
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn pictures_without_a_part_on_the_line_also_toggle_the_alive_line() {
    let site = Site::new("backlog");
    site.feed("a.png", &pictures::good());
    site.feed("b.png", &pictures::truncated());
    site.feed("c.png", &pictures::bad());
    let mut station = site.start();
    let parts = site.wait_parts(3);
    assert!(parts.iter().all(|part| part.gate.outcome == "not_armed"));
    wait_changes(&site, 2);
    thread::sleep(Duration::from_millis(200));
    assert_eq!(
        changes_us(&site).len(),
        2,
        "the damaged picture was not inspected"
    );
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_part_that_arrives_during_a_self_check_is_inspected_after_it() {
    let site = site("during", 300);
    let mut station = site.start_faulty(&check(1, "delay_ms=1000"));
    thread::sleep(Duration::from_millis(500));
    site.feed("a.png", &pictures::good());
    assert_eq!(station.verdict().kind, "PASS");
    assert_eq!(site.wait_parts(1)[0].gate.outcome, "passed");
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_late_self_check_does_not_delay_deadlines_and_counts_as_failed() {
    let site = site("late-check", 300);
    let mut station = site.start_faulty(&check(1, "delay_ms=9000"));
    thread::sleep(Duration::from_millis(500));
    site.feed("a.png", &pictures::good());
    let parts = site.wait_parts(1);
    assert_eq!(parts[0].verdict.code, "deadline");
    // The deadline is 1.9 s. The device is free after 9 s.
    assert!(parts[0].times_us.total < 6_000_000, "{parts:?}");
    site.wait_line(lines::FAULT, true);
    assert_eq!(changes_us(&site), []);
    wait_changes(&site, 1);
    assert!(site.errors().contains("self-check: "), "{}", site.errors());
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_failed_self_check_is_a_fault_until_the_next_one_passes() {
    let site = site("error", 300);
    let mut station = site.start_faulty(&check(2, "error=507018"));
    wait_changes(&site, 3);
    assert_eq!(station.stop(), Some(0));
    assert!(site.errors().contains("507018"), "{}", site.errors());
    let faults = site.timeline().active(lines::FAULT);
    // At the start, after the second self-check, and at the end without power.
    assert_eq!(faults.len(), 3, "{faults:?}");
    let alive = changes_us(&site);
    assert!(alive[0] < faults[1].from_us, "{alive:?} {faults:?}");
    let ends = faults[1].until_us.unwrap();
    assert!(
        ends <= alive[1] + 1000 && alive[1] <= ends + 1000,
        "{alive:?} {faults:?}"
    );
}

/// Fails unless the program ends with exit code 5, this reason and safe lines.
fn ends(site: &Site, mut station: Running, reason: &str) {
    assert_eq!(station.wait(), Some(5), "{}", site.errors());
    let errors = site.errors();
    assert!(errors.contains("the device failed for good"), "{errors}");
    assert!(errors.contains(reason), "{errors}");
    let timeline = site.timeline();
    timeline.assert_safe();
    assert!(timeline.is_active_now(lines::REJECT));
}

#[test]
fn a_device_lost_during_a_self_check_ends_the_program() {
    let site = site("lost", 200);
    // The device may fail before the ready line is printed, on a busy machine.
    let fault = check(2, "error=507011");
    let station = site.launch(&[("ASCENDCL_CPU_FAULT", &fault)]);
    ends(&site, station, "self-check: ");
    // The first self-check activated the line, and the end of the program cleared it.
    assert_eq!(site.timeline().active(lines::ALIVE).len(), 1);
}

#[test]
fn a_device_that_hangs_during_a_self_check_ends_the_program() {
    let site = site("hung", 200);
    site.change(&[(r#""timeout_ms": 60000"#, r#""timeout_ms": 2500"#)]);
    // The device may fail before the ready line is printed, on a busy machine.
    let fault = check(2, "hang");
    let station = site.launch(&[("ASCENDCL_CPU_FAULT", &fault)]);
    ends(&site, station, "not done after 2500 ms");
    // The first self-check activated the line, and the end of the program cleared it.
    assert_eq!(site.timeline().active(lines::ALIVE).len(), 1);
}

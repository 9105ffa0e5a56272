//! Promise: a part begins when its picture was finished, however late the station sees it: the gate
//! moves at the part's true time. What is seen or moved too late is recorded as late and is a
//! FAULT. Nothing passes until that part is gone.

use crate::site::lines::{self, Span, micros, now_us};
use crate::site::{DELAY, PULSE, Running, Site, pictures};
use nix::sys::signal::Signal;
use std::thread;
use std::time::Duration;

const STALL: Duration = Duration::from_millis(800);
/// Tolerance of a time: the test, a busy machine, and a tick of the file system's clock.
const SLACK_US: u64 = 150_000;

fn sleep_until(time_us: u64) {
    thread::sleep(Duration::from_micros(time_us.saturating_sub(now_us())));
}

/// The last time in which the line was active.
fn last(site: &Site, line: lines::Line) -> Span {
    *site.timeline().active(line).last().unwrap()
}

#[test]
fn a_bad_part_is_rejected_on_time_although_its_picture_was_seen_late() {
    let site = Site::new("seen-late");
    let mut station = site.start();
    site.assert_passes("a.png");
    let fed_us = station.without("intake", || {
        site.feed("bad.png", &pictures::bad());
        let fed_us = now_us();
        thread::sleep(STALL);
        fed_us
    });
    let part = site.wait_part("bad.png");
    assert_eq!((&*part.verdict.kind, part.gate.late), ("REJECT", false));
    let wait = Duration::from_micros(part.times_us.total.into());
    assert!(
        wait >= STALL - Duration::from_millis(20),
        "since it was finished: {part:?}"
    );
    site.wait_line(lines::REJECT, false);
    let rejected = last(&site, lines::REJECT);
    let due_us = fed_us + micros(DELAY);
    assert!(
        rejected.from_us.abs_diff(due_us) < SLACK_US,
        "{rejected:?} {due_us}"
    );
    let end_us = rejected.until_us.unwrap();
    assert!(
        end_us.abs_diff(due_us + micros(PULSE)) < SLACK_US,
        "{rejected:?} {due_us}"
    );
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_divert_opens_on_time_for_a_good_part_whose_picture_was_seen_late() {
    let site = Site::new("seen-late-divert");
    site.change(&[
        (r#""style": "pulse""#, r#""style": "divert""#),
        (r#""part_interval_ms": 100"#, r#""part_interval_ms": 400"#),
    ]);
    let mut station = site.start();
    site.assert_passes("a.png");
    let fed_us = station.without("intake", || {
        site.feed("good.png", &pictures::good());
        let fed_us = now_us();
        thread::sleep(STALL);
        fed_us
    });
    assert_eq!(site.wait_part("good.png").gate.outcome, "passed");
    site.wait_line(lines::REJECT, true);
    let closed = site.timeline().active(lines::REJECT);
    let [.., before, after] = &closed[..] else {
        panic!("{closed:?}")
    };
    let (opened_us, due_us) = (before.until_us.unwrap(), fed_us + micros(DELAY));
    assert!(opened_us.abs_diff(due_us) < SLACK_US, "{closed:?} {due_us}");
    assert!(
        after.from_us.abs_diff(due_us + micros(PULSE)) < SLACK_US,
        "{closed:?} {due_us}"
    );
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_picture_seen_after_its_part_is_gone_is_a_late_fault_and_closes_the_gate() {
    let site = Site::new("gone");
    let mut station = site.start();
    site.assert_passes("a.png");
    station.without("intake", || {
        site.feed("gone.png", &pictures::bad());
        thread::sleep(DELAY + PULSE + STALL);
    });
    let seen_us = now_us();
    // The gate closes when the station sees the late picture, and the next part finds it closed.
    // The next part's verdict ends the fault, so wait for the fault before.
    site.wait_line(lines::REJECT, true);
    site.wait_line(lines::FAULT, true);
    site.feed("next.png", &pictures::good());
    let late = site.wait_part("gone.png");
    assert_eq!(
        (&*late.verdict.kind, &*late.verdict.code),
        ("FAULT", "late")
    );
    assert_eq!((&*late.gate.outcome, late.gate.late), ("not_armed", true));
    assert!(
        late.verdict.detail.contains("gate.deadline_ms is 1900"),
        "{late:?}"
    );
    let next = site.wait_part("next.png");
    assert_eq!(
        (&*next.verdict.kind, &*next.gate.outcome),
        ("PASS", "rejected")
    );
    site.wait_line(lines::REJECT, false);
    let closed = last(&site, lines::REJECT);
    assert!(closed.from_us < seen_us + SLACK_US, "{closed:?} {seen_us}");
    let gone_us = seen_us + micros(DELAY + PULSE) - 20_000;
    assert!(closed.until_us.unwrap() >= gone_us, "{closed:?} {gone_us}");
    site.assert_passes("c.png");
    assert_counts_late(&mut station, 1);
}

#[test]
fn a_station_suspended_while_a_bad_part_passed_reports_it() {
    suspended_until("stood-still", 600_000);
}

#[test]
fn a_station_suspended_for_longer_than_its_lease_reports_it_too() {
    suspended_until("stood-still-longer", 1_500_000);
}

/// Suspends a station until this time after a bad part was due.
fn suspended_until(test: &str, after_due_us: u64) {
    let site = Site::new(test);
    let mut station = site.start();
    let due_us = until_bad_part_is_near(&site, &station);
    station.signal(Signal::SIGSTOP);
    sleep_until(due_us + after_due_us);
    station.signal(Signal::SIGCONT);
    assert_late(&site, "bad.png", now_us());
    assert_counts_late(&mut station, 1);
}

/// Waits until a bad part is 100 ms before the gate. Returns when it is due.
fn until_bad_part_is_near(site: &Site, station: &Running) -> u64 {
    site.assert_passes("a.png");
    site.feed("bad.png", &pictures::bad());
    let due_us = now_us() + micros(DELAY);
    assert!(station.line("#000002").contains("REJECT"));
    sleep_until(due_us - 100_000);
    due_us
}

#[test]
fn a_gate_that_is_scheduled_late_reports_it() {
    let site = Site::new("gate-late");
    let mut station = site.start();
    let due_us = until_bad_part_is_near(&site, &station);
    station.without("gate", || sleep_until(due_us + 600_000));
    assert_late(&site, "bad.png", now_us());
    assert_counts_late(&mut station, 1);
}

/// Fails unless the part's movement came late, at this time, and closed the gate for a whole pulse.
fn assert_late(site: &Site, file: &str, moved_us: u64) {
    let part = site.wait_part(file);
    assert_eq!(
        (&*part.gate.outcome, part.gate.late),
        ("rejected", true),
        "{part:?}"
    );
    let (due_us, acted_us) = (part.gate.due_us, part.gate.acted_us.unwrap());
    assert!(acted_us > due_us + 390_000, "{part:?}");
    site.wait_line(lines::FAULT, true);
    site.wait_line(lines::REJECT, false);
    let closed = last(site, lines::REJECT);
    assert!(
        closed.from_us.abs_diff(moved_us) < SLACK_US,
        "{closed:?} {moved_us}"
    );
    assert!(
        closed.length() >= PULSE - Duration::from_millis(1),
        "{closed:?}"
    );
    let errors = site.errors();
    assert!(
        errors.contains("later than gate.late_max_ms allows"),
        "{errors}"
    );
    // READY was off from the late movement until its part must have been gone, and came back.
    site.wait_line(lines::READY, true);
    let ready = site.timeline().active(lines::READY);
    let [.., before, after] = &ready[..] else {
        panic!("READY stayed on: {ready:?}")
    };
    let off_us = before.until_us.unwrap();
    assert!(off_us.abs_diff(moved_us) < SLACK_US, "{ready:?} {moved_us}");
    assert!(after.from_us >= off_us + micros(PULSE) - 1_000, "{ready:?}");
}

#[test]
fn a_good_part_that_follows_a_late_one_is_rejected_and_the_one_after_it_passes() {
    let site = Site::new("held");
    site.change(&[
        (r#""late_max_ms": 390"#, r#""late_max_ms": 100"#),
        (r#""pulse_ms": 400"#, r#""pulse_ms": 1500"#),
    ]);
    let mut station = site.start();
    site.assert_passes("a.png");
    site.feed("late.png", &pictures::good());
    let due_us = now_us() + micros(DELAY);
    thread::sleep(Duration::from_millis(900));
    site.feed("held.png", &pictures::good());
    station.line("#000003");
    sleep_until(due_us - 100_000);
    // Part 2 is 400 ms late, and still at the gate. Part 3 is due 500 ms later, while the gate is
    // held for 1500 ms.
    station.without("gate", || sleep_until(due_us + 400_000));
    let late = site.wait_part("late.png");
    assert_eq!(
        (&*late.gate.reason, late.gate.late),
        ("missed", true),
        "{late:?}"
    );
    let held = site.wait_part("held.png");
    assert_eq!(
        (&*held.gate.reason, held.gate.late),
        ("held", false),
        "{held:?}"
    );
    site.wait_line(lines::READY, true);
    site.assert_passes("b.png");
    assert_counts_late(&mut station, 1);
}

#[test]
fn a_station_that_must_stop_after_a_late_movement_stays_not_ready() {
    let site = Site::new("late-stop");
    site.change(&[(
        r#""late_max_ms": 390"#,
        r#""late_max_ms": 390, "after_late": "stop""#,
    )]);
    let mut station = site.start();
    let due_us = until_bad_part_is_near(&site, &station);
    station.without("gate", || sleep_until(due_us + 600_000));
    assert!(site.wait_part("bad.png").gate.late);
    site.wait_line(lines::READY, false);
    site.feed("after.png", &pictures::good());
    let after = site.wait_part("after.png");
    assert_eq!(
        (&*after.verdict.kind, &*after.gate.reason),
        ("PASS", "not_ready")
    );
    let off_us = last(&site, lines::READY).until_us.unwrap();
    sleep_until(off_us + 3 * micros(PULSE));
    let ready = last(&site, lines::READY);
    assert_eq!(ready.until_us, Some(off_us), "READY came back");
    let errors = site.errors();
    assert!(errors.contains("READY stays off"), "{errors}");
    assert_counts_late(&mut station, 1);
}

fn assert_counts_late(station: &mut Running, late: u64) {
    station.signal(Signal::SIGTERM);
    let text = station.line_with(" parts: ");
    assert!(text.contains(&format!("({late} late")), "{text}");
    assert_eq!(station.wait(), Some(0));
}

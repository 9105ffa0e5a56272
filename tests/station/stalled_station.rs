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
    site.wait_line(lines::REJECT, true);
    site.feed("next.png", &pictures::good());
    let late = site.wait_part("gone.png");
    site.wait_line(lines::FAULT, true);
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
    let site = Site::new("stood-still");
    let mut station = site.start();
    site.assert_passes("a.png");
    site.feed("bad.png", &pictures::bad());
    let due_us = now_us() + micros(DELAY);
    assert!(station.line("#000002").contains("REJECT"));
    sleep_until(due_us - 100_000);
    station.signal(Signal::SIGSTOP);
    sleep_until(due_us + 600_000);
    station.signal(Signal::SIGCONT);
    assert_late(&site, "bad.png", now_us());
    assert_counts_late(&mut station, 1);
}

#[test]
fn a_gate_that_is_scheduled_late_reports_it() {
    let site = Site::new("gate-late");
    let mut station = site.start();
    site.assert_passes("a.png");
    site.feed("bad.png", &pictures::bad());
    let due_us = now_us() + micros(DELAY);
    station.line("#000002");
    sleep_until(due_us - 100_000);
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
}

fn assert_counts_late(station: &mut Running, late: u64) {
    station.signal(Signal::SIGTERM);
    let text = station.line_with(" parts: ");
    assert!(text.contains(&format!("({late} late")), "{text}");
    assert_eq!(station.wait(), Some(0));
}

//! Promise: a part that the station did not see, or saw while it could not take it, is rejected
//! like any uninspected part. Such parts were under way at a restart, came while there was no
//! journal, or had file events that the kernel dropped.

use crate::site::lines::{self, Timeline, micros, now_us};
use crate::site::{DELAY, PULSE, Site, name, pictures, wait_for};
use nix::sys::signal::Signal;
use sluice::journal::WallTime;
use std::fs;
use std::thread;
use std::time::Duration;

/// Waits until the part that passed the trigger at this time is gone. Fails unless it was rejected.
fn assert_rejected(site: &Site, trigger_us: u64) {
    let gone_us = trigger_us + micros(DELAY + PULSE);
    thread::sleep(Duration::from_micros(gone_us.saturating_sub(now_us())) + PULSE);
    let timeline: Timeline = site.timeline();
    // For the station the part is at the gate a little later.
    for part_of_pulse in [1, 4, 7] {
        let time_us = trigger_us + micros(DELAY + PULSE / 8 * part_of_pulse);
        assert!(
            timeline.is_active(lines::REJECT, time_us),
            "{part_of_pulse}/8 of its time: {time_us} {:?}",
            timeline.active(lines::REJECT)
        );
    }
}

#[test]
fn a_part_under_way_at_a_kill_is_rejected_after_the_restart() {
    let site = Site::new("killed");
    let mut station = site.start();
    site.feed("a.png", &pictures::good());
    let trigger_us = now_us();
    assert_eq!(station.verdict().kind, "PASS");
    station.kill();
    let mut station = site.start();
    assert_rejected(&site, trigger_us);
    site.assert_passes("b.png");
    assert!(!site.timeline().is_active_now(lines::FAULT));
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_part_whose_picture_arrives_just_before_ready_is_rejected() {
    let site = Site::new("just-before");
    // The station reads the directory only after the slow start of the engine.
    let faults = "aclmdlLoadFromFileWithMem:1:delay_ms=1500";
    let mut station = site.launch(&[("ASCENDCL_CPU_FAULT", faults)]);
    let mut triggers_us = Vec::new();
    wait_for("READY", || {
        let file = format!("{}.png", triggers_us.len());
        site.feed(&file, &pictures::good());
        triggers_us.push(now_us());
        thread::sleep(Duration::from_millis(40));
        let path = site.path.join("lines.csv");
        (path.exists() && site.timeline().is_active_now(lines::READY)).then_some(())
    });
    // READY may have come before the last pictures.
    let last = triggers_us.len() - 8;
    assert_rejected(&site, triggers_us[last]);
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_part_that_arrives_while_there_is_no_journal_is_rejected() {
    let site = Site::new("no-journal");
    let mut station = site.start();
    site.assert_passes("a.png");
    let journal = site.path.join("journal");
    fs::remove_dir_all(&journal).unwrap();
    site.feed("b.png", &pictures::good());
    site.wait_line(lines::READY, false);
    site.feed("c.png", &pictures::good());
    let trigger_us = now_us();
    fs::create_dir(&journal).unwrap();
    site.wait_line(lines::READY, true);
    assert_rejected(&site, trigger_us);
    site.assert_passes("d.png");
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_part_whose_file_events_were_dropped_is_rejected_and_inspected_afterwards() {
    let site = Site::new("overflow");
    let mut station = site.start();
    site.assert_passes("a.png");
    let queue = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap();
    let queue: usize = queue.trim().parse().unwrap();
    // The kernel would merge two equal events in a row.
    let trigger_us = station.without("intake", || {
        for number in 0..queue + 10 {
            fs::write(site.part(["x.txt", "y.txt"][number % 2]), "").unwrap();
        }
        site.feed("b.png", &pictures::good());
        now_us()
    });
    assert_rejected(&site, trigger_us);
    let part = site.wait_part("b.png");
    assert_eq!(
        (&*part.verdict.kind, &*part.gate.outcome),
        ("PASS", "not_armed"),
        "it moves no line"
    );
    let errors = site.errors();
    assert!(errors.contains("fs.inotify.max_queued_events"), "{errors}");
    site.assert_passes("c.png");
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_part_that_arrives_during_the_inspection_of_an_old_picture_keeps_its_time() {
    let site = Site::new("old-picture");
    // The second picture waits for the first.
    for file in ["old-1.png", "old-2.png"] {
        site.feed(file, &pictures::good());
    }
    thread::sleep(Duration::from_millis(1_100));
    // The third execution is that of the first old picture. Each slot ran one earlier.
    let mut station = site.start_faulty("aclmdlExecuteAsync:3:delay_ms=1500");
    thread::sleep(Duration::from_millis(300));
    site.feed("new.png", &pictures::good());
    let fed = WallTime::now();
    let parts = site.wait_parts(3);
    let new = parts.iter().find(|part| name(part) == "new.png").unwrap();
    let late_us = new.time.unix_us().saturating_sub(fed.unix_us());
    assert!(late_us < 700_000, "{late_us} us after it came: {new:?}");
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_stop_closes_the_gate_at_once_even_if_the_device_is_busy() {
    let site = Site::new("stop");
    site.change(&[
        (r#""delay_ms": 2000"#, r#""delay_ms": 12000"#),
        (r#""deadline_ms": 1900"#, r#""deadline_ms": 12000"#),
        (r#""part_interval_ms": 100"#, r#""part_interval_ms": 200"#),
    ]);
    let mut station = site.start_faulty("aclmdlExecuteAsync:3:delay_ms=8000");
    site.feed("a.png", &pictures::good());
    site.wait_line(lines::BUSY, true);
    let asked_us = now_us();
    station.signal(Signal::SIGTERM);
    assert_eq!(station.wait(), Some(0), "{}", site.errors());
    let ready = site.timeline().active(lines::READY);
    let took_us = ready[0].until_us.unwrap().saturating_sub(asked_us);
    assert!(took_us < 3_000_000, "{took_us} us");
}

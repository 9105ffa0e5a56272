//! Promise: pictures that come faster than the station can inspect them do not end it. Each waits
//! in the directory and gets one record, in bounded memory. None of them passes, and later parts
//! are judged as usual.

use crate::site::trigger::{Counted, Stimulus};
use crate::site::{Running, Site, lines, name, pictures};
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// More than all queues hold, and more than one scan of the directory takes.
const BURST: usize = 5_000;

/// Renames `count` pictures into the directory as fast as possible. Every third one is bad.
fn burst(site: &Site, count: usize) {
    let stage = site.path.join("stage");
    fs::create_dir(&stage).unwrap();
    let contents = [pictures::bad(), pictures::good(), pictures::good()];
    let file = |number: usize| format!("burst-{number:05}.png");
    for number in 0..count {
        fs::write(stage.join(file(number)), &contents[number % 3]).unwrap();
    }
    for number in 0..count {
        fs::rename(stage.join(file(number)), site.part(&file(number))).unwrap();
    }
}

fn faster(site: &Site) {
    site.change(&[
        (r#""delay_ms": 2000"#, r#""delay_ms": 700"#),
        (r#""pulse_ms": 400"#, r#""pulse_ms": 100"#),
        (r#""deadline_ms": 1900"#, r#""deadline_ms": 600"#),
        (r#""late_max_ms": 390"#, r#""late_max_ms": 90"#),
        (r#""after": "keep""#, r#""after": "delete""#),
        (r#""sync": true"#, r#""sync": false"#),
    ]);
}

/// The resident memory of the process in KiB.
fn memory_kib(station: &Running) -> usize {
    let status = fs::read_to_string(
        Path::new("/proc")
            .join(station.id().to_string())
            .join("status"),
    );
    let status = status.unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Waits until the journal contains `count` parts. Fails when no part is added for a minute.
fn wait_parts(site: &Site, count: usize) {
    let mut last = (0, Instant::now());
    loop {
        let parts = site.parts().len();
        if parts >= count {
            return;
        }
        if parts > last.0 {
            last = (parts, Instant::now());
        }
        assert!(
            last.1.elapsed() < Duration::from_secs(60),
            "{parts} of {count} parts"
        );
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// Fails unless each picture of the burst has one record, with its own verdict or a fault, and none
/// passed the gate.
fn assert_each_once(site: &Site, count: usize) {
    let mut records: HashMap<String, usize> = HashMap::new();
    for part in site
        .parts()
        .iter()
        .filter(|part| name(part).starts_with("burst-"))
    {
        *records.entry(name(part)).or_default() += 1;
        let number: usize = name(part)[6..11].parse().unwrap();
        let right = if number.is_multiple_of(3) {
            "REJECT"
        } else {
            "PASS"
        };
        let kind = &*part.verdict.kind;
        assert!(kind == right || kind == "FAULT", "{part:?}");
        assert_ne!(&*part.gate.outcome, "passed", "{part:?}");
    }
    assert_eq!(records.len(), count);
    assert!(records.values().all(|records| *records == 1));
}

#[test]
fn after_a_burst_without_a_trigger_the_next_part_passes() {
    for style in ["pulse", "divert"] {
        let site = Site::new(&format!("burst-{style}"));
        faster(&site);
        let to = format!(r#""style": "{style}""#);
        site.change(&[(r#""style": "pulse""#, &to)]);
        let mut station = site.start();
        site.feed("before.png", &pictures::good());
        let part = &site.wait_parts(1)[0];
        assert_eq!(part.gate.outcome, "passed", "{part:?}");
        let before_kib = memory_kib(&station);
        let count = if style == "pulse" { BURST } else { BURST / 10 };
        burst(&site, count);
        // The gate rejects until the burst's parts are gone. It opens while their pictures are
        // still inspected.
        site.wait_line(lines::REJECT, true);
        if style == "pulse" {
            site.wait_line(lines::REJECT, false);
        } else {
            std::thread::sleep(Duration::from_millis(1_500));
        }
        site.feed("after.png", &pictures::good());
        let after = site.wait_part("after.png");
        assert_eq!(after.gate.outcome, "passed", "{after:?}");
        wait_parts(&site, count + 2);
        let more_kib = memory_kib(&station).saturating_sub(before_kib);
        assert!(more_kib < 4_096, "{more_kib} KiB more than before");
        assert_each_once(&site, count);
        let errors = site.errors();
        assert!(
            errors.contains("faster than they can be inspected"),
            "{errors}"
        );
        assert_eq!(station.stop(), Some(0));
    }
}

#[test]
fn after_a_burst_of_pictures_without_a_trigger_triggered_parts_get_their_own() {
    const COUNT: usize = 1_000;
    let site = Site::with_trigger("burst-trigger", 4, 600);
    faster(&site);
    site.change(&[
        (r#""delay_ms": 700"#, r#""delay_ms": 900"#),
        (r#""deadline_ms": 600"#, r#""deadline_ms": 800"#),
    ]);
    let mut station = site.start();
    let mut trigger = Stimulus::open(&site);
    burst(&site, COUNT);
    // Longer than the window, so that no picture of the burst lies in the first part's.
    std::thread::sleep(Duration::from_millis(100));
    for number in 1..=5 {
        site.wait_line(lines::READY, true);
        let bad = number % 2 == 0;
        let content = if bad {
            pictures::bad()
        } else {
            pictures::good()
        };
        site.part_with(
            &mut trigger,
            number,
            &format!("part-{number}.png"),
            &content,
        );
        let part = site.wait_part(&format!("part-{number}.png"));
        let kind = if bad { "REJECT" } else { "PASS" };
        assert_eq!(&*part.verdict.kind, kind, "{part:?}");
        let outcome = if bad { "rejected" } else { "passed" };
        assert_eq!(&*part.gate.outcome, outcome, "{part:?}");
    }
    wait_parts(&site, COUNT + 5);
    assert_each_once(&site, COUNT);
    Counted::at_stop(&mut station).assert_adds_up(&site);
}

#[test]
fn two_pictures_in_the_time_of_one_part_are_a_fault() {
    let site = Site::with_trigger("burst-doubt", 4, 1500);
    let mut station = site.start();
    let mut trigger = Stimulus::open(&site);
    site.part_with(&mut trigger, 1, "a.png", &pictures::good());
    // It is unknown which of the two shows the part, whether it is decided or not.
    site.feed("b.png", &pictures::bad());
    let parts = site.wait_parts(2);
    let on_line = parts.iter().find(|part| part.gate.outcome != "not_armed");
    let part = on_line.unwrap();
    assert_eq!(&*part.gate.outcome, "rejected", "{part:?}");
    let doubted = [("FAULT", "verdict"), ("PASS", "resolved_twice")];
    let seen = (&*part.verdict.kind, &*part.gate.reason);
    assert!(doubted.contains(&seen), "{part:?}");
    site.wait_line(lines::FAULT, true);
    assert_eq!(site.timeline().active(lines::PASS), []);
    Counted::at_stop(&mut station).assert_adds_up(&site);
}

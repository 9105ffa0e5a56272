//! Promise: every picture that arrives gets exactly one journal record, and the lines move as its
//! verdict says, across restarts and with every AscendCL.

use crate::site::library::shared_library;
use crate::site::lines::{self, Timeline, at_gate_us};
use crate::site::{DELAY, PULSE, Running, Site, name, pictures, wait_for};
use nix::sys::signal::Signal;
use sluice::journal::Part;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

/// Fails unless record and timeline agree that the line moved at the part's due time.
fn assert_moved(part: &Part, timeline: &Timeline) {
    let passed = part.verdict.kind == "PASS";
    let outcome = if passed { "passed" } else { "rejected" };
    assert_eq!(part.gate.outcome, outcome, "{part:?}");
    assert_eq!(u128::from(part.gate.due_us), DELAY.as_micros());
    let acted_us = part.gate.acted_us.unwrap();
    assert!(acted_us >= part.gate.due_us, "before its time: {part:?}");
    let middle_us = at_gate_us(part);
    assert_eq!(timeline.is_active(lines::PASS, middle_us), passed);
    assert_eq!(timeline.is_active(lines::REJECT, middle_us), !passed);
}

#[test]
fn each_part_moves_the_line_of_its_verdict_at_its_time() {
    let site = Site::new("one-by-one");
    let mut station = site.start();
    let spots = pictures::with_spots(&[(40, 40, 6), (120, 100, 8)]);
    let fed: [(&str, Vec<u8>, &str); 5] = [
        ("a.png", pictures::good(), "PASS"),
        ("b.png", pictures::bad(), "REJECT"),
        ("c.png", pictures::with_spots(&[(60, 50, 8)]), "PASS"),
        ("d.png", pictures::truncated(), "FAULT"),
        ("e.png", spots, "PASS"),
    ];
    for (index, (name, content, kind)) in fed.iter().enumerate() {
        site.feed(name, content);
        let printed = station.verdict();
        assert_eq!(
            (printed.kind.as_str(), printed.name.as_str()),
            (*kind, *name)
        );
        site.wait_parts(index + 1);
    }
    // One more part, so that the previous part's pulse is over.
    site.feed("f.png", &pictures::good());
    site.wait_parts(fed.len() + 1);

    // The timeline is written after the journal.
    let timeline = wait_for("the last movement", || {
        let timeline = site.timeline();
        (timeline.active(lines::PASS).len() > 3).then_some(timeline)
    });
    let parts = site.parts();
    for (number, (part, fed)) in (1..).zip(parts.iter().zip(&fed)) {
        assert_eq!((part.part.number(), name(part).as_str()), (number, fed.0));
        assert_eq!(part.verdict.kind, fed.2);
        assert!(!part.gate.late);
        assert_moved(part, &timeline);
    }
    // A defect of 100 px, spots of 16 px. A fault has no measurements.
    let blobs: Vec<_> = parts
        .iter()
        .map(|part| (part.blobs.count, part.blobs.largest_px, part.blobs.total_px))
        .collect();
    assert_eq!(
        blobs[..4],
        [(0, 0, 0), (1, 100, 100), (1, 16, 16), (0, 0, 0)]
    );
    assert_eq!(blobs[4], (2, 16, 25));

    // Rejects before READY and for two parts. The gate passed three parts and the last one.
    let rejects = timeline.active(lines::REJECT);
    assert_eq!(rejects.len(), 1 + 2, "{rejects:?}");
    assert!(rejects[1..].iter().all(|span| span.length() >= PULSE));
    let passes = timeline.active(lines::PASS);
    assert_eq!(passes.len(), 3 + 1, "{passes:?}");
    // The gate ends a pulse when it wakes, on a busy machine a little later.
    assert!(passes[..3].iter().all(|span| span.length() < 2 * PULSE));

    assert_eq!(station.stop(), Some(0));
    assert_eq!(
        station.line("6 parts"),
        "6 parts: 4 pass, 1 reject, 1 fault, 0 missed (0 late)"
    );
    site.timeline().assert_safe();
    assert_eq!(site.parts().len(), 6);
}

#[test]
fn parts_that_arrive_all_at_once_are_all_recorded() {
    let site = Site::new("at-once");
    let mut station = site.start();
    for number in 0..12 {
        site.feed(&format!("good-{number:02}.png"), &pictures::good());
    }
    site.wait_parts(12);
    for number in 0..6 {
        site.feed(&format!("bad-{number:02}.png"), &pictures::bad());
    }
    let parts = site.wait_parts(18);
    assert_eq!(station.stop(), Some(0));
    assert_eq!(
        station.line("18 parts"),
        "18 parts: 12 pass, 6 reject, 0 fault, 0 missed (0 late)"
    );
    let numbers: BTreeSet<_> = parts.iter().map(|part| part.part.number()).collect();
    assert_eq!(numbers, (1..=18).collect());
    let names: BTreeSet<_> = parts.iter().map(name).collect();
    assert_eq!(names.len(), 18);
    for part in &parts {
        let good = name(part).starts_with("good");
        let expected = if good {
            ("PASS", "passed")
        } else {
            ("REJECT", "rejected")
        };
        assert_eq!(
            (part.verdict.kind.as_str(), part.gate.outcome.as_str()),
            expected
        );
    }
    assert_eq!(site.parts().len(), 18, "one record each");
}

#[test]
fn the_station_ends_by_itself_after_the_requested_number_of_parts() {
    let site = Site::new("parts");
    let mut command = site.sluice(&["run", "--station", "station.json", "--parts", "2"]);
    let mut station = Running::spawn(&mut command, site.path.join("stderr.txt"));
    station.line("ready:");
    site.feed("a.png", &pictures::good());
    site.feed("b.png", &pictures::good());
    assert_eq!(station.wait(), Some(0));
    assert_eq!(site.parts().len(), 2);
    site.timeline().assert_safe();
}

/// The names in a directory.
fn files(path: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(path).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// Runs a station three times. Pictures come while it runs and while it does not.
fn restarts(after: &str) -> Site {
    let site = Site::new(&format!("restart-{after}"));
    let disposal = match after {
        "move" => r#""after": "move", "move_to": "done""#.to_owned(),
        other => format!(r#""after": "{other}""#),
    };
    site.change(&[
        (r#""after": "keep""#, &disposal),
        (r#""delay_ms": 2000"#, r#""delay_ms": 500"#),
        (r#""deadline_ms": 1900"#, r#""deadline_ms": 500"#),
    ]);
    let mut fed = Vec::new();
    let mut feed = |names: &[&str]| {
        for name in names {
            site.feed(name, &pictures::good());
            fed.push((*name).to_owned());
        }
    };
    feed(&["a.png"]);
    let mut station = site.start();
    feed(&["b.png", "c.png"]);
    site.wait_parts(3);
    assert_eq!(station.stop(), Some(0));
    feed(&["d.png", "e.png"]);
    let mut station = site.start();
    feed(&["f.png"]);
    site.wait_parts(6);
    station.signal(Signal::SIGINT);
    assert_eq!(station.wait(), Some(0));
    // If the third start took an old picture for a new one, it would arrive before this one.
    let mut station = site.start();
    feed(&["g.png"]);
    let parts = site.wait_parts(7);
    assert_eq!(station.stop(), Some(0));

    let numbers: Vec<_> = parts.iter().map(|part| part.part.number()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7]);
    let mut inspected: Vec<_> = parts.iter().map(name).collect();
    inspected.sort();
    assert_eq!(inspected, fed);
    site
}

#[test]
fn nothing_is_inspected_twice_or_skipped_when_pictures_stay() {
    let site = restarts("keep");
    assert_eq!(files(&site.path.join("parts")).len(), 7);
}

#[test]
fn nothing_is_inspected_twice_or_skipped_when_pictures_are_moved() {
    let site = restarts("move");
    assert_eq!(files(&site.path.join("parts")).len(), 0);
    assert_eq!(files(&site.path.join("done")).len(), 7);
}

#[test]
fn nothing_is_inspected_twice_or_skipped_when_pictures_are_deleted() {
    let site = restarts("delete");
    assert_eq!(files(&site.path.join("parts")).len(), 0);
    assert_eq!(files(&site.path.join("done")).len(), 0);
}

/// Results of a station: verdict, number of blobs, largest and total area of each picture, and all
/// masks.
type Findings = (Vec<(String, u32, u32, u32)>, Vec<Vec<u8>>);

/// Runs a station and the evaluation of the same pictures on this AscendCL.
fn findings(
    test: &str,
    library: Option<&Path>,
    variables: &[(&str, &str)],
    place: &str,
) -> Findings {
    let site = Site::new(test);
    if let Some(library) = library {
        fs::copy(library, site.path.join("libascendcl.so")).unwrap();
        site.change(&[(r#""builtin""#, r#""./libascendcl.so""#)]);
    }
    let shown = [
        pictures::good(),
        pictures::bad(),
        pictures::with_spots(&[(30, 30, 7), (101, 90, 9), (20, 130, 20)]),
    ];
    let station = site.launch(variables);
    let ready = station.line("ready:");
    assert!(ready.contains(place), "{ready}");
    for (number, content) in shown.iter().enumerate() {
        site.feed(&format!("{number}.png"), content);
        assert_eq!(station.verdict().name, format!("{number}.png"));
    }
    let parts = site.wait_parts(shown.len());
    let numbers = parts.iter().map(|part| {
        let blobs = part.blobs;
        let kind = part.verdict.kind.as_str().to_owned();
        (kind, blobs.count, blobs.largest_px, blobs.total_px)
    });
    let numbers = numbers.collect();

    // The figures do not matter here.
    let black = pictures::png(pictures::WIDTH, pictures::HEIGHT, |_, _| 0);
    for (number, content) in shown.iter().enumerate() {
        let directory = site.path.join("set").join(number.to_string());
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join("image.png"), content).unwrap();
        fs::write(directory.join("mask.png"), &black).unwrap();
    }
    let arguments = ["eval", "set", "--station", "station.json", "--npy", "out"];
    let mut command = site.sluice(&arguments);
    let output = command.envs(variables.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let mask =
        |number: usize| fs::read(site.path.join(format!("out/{number}_argmax.npy"))).unwrap();
    let masks = (0..shown.len()).map(mask).collect();
    (numbers, masks)
}

#[test]
fn verdicts_and_masks_do_not_depend_on_where_the_model_runs() {
    let device = findings("device", None, &[], "memory shared with the CPU");
    let kinds: Vec<_> = device.0.iter().map(|found| found.0.as_str()).collect();
    assert_eq!(kinds, ["PASS", "REJECT", "REJECT"]);
    assert!(device.1[1].contains(&1) && device.1[0] != device.1[1]);

    let host = [("ASCENDCL_CPU_RUN_MODE", "host")];
    assert!(findings("host", None, &host, "memory of its own") == device);

    let library = shared_library();
    assert!(findings("so", Some(&library), &[], "memory shared with the CPU") == device);
    assert!(findings("so-host", Some(&library), &host, "memory of its own") == device);
}

#[test]
fn a_picture_present_at_the_start_is_recorded_and_moves_no_line() {
    let site = Site::new("backlog");
    site.feed("good.png", &pictures::good());
    // The order of arrival follows the file system's clock, which ticks every few milliseconds.
    thread::sleep(Duration::from_millis(50));
    site.feed("bad.png", &pictures::bad());
    let mut station = site.start();
    let parts = site.wait_parts(2);
    assert_eq!(
        parts
            .iter()
            .map(|part| part.verdict.kind.as_str())
            .collect::<Vec<_>>(),
        ["PASS", "REJECT"]
    );
    assert!(
        parts.iter().all(|part| part.gate.outcome == "not_armed"),
        "{parts:?}"
    );
    thread::sleep(DELAY + PULSE);
    let timeline = site.timeline();
    assert_eq!(timeline.active(lines::PASS).len(), 0);
    assert!(!timeline.is_active_now(lines::REJECT));
    site.feed("live.png", &pictures::good());
    assert_eq!(site.wait_parts(3)[2].gate.outcome, "passed");
    assert_eq!(station.stop(), Some(0));
}

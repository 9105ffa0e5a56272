//! Promise: whatever fails, the part is a FAULT that the journal explains. It is rejected at its
//! due time, and later parts are inspected as usual.

use crate::site::lines::{self, Timeline, at_gate_us};
use crate::site::{PULSE, Site, name, pictures};
use sluice::journal::{Part, Sha256};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::{fs, thread};

/// Executions before the first part: one for each slot, on a black picture.
const WARM_UP: u32 = 2;

/// A fault rule for the execution of the nth part, counted from 1. All earlier parts must be
/// executed.
fn execution_of(part: u32, action: &str) -> String {
    format!("aclmdlExecuteAsync:{}:{action}", WARM_UP + part)
}

/// The hash of a part's picture.
fn sha256(part: &Part) -> Option<Sha256> {
    part.picture.as_ref()?.sha256
}

/// Fails unless the part is a fault with this cause, the journal says why, and the reject line is
/// active at its due time.
fn assert_fault(part: &Part, timeline: &Timeline, cause: &str, detail: &str) {
    let verdict = &part.verdict;
    assert_eq!(
        (verdict.kind.as_str(), verdict.code.as_str()),
        ("FAULT", cause)
    );
    assert!(
        verdict.detail.contains(detail),
        "\"{}\" in {part:?}",
        detail
    );
    assert_eq!(part.gate.outcome, "rejected", "{part:?}");
    let middle_us = at_gate_us(part);
    assert!(timeline.is_active(lines::REJECT, middle_us), "{part:?}");
    assert!(!timeline.is_active(lines::PASS, middle_us), "{part:?}");
}

#[test]
fn a_file_that_is_not_a_valid_picture_is_a_fault() {
    let site = Site::new("pictures");
    let mut station = site.start();
    let faults: [(&str, Vec<u8>, &str); 4] = [
        (
            "truncated.png",
            pictures::truncated(),
            "before the picture does",
        ),
        (
            "text.png",
            b"This is no picture.\n".repeat(50),
            "no picture that is known",
        ),
        ("small.png", pictures::small(), "100x100"),
        ("empty.png", Vec::new(), "the file is empty"),
    ];
    for (name, content, _) in &faults {
        site.feed(name, content);
        let count = site.parts().len();
        assert_eq!(station.verdict().name, *name);
        site.wait_parts(count + 1);
        site.feed_good(&format!("good-{name}"));
        assert_eq!(station.verdict().kind, "PASS");
    }
    let (parts, timeline) = (site.parts(), site.timeline());
    assert_eq!(parts.len(), 2 * faults.len());
    for ((fed, _, detail), parts) in faults.iter().zip(parts.chunks(2)) {
        assert_eq!(name(&parts[0]), *fed);
        assert_fault(&parts[0], &timeline, "picture", detail);
        assert!(sha256(&parts[0]).is_some(), "what was there is named");
    }
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_picture_deleted_before_it_is_read_is_a_fault() {
    let site = Site::new("vanished");
    site.change(&[
        (r#""slots": 2"#, r#""slots": 1"#),
        (r#""delay_ms": 2000"#, r#""delay_ms": 8000"#),
        (r#""deadline_ms": 1900"#, r#""deadline_ms": 8000"#),
        (r#""part_interval_ms": 100"#, r#""part_interval_ms": 200"#),
    ]);
    // The only slot is busy while the second picture waits for it.
    let mut station = site.start_faulty("aclmdlExecuteAsync:2:delay_ms=4000");
    site.feed("a.png", &pictures::good());
    site.feed("b.png", &pictures::good());
    thread::sleep(Duration::from_millis(1500));
    fs::remove_file(site.part("b.png")).unwrap();
    assert_eq!(
        (station.verdict().kind, station.verdict().kind),
        ("PASS".into(), "FAULT".into())
    );
    site.wait_parts(2);
    let parts = site.feed_good("c.png");
    assert_eq!(name(&parts[1]), "b.png");
    assert_fault(&parts[1], &site.timeline(), "file", "");
    assert!(!parts[1].verdict.detail.is_empty());
    assert_eq!(sha256(&parts[1]), None);
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_late_device_does_not_delay_the_deadlines_of_other_parts() {
    let site = Site::new("late-device");
    let mut station = site.start_faulty(&execution_of(1, "delay_ms=9000"));
    site.feed("a.png", &pictures::good());
    thread::sleep(2 * PULSE);
    site.feed("b.png", &pictures::good());
    let parts = site.wait_parts(2);
    for part in &parts {
        assert_eq!(
            (part.verdict.kind.as_str(), part.verdict.code.as_str()),
            ("FAULT", "deadline"),
            "{part:?}"
        );
        // The deadline is 1.9 s. The device returns the slot after 9 s.
        assert!(part.times_us.total < 6_000_000, "{part:?}");
    }
    // The device still works on a slot.
    assert_eq!(station.stop_with_leaks(), Some(0));
}

#[test]
fn a_device_error_faults_only_its_part() {
    let site = Site::new("device-error");
    let mut station = site.start_faulty(&execution_of(2, "error=507018"));
    site.feed_good("a.png");
    site.feed("b.png", &pictures::good());
    site.wait_parts(2);
    let parts = site.feed_good("c.png");
    assert_fault(&parts[1], &site.timeline(), "engine", "507018");
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_late_device_causes_a_fault_at_the_deadline() {
    let site = Site::new("late");
    let mut station = site.start_faulty(&execution_of(2, "delay_ms=5000"));
    site.feed_good("a.png");
    // The second part waits for the device longer than its deadline.
    site.feed("b.png", &pictures::good());
    site.feed("c.png", &pictures::good());
    site.wait_parts(3);
    // By then the device is free again, long before it would count as hung.
    thread::sleep(Duration::from_millis(4000));
    let parts = site.feed_good("d.png");
    let timeline = site.timeline();
    for (part, detail) in parts[1..3]
        .iter()
        .zip(["the device was not", "no decision"])
    {
        assert_fault(part, &timeline, "deadline", detail);
        assert!(part.verdict.detail.ends_with("within 1900 ms"), "{part:?}");
    }
    let total_us = parts[1].times_us.total;
    assert!((1_900_000..4_500_000).contains(&total_us), "{total_us} us");
    assert_eq!(station.stop(), Some(0));
}

/// A lost device ends the program with exit code 5, safe lines and the part's record.
fn lost(test: &str, faults: &str, cause: &str, detail: &str, message: &str) {
    let site = Site::new(test);
    site.change(&[(r#""timeout_ms": 60000"#, r#""timeout_ms": 2500"#)]);
    let mut station = site.start_faulty(faults);
    site.feed_good("a.png");
    site.feed("b.png", &pictures::good());
    assert_eq!(station.wait(), Some(5), "{}", site.errors());
    let errors = site.errors();
    assert!(errors.contains("the device failed for good"), "{errors}");
    assert!(errors.contains(message), "{errors}");
    let parts = site.parts();
    assert_eq!(parts.len(), 2);
    let verdict = &parts[1].verdict;
    assert_eq!(
        (verdict.kind.as_str(), verdict.code.as_str()),
        ("FAULT", cause)
    );
    assert!(verdict.detail.contains(detail), "{parts:?}");
    assert_eq!(parts[1].gate.outcome, "rejected");
    let timeline = site.timeline();
    timeline.assert_safe();
    // Without power the reject line is active. So it is active at the part's due time, whether the
    // program still runs or not.
    assert!(timeline.is_active_now(lines::REJECT));
    assert!(timeline.is_active(lines::REJECT, at_gate_us(&parts[1])));
    assert_eq!(timeline.active(lines::PASS).len(), 1, "the good part's");

    let mut station = site.start();
    site.feed_good("c.png");
    assert_eq!(station.stop(), Some(0));
    assert_eq!(site.parts().len(), 3, "the part of the lost device is done");
}

#[test]
fn a_device_that_hangs_ends_the_program() {
    let faults = execution_of(2, "hang");
    lost(
        "hung",
        &faults,
        "deadline",
        "1900 ms",
        "not done after 2500 ms",
    );
}

#[test]
fn a_lost_device_ends_the_program() {
    let faults = execution_of(2, "error=507011");
    lost("fatal", &faults, "engine", "507011", "507011");
}

/// A model with a meaningless output where the picture is bright.
fn meaningless(model: &str, changes: &[(&str, &str)], cause: &str, detail: &str) {
    let site = Site::new(model);
    site.change(&[("parts.onnx", model)]);
    site.change(changes);
    let mut station = site.start();
    site.feed_good("a.png");
    site.feed("b.png", &pictures::bad());
    site.wait_parts(2);
    let parts = site.feed_good("c.png");
    assert_fault(&parts[1], &site.timeline(), cause, detail);
    assert_eq!(parts[1].blobs.count, 0);
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn scores_of_nan_are_a_fault() {
    // The engine reports it for this execution. The device continues.
    meaningless("wild.onnx", &[], "engine", "207017");
}

#[test]
fn an_unknown_class_is_a_fault() {
    meaningless(
        "stray.onnx",
        &[(r#""scores": "softmax""#, r#""scores": """#)],
        "output",
        "12",
    );
}

#[test]
fn only_builds_for_tests_have_faults_on_demand() {
    let tree = |edges: &str| {
        let output = Command::new(env!("CARGO"))
            .args(["tree", "--package", "sluice", "--edges", edges])
            .args(["--prefix", "none", "--format", "{p}|{f}", "--offline"])
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        // Without the package's path, which could contain any name.
        let mut lines = text.lines().filter_map(|line| line.split_once('|'));
        let found = lines.find(|(package, _)| package.starts_with("ascendcl-cpu v"));
        found.unwrap().1.to_owned()
    };
    assert!(!tree("no-dev").contains("faults"), "{}", tree("no-dev"));
    assert!(tree("all").contains("faults"), "{}", tree("all"));
}

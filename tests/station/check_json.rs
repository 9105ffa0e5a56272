//! Promise: `sluice check --json` gives every finding with level, key, line, value, range and
//! advice.

use crate::site::{Site, said};
use sluice::draft::{Content, Node};

const CHECK: [&str; 3] = ["check", "--station", "station.json"];
const JSON: [&str; 4] = ["check", "--json", "--station", "station.json"];

/// The lines of the output, and the exit code.
fn rows(site: &Site) -> (Vec<Node>, Option<i32>) {
    let output = site.output(&JSON);
    let text = String::from_utf8(output.stdout).unwrap();
    let rows = text.lines().map(|line| Node::read(line).unwrap());
    (rows.collect(), output.status.code())
}

fn text<'a>(row: &'a Node, name: &str) -> &'a str {
    row.member(name).and_then(Node::text).unwrap_or_default()
}

fn row<'a>(rows: &'a [Node], key: &str) -> &'a Node {
    let found = rows.iter().find(|row| text(row, "key") == key);
    found.unwrap_or_else(|| panic!("{key} in {rows:#?}"))
}

#[test]
fn the_findings_are_those_of_the_terminal() {
    let site = Site::new("check-json");
    let (rows, code) = rows(&site);
    assert_eq!(code, Some(0));
    let (summary, rows) = rows.split_last().unwrap();
    let plain = said(&site.output(&CHECK));
    let listed = plain.lines().filter(|line| {
        ["ok  ", "warn", "WRONG"]
            .iter()
            .any(|level| line.starts_with(level))
    });
    assert_eq!(rows.len(), listed.count(), "{plain}");
    for (level, word) in [("ok", "ok"), ("warning", "warnings"), ("error", "errors")] {
        let count = rows
            .iter()
            .filter(|row| text(row, "level") == level)
            .count()
            .to_string();
        let counts = summary.member("summary").unwrap();
        assert_eq!(counts.member(level).unwrap().number(), Some(count.as_str()));
        assert!(plain.contains(&format!("{count} {word}")), "{plain}");
    }
    // What a station has, and what it does without.
    for (key, words) in [
        ("journal.directory", "not there yet"),
        ("trigger", "not given"),
        ("watchdog", "not given"),
        ("history", "not given"),
    ] {
        let row = row(rows, key);
        assert!(text(row, "text").contains(words), "{row:?}");
    }
    let about = |words: &str| rows.iter().any(|row| text(row, "text").contains(words));
    for words in [
        "clock: 20",
        "user: ",
        "disk of journal.directory journal: ",
        "MiB free",
    ] {
        assert!(about(words), "{words} in {rows:#?}");
    }
}

#[test]
fn an_error_has_its_key_line_value_range_and_advice() {
    let site = Site::new("check-json-wrong");
    site.change(&[(
        r#""width": 64, "height": 64"#,
        r#""width": 32, "height": 64"#,
    )]);
    let (rows, code) = rows(&site);
    assert_eq!(code, Some(1));
    let row = row(&rows, "image.size.width");
    assert_eq!(text(row, "level"), "error");
    assert_eq!(row.member("line").unwrap().number(), Some("17"));
    assert_eq!(row.member("value").unwrap().number(), Some("32"));
    assert_eq!(text(row, "allowed"), "a whole number from 1 to 4096");
    assert!(
        text(row, "fix").starts_with("set it to 64, or export"),
        "{row:?}"
    );
}

/// Each of these mistakes has a message that says what to do.
#[test]
fn what_must_be_fixed_says_how() {
    for (old, new, key) in [
        (
            r#""path": "parts""#,
            r#""path": "nowhere""#,
            "source.directory.path",
        ),
        (r#""argmax""#, r#""classes""#, "engine.mask"),
        (r#""class": 1"#, r#""class": 2"#, "engine.scores"),
        (
            r#""order": "bgr""#,
            r#""order": "bgr", "frame": { "width": 9, "height": 9 }"#,
            "image.roi",
        ),
    ] {
        let site = Site::new("check-json-fix");
        site.change(&[(old, new)]);
        let (rows, code) = rows(&site);
        assert_ne!(code, Some(0));
        let row = row(&rows, key);
        assert_eq!(text(row, "level"), "error", "{row:?}");
        assert!(!text(row, "fix").is_empty(), "{row:?}");
    }
}

/// The system's words say nothing about what to do. Devices that are not there are such errors.
#[test]
fn what_the_system_refuses_says_how_to_mend_it() {
    let site = Site::new("check-json-system");
    site.add_trigger(4);
    site.add_camera();
    site.change(&[
        (r#""device": "simulated""#, r#""device": "/dev/no-camera""#),
        (
            r#""offset": 9, "#,
            r#""chip": "/dev/no-chip", "offset": 9, "#,
        ),
        (
            r#""journal": {"#,
            r#""watchdog": { "device": "/dev/no-watchdog", "timeout_s": 9 }, "journal": {"#,
        ),
        (
            r#""model": "parts.onnx""#,
            r#""self_check_ms": 1000, "model": "no.onnx""#,
        ),
    ]);
    let (rows, code) = rows(&site);
    assert_eq!(code, Some(1));
    for (key, fix) in [
        ("source.camera", "check the cable"),
        ("trigger", "name a chip"),
        ("watchdog.device", "load the driver"),
        ("engine.model", "check its path"),
    ] {
        let row = row(&rows, key);
        assert_eq!(text(row, "level"), "error", "{row:?}");
        assert!(text(row, "fix").starts_with(fix), "{row:?}");
        assert!(!text(row, "allowed").is_empty(), "{row:?}");
    }
    for row in &rows {
        if ["warning", "error"].contains(&text(row, "level")) {
            // A part of the text, and not all of it.
            let (whole, fix) = (text(row, "text"), text(row, "fix"));
            assert!(
                !fix.is_empty() && whole.ends_with(fix) && whole != fix,
                "{row:?}"
            );
        }
    }
}

#[test]
fn a_file_that_cannot_be_used_is_reported_in_the_same_form() {
    let site = Site::new("check-json-file");
    site.change(&[(r#""pulse_ms": 400"#, r#""pulse_ms": 0"#)]);
    let (rows, code) = rows(&site);
    assert_eq!(code, Some(3));
    let row = row(&rows, "gate.pulse_ms");
    assert_eq!(row.member("value").unwrap().number(), Some("0"));
    assert_eq!(text(row, "allowed"), "a whole number from 1 to 60000");
    let line = row.member("line").unwrap();
    assert_eq!(line.number(), Some("36"));
    let errors = |row: &Node| {
        let summary = row.member("summary").unwrap();
        summary
            .member("error")
            .unwrap()
            .number()
            .unwrap()
            .to_owned()
    };
    assert_eq!(errors(rows.last().unwrap()), "1");

    let output = site.output(&["check", "--json", "--station", "none.json"]);
    assert_eq!(output.status.code(), Some(3));
    let printed = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<_> = printed
        .lines()
        .map(|line| Node::read(line).unwrap())
        .collect();
    let [row, summary] = &rows[..] else {
        panic!("{rows:?}");
    };
    assert_eq!(row.member("key").unwrap().content, Content::Null);
    assert!(text(row, "text").contains("none.json"), "{row:?}");
    assert!(!text(row, "fix").is_empty(), "{row:?}");
    assert_eq!(errors(summary), "1");
}

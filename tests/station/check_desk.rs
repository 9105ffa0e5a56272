//! Promise: `sluice check --desk` checks a station's file on another computer: what only the
//! station's computer can show is listed as not checked, and the rest decides the exit code.

use crate::site::{Site, said};
use sluice::draft::{Node, TEMPLATES};

const DESK: [&str; 4] = ["check", "--desk", "--station", "station.json"];

fn text<'a>(row: &'a Node, name: &str) -> &'a str {
    row.member(name).and_then(Node::text).unwrap_or_default()
}

/// A station whose lines, camera, display and watchdog no computer has.
fn with_devices(test: &str) -> Site {
    let site = Site::new(test);
    site.change(&[
        (
            r#"{ "kind": "none" }"#,
            r#"{ "kind": "ssd1306", "device": "/dev/no-display" }, "watchdog": { "device": "/dev/no-watchdog", "timeout_s": 10 }"#,
        ),
        (
            r#""timeout_ms": 60000"#,
            r#""timeout_ms": 60000, "self_check_ms": 1000"#,
        ),
        (r#""chip": "simulated""#, r#""chip": "/dev/no-chip""#),
    ]);
    site
}

#[test]
fn devices_are_listed_as_not_checked_and_the_model_is_checked() {
    let site = with_devices("desk");
    let output = site.output(&DESK);
    let plain = said(&output);
    assert_eq!(output.status.code(), Some(0), "{plain}");
    for words in [
        "later  lines.reject /dev/no-chip 0: not checked on this computer",
        "later  display.device /dev/no-display: not checked",
        "later  watchdog.device /dev/no-watchdog: not checked",
        "later  journal.directory journal: not checked",
        "later  computer: clock, user, rights, disks",
        "later  engine: times of the models and bandwidth",
        "ok     engine.model: computed by unet-executor",
        "ok     stalls: ",
    ] {
        assert!(plain.contains(words), "{words} in {plain}");
    }
    let last = plain.lines().last().unwrap();
    let count = plain
        .lines()
        .filter(|line| line.starts_with("later"))
        .count();
    let expected =
        format!("{count} not checked here: check the file on the station's computer too");
    assert!(last.starts_with(&expected), "{plain}");

    // For programs.
    let output = site.output(&[&DESK[..], &["--json"]].concat());
    assert_eq!(output.status.code(), Some(0));
    let json = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<_> = json.lines().map(|line| Node::read(line).unwrap()).collect();
    let (summary, rows) = rows.split_last().unwrap();
    let unchecked = rows.iter().filter(|row| text(row, "level") == "unchecked");
    let counts = summary.member("summary").unwrap();
    let counted = counts.member("unchecked").unwrap().number().unwrap();
    assert_eq!(counted, unchecked.count().to_string());
    let line = rows.iter().find(|row| text(row, "key") == "lines.reject");
    assert_eq!(text(line.unwrap(), "level"), "unchecked");

    // Without the option they are errors, and one warning names the option.
    let without = ["check", "--station", "station.json"];
    site.assert_says(
        &without,
        1,
        &[
            "WRONG  lines.reject: /dev/no-chip is not there",
            "WRONG  watchdog.device /dev/no-watchdog",
            "warn   devices: this computer has none of /dev/no-chip, /dev/no-display, /dev/no-watchdog; use `sluice check --desk`",
        ],
    );
}

#[test]
fn what_the_file_or_the_model_has_wrong_stays_wrong() {
    for (old, new, code, words) in [
        (
            r#""width": 64, "height": 64"#,
            r#""width": 32, "height": 64"#,
            1,
            "WRONG  image.size.width",
        ),
        ("\"pulse_ms\": 400", "\"pulse_ms\": 0", 3, "gate.pulse_ms"),
    ] {
        let site = with_devices("desk-wrong");
        site.change(&[(old, new)]);
        site.assert_says(&DESK, code, &[words]);
    }
    // A model that is not here is not checked, and said so.
    let site = with_devices("desk-no-model");
    site.change(&[("parts.onnx", "/etc/sluice/none.onnx")]);
    let words = "later  engine.model /etc/sluice/none.onnx: not checked on this computer";
    site.assert_says(&DESK, 0, &[words]);
}

/// The desk may be slower than the station, and its times are not those of the station.
#[test]
fn the_speed_of_the_desk_decides_nothing() {
    let site = with_devices("desk-slow");
    site.change(&[
        (r#""timeout_ms": 60000"#, r#""timeout_ms": 1"#),
        (r#""deadline_ms": 1900"#, r#""deadline_ms": 1"#),
    ]);
    let output = site.output(&DESK);
    let plain = said(&output);
    assert_eq!(output.status.code(), Some(0), "{plain}");
    assert!(plain.contains("a black picture is judged"), "{plain}");
    for words in ["a black picture in ", "memory of the slots", "loaded in "] {
        assert!(!plain.contains(words), "{words} in {plain}");
    }
}

#[test]
fn what_can_be_no_device_is_a_warning_and_every_model_and_picture_is_listed() {
    let site = with_devices("desk-words");
    site.change(&[
        ("/dev/no-chip", "simulatd"),
        ("/dev/no-watchdog", "wdog"),
        ("/dev/no-display", "/dev/null"),
        (
            r#""watchdog":"#,
            r#""challenge": { "by": "picture", "at_start": true, "parts": [
                { "picture": "good.png", "expect": "pass" }, { "picture": "bad.png", "expect": "reject" } ] }, "watchdog":"#,
        ),
    ]);
    let words = [
        "warn   lines.reject simulatd 0: is neither a word that means something here nor a path",
        "warn   watchdog.device wdog: is neither a word",
        "warn   display.device /dev/null: is no device of a station; name the one",
        "later  challenge.parts[0] good.png: not checked on this computer",
        "a black picture is judged",
    ];
    site.assert_says(&DESK, 0, &words);
    site.change(&[("parts.onnx", "none.onnx"), ("builtin", "built-in")]);
    let words = [
        "warn   engine.library built-in: is neither a word",
        "later  engine.model none.onnx: not checked on this computer",
        "later  challenge.parts[1] bad.png: not checked on this computer",
    ];
    site.assert_says(&DESK, 0, &words);
}

#[test]
fn the_file_of_every_board_is_right_on_a_desk() {
    let site = Site::new("desk-boards");
    for template in TEMPLATES.iter().filter(|template| template.name != "host") {
        let name = format!("{}.json", template.name);
        std::fs::write(site.path.join(&name), template.text).unwrap();
        let words = ["later  lines.reject ", "not checked here"];
        site.assert_says(&["check", "--desk", "--station", &name], 0, &words);
    }
}

#[test]
fn a_desk_speaks_the_language_of_the_station() {
    let site = with_devices("desk-chinese");
    site.change(&[(
        "{ \"name\": \"test\"",
        "{ \"language\": \"chinese\", \"name\": \"test\"",
    )]);
    let plain = said(&site.output(&DESK));
    assert_eq!(plain.lines().find(|line| line.is_ascii()), None, "{plain}");
    assert!(
        plain.contains("未查  lines.reject /dev/no-chip 0：未在这台计算机上检查"),
        "{plain}"
    );
    assert!(
        plain.lines().last().unwrap().starts_with("未在此检查 "),
        "{plain}"
    );
    let plain = said(&site.output(&["check", "--station", "station.json"]));
    assert!(
        plain.contains("如果这不是检测站的计算机，请用 `sluice check --desk`"),
        "{plain}"
    );
}

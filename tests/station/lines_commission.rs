//! Promise: commands that move lines by hand leave them safe, and never touch a line that a station
//! holds.

use crate::site::{Running, Site, lines};
use nix::sys::signal::Signal;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::process::Output;

fn texts(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

/// Starts a command that runs until it is stopped.
fn spawn(site: &Site, arguments: &[&str]) -> Running {
    Running::spawn(&mut site.sluice(arguments), site.path.join("stderr.txt"))
}

#[test]
fn safe_puts_every_output_line_to_its_safe_level() {
    let site = Site::new("safe");
    let (code, out, errors) = texts(&site.output(&["safe", "--station", "station.json"]));
    assert_eq!(code, Some(0), "{errors}");
    let keys: Vec<_> = out
        .lines()
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(
        keys,
        [
            "lines.reject",
            "lines.pass",
            "lines.ready",
            "lines.busy",
            "lines.fault",
            "lines.alive"
        ]
    );
    site.timeline().assert_safe();
}

#[test]
fn the_lines_of_a_running_station_are_not_touched() {
    let site = Site::new("held");
    let mut station = site.start();
    // The last movement of the start: the gate opens some time after READY.
    site.wait_line(lines::READY, true);
    site.wait_line(lines::REJECT, false);
    let before = fs::read_to_string(site.path.join("lines.csv")).unwrap();
    for arguments in [
        ["safe", "--station", "station.json"].as_slice(),
        &["pulse", "reject", "--station", "station.json"],
    ] {
        let (code, out, errors) = texts(&site.output(arguments));
        assert_eq!(code, Some(4), "{arguments:?}: {out}");
        assert!(errors.contains("held by another sluice"), "{errors}");
        assert_eq!(out, "");
    }
    let after = fs::read_to_string(site.path.join("lines.csv")).unwrap();
    assert_eq!(before, after);
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn pulse_moves_one_line_and_restores_it_even_if_interrupted() {
    let site = Site::new("pulse");
    let pulse = [
        "pulse",
        "lines.ready",
        "--ms",
        "30",
        "--station",
        "station.json",
    ];
    let (code, out, errors) = texts(&site.output(&pulse));
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    assert_eq!(out, "lines.ready: high for 30 ms, low again\n");
    let spans = site.timeline().active(lines::READY);
    let [span] = spans.as_slice() else {
        panic!("{spans:?}")
    };
    assert!(span.length().as_millis() >= 30, "{span:?}");

    let unknown = site.output(&["pulse", "rejects", "--station", "station.json"]);
    let (code, _, errors) = texts(&unknown);
    assert_eq!(code, Some(2));
    assert!(errors.contains("reject, pass, ready"), "{errors}");

    for (signal, code, said) in [
        (Signal::SIGTERM, Some(1), "interrupted"),
        // After SIGKILL only the guard can act.
        (
            Signal::SIGKILL,
            None,
            "6 of 6 lines put to their safe levels",
        ),
    ] {
        let mut long = start_long_pulse(&site);
        long.signal(signal);
        assert_eq!(long.wait(), code);
        site.wait_error(said);
        assert!(!site.timeline().is_active_now(lines::PASS));
    }
}

/// Starts a pulse of one minute on the line PASS.
fn start_long_pulse(site: &Site) -> Running {
    let long = [
        "pulse",
        "pass",
        "--ms",
        "60000",
        "--station",
        "station.json",
    ];
    let long = spawn(site, &long);
    site.wait_line(lines::PASS, true);
    long
}

#[test]
fn watch_lines_shows_the_edges_of_the_trigger() {
    let site = Site::new("watch");
    site.change(&[
        (
            r#""recipe": {"#,
            r#""trigger": {
                "offset": 9, "active": "high", "bias": "pull_down", "debounce_us": 0, "undecided_max": 4
            }, "recipe": {"#,
        ),
        (r#""lines.csv""#, r#""lines.csv", "stimulus": "stimulus""#),
        (r#""workers": 1"#, r#""workers": 1, "pair_max_ms": 90"#),
    ]);
    let mut watch = spawn(&site, &["watch-lines", "--station", "station.json"]);
    let head = watch.line("trigger:");
    assert_eq!(
        head,
        "trigger: simulated line 9, changed by stimulus; lost edges are counted; not debounced here; low now"
    );
    let mut fifo = OpenOptions::new()
        .write(true)
        .open(site.path.join("stimulus"))
        .unwrap();
    for (text, word) in [("9 1\n", "high"), ("7 0\n9 0\n", "low"), ("9 1\n", "high")] {
        fifo.write_all(text.as_bytes()).unwrap();
        let row = watch.line("");
        assert!(row.contains(word), "{row}");
    }
    watch.signal(Signal::SIGINT);
    assert_eq!(watch.line("3 edges"), "3 edges, 0 lost");
    assert_eq!(watch.wait(), Some(0));
}

#[test]
fn a_missing_chip_is_named_by_every_command_that_needs_it() {
    let site = Site::new("no-chip");
    site.change(&[(
        r#""chip": "simulated""#,
        r#""chip": "/dev/gpiochip-of-another-board""#,
    )]);
    let advice = "lines.reject: /dev/gpiochip-of-another-board is not there; name a chip that is";
    for (arguments, expected) in [
        (["check", "--station", "station.json"].as_slice(), 1),
        (&["run", "--station", "station.json"], 4),
        (&["safe", "--station", "station.json"], 4),
        (&["pulse", "reject", "--station", "station.json"], 4),
    ] {
        let (code, out, errors) = texts(&site.output(arguments));
        assert_eq!(code, Some(expected), "{arguments:?}: {out}{errors}");
        assert!((out + &errors).contains(advice), "{arguments:?}: {errors}");
    }
    assert!(
        !site.path.join("journal").exists(),
        "nothing else was tried"
    );
}

#[test]
fn an_unknown_gpio_interface_version_is_named() {
    let site = Site::new("abi");
    site.change(&[(r#""chip": "simulated""#, r#""chip": "/dev/gpiochip0""#)]);
    let output = site
        .sluice(&["safe", "--station", "station.json"])
        .env("SLUICE_GPIO_ABI", "3")
        .output()
        .unwrap();
    let (code, _, errors) = texts(&output);
    assert_eq!(code, Some(4));
    assert!(
        errors.contains("SLUICE_GPIO_ABI is \"3\"; allowed: v1 or v2"),
        "{errors}"
    );
}

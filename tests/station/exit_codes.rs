//! Promise: the exit codes are those in the help. An output that is closed or full does not crash a
//! command.

use crate::site::{Site, pictures};
use std::fs;
use std::process::Stdio;

const CHECK: [&str; 3] = ["check", "--station", "station.json"];
const RUN: [&str; 5] = ["run", "--station", "station.json", "--parts", "1"];

#[test]
fn a_wrong_command_line_ends_with_2() {
    let site = Site::new("exit-2");
    site.assert_says(&[], 2, &["Usage: sluice <COMMAND>"]);
    site.assert_says(&["rum"], 2, &["'rum'", "'run'", "--help"]);
    site.assert_says(&["check", "--parts", "3"], 2, &["--parts"]);
    site.assert_says(
        &["run", "--parts", "some"],
        2,
        &["'some' for '--parts <N>'"],
    );
}

#[test]
fn a_wrong_station_file_ends_with_3_and_every_problem_is_named() {
    let site = Site::new("exit-3");
    site.change(&[
        (r#""slots": 2"#, r#""slots": 9"#),
        (r#""part_interval_ms""#, r#""part_interval""#),
    ]);
    for arguments in [
        &CHECK[..],
        &RUN,
        &["eval", "set", "--station", "station.json"],
    ] {
        site.assert_says(
            arguments,
            3,
            &[
                "engine.slots",
                "gate.part_interval:",
                "gate.part_interval_ms",
            ],
        );
    }
    site.assert_says(&["check", "--station", "no.json"], 3, &["no.json"]);
    assert!(!site.path.join("lines.csv").exists(), "no line was driven");
}

#[test]
fn work_that_failed_ends_with_1() {
    let site = Site::new("exit-1");
    let arguments = ["eval", "set", "--station", "station.json"];
    site.assert_says(&arguments, 1, &["set"]);
}

/// A data set of one part with a black mask.
fn data_set(site: &Site) {
    let part = site.path.join("set/0");
    fs::create_dir_all(&part).unwrap();
    fs::write(part.join("image.png"), pictures::good()).unwrap();
    let mask = pictures::png(pictures::WIDTH, pictures::HEIGHT, |_, _| 0);
    fs::write(part.join("mask.png"), mask).unwrap();
}

#[test]
fn a_model_that_cannot_be_used_ends_with_4() {
    for model in ["missing.onnx", "aipp.cfg"] {
        let site = Site::new(&format!("exit-4-{model}"));
        data_set(&site);
        site.change(&[("parts.onnx", model)]);
        for command in ["eval", "tune"] {
            let arguments = [command, "set", "--station", "station.json"];
            site.assert_says(&arguments, 4, &["engine.model", model]);
        }
    }
}

/// Commands that only print, and two that move lines. The latter must not depend on a reader.
#[test]
fn a_closed_or_full_output_does_not_crash_a_command() {
    let site = Site::new("output");
    fs::create_dir(site.path.join("journal")).unwrap();
    data_set(&site);
    let at = ["--station", "station.json"];
    for (words, moves) in [
        (&["help"][..], false),
        (&["version"], false),
        (&["explain", "507033"], false),
        (&["check", "--keys"], false),
        (&["check", at[0], at[1]], false),
        (&["eval", "set", at[0], at[1]], false),
        (&["tune", "set", at[0], at[1]], false),
        (&["safe", at[0], at[1]], true),
        (&["pulse", "busy", at[0], at[1]], true),
    ] {
        let (reader, closed) = std::io::pipe().unwrap();
        drop(reader);
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        for (stdout, word) in [(Stdio::from(closed), ""), (full.into(), "sluice: stdout: ")] {
            let output = site.sluice(words).stdout(stdout).output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            if moves {
                assert_eq!(
                    (output.status.code(), said.as_str()),
                    (Some(0), ""),
                    "{words:?}"
                );
            } else {
                assert_eq!(output.status.code(), Some(1), "{words:?}: {said}");
                assert!(said.starts_with(word), "{words:?}: {said}");
                assert_eq!(
                    said.lines().count(),
                    usize::from(!word.is_empty()),
                    "{words:?}: {said}"
                );
            }
        }
    }
}

#[test]
fn a_lost_device_ends_with_5() {
    let site = Site::new("exit-5");
    let mut station = site.start_faulty("aclmdlExecuteAsync:3:error=507011");
    site.feed("a.png", &pictures::good());
    assert_eq!(station.wait(), Some(5));
}

#[test]
fn the_help_lists_the_codes_and_ends_with_0() {
    let site = Site::new("exit-0");
    let help = site.output(&["help"]);
    assert_eq!(help.status.code(), Some(0));
    let help = String::from_utf8(help.stdout).unwrap();
    for code in 0..=5 {
        let words = [format!(" {code} "), format!("\n{code} ")];
        assert!(
            words.iter().any(|word| help.contains(word.as_str())),
            "{code}"
        );
    }
    site.assert_says(&["check", "--keys"], 0, &["engine.timeout_ms"]);
    site.assert_says(&["version"], 0, &[env!("CARGO_PKG_VERSION")]);
}

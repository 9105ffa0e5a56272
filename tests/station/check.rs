//! Promise: `sluice check` names every problem of a station before it runs and changes nothing. The
//! exit codes are those in the help.

use crate::site::{Site, pictures};
use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::SystemTime;

const CHECK: [&str; 3] = ["check", "--station", "station.json"];
const RUN: [&str; 5] = ["run", "--station", "station.json", "--parts", "1"];

fn text(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!(
        "{}{}",
        String::from_utf8_lossy(out),
        String::from_utf8_lossy(err)
    )
}

/// Fails unless the program ends with this code and prints each of these words.
fn assert_says(site: &Site, arguments: &[&str], code: i32, words: &[&str]) {
    let output = site.output(arguments);
    let text = text(&output);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
    for word in words {
        assert!(text.contains(word), "\"{word}\" in: {text}");
    }
}

/// A complete station. Its journal directory exists, as after a first run.
fn complete(test: &str) -> Site {
    let site = Site::new(test);
    fs::create_dir(site.path.join("journal")).unwrap();
    site
}

/// Every file below a directory, with its size and the time of its last change.
fn files(path: &Path) -> BTreeMap<String, (u64, SystemTime)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(path).unwrap() {
        let entry = entry.unwrap();
        let data = entry.metadata().unwrap();
        let name = entry.path().to_str().unwrap().to_owned();
        if data.is_dir() {
            found.extend(files(&entry.path()));
        }
        found.insert(name, (data.len(), data.modified().unwrap()));
    }
    found
}

#[test]
fn check_finds_nothing_wrong_with_a_good_station_and_changes_nothing() {
    let site = complete("check-good");
    site.change(&[(
        r#"{ "kind": "none" }"#,
        r#"{ "kind": "png_mono", "file": "screen.png" }"#,
    )]);
    site.feed("a.png", &pictures::good());
    let before = files(&site.path);
    let output = site.output(&CHECK);
    let text = text(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(!text.contains("WRONG"), "{text}");
    for word in [
        "source.directory.path parts: 1 entries",
        "engine.model: computed by unet-executor",
        "journal.directory journal: 0 records",
        "display.file screen.png",
        "softmax",
        "argmax",
        "a black picture in",
        "memory of the slots: the CPU writes ",
    ] {
        assert!(text.contains(word), "\"{word}\" in: {text}");
    }
    // Nothing drove a line, so there is no timeline either.
    assert_eq!(files(&site.path), before);
}

#[test]
fn all_problems_are_named_at_once() {
    let site = Site::new("check-all");
    site.change(&[
        (r#""path": "parts""#, r#""path": "nowhere""#),
        (r#""model": "parts.onnx""#, r#""model": "no.onnx""#),
        (
            r#"{ "kind": "none" }"#,
            r#"{ "kind": "png_mono", "file": "no/screen.png" }"#,
        ),
        (r#""directory": "journal""#, r#""directory": "no/journal""#),
    ]);
    let words = [
        "source.directory.path nowhere",
        "journal.directory",
        "display.file no/screen.png",
        "engine.model no.onnx",
    ];
    let output = site.output(&CHECK);
    let text = text(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for word in words {
        let line = text.lines().find(|line| line.contains(word));
        let line = line.unwrap_or_else(|| panic!("\"{word}\" in: {text}"));
        assert!(line.starts_with("WRONG"), "{line}");
    }
}

/// Fails unless `check` names the problem and exits with 1, and `run` names it and exits with 4.
fn wrong(test: &str, changes: &[(&str, &str)], words: &[&str]) {
    let site = complete(test);
    site.change(changes);
    assert_says(&site, &CHECK, 1, words);
    assert_says(&site, &CHECK, 1, &["WRONG"]);
    assert_says(&site, &RUN, 4, words);
}

#[test]
fn a_missing_directory_is_named() {
    let changes = [(r#""path": "parts""#, r#""path": "nowhere""#)];
    wrong("check-directory", &changes, &["source.directory.path"]);
}

#[test]
fn a_missing_directory_for_moved_pictures_is_named() {
    let changes = [(
        r#""after": "keep""#,
        r#""after": "move", "move_to": "nowhere""#,
    )];
    wrong("check-move-to", &changes, &["source.directory.move_to"]);
}

/// The problems that `check` finds for a user who can read the station's files and can write only
/// to these directories.
fn wrong_for_another(site: &Site, writable: &[&str]) -> Vec<String> {
    // A copy of the program that every user may run.
    let program = site.path.join("sluice");
    // Copied by another process: a child of a parallel test could hold this process's file open for
    // writing.
    let copy = Command::new("cp")
        .arg(env!("CARGO_BIN_EXE_sluice"))
        .arg(&program)
        .status();
    assert!(copy.unwrap().success());
    let set = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    let mut command = Command::new(&program);
    command.args(CHECK).current_dir(&site.path);
    // Root may do everything. Other users are bound by the modes of their own files.
    if fs::metadata(&program).unwrap().uid() == 0 {
        command.uid(65534).gid(65534);
    }
    let directories = || ["", "parts", "done", "journal"].into_iter();
    for name in directories() {
        let mode = if writable.contains(&name) {
            0o777
        } else {
            0o555
        };
        if site.path.join(name).exists() {
            set(&site.path.join(name), mode);
        }
    }
    let output = command.output().unwrap();
    for name in directories().filter(|name| site.path.join(name).exists()) {
        set(&site.path.join(name), 0o755);
    }
    let text = text(&output);
    let lines = text.lines().filter(|line| line.starts_with("WRONG"));
    lines.map(str::to_owned).collect()
}

#[test]
fn directories_that_cannot_be_written_are_named() {
    let site = complete("check-rights");
    let named = |writable: &[&str], keys: &[&str]| {
        let found = wrong_for_another(&site, writable);
        assert_eq!(found.len(), keys.len(), "{found:#?}");
        for (line, key) in found.iter().zip(keys) {
            let start = format!("WRONG  {key}: Permission denied for the user that runs this");
            assert!(line.starts_with(&start), "{start} in: {line}");
        }
    };
    named(&["journal"], &[]);
    named(&[], &["journal.directory journal"]);
    site.change(&[(r#""after": "keep""#, r#""after": "delete""#)]);
    named(&["journal"], &["source.directory.path parts"]);
    named(&["journal", "parts"], &[]);
    site.change(&[(
        r#""after": "delete""#,
        r#""after": "move", "move_to": "done""#,
    )]);
    named(
        &[],
        &[
            "journal.directory journal",
            "source.directory.path parts",
            "source.directory.move_to done",
        ],
    );
    named(&["journal", "parts", "done"], &[]);
    // The directory does not exist yet, so its parent counts.
    fs::remove_dir(site.path.join("journal")).unwrap();
    named(&["parts", "done"], &["journal.directory ."]);
    named(&["", "parts", "done"], &[]);
}

#[test]
fn a_missing_library_is_named() {
    let changes = [(r#""builtin""#, r#""./libascendcl.so""#)];
    wrong(
        "check-library",
        &changes,
        &["engine.library", "./libascendcl.so"],
    );
}

#[test]
fn a_missing_model_is_named() {
    let changes = [("parts.onnx", "missing.onnx")];
    wrong("check-model", &changes, &["engine.model missing.onnx"]);
}

#[test]
fn a_file_that_is_not_a_model_is_named() {
    let changes = [("parts.onnx", "aipp.cfg")];
    wrong("check-no-model", &changes, &["engine.model aipp.cfg"]);
}

#[test]
fn a_model_of_another_size_is_named() {
    let changes = [(
        r#""width": 64, "height": 64"#,
        r#""width": 32, "height": 64"#,
    )];
    wrong(
        "check-size",
        &changes,
        &["engine.model", "image.size", "64"],
    );
}

#[test]
fn outputs_that_the_model_lacks_are_named() {
    let changes = [(r#""softmax""#, r#""probabilities""#)];
    wrong(
        "check-scores",
        &changes,
        &["engine.scores", "probabilities", "softmax", "argmax"],
    );
    let changes = [(r#""argmax""#, r#""classes""#)];
    wrong("check-mask", &changes, &["engine.mask", "classes"]);
}

#[test]
fn a_class_that_the_model_lacks_is_named() {
    let changes = [(r#""class": 1"#, r#""class": 2"#)];
    wrong("check-class", &changes, &["class 2", "classes 0 to 1"]);
}

#[test]
fn an_output_of_another_type_is_named() {
    let changes = [
        (r#""mask": "argmax""#, r#""mask": """#),
        (r#""scores": "softmax""#, r#""scores": "argmax""#),
    ];
    wrong(
        "check-kind",
        &changes,
        &["argmax", "scores must be float32"],
    );
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    let site = Site::new("exit-2");
    assert_says(&site, &[], 2, &["Usage: sluice <COMMAND>"]);
    assert_says(&site, &["rum"], 2, &["'rum'", "'run'", "--help"]);
    assert_says(&site, &["check", "--parts", "3"], 2, &["--parts"]);
    assert_says(
        &site,
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
        assert_says(
            &site,
            arguments,
            3,
            &[
                "engine.slots",
                "gate.part_interval:",
                "gate.part_interval_ms",
            ],
        );
    }
    assert_says(&site, &["check", "--station", "no.json"], 3, &["no.json"]);
    assert!(!site.path.join("lines.csv").exists(), "no line was driven");
}

#[test]
fn work_that_failed_ends_with_1() {
    let site = Site::new("exit-1");
    let arguments = ["eval", "set", "--station", "station.json"];
    assert_says(&site, &arguments, 1, &["set"]);
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
            assert_says(&site, &arguments, 4, &["engine.model", model]);
        }
    }
}

/// Commands that only print, and two that move lines. The latter must not depend on a reader.
#[test]
fn a_closed_or_full_output_does_not_crash_a_command() {
    let site = complete("output");
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
    assert_says(&site, &["check", "--keys"], 0, &["engine.timeout_ms"]);
    assert_says(&site, &["version"], 0, &[env!("CARGO_PKG_VERSION")]);
}

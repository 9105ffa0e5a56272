//! Promise: `sluice check` names every problem of a station before it runs and changes nothing.

use crate::site::{Site, pictures, said};
use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

const CHECK: [&str; 3] = ["check", "--station", "station.json"];
const RUN: [&str; 5] = ["run", "--station", "station.json", "--parts", "1"];

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
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(!text.contains("WRONG"), "{text}");
    for word in [
        "source.directory.path parts: 1 entries",
        "engine.model: computed by unet-executor",
        "journal.directory journal: 0 records",
        "display.file screen.png",
        "softmax",
        "argmax",
        "engine.library builtin: AscendCL 1.3.0 (the version of its header",
        "a black picture in",
        "memory of the slots: the CPU writes ",
    ] {
        assert!(text.contains(word), "\"{word}\" in: {text}");
    }
    // Nothing drove a line, so there is no timeline either.
    assert_eq!(files(&site.path), before);
}

#[test]
fn the_messages_are_in_the_language_of_the_station() {
    let site = complete("check-chinese");
    site.change(&[(
        "{ \"name\": \"test\"",
        "{ \"language\": \"chinese\", \"name\": \"test\"",
    )]);
    let output = site.output(&CHECK);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    let is_english = |line: &&str| line.is_ascii();
    assert_eq!(text.lines().find(is_english), None);
    assert!(
        text.contains("正常  engine.model：由 unet-executor 计算"),
        "{text}"
    );

    // A file that is refused, and one that is no JSON.
    site.change(&[("\"pulse_ms\": 400", "\"pulse_ms\": 70000")]);
    let text = said(&site.output(&CHECK));
    assert!(text.contains("个问题"), "{text}");
    assert!(
        text.contains("gate.pulse_ms：当前为 70000；允许：1 到 60000 的整数"),
        "{text}"
    );
    let json = [&CHECK[..], &["--json"]].concat();
    let text = said(&site.output(&json));
    assert!(text.contains("is 70000; allowed: a whole number"), "{text}");
    site.change(&[("\"pulse_ms\": 70000", "\"pulse_ms\" 70000")]);
    let text = said(&site.output(&CHECK));
    assert!(text.contains("不是 JSON：此处应为 键之后的 ':'"), "{text}");
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
    let text = said(&output);
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
    site.assert_says(&CHECK, 1, words);
    site.assert_says(&CHECK, 1, &["WRONG"]);
    site.assert_says(&RUN, 4, words);
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
    let text = said(&output);
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

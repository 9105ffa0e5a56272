//! Promise: `sluice replay` gives the same input, mask and verdict for every part of the history
//! and for every picture of the journal, or says what was different then.

use crate::site::{Site, pictures, said, wait_for};
use sluice::history::{INPUT_FILE, Kind, RECORD_FILE, entries};
use sluice::journal::file_name;
use std::fs;
use std::path::PathBuf;

const STATION: [&str; 2] = ["--station", "station.json"];

/// A stopped station with four inspected parts, one of them rejected, and two faults of pictures.
/// The four are in the history.
fn recorded(test: &str) -> Site {
    let site = Site::quick(test);
    site.keep_history();
    let mut station = site.start();
    let fed = [
        ("good.png", pictures::bluish()),
        ("bad.png", pictures::bad()),
        ("spot.png", pictures::with_spots(&[(60, 50, 8)])),
        ("torn.png", pictures::truncated()),
        ("small.png", pictures::small()),
        (
            "spots.png",
            pictures::with_spots(&[(40, 40, 6), (120, 100, 8)]),
        ),
    ];
    for (index, (name, content)) in fed.iter().enumerate() {
        site.feed(name, content);
        site.wait_parts(index + 1);
    }
    wait_for("the history", || {
        (kept(&site).len() == fed.len()).then_some(())
    });
    assert_eq!(station.stop(), Some(0));
    site
}

/// The directories of the kept parts, and why each is kept.
fn kept(site: &Site) -> Vec<(PathBuf, Kind)> {
    let kept = entries(&site.path.join("history")).unwrap_or_default();
    let of = |entry: sluice::history::Entry| (entry.path, entry.name.kind());
    kept.into_iter().map(of).collect()
}

/// Runs the replay with these arguments. Returns its exit code and what it prints.
fn replay(site: &Site, arguments: &[&str]) -> (i32, String) {
    let all = [&["replay"], &STATION[..], arguments].concat();
    let output = site.output(&all);
    (output.status.code().unwrap(), said(&output))
}

fn assert_replays(site: &Site, arguments: &[&str], code: i32, words: &[&str]) {
    let (found, text) = replay(site, arguments);
    assert_eq!(found, code, "{arguments:?}: {text}");
    for word in words {
        assert!(text.contains(word), "\"{word}\" in: {text}");
    }
}

#[test]
fn a_whole_history_and_all_pictures_are_equal() {
    let site = recorded("replay-equal");
    let whole = "4 parts: 4 equal, 0 differ, 0 not found, 0 failed";
    assert_replays(&site, &[], 0, &[whole, "2 kept faults have no model input"]);
    // Pictures that cannot be used are the same faults again.
    let whole = "6 parts: 6 equal, 0 differ, 0 not found, 0 failed";
    assert_replays(&site, &["--from", "pictures"], 0, &[whole]);
    // The station file may change in what judges no part, and a moved picture is found.
    site.change(&[(r#""pulse_ms": 40"#, r#""pulse_ms": 41"#)]);
    site.change(&[(
        r#""after": "keep""#,
        r#""after": "move", "move_to": "done""#,
    )]);
    fs::rename(site.part("good.png"), site.path.join("done/good.png")).unwrap();
    fs::rename(site.part("bad.png"), site.path.join("done/bad-000002.png")).unwrap();
    assert_replays(&site, &["--from", "pictures"], 0, &[whole]);
    // Another place for the journal and the history, as on another machine.
    fs::rename(site.path.join("journal"), site.path.join("j")).unwrap();
    fs::rename(site.path.join("history"), site.path.join("h")).unwrap();
    let arguments = ["--journal", "j", "--from", "pictures"];
    assert_replays(&site, &arguments, 0, &["6 equal"]);
    assert_replays(&site, &["--history", "h"], 0, &["4 equal"]);
    assert_replays(&site, &[], 4, &["in history.directory", "opendir history"]);
    fs::create_dir(site.path.join("history")).unwrap();
    assert_replays(&site, &[], 1, &["there is no part to replay"]);
}

#[test]
fn the_shards_together_are_the_whole_and_each_part_is_a_line_of_json() {
    let site = recorded("replay-shards");
    let mut lines = Vec::new();
    // More shares than parts, so some are empty.
    for number in 1..=8 {
        let shard = format!("{number}/8");
        let (code, text) = replay(&site, &["--from", "pictures", "--shard", &shard, "--json"]);
        assert_eq!(code, 0, "{text}");
        let mut parts: Vec<&str> = text.lines().collect();
        let counts = parts.pop().unwrap();
        let equal = parts.len();
        let expected = format!(r#"{{"parts":{equal},"equal":{equal},"#);
        assert!(counts.starts_with(&expected), "{counts}");
        lines.extend(parts.into_iter().map(str::to_owned));
    }
    lines.sort();
    for (number, line) in (1..=6).zip(&lines) {
        assert!(
            line.starts_with(&format!(r#"{{"part":{number},"time":"2"#)),
            "{line}"
        );
        assert!(
            line.contains(r#""outcome":"equal","what":[],"because":[]"#),
            "{line}"
        );
    }
    assert_eq!(lines.len(), 6);
}

#[test]
fn a_replay_goes_on_where_it_was_stopped() {
    let site = recorded("replay-resume");
    let arguments = ["--from", "pictures", "--resume", "done.jsonl"];
    assert_replays(&site, &arguments, 0, &["6 parts: 6 equal"]);
    let file = site.path.join("done.jsonl");
    let whole = fs::read_to_string(&file).unwrap();
    assert_eq!(whole.lines().count(), 7);
    // As after a kill: two parts are done, and a line is torn. The result of one is another now,
    // which shows that it is not run again.
    let lines: Vec<&str> = whole.lines().collect();
    let other = lines[1].replace(r#""equal""#, r#""differs""#);
    let torn = &lines[3][..20];
    fs::write(
        &file,
        format!("{}\n{other}\n{}\n{torn}", lines[0], lines[2]),
    )
    .unwrap();
    let words = ["6 parts: 5 equal, 1 differ, 0 not found, 0 failed"];
    assert_replays(&site, &arguments, 1, &words);
    let resumed = fs::read_to_string(&file).unwrap();
    assert_eq!(resumed.lines().count(), 7, "{resumed}");
    assert_eq!(resumed, whole.replace(lines[1], &other));
    // The results of other parts, or of another station file, are not mixed with these.
    let other = [
        "--from",
        "pictures",
        "--shard",
        "1/2",
        "--resume",
        "done.jsonl",
    ];
    assert_replays(&site, &other, 2, &["is of another replay"]);
    let journal = site.path.join("journal");
    fs::rename(&journal, site.path.join("j")).unwrap();
    let other = [&arguments[..], &["--journal", "j"]].concat();
    assert_replays(&site, &other, 2, &["is of another replay"]);
    fs::rename(site.path.join("j"), journal).unwrap();
    site.change(&[(r#""pulse_ms": 40"#, r#""pulse_ms": 41"#)]);
    assert_replays(&site, &arguments, 2, &["is of another replay"]);
}

#[test]
fn a_device_that_fails_says_nothing_about_the_part() {
    let site = recorded("replay-device");
    // The station would have given up.
    site.change(&[(r#""timeout_ms": 60000"#, r#""timeout_ms": 600"#)]);
    let arguments = ["replay", STATION[0], STATION[1], "--resume", "done.jsonl"];
    let mut command = site.sluice(&arguments);
    let faults = "aclmdlExecuteAsync:1:delay_ms=1200,aclmdlExecuteAsync:3:error=507014";
    let output = command.env("ASCENDCL_CPU_FAULT", faults).output().unwrap();
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let words = [
        "4 parts: 3 equal, 0 differ, 0 not found, 1 failed",
        "failed; the model on this part: ",
    ];
    for word in words {
        assert!(text.contains(word), "\"{word}\" in: {text}");
    }
    assert_replays(&site, &["--resume", "done.jsonl"], 0, &["4 equal"]);
    let results = fs::read_to_string(site.path.join("done.jsonl")).unwrap();
    assert_eq!(results.lines().count(), 6, "the failed part was run again");
}

#[test]
fn a_changed_recipe_is_named() {
    let site = recorded("replay-recipe");
    site.change(&[(r#""blob_area_max_px": 20"#, r#""blob_area_max_px": 12"#)]);
    let words = [
        "4 parts: 1 equal, 3 differ",
        "#000003",
        "differs: verdict; other than then: station_file, recipe; REJECT blob of 16 px at ",
        ", was PASS",
    ];
    assert_replays(&site, &[], 1, &words);
    assert_replays(&site, &["--from", "pictures"], 1, &words[1..]);
    // Another region: the kept inputs are as they were, the pictures give other inputs.
    site.change(&[
        (r#""blob_area_max_px": 12"#, r#""blob_area_max_px": 20"#),
        (r#""roi": { "x": 16, "#, r#""roi": { "x": 20, "#),
    ]);
    assert_replays(&site, &[], 0, &["4 equal"]);
    let words = ["differs: input", "station_file"];
    assert_replays(&site, &["--from", "pictures"], 1, &words);
    site.change(&[(r#""name": "plate""#, r#""name": "disc""#)]);
    assert_replays(&site, &[], 1, &["4 differ", "no recipe \"plate\""]);
}

#[test]
fn a_replaced_model_is_named() {
    let site = recorded("replay-model");
    fs::copy(site.path.join("wild.onnx"), site.path.join("parts.onnx")).unwrap();
    // It overflows where a part has defects, and another part of the CPU engine computes it.
    for from in ["history", "pictures"] {
        let words = [
            "differs: mask, verdict, blobs; other than then: model, engine; FAULT ",
            " equal, 3 differ, 0 not found, 0 failed",
        ];
        assert_replays(&site, &["--from", from], 1, &words);
    }
}

#[test]
fn a_changed_or_missing_picture_is_named() {
    let site = recorded("replay-picture");
    fs::write(site.part("good.png"), pictures::bad()).unwrap();
    fs::remove_file(site.part("bad.png")).unwrap();
    let words = [
        "#000001",
        "differs: picture; other than then: picture; parts/good.png: has other bytes than then",
        "#000002",
        "not found: bad.png",
        "6 parts: 4 equal, 1 differ, 1 not found, 0 failed",
    ];
    assert_replays(&site, &["--from", "pictures"], 1, &words);
    assert_replays(&site, &[], 0, &["4 equal"]);

    // The kept input of one part, and no input of another.
    let kept = kept(&site);
    fs::copy(kept[1].0.join(INPUT_FILE), kept[0].0.join(INPUT_FILE)).unwrap();
    fs::remove_file(kept[2].0.join(INPUT_FILE)).unwrap();
    let words = [
        "is not the input that is recorded",
        "not found: history/",
        "4 parts: 2 equal, 1 differ, 1 not found, 0 failed",
    ];
    assert_replays(&site, &[], 1, &words);
}

#[test]
fn a_record_that_was_changed_is_named() {
    let site = recorded("replay-record");
    let kept = kept(&site);
    assert_eq!(kept[1].1, Kind::Reject);
    let path = kept[1].0.join(RECORD_FILE);
    let text = fs::read_to_string(&path).unwrap();
    let changed = text.replace(r#""kind":"REJECT""#, r#""kind":"PASS""#);
    assert_ne!(text, changed);
    fs::write(&path, changed).unwrap();
    let words = [
        "differs: verdict, record; other than then: machine",
        "the journal has another record of it",
    ];
    assert_replays(&site, &[], 1, &words);
    fs::write(&path, "{}").unwrap();
    let words = ["is no record of this version", "3 parts: 3 equal"];
    assert_replays(&site, &[], 1, &words);
    // The journal's record of the same part.
    let journal = site.path.join("journal").join(file_name(1).as_str());
    let text = fs::read_to_string(&journal).unwrap();
    let changed = text.replacen(r#""kind":"REJECT""#, r#""kind":"PASS""#, 1);
    assert_ne!(text, changed);
    fs::write(&journal, changed).unwrap();
    let words = ["5 parts: 5 equal", "1 lines of the journal cannot be read"];
    assert_replays(&site, &["--from", "pictures"], 1, &words);
}

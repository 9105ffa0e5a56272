//! Promise: where a file is expected, a pipe or a device without an end is one clear error. Neither
//! the station nor a command waits for it or reads it without limit.

use crate::site::{Site, pictures, said};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// More than any of these commands takes.
const SECONDS_MAX: &str = "60";
/// What `timeout` returns.
const TOO_LONG: i32 = 124;

#[derive(Debug, Clone, Copy)]
enum Kind {
    Pipe,
    Device,
}

/// Puts a pipe without a writer, or a link to a device without an end, in the place of a file.
fn replace(path: &Path, kind: Kind) {
    let _ = fs::remove_file(path);
    match kind {
        Kind::Pipe => mkfifo(path, Mode::S_IRWXU).unwrap(),
        Kind::Device => symlink("/dev/zero", path).unwrap(),
    }
}

/// The exit code and the text of a command, which must end.
fn ended(site: &Site, words: &[&str]) -> (i32, String) {
    let program = site.sluice(words);
    let mut command = Command::new("timeout");
    command
        .arg(SECONDS_MAX)
        .arg(program.get_program())
        .args(program.get_args());
    command.current_dir(&site.path);
    for (name, value) in program.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    let output = command.output().unwrap();
    let code = output.status.code().unwrap();
    let text = said(&output) + &String::from_utf8_lossy(&output.stderr);
    assert_ne!(code, TOO_LONG, "{words:?} does not end: {text}");
    (code, text)
}

const STATION: [&str; 2] = ["--station", "station.json"];

/// Runs the command with each kind in the place of the file, and puts the file back.
fn refused(site: &Site, file: &str, words: &[&str], named: &str) {
    let path = site.path.join(file);
    let content = fs::read(&path).ok();
    for kind in [Kind::Pipe, Kind::Device] {
        replace(&path, kind);
        let _ = fs::remove_dir_all(site.path.join("out"));
        let (code, text) = ended(site, &[words, &STATION].concat());
        assert_ne!(code, 0, "{file} {kind:?}: {text}");
        assert!(text.contains(named), "{file} {kind:?}: {text}");
    }
    fs::remove_file(&path).unwrap();
    if let Some(content) = content {
        fs::write(&path, content).unwrap();
    }
}

#[test]
fn files_that_a_station_file_names() {
    let site = Site::quick("kinds-named");
    let section = r#""challenge": { "by": "picture", "parts": [ { "picture": "golden.png", "expect": "pass" },
        { "picture": "bad.png", "expect": "reject" } ] }, "display": {"#;
    site.change(&[("\"display\": {", section)]);
    fs::write(site.path.join("golden.png"), pictures::good()).unwrap();
    fs::write(site.path.join("bad.png"), pictures::bad()).unwrap();
    let (code, text) = ended(&site, &["check", STATION[0], STATION[1]]);
    assert_eq!(code, 0, "{text}");
    let regular = "name a regular file";
    refused(&site, "station.json", &["check"], regular);
    refused(&site, "station.json", &["run"], regular);
    refused(&site, "parts.onnx", &["check"], regular);
    refused(&site, "parts.onnx", &["run"], regular);
    refused(&site, "golden.png", &["check"], regular);
}

#[test]
fn files_of_the_journal() {
    let site = Site::quick("kinds-journal");
    let drift = r#""name": "plate", "drift": { "parts": 10, "baselines": [] },"#;
    site.change(&[(r#""name": "plate","#, drift)]);
    let mut station = site.start();
    site.feed("a.png", &pictures::good());
    site.wait_parts(1);
    assert_eq!(station.stop(), Some(0));
    let file = "journal/journal-000001.jsonl";
    let regular = "a regular file";
    refused(&site, file, &["journal", "--verify"], regular);
    refused(&site, file, &["run", "--parts", "1"], regular);
    // The list of inspected pictures is not needed. The station says so and inspects the next one.
    site.feed("b.png", &pictures::good());
    replace(&site.path.join("journal.inspected"), Kind::Pipe);
    let (code, text) = ended(&site, &["run", "--parts", "1", STATION[0], STATION[1]]);
    assert!(code == 0 && text.contains(regular), "{text}");
    // The drawing of a command replaces drawings only.
    replace(&site.path.join("plot.svg"), Kind::Device);
    let (code, text) = ended(
        &site,
        &["drift", "--plot", "plot.svg", STATION[0], STATION[1]],
    );
    assert!(code != 0 && text.contains(regular), "{text}");
}

#[test]
fn files_of_a_data_set_and_of_the_history() {
    let site = Site::quick("kinds-set");
    site.keep_history();
    let mut station = site.start();
    site.feed("bad.png", &pictures::bad());
    site.wait_parts(1);
    assert_eq!(station.stop(), Some(0));
    let kept = fs::read_dir(site.path.join("history")).unwrap().flatten();
    let kept = kept.map(|entry| entry.file_name().into_string().unwrap());
    let kept = kept
        .into_iter()
        .find(|name| name.contains("REJECT"))
        .unwrap();
    let part = site.path.join("set/1");
    fs::create_dir_all(&part).unwrap();
    fs::write(part.join("image.png"), pictures::bad()).unwrap();
    fs::write(part.join("mask.png"), pictures::png(160, 144, |_, _| 0)).unwrap();
    let regular = "a regular file";
    for file in ["set/1/image.png", "set/1/mask.png", "set/kinds.csv"] {
        refused(&site, file, &["eval", "set"], regular);
    }
    let record = format!("history/{kept}/part.json");
    refused(&site, &record, &["export", "out"], regular);
    refused(&site, &record, &["replay", "--from", "history"], regular);
}

//! Promise: every command that reports gives its figures with `--json`, as lines of JSON that say
//! what the text says.

use crate::site::{Site, pictures, said};
use sluice::draft::{Content, Node};
use sluice::hash::Sha256;
use std::fs;
use std::path::Path;

/// A line feed in a text is valid JSON, but the reader of station files takes none.
fn on_one_line(json: &str) -> String {
    json.replace("\\n", " | ")
}

/// The lines of a command with `--json`, and the same command's text without it.
fn both(site: &Site, words: &[&str]) -> (Vec<Node>, String) {
    let plain = site.output(words);
    let output = site.output(&[words, &["--json"]].concat());
    assert_eq!(
        output.status.code(),
        plain.status.code(),
        "{}",
        said(&output)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text
        .lines()
        .map(|line| Node::read(&on_one_line(line)).unwrap_or_else(|_| panic!("{line}")));
    (lines.collect(), said(&plain))
}

fn text<'a>(line: &'a Node, name: &str) -> &'a str {
    let found = line.member(name).and_then(Node::text);
    found.unwrap_or_else(|| panic!("{name} in {line:?}"))
}

fn number(line: &Node, name: &str) -> f64 {
    let found = line.member(name).and_then(Node::number);
    let found = found.unwrap_or_else(|| panic!("{name} in {line:?}"));
    found.parse().unwrap()
}

fn list<'a>(line: &'a Node, name: &str) -> &'a [Node] {
    match line.member(name).map(|node| &node.content) {
        Some(Content::List(list)) => list,
        other => panic!("{name} is {other:?}"),
    }
}

/// Two defective parts, of which one is missed, and two good ones, of which one is rejected.
fn site() -> Site {
    let site = Site::quick("reports-json");
    let clean = || pictures::png(160, 144, |_, _| 0);
    let marked = || {
        pictures::png(160, 144, |x, y| {
            u8::MAX * u8::from(x > 40 && x < 80 && y > 40 && y < 80)
        })
    };
    for (number, picture, mask) in [
        (1, pictures::good(), marked()),
        (2, pictures::good(), clean()),
        (3, pictures::bad(), clean()),
        (4, pictures::bad(), marked()),
    ] {
        let part = site.path.join(format!("set/{number}"));
        fs::create_dir_all(&part).unwrap();
        fs::write(part.join("image.png"), picture).unwrap();
        fs::write(part.join("mask.png"), mask).unwrap();
    }
    fs::write(
        site.path.join("set/kinds.csv"),
        "part,kind\n1,pit\n2,good\n3,good\n4,pit\n",
    )
    .unwrap();
    site
}

#[test]
fn labelled_pictures_are_reported_part_by_part_and_as_a_whole() {
    let site = site();
    let (lines, plain) = both(&site, &["eval", "--station", "station.json", "set"]);
    let [first, .., all] = &lines[..] else {
        panic!("{lines:?}")
    };
    assert_eq!((lines.len(), number(first, "part")), (5, 1.0));
    let verdict = |line: &Node| text(line.member("verdict").unwrap(), "kind").to_owned();
    let verdicts: Vec<_> = lines[..4].iter().map(verdict).collect();
    assert_eq!(verdicts, ["PASS", "PASS", "REJECT", "REJECT"]);
    assert!(
        plain.contains("defective 2, caught 1; good 2, rejected 1"),
        "{plain}"
    );
    for (name, expected) in [
        ("parts", 4.0),
        ("defective", 2.0),
        ("caught", 1.0),
        ("good", 2.0),
        ("rejected", 1.0),
    ] {
        assert!(
            (number(all, name) - expected).abs() < f64::EPSILON,
            "{name} in {all:?}"
        );
    }
    let dice = number(all.member("pooled").unwrap(), "dice");
    assert!(
        plain.contains(&format!("all pictures as one: Dice {dice:.6}")),
        "{plain}"
    );

    let (lines, plain) = both(
        &site,
        &["tune", "--station", "station.json", "set", "--miss", "0.5"],
    );
    let all = lines.last().unwrap();
    assert_eq!(lines.len(), 5);
    let proposed = all.member("proposed").unwrap();
    let area = number(proposed, "blob_area_max_px");
    assert!(
        plain.contains(&format!("blob_area_max_px {area}")),
        "{plain}"
    );
    let file = all.member("station_file").unwrap();
    assert!(
        number(file, "missed") == 1.0 && number(file, "rejected") == 1.0,
        "{file:?}"
    );
    // The bound, the trade-off and the kinds of the text.
    let bound = 100.0 * number(proposed, "missed_share_upper_95");
    let text_of_bound =
        format!("defective parts missed: the share in production is below {bound:.1} %");
    assert!(plain.contains(&text_of_bound), "{text_of_bound}: {plain}");
    let rows = list(all, "trade_off");
    let printed = plain
        .lines()
        .skip_while(|line| !line.starts_with("station file"));
    let printed = printed.skip(1).take_while(|line| !line.is_empty());
    assert_eq!(rows.len(), printed.count(), "{plain}");
    let kinds: Vec<_> = list(all, "kinds")
        .iter()
        .map(|kind| text(kind, "kind"))
        .collect();
    assert_eq!(kinds, ["good", "pit"]);
}

#[test]
fn pictures_and_the_program_are_reported() {
    let site = site();
    site.feed("bad.png", &pictures::bad());
    let (lines, plain) = both(&site, &["snap", "--station", "station.json"]);
    let verdict = lines[0].member("verdict").unwrap();
    assert_eq!((lines.len(), text(verdict, "kind")), (1, "REJECT"));
    assert!(plain.contains(text(verdict, "text")), "{plain}");
    assert_eq!(text(&lines[0], "picture"), "parts/bad.png");

    let (lines, plain) = both(
        &site,
        &["focus", "--station", "station.json", "parts/bad.png"],
    );
    assert_eq!(lines.len(), 1);
    let sharpness = number(&lines[0], "sharpness");
    assert!(
        plain.contains(&format!("sharpness {sharpness:>8.1}")),
        "{plain}"
    );
    // A picture that cannot be measured is an error, not a line.
    site.feed("cut.png", &pictures::truncated());
    let (lines, _) = both(
        &site,
        &["focus", "--station", "station.json", "parts/cut.png"],
    );
    assert!(lines.is_empty(), "{lines:?}");

    let (lines, plain) = both(&site, &["version"]);
    let hash = text(&lines[0], "binary_sha256");
    let program = Sha256::of_file(Path::new(env!("CARGO_BIN_EXE_sluice"))).unwrap();
    assert_eq!(hash, program.to_string());
    assert!(plain.contains(&format!("binary: sha256 {hash}")), "{plain}");
}

#[test]
fn keys_and_codes_are_reported_one_a_line() {
    let site = Site::new("explain-json");
    let (lines, plain) = both(&site, &["explain", "gate.delay_ms"]);
    assert_eq!((lines.len(), text(&lines[0], "about")), (1, "key"));
    assert_eq!(text(&lines[0], "text"), plain.replace('\n', " | "));
    assert!(plain.contains(text(&lines[0], "allowed")), "{plain}");
    let (lines, plain) = both(&site, &["explain", "507033", "EE1001"]);
    let about: Vec<_> = lines.iter().map(|line| text(line, "about")).collect();
    assert_eq!(about, ["code", "reported"], "{plain}");
    assert!(plain.contains(text(&lines[0], "to_do")), "{plain}");
    let fatal = lines[0].member("is_fatal").map(|node| &node.content);
    assert_eq!(fatal, Some(&Content::Boolean(true)));
    let (lines, _) = both(&site, &["explain", "gate.dealy_ms"]);
    assert_eq!(text(&lines[0], "about"), "unknown");
    // Of a number without a name, the range is known, and what to do.
    let (lines, plain) = both(&site, &["explain", "207999"]);
    assert_eq!(text(&lines[0], "about"), "unknown");
    assert!(plain.contains(text(&lines[0], "to_do")), "{plain}");
    let content = |name| lines[0].member(name).map(|node| &node.content);
    assert_eq!(content("name"), Some(&Content::Null));
    assert_eq!(content("is_fatal"), Some(&Content::Boolean(false)));
}

#[test]
fn new_station_files_are_reported() {
    let site = Site::new("files-json");
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/station/layout_1.json");
    let migrate = ["migrate", data.to_str().unwrap()];
    let plain = said(&site.output(&migrate));
    let json = [&migrate[..], &["--write", "new.json", "--json"]].concat();
    let output = site.output(&json);
    let line = Node::read(&String::from_utf8(output.stdout).unwrap()).unwrap();
    for (sign, name) in [("- ", "gone"), ("+ ", "new")] {
        let keys = list(&line, name);
        assert!(!keys.is_empty(), "{line:?}");
        for key in keys {
            let change = format!("  {sign}{}", key.text().unwrap());
            assert!(plain.contains(&change), "{change}: {plain}");
        }
    }
    // Standard output has the file itself without --write.
    site.assert_says(&[&migrate[..], &["--json"]].concat(), 2, &["--write"]);
}

#[test]
fn what_moved_is_reported() {
    let site = Site::new("pulse-json");
    let (lines, plain) = both(
        &site,
        &["pulse", "reject", "--ms", "5", "--station", "station.json"],
    );
    assert_eq!(text(&lines[0], "line"), "lines.reject");
    assert!((number(&lines[0], "ms") - 5.0).abs() < f64::EPSILON);
    let (level, safe) = (text(&lines[0], "level"), text(&lines[0], "safe"));
    assert_eq!(
        plain,
        format!("lines.reject: {level} for 5 ms, {safe} again\n")
    );
}

#[test]
fn answers_of_a_running_station_are_reported() {
    let site = Site::new("answers-json");
    let mut station = site.start();
    let (lines, plain) = both(&site, &["recipe", "--station", "station.json"]);
    assert_eq!(format!("{}\n", text(&lines[0], "answer")), plain);
    let done = |line: &Node| line.member("done").map(|node| node.content.clone());
    assert_eq!(done(&lines[0]), Some(Content::Boolean(true)));
    for words in [&["mode", "stop"][..], &["reset"], &["mode", "run"]] {
        let words = [words, &["--station", "station.json"]].concat();
        // The answer to the first request names the mode before.
        let _ = site.output(&words);
        let (lines, plain) = both(&site, &words);
        assert_eq!(done(&lines[0]), Some(Content::Boolean(true)), "{plain}");
        assert_eq!(format!("{}\n", text(&lines[0], "answer")), plain);
    }
    // Refused: the reason is a report too, and the exit code is the same.
    for words in [&["recipe", "none"][..], &["challenge"]] {
        let words = [words, &["--station", "station.json"]].concat();
        let (lines, plain) = both(&site, &words);
        assert_eq!(done(&lines[0]), Some(Content::Boolean(false)), "{plain}");
        assert!(plain.contains(text(&lines[0], "answer")), "{plain}");
    }
    assert_eq!(station.stop(), Some(0));
}

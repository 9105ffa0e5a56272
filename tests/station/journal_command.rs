//! Promise: `sluice journal` lists the records of a station that runs or not, as text, as the lines
//! themselves and as a table. It takes those that are asked for, goes on with new ones, and names
//! each line that is damaged, missing or changed.

use crate::site::{Running, Site, pictures, said};
use std::fs;

/// What `sluice journal` prints with these arguments.
fn lines(site: &Site, arguments: &[&str]) -> Vec<String> {
    let all = [&["journal", "--station", "station.json"][..], arguments].concat();
    let output = site.output(&all);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// The fields of a line of a table.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            _ => fields.last_mut().unwrap().push(letter),
        }
    }
    fields
}

#[test]
fn records_are_listed_filtered_exported_and_checked() {
    let site = Site::quick("journal-command");
    let mut station = site.start();
    for (name, content) in [
        ("good, first.png", pictures::good()),
        ("bad.png", pictures::bad()),
        ("torn.png", pictures::truncated()),
    ] {
        site.feed(name, &content);
        site.wait_part(name);
    }

    // While the station runs.
    let parts = lines(&site, &["--kind", "part"]);
    assert_eq!(parts.len(), 3, "{parts:?}");
    for (line, words) in parts.iter().zip([
        &["part 1 ", "PASS    gate: passed", "good, first.png"][..],
        &[
            "part 2 ",
            "REJECT  blob_area: ",
            "gate: rejected",
            "bad.png",
        ],
        &["part 3 ", "FAULT   picture: ", "gate: rejected", "torn.png"],
    ]) {
        for word in words {
            assert!(line.contains(word), "\"{word}\" in {line}");
        }
    }
    let times: Vec<_> = parts.iter().map(|line| &line[..27]).collect();
    assert!(times.is_sorted() && times[0].ends_with('Z'), "{times:?}");
    let only = |arguments: &[&str]| -> Vec<usize> {
        let listed = lines(&site, arguments);
        let place = |line| parts.iter().position(|part| part == line);
        listed
            .iter()
            .filter_map(place)
            .map(|place| place + 1)
            .collect()
    };
    assert_eq!(only(&[]), [1, 2, 3]);
    for (arguments, expected) in [
        (&["--verdict", "reject"][..], &[2][..]),
        (&["--verdict", "fault"], &[3]),
        (&["--verdict", "missed"], &[]),
        (&["--part", "2"], &[2]),
        (&["--part", "2..9"], &[2, 3]),
        (&["--kind", "part", "--last", "1"], &[3]),
        (&["--kind", "control"], &[]),
        (&["--recipe", "flange"], &[]),
        (&["--recipe", "plate"], &[1, 2, 3]),
        (&["--since", times[1]], &[2, 3]),
        (&["--until", times[1]], &[1, 2]),
        (
            &["--since", &times[0][..10], "--until", &times[2][..10]],
            &[1, 2, 3],
        ),
        (&["--until", "2020"], &[]),
    ] {
        assert_eq!(only(arguments), expected, "{arguments:?}");
    }
    assert!(lines(&site, &["--kind", "start"])[0].contains("start       version "));

    assert_eq!(station.stop(), Some(0));
    // The lines of the journal, as they are.
    let file = site.path.join("journal/journal-000001.jsonl");
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(lines(&site, &["--json"]), text.lines().collect::<Vec<_>>());

    let table = lines(&site, &["--csv"]);
    let columns = fields(&table[0]);
    let value = |line: &str, column: &str| {
        let fields = fields(line);
        assert_eq!(fields.len(), columns.len());
        fields[columns.iter().position(|name| name == column).unwrap()].clone()
    };
    assert_eq!(table.len(), 4);
    assert_eq!(value(&table[1], "picture"), "good, first.png");
    assert_eq!(value(&table[2], "verdict"), "REJECT");
    assert_eq!(value(&table[3], "code"), "picture");

    let checked = lines(&site, &["--verify"]);
    let count = text.lines().count();
    assert_eq!(
        checked[0],
        format!("1 files, {count} lines, 3 parts (1 to 3)")
    );
    assert_eq!(checked.len(), 2, "{checked:?}");
    // A record is removed.
    let without = text.lines().filter(|line| !line.contains(r#""part":2,"#));
    fs::write(
        &file,
        without.map(|line| format!("{line}\n")).collect::<String>(),
    )
    .unwrap();
    let line = text
        .lines()
        .position(|line| line.contains(r#""part":2,"#))
        .unwrap()
        + 1;
    let place = format!("journal-000001.jsonl, line {line}: it does not follow the line before");
    let verify = ["journal", "--directory", "journal", "--verify"];
    site.assert_says(&verify, 1, &[&place, "0 damaged lines, 1 lines"]);
    // One is changed.
    fs::write(&file, text.replacen("REJECT", "PASS", 1)).unwrap();
    let place = format!("line {line}: the line's checksum is wrong");
    site.assert_says(&verify, 1, &[&place, "1 damaged lines, 0 lines"]);
    let json = [&verify[..], &["--json"]].concat();
    site.assert_says(
        &json,
        1,
        &[r#""damaged":1,"broken":0,"unknown":1,"torn":false}"#],
    );
    // A power cut is no damage.
    fs::write(&file, &text[..text.len() - 7]).unwrap();
    site.assert_says(&verify, 0, &["the last line does not end"]);
    site.assert_says(&["journal", "--directory", "nowhere"], 4, &["nowhere"]);
    site.assert_says(
        &["journal", "--since", "yesterday"],
        2,
        &["not a time such as 2026-11-29"],
    );
}

#[test]
fn new_records_are_listed_as_they_come() {
    let site = Site::quick("journal-follow");
    let arguments = ["journal", "--directory", ".", "--kind", "part", "--follow"];
    let mut station = site.start();
    site.feed_good("good.png");
    // In another directory than the station, whose files are left alone.
    let mut command = site.sluice(&arguments);
    command.current_dir(site.path.join("journal"));
    let mut follower = Running::spawn(&mut command, site.path.join("follow.txt"));
    assert!(follower.line_with("part 1 ").contains("good.png"));
    site.feed("bad.png", &pictures::bad());
    assert!(follower.line_with("part 2 ").contains("REJECT"));
    // The station goes on in another file, and in another life.
    assert_eq!(station.stop(), Some(0));
    let _station = site.start();
    site.feed("again.png", &pictures::bad());
    assert!(follower.line_with("part 3 ").contains("again.png"));
    follower.kill();
}

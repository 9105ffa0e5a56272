//! Promise: a line of the journal that was removed, added, swapped or edited shows, with a right
//! checksum too. What the station itself does to its files does not.

use super::journal_records::{Place, append, open};
use sluice::journal::{Order, file_name, read};
use sluice::station::file;
use std::fs;
use std::path::{Path, PathBuf};

/// A journal of several files and two starts, and its files with their lines.
fn journal(place: &Place) -> (file::JournalSettings, Vec<(PathBuf, Vec<String>)>) {
    let settings = file::JournalSettings {
        file_size_max_kib: 3,
        ..place.journal()
    };
    for _ in 0..2 {
        let mut journal = open(&settings);
        for _ in 0..9 {
            append(&mut journal).unwrap();
        }
    }
    let path = |number| Path::new(settings.directory.as_str()).join(file_name(number).as_str());
    let files = (1..).map(path).take_while(|path| path.exists());
    let files = files.map(|path| {
        let text = fs::read_to_string(&path).unwrap();
        (path, text.lines().map(str::to_owned).collect())
    });
    let files: Vec<(_, Vec<_>)> = files.collect();
    assert!(files.len() >= 4, "{} files", files.len());
    (settings, files)
}

fn write(path: &Path, lines: &[String]) {
    let text: String = lines
        .iter()
        .flat_map(|line| [line.as_str(), "\n"])
        .collect();
    fs::write(path, text).unwrap();
}

/// The number of a file, and of a line in it.
type LinePlace = (u32, u64);

/// Each line that does not follow the one before, and each damaged one.
fn found(settings: &file::JournalSettings) -> (Vec<LinePlace>, Vec<LinePlace>) {
    let (mut broken, mut damaged) = (Vec::new(), Vec::new());
    for entry in read(&settings.directory).unwrap() {
        let place = (entry.file, entry.line);
        if entry.order == Order::Broken {
            broken.push(place);
        }
        if entry.content.is_err() {
            damaged.push(place);
        }
    }
    (broken, damaged)
}

/// The line with another text, and with the checksum that is right for it.
fn edited(line: &str, from: &str, to: &str) -> String {
    let (body, _) = line.rsplit_once(r#","crc":""#).unwrap();
    let body = body.replacen(from, to, 1);
    let crc = crc32fast::hash(body.as_bytes());
    format!(r#"{body},"crc":"{crc:08x}"}}"#)
}

#[test]
fn each_line_follows_the_one_before_across_files_and_starts() {
    let place = Place::new("chain-chain");
    let (settings, files) = journal(&place);
    for entry in read(&settings.directory).unwrap() {
        assert_eq!(entry.order, Order::Follows, "{entry:?}");
    }
    // The oldest files are deleted as the station file says.
    fs::remove_file(&files[0].0).unwrap();
    assert_eq!(found(&settings), (vec![], vec![]));
}

#[test]
fn each_line_that_is_removed_doubled_or_swapped_shows() {
    let place = Place::new("chain-edited");
    let (settings, files) = journal(&place);
    let last = files.len() - 1;
    for (index, (path, lines)) in files.iter().enumerate() {
        let file = u32::try_from(index).unwrap() + 1;
        for line in 0..lines.len() {
            let mut changed = lines.clone();
            changed.remove(line);
            write(path, &changed);
            let next = match (line + 1 < lines.len(), index == last) {
                _ if (index, line) == (0, 0) => None,
                (true, _) => Some((file, line as u64 + 1)),
                (false, false) => Some((file + 1, 1)),
                (false, true) => None,
            };
            assert_eq!(found(&settings).0, Vec::from_iter(next), "{file}, {line}");

            let mut changed = lines.clone();
            changed.insert(line, lines[line].clone());
            write(path, &changed);
            assert_eq!(
                found(&settings).0,
                [(file, line as u64 + 2)],
                "{file}, {line}"
            );

            if line + 1 < lines.len() {
                let mut changed = lines.clone();
                changed.swap(line, line + 1);
                write(path, &changed);
                assert!(found(&settings).0.contains(&(file, line as u64 + 2)));
            }
        }
        write(path, lines);
    }
}

/// The checksum is no secret. Only the last line can be edited unseen.
#[test]
fn a_line_that_is_edited_with_a_right_checksum_shows_at_the_next_one() {
    let place = Place::new("chain-forged");
    let (settings, files) = journal(&place);
    let (path, lines) = &files[1];
    let mut changed = lines.clone();
    let line = lines
        .iter()
        .position(|line| line.contains(r#""kind":"part""#))
        .unwrap();
    changed[line] = edited(&lines[line], r#""kind":"REJECT""#, r#""kind":"PASS""#);
    assert_ne!(changed[line], lines[line]);
    write(path, &changed);
    let next = if line + 1 < lines.len() {
        (2, line as u64 + 2)
    } else {
        (3, 1)
    };
    assert_eq!(found(&settings), (vec![next], vec![]));
}

#[test]
fn a_file_that_is_missing_shows_in_the_next_one() {
    let place = Place::new("chain-without");
    let (settings, files) = journal(&place);
    fs::remove_file(&files[1].0).unwrap();
    assert_eq!(found(&settings), (vec![(3, 1)], vec![]));
    // A station goes on behind the last line of what is there.
    append(&mut open(&settings)).unwrap();
    assert_eq!(found(&settings), (vec![(3, 1)], vec![]));
}

#[test]
fn a_damaged_line_is_named_and_is_no_break() {
    let place = Place::new("chain-damaged");
    let (settings, files) = journal(&place);
    let (path, lines) = files.last().unwrap();
    let file = u32::try_from(files.len()).unwrap();
    for line in 0..lines.len() {
        let mut changed = lines.clone();
        changed[line] = lines[line].replacen("kind", "kinb", 1);
        write(path, &changed);
        let place = (file, line as u64 + 1);
        assert_eq!(found(&settings), (vec![], vec![place]));
        // Nor is what a station writes behind it, at the end of the file too.
        append(&mut open(&settings)).unwrap();
        assert_eq!(found(&settings), (vec![], vec![place]));
        for number in file + 1.. {
            let path = path.with_file_name(file_name(number).as_str());
            if fs::remove_file(path).is_err() {
                break;
            }
        }
    }
}

/// A journal of an older version goes on.
#[test]
fn lines_without_a_checksum_of_the_line_before_are_no_break() {
    let place = Place::new("chain-old");
    let (settings, files) = journal(&place);
    for (path, lines) in &files {
        let old = lines.iter().map(|line| {
            let (_, rest) = line.split_once(r#","prev":""#).unwrap();
            let with = format!(r#","prev":"{}"#, &rest[..9]);
            edited(line, &with, "")
        });
        write(path, &old.collect::<Vec<_>>());
    }
    let orders = || read(&settings.directory).unwrap().map(|entry| entry.order);
    assert!(orders().all(|order| order == Order::Unknown));
    append(&mut open(&settings)).unwrap();
    assert_eq!(orders().last(), Some(Order::Follows));
    assert_eq!(found(&settings), (vec![], vec![]));
}

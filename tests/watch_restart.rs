//! Each picture gets one record, whatever moment the station dies at.

#[path = "library/journal_records.rs"]
mod journal_records;
mod watch_place;

use core::time::Duration;
use sluice::journal::{Journal, Record, Sha256, read};
use sluice::station::file::{self, After};
use sluice::watch::{Before, Directory, Disposal, Known, Own, Restored, restore};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use watch_place::{Place, SETTLED, set_mtime};

/// The steps after which the process can die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Death {
    Inspected,
    RecordHalfWritten,
    Recorded,
    PutAway,
}

/// Runs a station, without its inspection, until it has seen all that is there or dies with its `part`th picture.
fn run(
    place: &Place,
    source: &file::DirectorySettings,
    settings: &file::JournalSettings,
    wait: Duration,
    death: Option<(usize, Death)>,
) -> Restored {
    let mut journal = Journal::open(settings, journal_records::start()).unwrap();
    let parts = read(&settings.directory)
        .unwrap()
        .filter_map(|entry| match entry.content {
            Ok(Record::Part(part)) => {
                let picture = part.picture?;
                Some(Before {
                    part: part.part,
                    name: Some(picture.name),
                    identity: picture.identity,
                    sha256: picture.sha256,
                })
            }
            _ => None,
        });
    let disposal = Disposal::new(source).unwrap();
    let (ledger, restored) = restore(&disposal, parts).unwrap();
    let known = Known {
        ledger,
        own: Own::default(),
        disposal: Some(disposal.clone()),
    };
    let mut directory = Directory::open(source, known).unwrap();
    for (turn, arrival) in place.arrivals(&mut directory, wait).iter().enumerate() {
        let dies = |at| death == Some((turn, at));
        if dies(Death::Inspected) {
            break;
        }
        let part = journal.next_part();
        let mut record = journal_records::part(part, &arrival.name, arrival.identity);
        let content = fs::read(place.file(&arrival.name.to_string())).unwrap();
        if let Some(picture) = &mut record.picture {
            picture.sha256 = Some(Sha256::of(&content));
        }
        journal.append(&record).unwrap();
        if dies(Death::RecordHalfWritten) {
            drop(journal);
            cut_last_line(settings);
            break;
        }
        if dies(Death::Recorded) {
            break;
        }
        let sha256 = Sha256::of(&content);
        disposal
            .apply(&arrival.name, &arrival.identity, Some(&sha256), part)
            .unwrap();
        if dies(Death::PutAway) {
            break;
        }
    }
    restored
}

fn cut_last_line(settings: &file::JournalSettings) {
    let path = PathBuf::from(settings.directory.as_str()).join("journal-000001.jsonl");
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    let length = file.metadata().unwrap().len();
    file.set_len(length - 100).unwrap();
}

fn files(path: &Path) -> usize {
    fs::read_dir(path).unwrap().count()
}

#[test]
fn each_picture_has_one_record_whatever_moment_the_station_dies_at() {
    const PICTURES: usize = 4;
    for after in [After::Keep, After::Move, After::Delete] {
        for death in [
            Death::Inspected,
            Death::RecordHalfWritten,
            Death::Recorded,
            Death::PutAway,
        ] {
            let test = format!("restart-{after:?}-{death:?}");
            let place = Place::new(&test);
            let records = journal_records::Place::new(&test);
            let (source, settings) = (place.source(after), records.journal());
            for number in 0..PICTURES {
                place.write(&format!("{number}.png"), "picture");
            }
            // Dies with its second picture, then with the first of those that are left, then not any more.
            run(&place, &source, &settings, SETTLED, Some((1, death)));
            let wait = Duration::from_millis(20);
            let restored = run(&place, &source, &settings, wait, Some((0, death)));
            let unfinished = u32::from(death == Death::Recorded && after != After::Keep);
            assert_eq!(restored.finished, unfinished, "{test}");
            run(&place, &source, &settings, wait, None);

            let mut seen = BTreeMap::new();
            for part in journal_records::parts(&settings) {
                *seen
                    .entry(part.picture.unwrap().name.to_string())
                    .or_insert(0) += 1;
            }
            let expected: BTreeMap<String, i32> = (0..PICTURES)
                .map(|number| (format!("{number}.png"), 1))
                .collect();
            assert_eq!(seen, expected, "{test}");
            let (left, moved) = match after {
                After::Keep => (PICTURES, 0),
                After::Move => (0, PICTURES),
                After::Delete => (0, 0),
            };
            assert_eq!(files(&place.path.join("in")), left, "{test}");
            assert_eq!(files(&place.path.join("out")), moved, "{test}");
        }
    }
}

#[test]
fn a_picture_that_was_written_again_while_the_station_was_down_is_new() {
    let place = Place::new("rewritten");
    let records = journal_records::Place::new("rewritten");
    let (source, settings) = (place.source(After::Keep), records.journal());
    place.write("a.png", "one");
    run(&place, &source, &settings, SETTLED, None);
    place.write("a.png", "another");
    place.write("b.png", "b");
    let restored = run(&place, &source, &settings, SETTLED, None);
    assert_eq!(restored.kept.len(), 0);
    let restored = run(&place, &source, &settings, SETTLED, None);
    assert_eq!(restored.kept.len(), 2);
    let sizes: Vec<u64> = journal_records::parts(&settings)
        .iter()
        .map(|part| part.picture.as_ref().unwrap().identity.size)
        .collect();
    assert_eq!(sizes, [3, 7, 1]);
}

/// The names in the journal, in order.
fn recorded(settings: &file::JournalSettings) -> Vec<String> {
    journal_records::parts(settings)
        .into_iter()
        .map(|part| part.picture.unwrap().name.to_string())
        .collect()
}

#[test]
fn times_links_and_renames_while_the_station_was_down_make_no_new_picture_and_writing_does() {
    let place = Place::new("touched");
    let records = journal_records::Place::new("touched");
    let (source, settings) = (place.source(After::Keep), records.journal());
    let names = ["a.png", "b.png", "c.png", "d.png", "e.png"];
    for name in names {
        place.write(name, name);
        set_mtime(&place.file(name), 1_000_000, 0);
    }
    run(&place, &source, &settings, SETTLED, None);
    assert_eq!(recorded(&settings), names);
    set_mtime(&place.file("a.png"), 2_000_000, 0);
    fs::rename(place.file("b.png"), place.file("renamed.png")).unwrap();
    fs::hard_link(place.file("c.png"), place.file("linked.png")).unwrap();
    // Another content of the same size, with the same time of writing.
    fs::write(place.file("e.png"), "E.PNG").unwrap();
    set_mtime(&place.file("e.png"), 1_000_000, 0);
    run(&place, &source, &settings, SETTLED * 2, None);
    assert_eq!(recorded(&settings)[names.len()..], ["e.png"]);
    run(&place, &source, &settings, SETTLED, None);
    assert_eq!(recorded(&settings).len(), names.len() + 1);
}

#[test]
fn a_picture_whose_times_were_set_before_it_could_be_put_away_is_put_away_at_the_next_start() {
    let place = Place::new("touched-delete");
    let records = journal_records::Place::new("touched-delete");
    let (source, settings) = (place.source(After::Delete), records.journal());
    place.write("a.png", "a");
    place.write("b.png", "b");
    let death = Some((1, Death::Recorded));
    run(&place, &source, &settings, SETTLED, death);
    set_mtime(&place.file("b.png"), 1_000_000, 0);
    run(&place, &source, &settings, SETTLED * 2, None);
    assert_eq!(recorded(&settings), ["a.png", "b.png"]);
    assert_eq!(files(&place.path.join("in")), 0);
}

#[test]
fn a_new_file_that_got_a_deleted_ones_inode_is_inspected_though_its_bytes_are_the_same() {
    for after in [After::Keep, After::Delete] {
        let test = format!("reused-{after:?}");
        let place = Place::new(&test);
        let records = journal_records::Place::new(&test);
        let (source, settings) = (place.source(after), records.journal());
        place.write("a.png", "the same");
        run(&place, &source, &settings, SETTLED, None);
        let _ = fs::remove_file(place.file("a.png"));
        // File systems as ext4 give the number of the one to the other.
        place.write("b.png", "the same");
        run(&place, &source, &settings, SETTLED * 2, None);
        assert_eq!(recorded(&settings), ["a.png", "b.png"], "{test}");
    }
}

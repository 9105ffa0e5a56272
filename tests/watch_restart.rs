//! Each picture gets one record, whatever moment the station dies at.

mod journal_records;
mod watch_place;

use core::time::Duration;
use sluice::journal::{Journal, Record, read};
use sluice::station::file::{self, After};
use sluice::watch::{Directory, Disposal, Restored, restore};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use watch_place::{Place, SETTLED};

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
    source: &file::Directory,
    settings: &file::Journal,
    wait: Duration,
    death: Option<(usize, Death)>,
) -> Restored {
    let mut journal = Journal::open(settings, journal_records::start()).unwrap();
    let parts = read(&settings.directory)
        .unwrap()
        .filter_map(|entry| match entry.content {
            Ok(Record::Part(part)) => {
                let picture = part.picture?;
                Some((part.part, picture.name, picture.identity))
            }
            _ => None,
        });
    let disposal = Disposal::new(source).unwrap();
    let (ledger, restored) = restore(&disposal, parts).unwrap();
    let mut directory = Directory::open(source, ledger).unwrap();
    for (turn, arrival) in place.arrivals(&mut directory, wait).iter().enumerate() {
        let dies = |at| death == Some((turn, at));
        if dies(Death::Inspected) {
            break;
        }
        let part = journal.next_part();
        let record = journal_records::part(part, &arrival.name, arrival.identity);
        journal.append(&record).unwrap();
        if dies(Death::RecordHalfWritten) {
            drop(journal);
            cut_last_line(settings);
            break;
        }
        if dies(Death::Recorded) {
            break;
        }
        disposal
            .apply(&arrival.name, &arrival.identity, part)
            .unwrap();
        if dies(Death::PutAway) {
            break;
        }
    }
    restored
}

fn cut_last_line(settings: &file::Journal) {
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
    assert_eq!(restored.kept, 0);
    let restored = run(&place, &source, &settings, SETTLED, None);
    assert_eq!(restored.kept, 2);
    let sizes: Vec<u64> = journal_records::parts(&settings)
        .iter()
        .map(|part| part.picture.as_ref().unwrap().identity.size)
        .collect();
    assert_eq!(sizes, [3, 7, 1]);
}

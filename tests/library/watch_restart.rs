//! Each picture gets one record, no matter when the station dies.

use super::journal_records;
use super::watch_place::{SETTLED, WatchSite, set_mtime};
use core::time::Duration;
use sluice::journal::{Record, Sha256, read};
use sluice::station::file::{self, After};
use sluice::watch::{
    Directory, Disposal, InspectedPicture, Known, OwnFiles, RecordedPicture, Restored, restore,
};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The step after which the process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Death {
    Inspected,
    RecordHalfWritten,
    Recorded,
    Disposed,
}

/// Runs a station without an inspection for `wait`. With `death` it dies at the picture of this
/// index (from 0), after this step.
fn run(
    site: &WatchSite,
    source: &file::DirectorySettings,
    settings: &file::JournalSettings,
    wait: Duration,
    death: Option<(usize, Death)>,
) -> Restored {
    let mut journal = journal_records::open(settings);
    let parts = read(&settings.directory)
        .unwrap()
        .filter_map(|entry| match entry.content {
            Ok(Record::Part(part)) => {
                let picture = part.picture?;
                Some(RecordedPicture {
                    picture: InspectedPicture {
                        part: part.part,
                        identity: picture.identity,
                        sha256: picture.sha256,
                    },
                    name: Some(picture.name),
                })
            }
            _ => None,
        });
    let disposal = Disposal::new(source).unwrap();
    let (ledger, restored) = restore(&disposal, parts).unwrap();
    let known = Known {
        ledger,
        own: OwnFiles::default(),
        disposal: Some(disposal.clone()),
    };
    let mut directory = Directory::open(source, known).unwrap();
    for (turn, arrival) in site.arrivals(&mut directory, wait).iter().enumerate() {
        let dies = |at| death == Some((turn, at));
        if dies(Death::Inspected) {
            break;
        }
        let part = journal.next_part();
        let mut record = journal_records::part(part, &arrival.name, arrival.identity);
        let content = fs::read(site.file(&arrival.name.to_string())).unwrap();
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
        if dies(Death::Disposed) {
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
fn each_picture_has_one_record_no_matter_when_the_station_dies() {
    const PICTURES: usize = 4;
    for after in [After::Keep, After::Move, After::Delete] {
        for death in [
            Death::Inspected,
            Death::RecordHalfWritten,
            Death::Recorded,
            Death::Disposed,
        ] {
            let test = format!("restart-{after:?}-{death:?}");
            let site = WatchSite::new(&test);
            let records = journal_records::Place::new(&test);
            let (source, settings) = (site.source(after), records.journal());
            for number in 0..PICTURES {
                site.write(&format!("{number}.png"), "picture");
            }
            // The station dies at the second picture, then at the first remaining one, then runs to
            // its end.
            run(&site, &source, &settings, SETTLED, Some((1, death)));
            let wait = Duration::from_millis(20);
            let restored = run(&site, &source, &settings, wait, Some((0, death)));
            let unfinished = u32::from(death == Death::Recorded && after != After::Keep);
            assert_eq!(restored.finished, unfinished, "{test}");
            run(&site, &source, &settings, wait, None);

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
            assert_eq!(files(&site.path.join("in")), left, "{test}");
            assert_eq!(files(&site.path.join("out")), moved, "{test}");
        }
    }
}

#[test]
fn a_picture_rewritten_while_the_station_was_down_is_new() {
    let site = WatchSite::new("rewritten");
    let records = journal_records::Place::new("rewritten");
    let (source, settings) = (site.source(After::Keep), records.journal());
    site.write("a.png", "one");
    run(&site, &source, &settings, SETTLED, None);
    site.write("a.png", "another");
    site.write("b.png", "b");
    let restored = run(&site, &source, &settings, SETTLED, None);
    assert_eq!(restored.kept.len(), 0);
    let restored = run(&site, &source, &settings, SETTLED, None);
    assert_eq!(restored.kept.len(), 2);
    let sizes: Vec<u64> = journal_records::parts(&settings)
        .iter()
        .map(|part| part.picture.as_ref().unwrap().identity.size)
        .collect();
    assert_eq!(sizes, [3, 7, 1]);
}

/// The names of the pictures in the journal, in order.
fn recorded(settings: &file::JournalSettings) -> Vec<String> {
    journal_records::parts(settings)
        .into_iter()
        .map(|part| part.picture.unwrap().name.to_string())
        .collect()
}

#[test]
fn while_the_station_is_down_only_writing_makes_a_new_picture() {
    let site = WatchSite::new("touched");
    let records = journal_records::Place::new("touched");
    let (source, settings) = (site.source(After::Keep), records.journal());
    let names = ["a.png", "b.png", "c.png", "d.png", "e.png"];
    for name in names {
        site.write(name, name);
        set_mtime(&site.file(name), 1_000_000, 0);
    }
    run(&site, &source, &settings, SETTLED, None);
    assert_eq!(recorded(&settings), names);
    set_mtime(&site.file("a.png"), 2_000_000, 0);
    fs::rename(site.file("b.png"), site.file("renamed.png")).unwrap();
    fs::hard_link(site.file("c.png"), site.file("linked.png")).unwrap();
    // New content of the same size and with the same modification time.
    fs::write(site.file("e.png"), "E.PNG").unwrap();
    set_mtime(&site.file("e.png"), 1_000_000, 0);
    run(&site, &source, &settings, SETTLED * 2, None);
    assert_eq!(recorded(&settings)[names.len()..], ["e.png"]);
    run(&site, &source, &settings, SETTLED, None);
    assert_eq!(recorded(&settings).len(), names.len() + 1);
}

#[test]
fn a_picture_whose_time_changed_before_its_deletion_is_deleted_at_the_next_start() {
    let site = WatchSite::new("touched-delete");
    let records = journal_records::Place::new("touched-delete");
    let (source, settings) = (site.source(After::Delete), records.journal());
    site.write("a.png", "a");
    site.write("b.png", "b");
    let death = Some((1, Death::Recorded));
    run(&site, &source, &settings, SETTLED, death);
    set_mtime(&site.file("b.png"), 1_000_000, 0);
    run(&site, &source, &settings, SETTLED * 2, None);
    assert_eq!(recorded(&settings), ["a.png", "b.png"]);
    assert_eq!(files(&site.path.join("in")), 0);
}

#[test]
fn a_new_file_with_a_reused_inode_number_is_inspected_even_with_equal_bytes() {
    for after in [After::Keep, After::Delete] {
        let test = format!("reused-{after:?}");
        let site = WatchSite::new(&test);
        let records = journal_records::Place::new(&test);
        let (source, settings) = (site.source(after), records.journal());
        site.write("a.png", "the same");
        run(&site, &source, &settings, SETTLED, None);
        let _ = fs::remove_file(site.file("a.png"));
        // File systems such as ext4 reuse the number of a deleted inode.
        site.write("b.png", "the same");
        run(&site, &source, &settings, SETTLED * 2, None);
        assert_eq!(recorded(&settings), ["a.png", "b.png"], "{test}");
    }
}

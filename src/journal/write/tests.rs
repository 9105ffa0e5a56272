//! Files that other programs moved, and calls that fail.

use super::super::record::{Line, Missed, Record};
use super::super::tests::{Place, part, start};
use super::super::{Order, file_name, is_held, read};
use super::*;
use std::path::PathBuf;

fn file(place: &Place, number: u32) -> PathBuf {
    place.path.join(file_name(number).as_str())
}

/// The kinds and part numbers of all records in a file.
fn records(path: &PathBuf) -> String {
    let text = fs::read(path).unwrap();
    let lines = text.split(|&byte| byte == b'\n');
    let records = lines.filter(|line| !line.is_empty()).filter_map(|line| {
        Some(match super::super::line::decode(line).unwrap() {
            Record::Start(start) => format!("start {}", start.next_part.number()),
            Record::Part(part) => format!("part {}", part.part.number()),
            Record::Control(control) => format!("control {}", control.change),
            Record::Confirmation(fault) => format!("confirmation {}", fault.fault),
            Record::Missed(missed) => format!("missed {}", missed.triggers),
            // The tests of the counts look at these.
            Record::CarriedCounts(_) | Record::CarriedTimes(_) | Record::Carried(_) => {
                return None;
            }
            other => format!("{other:?}"),
        })
    });
    records.collect::<Vec<_>>().join(", ")
}

/// The call that failed.
fn call<T>(result: Result<T, JournalError>) -> &'static str {
    match result.err() {
        Some(JournalError::Directory { call, .. } | JournalError::File { call, .. }) => call,
        Some(error) => panic!("{error}"),
        None => "",
    }
}

#[test]
fn only_the_last_component_of_the_directory_is_created() {
    let place = Place::new("create");
    let mut settings = place.settings();
    let below = place.path.join("a");
    settings.directory = below.join("b").to_str().unwrap().try_into().unwrap();
    assert_eq!(call(Journal::open(&settings, start(1))), "mkdir");
    settings.directory = below.to_str().unwrap().try_into().unwrap();
    assert_eq!(call(Journal::open(&settings, start(1))), "");
}

#[test]
fn the_next_part_is_found_in_an_older_file_and_in_a_start_record() {
    let place = Place::new("older");
    let mut journal = Journal::open(&place.settings(), start(1)).unwrap();
    journal.append(&part(7, "a.png")).unwrap();
    drop(journal);
    fs::write(file(&place, 2), "").unwrap();
    fs::write(file(&place, 3), "").unwrap();
    let journal = Journal::open(&place.settings(), start(1)).unwrap();
    assert_eq!(journal.next_part(), PartId::new(8));
    drop(journal);
    let orders = || read(place.path.to_str().unwrap()).unwrap();
    assert!(orders().all(|entry| entry.order == Order::Follows));
    // The newest file now has a start record, which alone names the number.
    fs::remove_file(file(&place, 1)).unwrap();
    assert_eq!(records(&file(&place, 3)), "start 8");
    let journal = Journal::open(&place.settings(), start(1)).unwrap();
    assert_eq!(journal.next_part(), PartId::new(8));
}

#[test]
fn missed_triggers_and_the_measured_bandwidth_are_written() {
    let place = Place::new("missed");
    let mut journal = Journal::open(&place.settings(), start(1)).unwrap();
    let missed = Missed {
        time: start(1).time,
        station: start(1).station,
        triggers: 5,
        lost: 2,
        recipe: None,
    };
    journal.append_all(&[Line::Missed(missed)]).unwrap();
    let memory = MemoryBandwidth {
        write_mb_s: 1,
        read_mb_s: 2,
        ordinary_write_mb_s: 3,
        ordinary_read_mb_s: 4,
        copied: false,
    };
    let engine = "rten: Erf `e`: the executor does not have this operator";
    let engines = [engine.parse().ok()];
    journal.engine_ready(memory, &engines).unwrap();
    let path = file(&place, 1);
    assert_eq!(records(&path), "start 1, missed 5, start 1");
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches(r#""memory":null"#).count(), 1);
    assert_eq!(text.matches(r#""write_mb_s":1"#).count(), 1);
    assert_eq!(text.matches(r#""engine":null"#).count(), 1);
    assert_eq!(text.matches(&format!(r#""engine":"{engine}""#)).count(), 1);
}

#[test]
fn a_new_file_follows_one_that_was_deleted_or_replaced() {
    let place = Place::new("moved");
    let mut journal = Journal::open(&place.settings(), start(1)).unwrap();
    journal.append(&part(1, "a.png")).unwrap();
    assert_eq!(journal.moved(), 0);
    fs::remove_file(file(&place, 1)).unwrap();
    journal.append(&part(2, "a.png")).unwrap();
    assert_eq!(journal.moved(), 1);
    assert_eq!(records(&file(&place, 2)), "start 3, part 2");
    // Another file with the same name is not the journal's.
    fs::rename(file(&place, 2), place.path.join("old")).unwrap();
    fs::write(file(&place, 2), "").unwrap();
    journal.append(&part(3, "a.png")).unwrap();
    assert_eq!(journal.moved(), 2);
    assert_eq!(records(&file(&place, 2)), "");
    assert_eq!(records(&file(&place, 3)), "start 4, part 3");
}

#[test]
fn a_file_whose_name_cannot_be_looked_up_is_an_error() {
    let place = Place::new("lookup");
    let mut settings = place.settings();
    let below = place.path.join("journal");
    settings.directory = below.to_str().unwrap().try_into().unwrap();
    let mut journal = Journal::open(&settings, start(1)).unwrap();
    fs::rename(&below, place.path.join("old")).unwrap();
    // A file instead of the directory: the look-up does not fail with "not found".
    fs::write(&below, "").unwrap();
    assert_eq!(call(journal.append(&part(1, "a.png"))), "stat");
    assert_eq!(journal.moved(), 0);
}

#[test]
fn the_journal_continues_in_the_directory_that_has_its_name() {
    let place = Place::new("follow");
    let mut settings = place.settings();
    let below = place.path.join("journal");
    settings.directory = below.to_str().unwrap().try_into().unwrap();
    let mut journal = Journal::open(&settings, start(1)).unwrap();
    fs::rename(&below, place.path.join("old")).unwrap();
    fs::create_dir(&below).unwrap();
    fs::write(below.join(file_name(6).as_str()), "").unwrap();
    journal.append(&part(1, "a.png")).unwrap();
    assert!(is_held(&settings.directory), "the lock follows");
    assert_eq!(
        records(&below.join(file_name(7).as_str())),
        "start 2, part 1"
    );
}

#[test]
fn an_old_file_that_cannot_be_deleted_is_an_error_and_a_missing_one_is_not() {
    let place = Place::new("unlink");
    for number in 1..=3 {
        fs::write(file(&place, number), "").unwrap();
    }
    let mut journal = Journal::open(&place.settings(), start(1)).unwrap();
    fs::remove_file(file(&place, 1)).unwrap();
    journal.start_file().unwrap();
    assert_eq!(journal.numbers, [2, 3, 4]);
    fs::remove_file(file(&place, 2)).unwrap();
    fs::create_dir(file(&place, 2)).unwrap();
    assert_eq!(call(journal.start_file()), "unlink");
    assert_eq!(journal.number, 4);
}

#[test]
fn a_failed_write_is_an_error_and_its_remains_are_removed() {
    let place = Place::new("torn");
    let mut settings = place.settings();
    settings.sync = true;
    let mut journal = Journal::open(&settings, start(1)).unwrap();
    let path = file(&place, 1);
    let whole = fs::read(&path).unwrap();
    // Writes to a file that is open for reading fail, and `fdatasync` does not.
    let writable = std::mem::replace(&mut journal.file, File::open(&path).unwrap());
    assert_eq!(call(journal.append(&part(1, "a.png"))), "write");
    journal.file = writable;
    fs::write(&path, [&whole[..], b"{\"kind\":"].concat()).unwrap();
    journal.append(&part(2, "a.png")).unwrap();
    assert_eq!(records(&path), "start 1, part 2");
    journal.append(&part(3, "a.png")).unwrap();
    assert_eq!(records(&path), "start 1, part 2, part 3");
}

/// A device accepts writes but cannot be flushed, so a flush shows as an error.
#[test]
fn the_disk_is_flushed_only_if_the_station_file_says_so() {
    let place = Place::new("sync");
    let mut journal = Journal::open(&place.settings(), start(1)).unwrap();
    let device = || fs::OpenOptions::new().write(true).open("/dev/null");
    journal.directory = device().unwrap();
    journal.file = device().unwrap();
    for (sync, directory, file) in [(false, "", ""), (true, "fsync", "fdatasync")] {
        journal.settings.sync = sync;
        assert_eq!(call(journal.sync_directory()), directory);
        assert_eq!(call(journal.write_head()), file);
        journal.torn = None;
    }
}

/// So a slow disk is waited for once, and what is not flushed is not acknowledged.
#[test]
fn records_are_written_together_or_not_at_all() {
    let place = Place::new("together");
    let mut settings = place.settings();
    settings.sync = true;
    let mut journal = Journal::open(&settings, start(1)).unwrap();
    let lines = |from| [from, from + 1].map(|number| Line::Part(part(number, "a.png")));
    journal.append_all(&lines(1)).unwrap();
    let path = file(&place, 1);
    assert_eq!(records(&path), "start 1, part 1, part 2");
    let before = journal.accounts().clone();
    // All is written, and the flush fails. The device takes the lines, so the file gets others.
    let whole = fs::read(&path).unwrap();
    let device = fs::OpenOptions::new().write(true).open("/dev/null");
    let writable = std::mem::replace(&mut journal.file, device.unwrap());
    assert_eq!(call(journal.write(&lines(3))), "fdatasync");
    journal.file = writable;
    journal.torn.as_mut().unwrap().begin = whole.len() as u64;
    fs::write(&path, [&whole[..], &whole[..]].concat()).unwrap();
    // The second line is too long.
    let long = "x".repeat(LINE_MAX);
    let too_long = ["x", long.as_str()];
    assert!(matches!(
        journal.write(&too_long),
        Err(JournalError::TooLong)
    ));
    assert_eq!(*journal.accounts(), before);
    journal.append_all(&lines(5)).unwrap();
    assert_eq!(records(&path), "start 1, part 1, part 2, part 5, part 6");
    let entries = read(place.path.to_str().unwrap()).unwrap();
    assert_eq!(
        entries
            .filter(|entry| entry.order == Order::Follows)
            .count(),
        5
    );
}

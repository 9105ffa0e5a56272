//! Promise: a journal continues under its name when its file or directory is moved, replaced or
//! deleted while it is written.

use super::journal_records::{Place, append, assert_sound, file_names, open, parts, start};
use sluice::journal::{Journal, JournalError, Record, file_name, read};
use std::fs;
use std::path::Path;

/// The journal's directory is changed while it is written.
#[test]
fn records_go_to_the_directory_that_has_the_journals_name() {
    type Change = fn(&Path);
    let changes: [(&str, Change, u32); 3] = [
        (
            "file-moved",
            |journal| {
                let file = journal.join("journal-000001.jsonl");
                fs::rename(&file, journal.join("archived.jsonl")).unwrap();
            },
            2,
        ),
        (
            "file-replaced",
            |journal| {
                let file = journal.join("journal-000001.jsonl");
                fs::rename(&file, journal.join("archived.jsonl")).unwrap();
                fs::write(&file, "").unwrap();
            },
            2,
        ),
        (
            "directory-replaced",
            |journal| {
                fs::rename(journal, journal.with_file_name("archive")).unwrap();
                fs::create_dir(journal).unwrap();
            },
            2,
        ),
    ];
    for (name, change, number) in changes {
        let place = Place::new(name);
        let settings = place.journal();
        let mut journal = open(&settings);
        append(&mut journal).unwrap();
        assert_eq!(journal.moved(), 0, "{name}");
        change(Path::new(settings.directory.as_str()));
        append(&mut journal).unwrap();
        append(&mut journal).unwrap();
        assert_eq!(journal.moved(), 1, "{name}");
        let records: Vec<_> = read(&settings.directory)
            .unwrap()
            .filter(|entry| matches!(entry.content, Ok(Record::Part(_))))
            .map(|entry| entry.file)
            .collect();
        assert_eq!(records, [number, number], "{name}");
        // The lock is on the directory that now has the name.
        assert!(
            matches!(
                Journal::open(&settings, start()),
                Err(JournalError::Locked(_))
            ),
            "{name}"
        );
    }
}

#[test]
fn without_its_directory_the_journal_fails_until_there_is_one() {
    let place = Place::new("directory-moved");
    let settings = place.journal();
    let directory = Path::new(settings.directory.as_str());
    let mut journal = open(&settings);
    append(&mut journal).unwrap();
    fs::rename(directory, directory.with_file_name("archive")).unwrap();
    let error = append(&mut journal).unwrap_err().to_string();
    assert!(error.ends_with("; create the directory"), "{error}");
    fs::create_dir(directory).unwrap();
    append(&mut journal).unwrap();
    let numbers: Vec<u64> = parts(&settings)
        .iter()
        .map(|part| part.part.number())
        .collect();
    assert_eq!(numbers, [3], "the second one was never written");
}

#[test]
fn records_do_not_go_to_a_deleted_file() {
    let place = Place::new("deleted");
    let settings = place.journal();
    let mut journal = open(&settings);
    append(&mut journal).unwrap();
    fs::remove_file(Path::new(settings.directory.as_str()).join(file_name(1).as_str())).unwrap();
    append(&mut journal).unwrap();
    assert_eq!(file_names(&settings), ["journal-000002.jsonl"]);
    assert_sound(&settings, 2, 1);
}

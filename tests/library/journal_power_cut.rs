//! Promise: a journal that was cut at any byte, or has any bit flipped, opens again. It loses no
//! other record and never shows a record that was not written.

use super::journal_records::{Place, open, part, parts};
use sluice::journal::{Damage, Journal, Record, read};
use sluice::part::PartId;
use sluice::station::file;
use sluice::watch::{Identity, Name};
use std::fs;
use std::path::PathBuf;

const PARTS: u64 = 3;

fn append(journal: &mut Journal) {
    let number = journal.next_part();
    let name = Name::new(format!("part-{}.png", number.number()).as_bytes()).unwrap();
    let identity = Identity {
        size: number.number(),
        mtime_ns: 1,
        inode: 2,
        ..Identity::default()
    };
    journal.append(&part(number, &name, identity)).unwrap();
}

/// Writes a journal of one file with a few parts. Returns its settings, its file and the file's
/// bytes.
fn journal_of_parts(place: &Place) -> (file::JournalSettings, PathBuf, Vec<u8>) {
    let settings = place.journal();
    let mut journal = open(&settings);
    for _ in 0..PARTS {
        append(&mut journal);
    }
    drop(journal);
    let path = PathBuf::from(settings.directory.as_str()).join("journal-000001.jsonl");
    let bytes = fs::read(&path).unwrap();
    (settings, path, bytes)
}

fn numbers(settings: &file::JournalSettings) -> Vec<u64> {
    let parts = parts(settings);
    parts.iter().map(|part| part.part.number()).collect()
}

#[test]
fn a_journal_cut_at_any_byte_keeps_every_complete_record() {
    let place = Place::new("cut");
    let (settings, path, bytes) = journal_of_parts(&place);
    let whole = parts(&settings);
    for length in 0..=bytes.len() {
        fs::write(&path, &bytes[..length]).unwrap();
        let lines = bytes[..length].iter().filter(|&&byte| byte == b'\n');
        // A line that lacks only its newline is complete.
        let closed = bytes[length..].starts_with(b"\n");
        let records = (lines.count() + usize::from(closed)).saturating_sub(1);

        let mut journal = open(&settings);
        let torn = length > 0 && !closed && bytes[length - 1] != b'\n';
        assert_eq!(journal.recovered().is_some(), torn, "{length} bytes");
        assert_eq!(journal.next_part().number(), 1 + records as u64);
        append(&mut journal);
        drop(journal);

        let after = parts(&settings);
        assert_eq!(after[..records], whole[..records], "{length} bytes");
        assert_eq!(after.len(), records + 1, "{length} bytes");
        for entry in read(&settings.directory).unwrap() {
            assert!(entry.content.is_ok(), "{length} bytes: {entry:?}");
        }
    }
}

#[test]
fn the_length_of_a_cut_line_is_in_the_journal() {
    let place = Place::new("recovered");
    let (settings, path, bytes) = journal_of_parts(&place);
    fs::write(&path, &bytes[..bytes.len() - 9]).unwrap();
    let last_line = bytes[..bytes.len() - 1]
        .iter()
        .rposition(|&byte| byte == b'\n')
        .unwrap();
    drop(open(&settings));
    let records: Vec<Record> = read(&settings.directory)
        .unwrap()
        .map(|entry| entry.content.unwrap())
        .collect();
    let [.., Record::Start(start), Record::Recovered(recovered)] = records.as_slice() else {
        panic!("{records:?}");
    };
    assert_eq!(start.next_part, PartId::new(PARTS));
    assert_eq!(
        recovered.cut_bytes,
        (bytes.len() - 9 - last_line - 1) as u64
    );
}

#[test]
fn a_flipped_bit_costs_its_own_line_and_no_other() {
    let place = Place::new("flip");
    let (settings, path, bytes) = journal_of_parts(&place);
    let whole = parts(&settings);
    let ends: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at] == b'\n').collect();
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        fs::write(&path, &flipped).unwrap();
        drop(open(&settings));
        let line = ends.iter().filter(|&&end| end < at).count();
        // Without its newline a line continues into the next one.
        let lost = if bytes[at] == b'\n' {
            line..line + 2
        } else {
            line..line + 1
        };
        let kept: Vec<_> = (0..whole.len())
            .filter(|part| !lost.contains(&(part + 1)))
            .map(|part| whole[part].clone())
            .collect();
        assert_eq!(parts(&settings), kept, "byte {at}");
    }
}

#[test]
fn a_damaged_line_is_reported_with_its_place_and_skipped() {
    let place = Place::new("damaged");
    let (settings, path, bytes) = journal_of_parts(&place);
    let text = String::from_utf8(bytes).unwrap();
    // Line 3 is part 2. An edit changes its verdict to PASS.
    let edited: String = text
        .split_inclusive('\n')
        .enumerate()
        .map(|(line, text)| match line {
            2 => text.replace("REJECT", "PASS"),
            _ => text.to_string(),
        })
        .collect();
    fs::write(&path, edited).unwrap();
    let mut journal = open(&settings);
    assert_eq!(journal.next_part(), PartId::new(PARTS + 1));
    assert_eq!(journal.recovered(), None);
    append(&mut journal);
    assert_eq!(numbers(&settings), [1, 3, 4]);
    let damaged: Vec<_> = read(&settings.directory)
        .unwrap()
        .filter(|entry| entry.content.is_err())
        .collect();
    assert_eq!(damaged.len(), 1);
    assert_eq!((damaged[0].file, damaged[0].line), (1, 3));
    assert!(matches!(damaged[0].content, Err(Damage::Checksum)));
}

#[test]
fn garbage_in_the_newest_file_repeats_no_part_number() {
    let place = Place::new("garbage");
    let (settings, path, _) = journal_of_parts(&place);
    let garbage: Vec<u8> = (0..100_000_u32).map(|at| (at * 31 % 251) as u8).collect();
    fs::write(path.with_file_name("journal-000002.jsonl"), garbage).unwrap();
    let mut journal = open(&settings);
    assert_eq!(journal.next_part(), PartId::new(PARTS + 1));
    append(&mut journal);
    assert_eq!(numbers(&settings), [1, 2, 3, 4]);
}

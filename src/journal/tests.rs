//! Records and a directory for the tests of this module, and tests of the whole journal.

use super::*;
use crate::part::{PartId, Verdict};
use crate::station::file::{self, JournalSettings};
use crate::watch::{Identity, Name};

pub(super) fn start(next_part: u64) -> Start {
    Start {
        time: WallTime::from_unix_us(1_772_368_496_000_000),
        station: "station 1".parse().unwrap(),
        version: "0.1.0".parse().unwrap(),
        binary_sha256: Sha256::new([1; 32]),
        station_sha256: Sha256::new([2; 32]),
        model_sha256: Sha256::new([3; 32]),
        next_part: PartId::new(next_part),
        memory: None,
        engine: None,
        realtime: None,
        models: heapless::Vec::new(),
    }
}

pub(crate) fn part(number: u64, name: &str) -> Part {
    Part {
        part: PartId::new(number),
        time: WallTime::from_unix_us(1_772_368_496_000_000),
        station: "station 1".parse().unwrap(),
        picture: Some(PictureRecord {
            name: Name::new(name.as_bytes()).unwrap(),
            identity: Identity {
                size: 10,
                mtime_ns: 20,
                inode: 30,
                ..Identity::default()
            },
            sha256: Some(Sha256::new([4; 32])),
        }),
        verdict: Decision::new(&Verdict::Pass, ""),
        blobs: BlobTotals::default(),
        times_us: StageTimes::default(),
        gate: GateOutcome {
            outcome: "passed".parse().unwrap(),
            reason: "".parse().unwrap(),
            late: false,
            due_us: 500,
            due_ticks: None,
            acted_us: None,
        },
        recipe: None,
        golden: None,
        input_sha256: None,
        mask_sha256: None,
        measures: None,
    }
}

/// A directory that is removed at the end.
pub(super) struct Place {
    pub(super) path: std::path::PathBuf,
}

impl Place {
    pub(super) fn new(test: &str) -> Self {
        Self::below(&std::env::temp_dir(), test)
    }

    /// In this directory, such as one in memory, where a flush takes no time.
    pub(super) fn below(directory: &std::path::Path, test: &str) -> Self {
        let path = directory.join(format!("sluice-journal-{test}-{}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        Self { path }
    }

    /// `journal` for a journal in this directory.
    pub(super) fn settings(&self) -> JournalSettings {
        JournalSettings {
            directory: self.path.to_str().unwrap().try_into().unwrap(),
            file_size_max_kib: 64,
            files_max: 3,
            sync: false,
            stall_ms: 1000,
            shifts: file::ShiftsSettings::new(),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

#[test]
fn a_journal_is_held_while_it_is_open() {
    let place = Place::new("held");
    let directory = place.path.to_str().unwrap();
    assert!(!is_held(directory));
    let journal = Journal::open(&place.settings(), start(1)).unwrap();
    assert!(is_held(directory));
    let second = Journal::open(&place.settings(), start(1)).unwrap_err();
    assert!(matches!(second, JournalError::Locked(_)));
    drop(journal);
    assert!(!is_held(directory));
    assert!(!is_held("no/such/journal"));
}

#[test]
fn numbers_continue_after_the_highest_record_up_to_the_limit() {
    let place = Place::new("numbers");
    let open = || Journal::open(&place.settings(), start(1));
    let mut journal = open().unwrap();
    assert_eq!(journal.next_part(), PartId::FIRST);
    journal.append(&part(7, "a.png")).unwrap();
    journal.append(&part(5, "b.png")).unwrap();
    assert_eq!(journal.next_part(), PartId::new(8));
    drop(journal);
    let mut journal = open().unwrap();
    assert_eq!(journal.next_part(), PartId::new(8));
    // The next part may still have the number 2^63, and no higher one.
    journal.append(&part((1 << 63) - 1, "c.png")).unwrap();
    drop(journal);
    let mut journal = open().unwrap();
    assert_eq!(journal.next_part(), PartId::new(1 << 63));
    journal.append(&part(1 << 63, "d.png")).unwrap();
    drop(journal);
    let error = open().unwrap_err();
    assert!(
        matches!(error, JournalError::PartNumber(part) if part.number() == (1 << 63) + 1),
        "{error}"
    );
}

#[test]
fn the_end_of_the_newest_file_is_repaired() {
    let place = Place::new("repair");
    let settings = place.settings();
    drop(Journal::open(&settings, start(1)).unwrap());
    let file = place.path.join("journal-000001.jsonl");
    let whole = std::fs::read(&file).unwrap();

    // An incomplete line is removed, and a record reports its length.
    std::fs::write(&file, [&whole, &whole[..20]].concat()).unwrap();
    let journal = Journal::open(&settings, start(1)).unwrap();
    assert_eq!(journal.recovered().unwrap().cut_bytes, 20);
    drop(journal);
    let records: Vec<_> = read(&settings.directory)
        .unwrap()
        .map(|entry| entry.content.unwrap())
        .collect();
    assert!(
        matches!(
            &records[..],
            [Record::Start(_), Record::Start(_), Record::Recovered(_)]
        ),
        "{records:?}"
    );

    // A line that lacks only its newline is kept.
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() - 1]).unwrap();
    let journal = Journal::open(&settings, start(1)).unwrap();
    assert_eq!(journal.recovered(), None);
    drop(journal);
    assert!(std::fs::read(&file).unwrap().starts_with(&whole));
    assert_eq!(read(&settings.directory).unwrap().count(), 4);
}

#[test]
fn a_full_file_is_closed_and_the_oldest_file_deleted() {
    let place = Place::new("files");
    let mut journal = Journal::open(&place.settings(), start(1)).unwrap();
    let sizes = || -> Vec<(u32, u64)> {
        (1..=9)
            .filter_map(|number| {
                let path = place.path.join(file_name(number).as_str());
                Some((number, std::fs::metadata(path).ok()?.len()))
            })
            .collect()
    };
    let mut number = 0;
    while sizes().last().unwrap().0 < 4 {
        number += 1;
        journal.append(&part(number, "a.png")).unwrap();
    }
    let sizes = sizes();
    // Three files are kept. Each closed file has reached 64 KiB, by less than one line more.
    assert_eq!(
        sizes.iter().map(|file| file.0).collect::<Vec<_>>(),
        [2, 3, 4]
    );
    for (_, bytes) in &sizes[..2] {
        assert!((65_536..65_536 + 1024).contains(bytes), "{bytes}");
    }
    // Each file begins with a `start` record.
    for entry in read(place.path.to_str().unwrap()).unwrap() {
        let is_start = matches!(entry.content, Ok(Record::Start(_)));
        assert_eq!(is_start, entry.line == 1, "{entry:?}");
    }
    assert_eq!(journal.moved(), 0);
}

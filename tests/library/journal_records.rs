//! A journal in its own directory, and records for it.

use sluice::journal::{
    BlobTotals, Decision, GateOutcome, Journal, JournalError, Order, Part, PictureRecord, Record,
    Sha256, StageTimes, Start, WallTime, read,
};
use sluice::part::{PartId, Reason, Verdict};
use sluice::station::file;
use sluice::watch::{Identity, Name};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

/// A directory that is deleted at the end of the test.
pub struct Place(pub PathBuf);

impl Place {
    pub fn new(test: &str) -> Self {
        let path = env::temp_dir().join(format!("sluice-journal-{}-{test}", process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    /// Settings of a journal in the subdirectory `journal`.
    pub fn journal(&self) -> file::JournalSettings {
        let directory = self.0.join("journal");
        file::JournalSettings {
            directory: directory.to_str().unwrap().parse().unwrap(),
            file_size_max_kib: 1024,
            files_max: 10,
            sync: false,
            stall_ms: 1000,
            shifts: file::ShiftsSettings::new(),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub fn start() -> Start {
    Start {
        time: WallTime::default(),
        station: "station 1".parse().unwrap(),
        version: "0.1.0".parse().unwrap(),
        binary_sha256: Sha256::new([1; 32]),
        station_sha256: Sha256::new([2; 32]),
        model_sha256: Sha256::new([3; 32]),
        next_part: PartId::FIRST,
        memory: None,
        engine: None,
        realtime: None,
        models: heapless::Vec::new(),
    }
}

pub fn open(settings: &file::JournalSettings) -> Journal {
    open_again(settings).unwrap()
}

/// Opens a journal that this test has closed. A process that another test starts may have
/// inherited the lock, and holds it until it runs its own program.
pub fn open_again(settings: &file::JournalSettings) -> Result<Journal, JournalError> {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        match Journal::open(settings, start()) {
            Err(JournalError::Locked(_)) if Instant::now() < end => thread::yield_now(),
            opened => return opened,
        }
    }
}

pub fn part(part: PartId, name: &Name, identity: Identity) -> Part {
    let verdict = Verdict::Reject(Reason::BlobArea {
        class: 1,
        area_px: 812,
        limit_px: 40,
        x: 310,
        y: 455,
    });
    Part {
        part,
        time: WallTime::now(),
        station: "station 1".parse().unwrap(),
        picture: Some(PictureRecord {
            name: name.clone(),
            identity,
            sha256: Some(Sha256::new([4; 32])),
        }),
        verdict: Decision::new(&verdict, ""),
        blobs: BlobTotals {
            count: 1,
            largest_px: 812,
            total_px: 812,
        },
        times_us: StageTimes::default(),
        gate: GateOutcome {
            outcome: "rejected".parse().unwrap(),
            reason: "verdict".parse().unwrap(),
            late: false,
            due_us: 500_000,
            due_ticks: None,
            acted_us: Some(500_017),
        },
        recipe: Some("plate".parse().unwrap()),
        golden: None,
        input_sha256: None,
        mask_sha256: None,
        measures: None,
    }
}

/// The parts of a journal, in order.
pub fn parts(settings: &file::JournalSettings) -> Vec<Part> {
    read(&settings.directory)
        .unwrap()
        .filter_map(|entry| match entry.content {
            Ok(Record::Part(part)) => Some(*part),
            _ => None,
        })
        .collect()
}

pub const IDENTITY: Identity = Identity {
    size: 1,
    mtime_ns: 2,
    inode: 3,
    ctime_ns: 40,
    content: 0,
};

/// Writes a record of the next part.
pub fn append(journal: &mut Journal) -> Result<(), JournalError> {
    let name = Name::new(b"part.png").unwrap();
    journal.append(&part(journal.next_part(), &name, IDENTITY))
}

pub fn file_names(settings: &file::JournalSettings) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(settings.directory.as_str())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Fails unless every record is whole and follows the one before, each file begins with `start`,
/// and the parts are numbered without a gap from `first`.
pub fn assert_sound(settings: &file::JournalSettings, first: u64, count: u64) {
    for entry in read(&settings.directory).unwrap() {
        assert_ne!(entry.order, Order::Broken, "{entry:?}");
        let record = entry.content.unwrap();
        if entry.line == 1 {
            assert!(matches!(record, Record::Start(_)), "file {}", entry.file);
        }
    }
    let numbers: Vec<u64> = parts(settings)
        .iter()
        .map(|part| part.part.number())
        .collect();
    assert_eq!(numbers, (first..first + count).collect::<Vec<_>>());
}

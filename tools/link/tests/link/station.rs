//! A journal, written by the station's own code.

use sluice::journal::{
    Account, BlobTotals, Decision, GateOutcome, Journal, Part, Sha256, Shift, StageTimes, Start,
    WallTime,
};
use sluice::part::{Cause, PartId, Reason, Verdict};
use sluice::station::file::JournalSettings;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// A directory of its own, which is removed at the end.
pub(crate) struct Directory(pub(crate) PathBuf);

impl Directory {
    pub(crate) fn new(test: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("sluice-link-{test}-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A station that only writes its journal.
pub(crate) struct Station {
    pub(crate) directory: PathBuf,
    journal: Journal,
    next: u64,
}

impl Station {
    /// Files of `file_kib` at most, of which `files` are kept.
    pub(crate) fn open(directory: PathBuf, file_kib: u32, files: u16) -> Self {
        let settings = JournalSettings {
            directory: directory.to_str().unwrap().try_into().unwrap(),
            file_size_max_kib: file_kib,
            files_max: files,
            sync: false,
            stall_ms: 1000,
            shifts: Default::default(),
        };
        let start = Start {
            time: WallTime::now(),
            station: "line 3".parse().unwrap(),
            version: "0.1.0".parse().unwrap(),
            binary_sha256: Sha256::new([1; 32]),
            station_sha256: Sha256::new([2; 32]),
            model_sha256: Sha256::new([3; 32]),
            next_part: PartId::new(1),
            memory: None,
            engine: None,
            realtime: None,
            models: Default::default(),
        };
        let journal = Journal::open(&settings, start).unwrap();
        let next = journal.next_part().number();
        Self {
            directory,
            journal,
            next,
        }
    }

    /// Begins a shift.
    #[allow(dead_code, reason = "the tests of the program need it not")]
    pub(crate) fn shift(&mut self) {
        let shift = Shift {
            name: "early".parse().unwrap(),
            from: WallTime::now(),
        };
        self.journal.end_shift(Some(shift)).unwrap();
    }

    /// Writes one part of this recipe.
    #[allow(dead_code, reason = "the tests of the program need it not")]
    pub(crate) fn part_of(&mut self, recipe: &str) {
        let mut part = part(self.next);
        part.recipe = Some(recipe.parse().unwrap());
        self.journal.append(&part).unwrap();
        self.next += 1;
    }

    /// Writes this many parts. Each tenth is a reject, and each 25th a fault.
    pub(crate) fn parts(&mut self, count: u64) {
        for _ in 0..count {
            self.journal.append(&part(self.next)).unwrap();
            self.next += 1;
        }
    }

    /// The counts of the station itself.
    pub(crate) fn account(&self) -> &Account {
        self.journal
            .accounts()
            .account(sluice::journal::Period::Total)
    }

    /// The lines in the directory, in order.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(&self.directory)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "jsonl")
            })
            .collect();
        names.sort();
        let text = names.iter().map(|path| fs::read_to_string(path).unwrap());
        text.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
            .collect()
    }
}

fn part(number: u64) -> Part {
    let verdict = match number {
        number if number.is_multiple_of(25) => Verdict::Fault(Cause::NoPicture),
        number if number.is_multiple_of(10) => Verdict::Reject(Reason::TooManyBlobs),
        _ => Verdict::Pass,
    };
    let passes = verdict == Verdict::Pass;
    Part {
        part: PartId::new(number),
        time: WallTime::now(),
        station: "line 3".parse().unwrap(),
        picture: None,
        verdict: Decision::new(&verdict, "no picture within 500 ms"),
        blobs: BlobTotals::default(),
        times_us: StageTimes {
            wait: 120,
            decode: 21_000,
            engine: 300_000,
            verdict: 310,
            total: 321_430,
        },
        gate: GateOutcome {
            outcome: if passes { "passed" } else { "rejected" }.parse().unwrap(),
            reason: if passes { "" } else { "verdict" }.parse().unwrap(),
            late: false,
            due_us: 2_000_000,
            due_ticks: None,
            acted_us: Some(2_000_017),
        },
        recipe: Some(
            if number.is_multiple_of(2) {
                "plate"
            } else {
                "flange"
            }
            .parse()
            .unwrap(),
        ),
        golden: None,
        input_sha256: None,
        mask_sha256: None,
        measures: None,
    }
}

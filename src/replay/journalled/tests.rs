//! Journals with gaps, and what is left of them.

use super::*;
use crate::hash::Sha256;
use crate::journal::{
    BlobTotals, Decision, GateOutcome, Journal, PictureRecord, StageTimes, file_name,
};
use crate::part::{PartId, Verdict};
use crate::station::file::{JournalSettings, ShiftsSettings};
use crate::watch::{Identity, Name};
use std::fs;
use std::path::PathBuf;

/// A journal of two starts with two parts each, which is removed at the end.
struct Place {
    path: PathBuf,
}

const FIRST: Sha256 = Sha256::new([1; 32]);
const SECOND: Sha256 = Sha256::new([2; 32]);

impl Place {
    fn new(test: &str) -> Self {
        let name = format!("sluice-replay-{test}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        let settings = JournalSettings {
            directory: path.to_str().unwrap().try_into().unwrap(),
            file_size_max_kib: 64,
            files_max: 3,
            sync: false,
            stall_ms: 1000,
            shifts: ShiftsSettings::new(),
        };
        for (binary, parts) in [(FIRST, [1, 2]), (SECOND, [3, 4])] {
            let mut journal = Journal::open(&settings, start(binary)).unwrap();
            for number in parts {
                journal.append(&part(number)).unwrap();
            }
        }
        Self { path }
    }

    fn file(&self) -> PathBuf {
        self.path.join(file_name(1).as_str())
    }

    /// Changes the line that has this text.
    fn change(&self, text: &str, change: impl Fn(&str) -> String) {
        let all = fs::read_to_string(self.file()).unwrap();
        let line = all.split_inclusive('\n').find(|line| line.contains(text));
        let line = line.unwrap();
        fs::write(self.file(), all.replace(line, &change(line))).unwrap();
    }

    fn list(&self, shard: Shard) -> Listed {
        from_journal(self.path.to_str().unwrap(), shard).unwrap()
    }

    /// The binaries that judged the four parts.
    fn binaries(&self) -> Vec<Option<Sha256>> {
        let listed = self.list(Shard::WHOLE).parts.into_iter();
        listed.map(|part| part.binary).collect()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn start(binary_sha256: Sha256) -> Start {
    Start {
        time: WallTime::default(),
        station: "station 1".parse().unwrap(),
        version: "0.1.0".parse().unwrap(),
        binary_sha256,
        station_sha256: Sha256::new([3; 32]),
        model_sha256: Sha256::new([4; 32]),
        next_part: PartId::FIRST,
        memory: None,
        engine: None,
        realtime: None,
        models: heapless::Vec::new(),
    }
}

fn part(number: u64) -> Part {
    Part {
        part: PartId::new(number),
        time: WallTime::default(),
        station: "station 1".parse().unwrap(),
        picture: Some(PictureRecord {
            name: Name::new(format!("{number}.png").as_bytes()).unwrap(),
            identity: Identity::default(),
            sha256: Some(Sha256::new([5; 32])),
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

/// Damaged and broken lines, and whether the journal is whole.
fn counts(listed: &Listed) -> (u64, u64, bool) {
    (listed.damaged_lines, listed.broken_lines, listed.is_whole())
}

#[test]
fn after_a_gap_what_judged_a_part_is_not_known_until_the_next_start() {
    let place = Place::new("gap");
    assert_eq!(counts(&place.list(Shard::WHOLE)), (0, 0, true));
    let known = [Some(FIRST), Some(FIRST), Some(SECOND), Some(SECOND)];
    assert_eq!(place.binaries(), known);
    let second = SECOND.to_string();
    place.change(&second, |line| line.replacen("station 1", "station 2", 1));
    assert_eq!(counts(&place.list(Shard::WHOLE)), (1, 0, false));
    let known = [Some(FIRST), Some(FIRST), None, None];
    assert_eq!(place.binaries(), known);
    // The line is gone.
    place.change(&second, |_| String::new());
    assert_eq!(counts(&place.list(Shard::WHOLE)), (0, 1, false));
    assert_eq!(place.binaries(), known);
    // The history's parts are compared with the same journal.
    let history = place.path.join("history");
    fs::create_dir(&history).unwrap();
    let journal = place.path.to_str().unwrap();
    let listed = from_history(&history, journal, Shard::WHOLE).unwrap();
    assert_eq!(counts(&listed), (0, 1, false));
}

#[test]
fn a_line_that_is_being_written_is_no_damage_and_one_within_the_journal_is() {
    let place = Place::new("torn");
    let whole = fs::read_to_string(place.file()).unwrap();
    fs::write(place.file(), format!("{whole}{{\"part")).unwrap();
    assert_eq!(counts(&place.list(Shard::WHOLE)), (0, 0, true));
    fs::write(place.path.join(file_name(2).as_str()), &whole).unwrap();
    let listed = place.list(Shard::WHOLE);
    assert_eq!(counts(&listed), (1, 0, false));
    assert_eq!(listed.parts.len(), 8);
}

#[test]
fn a_share_without_parts_is_told_from_a_journal_without_parts() {
    let place = Place::new("shares");
    let of = 100;
    let shares = (1..=of).map(|number| place.list(Shard { number, of }));
    let mut parts = 0;
    for listed in shares {
        let own = u64::try_from(listed.parts.len()).unwrap();
        assert_eq!(own + listed.of_other_shares, 4);
        parts += own;
    }
    assert_eq!(parts, 4);
    fs::write(place.file(), "").unwrap();
    let listed = place.list(Shard { number: 1, of });
    assert_eq!((listed.parts.len(), listed.of_other_shares), (0, 0));
}

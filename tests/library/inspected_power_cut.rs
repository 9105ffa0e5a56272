//! The power fails while pictures are inspected, with every state of the list of inspected pictures
//! and of the moved pictures that ext4 and XFS can leave behind. Each picture that has a record is
//! known at the next start, and each other one is inspected.
//!
//! The model: What was flushed stays. Of the list's records that were written since, any may be
//! lost: whole, in part, or so that zeros are in their place. A new list takes the name of the old
//! one as a whole, or not at all. Moves of pictures take effect in their order, any number of them,
//! since both file systems have one log. Records of the journal are flushed before
//! (`src/journal/write/power_cuts.rs`), and it drops its oldest files.

use super::journal_records::{self, Place};
use super::watch_place::{SETTLED, WatchSite};
use core::time::Duration;
use sluice::journal::{Journal, Record, Sha256, read};
use sluice::part::PartId;
use sluice::station::file::{After, DirectorySettings, JournalSettings};
use sluice::watch::{
    Arrival, Directory, Disposal, Inspected, InspectedPicture, Known, Ledger, OwnFiles,
    RecordedPicture, Restored, inspected, restore,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{fs, thread};

/// The bytes of a record of the list.
const RECORD: usize = 96;
/// How many records are flushed together. `src/watch/inspected/power_cuts.rs` proves it by the
/// calls that the list makes.
const FLUSHED: usize = 16;

/// The files of a directory, with their bytes.
type Files = BTreeMap<PathBuf, Vec<u8>>;

fn load(directory: &Path) -> Files {
    let paths = fs::read_dir(directory).unwrap();
    let paths = paths.map(|entry| entry.unwrap().path());
    paths
        .map(|path| (path.clone(), fs::read(&path).unwrap()))
        .collect()
}

fn store(directory: &Path, files: &Files) {
    for path in load(directory).into_keys() {
        fs::remove_file(path).unwrap();
    }
    for (path, bytes) in files {
        fs::write(path, bytes).unwrap();
    }
}

/// What a station does at its start.
fn start(source: &DirectorySettings, settings: &JournalSettings) -> (Ledger, Restored, Inspected) {
    let list = inspected::path(&settings.directory);
    let listed = inspected::read(&list).unwrap();
    let records = read(&settings.directory).unwrap();
    let recorded = records.filter_map(|entry| match entry.content.unwrap() {
        Record::Part(part) => part.picture.map(|picture| RecordedPicture {
            picture: InspectedPicture {
                part: part.part,
                identity: picture.identity,
                sha256: picture.sha256,
            },
            name: Some(picture.name),
        }),
        _ => None,
    });
    let disposal = Disposal::new(source).unwrap();
    let before = listed
        .into_iter()
        .map(RecordedPicture::from)
        .chain(recorded);
    let (ledger, restored) = restore(&disposal, before).unwrap();
    let inspected = Inspected::open(list, disposal, ledger.clone(), &restored.kept);
    (ledger, restored, inspected)
}

/// The names of the pictures that are inspected after a start, until so many have come. They must
/// have settled. The oldest come first, so one that was inspected before comes before these.
fn inspected_again(
    site: &WatchSite,
    source: &DirectorySettings,
    ledger: Ledger,
    count: usize,
) -> Vec<String> {
    let known = Known {
        ledger,
        own: OwnFiles::default(),
        disposal: None,
    };
    let mut directory = Directory::open(source, known).unwrap();
    let end = Instant::now() + Duration::from_secs(10);
    let mut arrived = site.arrivals(&mut directory, Duration::from_millis(5));
    while arrived.len() < count && Instant::now() < end {
        arrived.extend(site.arrivals(&mut directory, Duration::from_millis(5)));
    }
    arrived.sort_by_key(|arrival| arrival.name.clone());
    arrived
        .iter()
        .map(|arrival| arrival.name.to_string())
        .collect()
}

fn write_pictures(site: &WatchSite, count: usize) -> Vec<Arrival> {
    let mut directory = site.watch();
    let mut arrivals = Vec::new();
    for number in 0..count {
        site.write(&format!("{number:03}.png"), &number.to_string());
        arrivals.push(site.next(&mut directory));
    }
    arrivals
}

fn record(journal: &mut Journal, arrival: &Arrival, number: usize) -> (PartId, Sha256) {
    let id = journal.next_part();
    let mut part = journal_records::part(id, &arrival.name, arrival.identity);
    let sha256 = Sha256::of(number.to_string().as_bytes());
    part.picture.as_mut().unwrap().sha256 = Some(sha256);
    journal.append(&part).unwrap();
    (id, sha256)
}

/// Each state of the list after a cut: `whole` was written, and only its first bytes were flushed.
fn states(whole: &[u8], flushed: usize) -> Vec<Vec<u8>> {
    let zeroed = |from: usize, to: usize| {
        let mut bytes = whole.to_vec();
        bytes[from..to].fill(0);
        bytes
    };
    let mut states = vec![whole.to_vec(), zeroed(flushed, whole.len())];
    for record in (flushed..whole.len()).step_by(RECORD) {
        for cut in [record, record + 1, record + RECORD / 2, record + RECORD - 1] {
            states.push(whole[..cut].to_vec());
            states.push(zeroed(cut, whole.len()));
        }
        // It alone is lost, or it alone is not.
        states.push(zeroed(record, record + RECORD));
        let mut alone = zeroed(flushed, whole.len());
        alone[record..record + RECORD].copy_from_slice(&whole[record..record + RECORD]);
        states.push(alone);
    }
    states
}

#[test]
fn no_power_cut_lets_an_inspected_picture_that_stays_be_inspected_again() {
    const PICTURES: usize = 300;
    let site = WatchSite::new("list-power-cut");
    let place = Place::new("list-power-cut");
    let source = site.source(After::Keep);
    // The least that a station file may ask for.
    let settings = JournalSettings {
        file_size_max_kib: 64,
        files_max: 2,
        sync: true,
        ..place.journal()
    };
    let arrivals = write_pictures(&site, PICTURES);
    let mut journal = journal_records::open(&settings);
    let (_, _, mut list) = start(&source, &settings);
    let (directory, path) = (
        place.0.join("journal"),
        inspected::path(&settings.directory),
    );
    // The journal and the list when so many parts were recorded, with the list one part behind.
    let mut moments = Vec::new();
    for (number, arrival) in arrivals.iter().enumerate().take(PICTURES - 3) {
        let (part, sha256) = record(&mut journal, arrival, number);
        let recorded = number + 1;
        let listed = fs::read(&path).unwrap();
        assert_eq!(listed.len(), number * RECORD);
        if [287, 288, 289, 290, 297].contains(&recorded) {
            moments.push((recorded, load(&directory), listed));
        }
        list.dispose(&arrival.name, &arrival.identity, Some(sha256), part)
            .unwrap();
    }
    drop((journal, list));
    let dropped = !load(&directory)
        .keys()
        .any(|file| file.ends_with("journal-000001.jsonl"));
    assert!(dropped, "the list is needed");
    thread::sleep(SETTLED);

    let (mut cuts, mut again) = (0, 0);
    for (recorded, files, listed) in moments {
        let expected: Vec<_> = (recorded..PICTURES)
            .map(|number| format!("{number:03}.png"))
            .collect();
        let flushed = listed.len() / RECORD / FLUSHED * FLUSHED * RECORD;
        for state in states(&listed, flushed) {
            cuts += 1;
            store(&directory, &files);
            fs::write(&path, &state).unwrap();
            let (ledger, _, list) = start(&source, &settings);
            assert_eq!(
                inspected_again(&site, &source, ledger, expected.len()),
                expected,
                "cut {cuts}"
            );
            drop(list);
            if cuts % 10 != 0 {
                continue;
            }
            // The power fails again, while the next start writes the new list.
            let new = fs::read(&path).unwrap();
            let unfinished = path.with_extension("inspected.new");
            for length in [0, 1, RECORD, new.len() / 2, new.len()] {
                again += 1;
                fs::write(&path, &state).unwrap();
                fs::write(&unfinished, &new[..length]).unwrap();
                let (ledger, _, _) = start(&source, &settings);
                assert_eq!(
                    inspected_again(&site, &source, ledger, expected.len()),
                    expected,
                    "{cuts} {length}"
                );
            }
        }
    }
    println!("{cuts} cuts, {again} at the next start");
    assert!(cuts > 250 && again > 100, "{cuts} {again}");
}

#[test]
fn no_power_cut_loses_a_picture_that_is_moved_or_inspects_it_again() {
    const PICTURES: usize = 5;
    let mut cuts = Vec::new();
    for recorded in 0..=PICTURES {
        for moved in 0..=recorded {
            let test = format!("move-power-cut-{recorded}-{moved}");
            let (site, place) = (WatchSite::new(&test), Place::new(&test));
            let source = site.source(After::Move);
            let arrivals = write_pictures(&site, PICTURES);
            let mut journal = journal_records::open(&place.journal());
            let disposal = Disposal::new(&source).unwrap();
            for (number, arrival) in arrivals.iter().enumerate().take(recorded) {
                let (part, sha256) = record(&mut journal, arrival, number);
                if number < moved {
                    disposal
                        .apply(&arrival.name, &arrival.identity, Some(&sha256), part)
                        .unwrap();
                }
            }
            cuts.push((site, place, recorded, moved));
        }
    }
    thread::sleep(SETTLED);
    for (site, place, recorded, moved) in &cuts {
        let source = site.source(After::Move);
        let (ledger, restored, _) = start(&source, &place.journal());
        let finished = usize::try_from(restored.finished).unwrap();
        assert_eq!((finished, restored.failed), (recorded - moved, 0));
        let names = |from: usize, to: usize| -> Vec<String> {
            (from..to)
                .map(|number| format!("{number:03}.png"))
                .collect()
        };
        let again = inspected_again(site, &source, ledger, PICTURES - recorded);
        assert_eq!(again, names(*recorded, PICTURES), "{recorded} {moved}");
        let out: Vec<_> = load(&site.path.join("out")).into_iter().collect();
        let expected: Vec<_> = (0..*recorded)
            .map(|number| {
                (
                    site.path.join(format!("out/{number:03}.png")),
                    number.to_string().into(),
                )
            })
            .collect();
        assert_eq!(out, expected, "{recorded} {moved}");
    }
}

//! The store: what is kept, what goes, and what a broken disk does.

use super::*;
use crate::hash::Sha256;
use crate::image::{ChannelOrder, Size};
use crate::journal::{BlobTotals, Decision, WallTime};
use crate::part::{PartId, Verdict};
use crate::station::file::HistorySettings;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::PathBuf;

mod export;
mod space;

/// A directory that is removed at the end.
struct Place {
    path: PathBuf,
}

impl Place {
    fn new(test: &str) -> Self {
        let name = format!("sluice-history-{test}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self { path }
    }

    /// Each kind may have this many parts.
    fn settings(&self, parts: u32, size_max_kib: u32) -> HistorySettings {
        let directory = self.path.join("history");
        HistorySettings {
            directory: directory.to_str().unwrap().parse().unwrap(),
            rejects_max: parts,
            faults_max: parts,
            passes_max: parts,
            pass_every: 1,
            near_max: parts,
            size_max_kib,
        }
    }

    /// Numbers and kinds of what is kept, in the order of the names.
    fn kept(&self) -> Vec<(u64, Kind)> {
        let kept = entries(&self.path.join("history")).unwrap().into_iter();
        kept.map(|entry| (entry.name.part().number(), entry.name.kind()))
            .collect()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

const SHAPE: InputShape = InputShape {
    size: Size {
        width: 16,
        height: 8,
    },
    order: ChannelOrder::Bgr,
    classes: 2,
};

fn record(part: u64) -> EntryRecord {
    EntryRecord {
        version: EntryRecord::VERSION,
        part,
        time: WallTime::from_unix_us(1_772_368_496_000_000 + part * 1_000_000),
        station: "station 1".parse().unwrap(),
        recipe: "plate".parse().unwrap(),
        verdict: Decision::new(&Verdict::Pass, ""),
        blobs: BlobTotals::default(),
        nearest: None,
        picture: None,
        input: Some(SHAPE),
        input_sha256: Some(Sha256::of(b"input")),
        mask_sha256: Some(Sha256::of(b"mask")),
        binary_sha256: Sha256::of(b"1"),
        station_sha256: Sha256::of(b"2"),
        model_sha256: Sha256::of(b"3"),
        recipe_sha256: Sha256::of(b"4"),
        engine: None,
    }
}

fn add(store: &mut Store, part: u64, kind: Kind, percent: u8) -> Result<bool, HistoryError> {
    let record = record(part);
    let name = EntryName::new(record.time, PartId::new(part), kind, percent);
    // Noise, so that each part takes about as much.
    let noise = |length: usize| -> Vec<u8> {
        let mut state = u32::try_from(part).unwrap();
        let next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        std::iter::repeat_with(next).take(length).collect()
    };
    let input = noise(16 * 8 * 3);
    let mut mask = vec![0; 16 * 8];
    mask[17] = 1;
    let pictures = KeptPictures {
        shape: SHAPE,
        input: &input,
        mask: &mask,
    };
    store.add(&name, &record, Some(pictures))
}

fn decode(path: &std::path::Path) -> (png::ColorType, Vec<u8>) {
    let decoder = png::Decoder::new(std::io::BufReader::new(File::open(path).unwrap()));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (info.color_type, pixels)
}

#[test]
fn the_pictures_are_the_input_the_mask_and_both() {
    let place = Place::new("pictures");
    let mut store = Store::new(&place.settings(1, 1024), 16);
    let mut input = vec![7; 16 * 8 * 3];
    // Blue first.
    input[..6].copy_from_slice(&[200, 100, 50, 200, 100, 50]);
    let mut mask = vec![0; 16 * 8];
    mask[1] = 1;
    let record = record(1);
    let name = EntryName::new(record.time, PartId::new(1), Kind::Reject, 0);
    let pictures = KeptPictures {
        shape: SHAPE,
        input: &input,
        mask: &mask,
    };
    store.add(&name, &record, Some(pictures)).unwrap();
    let entry = &entries(&place.path.join("history")).unwrap()[0];
    assert_eq!(entry.record().unwrap(), record);
    let (color, pixels) = decode(&entry.path.join(INPUT_FILE));
    assert_eq!(
        (color, &pixels[..6]),
        (png::ColorType::Rgb, &[50, 100, 200, 50, 100, 200][..])
    );
    let (color, pixels) = decode(&entry.path.join(MASK_FILE));
    assert_eq!(
        (color, &pixels[..3]),
        (png::ColorType::Grayscale, &[0, 255, 0][..])
    );
    let (_, pixels) = decode(&entry.path.join(OVERLAY_FILE));
    assert_eq!(pixels[..6], [50, 100, 200, 152, 70, 120]);
    // With more classes, the grey value is the class.
    let shape = InputShape {
        classes: 3,
        ..SHAPE
    };
    let pictures = KeptPictures { shape, ..pictures };
    let name = EntryName::new(record.time, PartId::new(2), Kind::Fault, 0);
    store.add(&name, &record, Some(pictures)).unwrap();
    let path = place.path.join("history").join(name.as_str());
    assert_eq!(decode(&path.join(MASK_FILE)).1[..3], [0, 1, 0]);
}

#[test]
fn the_oldest_of_a_kind_goes_first_also_after_a_restart() {
    let place = Place::new("oldest");
    let settings = place.settings(2, 1024);
    let mut store = Store::new(&settings, 16);
    for part in 1..=3 {
        add(&mut store, part, Kind::Reject, 0).unwrap();
    }
    add(&mut store, 4, Kind::Fault, 0).unwrap();
    let expected = [(2, Kind::Reject), (3, Kind::Reject), (4, Kind::Fault)];
    assert_eq!(place.kept(), expected);
    // What a dead process has left, and files of others.
    let unfinished = place.path.join("history/.unfinished");
    fs::create_dir(&unfinished).unwrap();
    fs::write(unfinished.join(INPUT_FILE), "half").unwrap();
    let foreign = place.path.join("history/notes.txt");
    fs::write(&foreign, "mine").unwrap();
    let no_record = place
        .path
        .join("history/20200101T000000.000Z-0000000001-REJECT");
    fs::create_dir(&no_record).unwrap();
    // While the first one lives, another is refused, and nothing is touched.
    let error = Store::new(&settings, 16).list().unwrap_err().to_string();
    let holder = format!(
        "another station (process {}) writes there",
        std::process::id()
    );
    assert!(error.contains(&holder) && unfinished.exists(), "{error}");
    // That holds also after an error, when the directory is listed again.
    store.list().unwrap();
    assert!(Store::new(&settings, 16).list().is_err());
    fs::create_dir(&unfinished).unwrap();
    drop(store);
    let mut store = Store::new(&settings, 16);
    store.list().unwrap();
    assert!(!unfinished.exists());
    add(&mut store, 5, Kind::Reject, 0).unwrap();
    assert!(foreign.exists() && no_record.exists());
    fs::remove_dir(no_record).unwrap();
    let expected = [(3, Kind::Reject), (4, Kind::Fault), (5, Kind::Reject)];
    assert_eq!(place.kept(), expected);
    drop(store);
    // A smaller bound holds from the next start on.
    Store::new(&place.settings(1, 1024), 16).list().unwrap();
    assert_eq!(place.kept(), [(4, Kind::Fault), (5, Kind::Reject)]);
}

#[test]
fn of_the_passes_near_a_limit_the_farthest_goes_first() {
    let place = Place::new("near");
    let mut store = Store::new(&place.settings(2, 1024), 16);
    store.list().unwrap();
    assert_eq!(store.near_above(), 0);
    for (part, percent) in [(1, 50), (2, 80), (3, 70), (4, 70), (5, 40)] {
        add(&mut store, part, Kind::Near, percent).unwrap();
    }
    assert_eq!(place.kept(), [(2, Kind::Near), (3, Kind::Near)]);
    assert_eq!(store.near_above(), 70);
    add(&mut store, 6, Kind::Near, 71).unwrap();
    assert_eq!(place.kept(), [(2, Kind::Near), (6, Kind::Near)]);
    let none = HistorySettings {
        near_max: 0,
        ..place.settings(2, 1024)
    };
    drop(store);
    let mut store = Store::new(&none, 16);
    store.list().unwrap();
    assert_eq!(store.near_above(), 100);
}

#[test]
fn a_full_disk_and_a_lost_directory_are_errors_until_they_are_repaired() {
    let place = Place::new("full");
    let mut store = Store::new(&place.settings(9, 1024), 16);
    add(&mut store, 1, Kind::Reject, 0).unwrap();
    // Every write to this file fails as on a full disk.
    let unfinished = place.path.join("history/.unfinished");
    fs::create_dir(&unfinished).unwrap();
    symlink("/dev/full", unfinished.join(MASK_FILE)).unwrap();
    let error = add(&mut store, 2, Kind::Reject, 0).unwrap_err().to_string();
    assert!(
        error.contains(MASK_FILE) && error.contains("free space on the disk"),
        "{error}"
    );
    // What was written of the part is gone, and the next part is kept.
    assert!(!unfinished.exists());
    add(&mut store, 3, Kind::Reject, 0).unwrap();
    assert_eq!(place.kept(), [(1, Kind::Reject), (3, Kind::Reject)]);
    let away = place.path.join("away");
    fs::rename(place.path.join("history"), &away).unwrap();
    fs::write(place.path.join("history"), "a file").unwrap();
    let error = add(&mut store, 4, Kind::Reject, 0).unwrap_err();
    assert!(matches!(error, HistoryError::File { .. }), "{error}");
    fs::remove_file(place.path.join("history")).unwrap();
    add(&mut store, 5, Kind::Reject, 0).unwrap();
    assert_eq!(
        place.kept(),
        [(5, Kind::Reject)],
        "the directory is made again"
    );
}

#[test]
fn a_part_that_is_larger_than_the_bound_is_an_error() {
    let place = Place::new("large");
    let mut settings = place.settings(9, 1024);
    settings.size_max_kib = 0;
    let mut store = Store::new(&settings, 16);
    let error = add(&mut store, 1, Kind::Reject, 0).unwrap_err();
    assert!(matches!(error, HistoryError::TooLarge { .. }), "{error}");
    assert_eq!(place.kept(), []);
}

#[test]
fn the_longest_record_fits_and_other_versions_are_refused() {
    let mut longest = record(1);
    longest.part = u64::MAX;
    let control = |count: usize| "\u{1}".repeat(count);
    longest.station = control(32).parse().unwrap();
    longest.recipe = control(24).parse().unwrap();
    longest.verdict = Decision {
        kind: control(24).parse().unwrap(),
        code: control(24).parse().unwrap(),
        detail: control(160).parse().unwrap(),
    };
    longest.engine = control(160).parse().ok();
    longest.nearest = Some(NearestRecord {
        limit: control(24).parse().unwrap(),
        percent: 100,
    });
    longest.picture = Some(crate::journal::PictureRecord {
        name: crate::watch::Name::new(&[0xff; 255]).unwrap(),
        identity: crate::watch::Identity {
            size: u64::MAX,
            mtime_ns: i64::MIN,
            inode: u64::MAX,
            ctime_ns: i64::MIN,
            content: 0,
        },
        sha256: Some(Sha256::of(b"")),
    });
    let mut text = [0; EntryRecord::BYTES_MAX];
    let length = longest.encode(&mut text).unwrap();
    assert_eq!(EntryRecord::decode(&text[..length]), Some(longest.clone()));
    longest.version = 2;
    let length = longest.encode(&mut text).unwrap();
    assert_eq!(EntryRecord::decode(&text[..length]), None);
    assert_eq!(EntryRecord::decode(b"{}"), None);
}

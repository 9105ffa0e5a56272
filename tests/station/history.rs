//! Promise: the history keeps the last rejects and faults, every so many-th pass and the passes
//! nearest to a limit, each with the model's own input and mask, within its bounds. Its disk never
//! affects a part. `sluice export` makes a data set of it.

use crate::site::{Site, name, pictures, wait_for};
use nix::sys::signal::Signal;
use sluice::hash::Sha256;
use sluice::history::{Entry, EntryRecord, INPUT_FILE, Kind, MASK_FILE, OVERLAY_FILE, entries};
use sluice::journal::Part;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

fn with_history(test: &str, numbers: &str) -> Site {
    let site = Site::quick(test);
    let section = format!(
        r#""history": {{ "directory": "history", {numbers}, "size_max_kib": 1024 }}, "journal": {{"#
    );
    site.change(&[(r#""journal": {"#, &section)]);
    site
}

fn kept(site: &Site) -> Vec<Entry> {
    entries(&site.path.join("history")).unwrap_or_default()
}

/// Waits until the parts with these pictures are kept, and no others, in this order.
fn wait_kept(site: &Site, expected: &[(&str, Kind)]) -> Vec<Entry> {
    wait_for(&format!("{expected:?}"), || {
        let kept = kept(site);
        let named = |entry: &Entry| {
            let record = entry.record().ok()?;
            Some((record.picture?.name.to_string(), entry.name.kind()))
        };
        let found: Option<Vec<_>> = kept.iter().map(named).collect();
        let found = found?;
        let found = found.iter().map(|(name, kind)| (name.as_str(), *kind));
        found.eq(expected.iter().copied()).then_some(kept)
    })
}

/// The pixels of a PNG file of 8 bits.
fn decode(path: &Path) -> Vec<u8> {
    let decoder = png::Decoder::new(BufReader::new(File::open(path).unwrap()));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    pixels
}

/// Fails unless the kept pictures have the hashes of the part's record in the journal.
fn assert_is_of(entry: &Entry, record: &EntryRecord, part: &Part) {
    assert_eq!(entry.name.part(), part.part);
    assert_eq!((record.part, record.time), (part.part.number(), part.time));
    assert_eq!((&record.verdict, record.blobs), (&part.verdict, part.blobs));
    assert_eq!(record.picture, part.picture);
    assert_eq!(record.engine.as_deref(), Some("unet-executor"));
    let hashes = (record.input_sha256, record.mask_sha256);
    assert_eq!(hashes, (part.input_sha256, part.mask_sha256));
    // The station's order is blue first, and white is class 1.
    let mut input = decode(&entry.path.join(INPUT_FILE));
    assert_eq!(input.len(), 64 * 64 * 3);
    input
        .as_chunks_mut::<3>()
        .0
        .iter_mut()
        .for_each(|pixel| pixel.reverse());
    assert_eq!(part.input_sha256, Some(Sha256::of(&input)));
    let mask = decode(&entry.path.join(MASK_FILE));
    let classes: Vec<u8> = mask.iter().map(|value| value / 255).collect();
    assert_eq!(part.mask_sha256, Some(Sha256::of(&classes)));
    let defects = classes.iter().filter(|class| **class == 1).count();
    assert!(defects >= usize::try_from(part.blobs.total_px).unwrap());
    assert_eq!(decode(&entry.path.join(OVERLAY_FILE)).len(), input.len());
}

#[test]
fn what_the_station_file_asks_for_is_kept_and_becomes_a_data_set() {
    let numbers =
        r#""rejects_max": 2, "faults_max": 1, "passes_max": 1, "pass_every": 2, "near_max": 1"#;
    let site = with_history("history-kept", numbers);
    let mut station = site.start();
    // Spots of 16 px: 80 % of the limit.
    let near = pictures::with_spots(&[(40, 40, 8)]);
    let equal = pictures::with_spots(&[(60, 50, 8)]);
    let fed = [
        ("a.png", pictures::good()),
        ("b.png", pictures::bad()),
        ("c.png", near),
        ("d.png", pictures::good()),
        ("e.png", equal),
        ("f.png", pictures::good()),
        ("g.png", pictures::truncated()),
        ("h.png", pictures::small()),
        ("i.png", pictures::bad()),
        ("j.png", pictures::bad()),
    ];
    for (index, (name, content)) in fed.iter().enumerate() {
        site.feed(name, content);
        site.wait_parts(index + 1);
    }
    let parts = site.parts();
    let hashes = parts.iter().map(|part| part.input_sha256.is_some());
    let inspected = parts.iter().map(|part| part.verdict.kind != "FAULT");
    assert!(hashes.eq(inspected), "each inspected part has hashes");
    // c is the first near a limit. e is not nearer, but every second pass is kept.
    let area = |file: &str| {
        parts
            .iter()
            .find(|part| name(part) == file)
            .unwrap()
            .blobs
            .largest_px
    };
    assert_eq!((area("c.png"), area("e.png")), (16, 16));
    let kept = wait_kept(
        &site,
        &[
            ("c.png", Kind::Near),
            ("e.png", Kind::Pass),
            ("h.png", Kind::Fault),
            ("i.png", Kind::Reject),
            ("j.png", Kind::Reject),
        ],
    );
    for entry in &kept {
        let part = parts
            .iter()
            .find(|part| part.part == entry.name.part())
            .unwrap();
        let record = entry.record().unwrap();
        if entry.name.kind() == Kind::Fault {
            assert_eq!(record.verdict, part.verdict);
            assert!(record.input.is_none() && !entry.path.join(INPUT_FILE).exists());
        } else {
            assert_is_of(entry, &record, part);
        }
    }
    let near = kept[0].record().unwrap().nearest.unwrap();
    assert_eq!((near.limit.as_str(), near.percent), ("blob_area", 80));
    assert_eq!(station.stop(), Some(0));
    assert!(!site.errors().contains("history"), "{}", site.errors());

    // After a restart what is there counts, and files of others stay.
    fs::write(site.path.join("history/notes.txt"), "mine").unwrap();
    let mut station = site.start();
    site.feed("k.png", &pictures::bad());
    wait_kept(
        &site,
        &[
            ("c.png", Kind::Near),
            ("e.png", Kind::Pass),
            ("h.png", Kind::Fault),
            ("j.png", Kind::Reject),
            ("k.png", Kind::Reject),
        ],
    );
    assert_eq!(station.stop(), Some(0));
    assert!(site.path.join("history/notes.txt").exists());
    assert_is_a_data_set(&site);
}

/// Exports the history and evaluates it: the model agrees with its own masks.
fn assert_is_a_data_set(site: &Site) {
    let export = ["export", "--station", "station.json", "set"];
    site.assert_says(
        &export,
        0,
        &[
            "4 parts in set",
            "1 have no model input",
            "Correct each by hand",
        ],
    );
    site.assert_says(&export, 1, &["set: is not empty"]);
    let as_json = [&export[..3], &["again", "--json"]].concat();
    let counts = r#"{"dataset":"again","parts":4,"without_input":1,"of_other_recipes":0,"deleted":0,"unreadable":0}"#;
    site.assert_says(&as_json, 0, &[counts]);
    let other = [&export[..3], &["--recipe", "disc", "none"]].concat();
    site.assert_says(&other, 1, &["no kept part of recipe \"disc\""]);
    let roi = r#""roi": { "x": 16, "y": 8, "width": 128, "height": 128 }"#;
    site.change(&[(
        roi,
        r#""roi": { "x": 0, "y": 0, "width": 64, "height": 64 }"#,
    )]);
    let output = site.output(&["eval", "--station", "station.json", "set"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    let rows: Vec<Vec<&str>> = text
        .lines()
        .skip(1)
        .map_while(|line| {
            let words: Vec<_> = line.split_whitespace().collect();
            words.first()?.parse::<u32>().ok().map(|_| words)
        })
        .collect();
    assert_eq!(rows.len(), 4, "{text}");
    for (row, verdict) in rows.iter().zip(["PASS", "PASS", "REJECT", "REJECT"]) {
        assert_eq!((row[3], row[9]), ("1.000000", verdict), "{text}");
    }
}

const ALL: &str =
    r#""rejects_max": 9, "faults_max": 9, "passes_max": 9, "pass_every": 1, "near_max": 9"#;

#[test]
fn a_disk_that_hangs_leaves_parts_out_and_changes_nothing_for_them() {
    let site = with_history("history-hangs", ALL);
    let mut station = site.start();
    site.feed("first.png", &pictures::good());
    wait_kept(&site, &[("first.png", Kind::Pass)]);
    let fed = 8;
    station.without("history", || {
        for number in 0..fed {
            site.assert_passes(&format!("{number}.png"));
        }
        site.wait_error("is left out of the history");
    });
    // Four buffers wait for the disk.
    let waiting = [0, 1, 2, 3].map(|number| format!("{number}.png"));
    let mut expected = vec![("first.png", Kind::Pass)];
    expected.extend(waiting.iter().map(|name| (name.as_str(), Kind::Pass)));
    wait_kept(&site, &expected);
    site.assert_passes("last.png");
    expected.push(("last.png", Kind::Pass));
    wait_kept(&site, &expected);
    assert_eq!(station.stop(), Some(0));
    let errors = site.errors();
    assert!(
        errors.contains("4 parts were left out of the history"),
        "{errors}"
    );
    let parts = site.parts();
    assert!(
        parts
            .iter()
            .all(|part| part.input_sha256.is_some() && !part.gate.late)
    );
}

#[test]
fn a_disk_that_hangs_at_the_stop_is_left_behind_and_named() {
    let site = with_history("history-hangs-stop", ALL);
    let mut station = site.start();
    site.feed("first.png", &pictures::good());
    wait_kept(&site, &[("first.png", Kind::Pass)]);
    station.without("history", || {
        site.assert_passes("second.png");
        station.signal(Signal::SIGTERM);
        site.wait_error("left behind: history");
    });
    assert_eq!(station.wait(), Some(4), "{}", site.errors());
    site.timeline().assert_safe();
    assert_eq!(site.parts().len(), 2, "every part has its record");
}

#[test]
fn a_missing_directory_is_reported_and_used_once_it_is_there() {
    let site = with_history("history-missing", ALL);
    site.change(&[(
        r#""directory": "history""#,
        r#""directory": "disk/history""#,
    )]);
    let mut station = site.start();
    site.wait_error("history.directory: mkdir disk/history");
    site.assert_passes("a.png");
    fs::create_dir(site.path.join("disk")).unwrap();
    site.assert_passes("b.png");
    site.wait_error("the history is written again; 1 parts were left out so far");
    // It disappears while the station runs. The part after the next is kept again.
    fs::remove_dir_all(site.path.join("disk/history")).unwrap();
    site.assert_passes("c.png");
    wait_for("the second report", || {
        (site.errors().matches("parts go on").count() == 2).then_some(())
    });
    site.assert_passes("d.png");
    wait_for("the next part", || {
        let kept = entries(&site.path.join("disk/history")).unwrap_or_default();
        (kept.len() == 1).then_some(())
    });
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_history_among_the_pictures_is_refused() {
    let site = with_history("history-place", ALL);
    site.change(&[(
        r#""directory": "history""#,
        r#""directory": "parts/history""#,
    )]);
    let words = ["history.directory parts/history: is inside source.directory.path"];
    site.assert_says(&["check", "--station", "station.json"], 1, &words);
    site.assert_says(&["run", "--station", "station.json"], 3, &words);
}

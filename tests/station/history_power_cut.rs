//! A power cut leaves the newest kept parts in the history without some of their bytes, or half
//! written or half deleted. The station starts, keeps further parts and names nothing as whole that
//! is not.

use crate::site::{Site, pictures, wait_for};
use sluice::history::{Entry, INPUT_FILE, MASK_FILE, RECORD_FILE, entries};
use std::fs;
use std::path::Path;

fn kept(site: &Site) -> Vec<Entry> {
    entries(&site.path.join("history")).unwrap_or_default()
}

fn feed(site: &Site, from: usize, to: usize) {
    for number in from..to {
        let file = format!("{number}.png");
        site.feed(&file, &pictures::bad());
        site.wait_part(&file);
    }
    wait_for("the kept parts", || (kept(site).len() == to).then_some(()));
}

/// What the disk has of a file whose bytes were not flushed: nothing, zeros, or its beginning.
fn damage(path: &Path, kind: usize) {
    let bytes = fs::read(path).unwrap();
    let left = match kind % 3 {
        0 => Vec::new(),
        1 => vec![0; bytes.len()],
        _ => bytes[..bytes.len() / 2].to_vec(),
    };
    fs::write(path, left).unwrap();
}

#[test]
fn what_a_power_cut_leaves_of_a_history_is_no_kept_part() {
    const DAMAGED: usize = 9;
    let site = Site::quick("history-power-cut");
    site.keep_history();
    let mut station = site.start();
    feed(&site, 0, DAMAGED + 1);
    assert_eq!(station.stop(), Some(0));

    let before = kept(&site);
    for (number, entry) in before.iter().enumerate().skip(1) {
        let file = [RECORD_FILE, INPUT_FILE, MASK_FILE][(number - 1) / 3];
        damage(&entry.path.join(file), number);
    }
    // A part that was being written, and one that was being deleted.
    for directory in [".unfinished", ".deleted"] {
        let path = site.path.join("history").join(directory);
        fs::create_dir(&path).unwrap();
        fs::copy(before[0].path.join(MASK_FILE), path.join(MASK_FILE)).unwrap();
    }

    let mut station = site.start();
    feed(&site, DAMAGED + 1, DAMAGED + 3);
    assert!(!site.errors().contains("history"), "{}", site.errors());
    for directory in [".unfinished", ".deleted"] {
        assert!(!site.path.join("history").join(directory).exists());
    }
    assert_eq!(station.stop(), Some(0));
    let export = ["export", "--station", "station.json", "set", "--json"];
    let output = site.output(&export);
    let text = String::from_utf8_lossy(&output.stdout);
    let counts = format!(
        r#""parts":3,"without_input":0,"of_other_recipes":0,"deleted":0,"unreadable":{DAMAGED}"#
    );
    assert!(text.contains(&counts), "{text}");
}

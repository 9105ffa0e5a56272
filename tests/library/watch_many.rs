//! A directory with more files than one scan keeps. Each arrives once, oldest first, while others
//! arrive, are renamed and deleted during the scans.
//!
//! `SLUICE_FILES=1000000 cargo test -p sluice --test library watch_many -- --nocapture` takes a
//! million.

use super::watch_place::{SETTLED, WatchSite};
use core::time::Duration;
use std::fs::{self, File};
use std::time::Instant;
use std::{env, thread};

/// More than two scans of 4,096, unless `SLUICE_FILES` says another number.
const FILES: usize = 10_000;

#[test]
fn each_of_many_files_arrives_once_in_order_and_scans_hold_up_no_other() {
    let files = env::var("SLUICE_FILES").map_or(FILES, |files| files.parse().unwrap());
    let site = WatchSite::new("many");
    for number in 0..files {
        File::create(site.file(&format!("{number:07}.png"))).unwrap();
    }
    thread::sleep(SETTLED);
    let start = Instant::now();
    let mut directory = site.watch();
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "it only begins to scan"
    );
    // This arrives at once, and not as one that was there.
    site.write("live.png", "live");
    let live = site.next(&mut directory);
    assert_eq!(
        (live.name.to_string().as_str(), live.backlog),
        ("live.png", false)
    );
    let live_after = start.elapsed();

    let mut first_after = None;
    for number in 0..files {
        let arrival = site.next(&mut directory);
        first_after.get_or_insert_with(|| start.elapsed());
        assert!(arrival.backlog);
        let bytes = arrival.name.as_bytes();
        let arrived: usize = core::str::from_utf8(&bytes[..7]).unwrap().parse().unwrap();
        assert_eq!(arrived, number);
        if number % 1000 == 500 {
            // An inspected picture that is renamed, perhaps during a scan, is known.
            let (from, to) = (site.file("live.png"), site.file("live-renamed.png"));
            fs::rename(&from, &to).unwrap();
            fs::rename(&to, &from).unwrap();
        }
    }
    let rest = site.arrivals(&mut directory, SETTLED);
    assert!(rest.is_empty(), "{rest:?}");
    println!(
        "{files} files: one that came arrived after {live_after:?}, the first that was there after {:?}, \
         all after {:?}",
        first_after.unwrap_or_default(),
        start.elapsed() - SETTLED
    );
}

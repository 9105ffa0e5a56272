//! A watched directory full of files that wait does not delay the start, the parts on the line or a
//! stop, and takes no memory for each file.
//!
//! `SLUICE_FILES=1000000 cargo test -p sluice --test station many_files -- --nocapture` takes a
//! million.

use crate::memory::memory_kib;
use crate::site::{Site, name, pictures};
use nix::sys::signal::Signal;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, process};

/// Files that wait, unless `SLUICE_FILES` says another number.
const FILES: usize = 30_000;
/// How much more memory the station may take than with an empty directory, in KiB.
const MORE_MAX_KIB: u64 = 4096;
/// A stop takes at most this long beside the deadline (docs/waits.md).
const STOP_MAX: Duration = Duration::from_secs(2);

/// A directory on a file system in memory, where there is one. Dropping it removes it.
struct Crowded(PathBuf);

impl Crowded {
    fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() {
            memory.to_owned()
        } else {
            env::temp_dir()
        };
        let path = parent.join(format!("sluice-many-files-{}", process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Crowded {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_crowded_directory_delays_neither_start_nor_parts_nor_stop() {
    let files = env::var("SLUICE_FILES").map_or(FILES, |files| files.parse().unwrap());
    let crowded = Crowded::new();
    let site = Site::quick("many-files");
    let path = crowded.0.to_str().unwrap();
    site.change(&[(r#""path": "parts""#, &format!(r#""path": "{path}""#))]);
    let ready = || {
        let start = Instant::now();
        let station = site.start();
        (station, start.elapsed())
    };
    let (mut station, ready_empty) = ready();
    let peak_empty = memory_kib(station.id(), "VmHWM:");
    assert_eq!(station.stop(), Some(0));

    for number in 0..files {
        File::create(crowded.0.join(format!("{number:07}.png"))).unwrap();
    }
    let (mut station, ready_full) = ready();
    // On the line, at once and while the first scan may be under way.
    let fed = Instant::now();
    let hidden = crowded.0.join(".live.png");
    fs::write(&hidden, pictures::good()).unwrap();
    fs::rename(hidden, crowded.0.join("live.png")).unwrap();
    let part = site.wait_part("live.png");
    assert_eq!(part.verdict.kind, "PASS", "{part:?}");
    let live_after = fed.elapsed();
    site.wait_parts(2);
    let first_after = fed.elapsed();
    let peak_full = memory_kib(station.id(), "VmHWM:");
    // In the middle of the files, perhaps of a scan.
    let stopping = Instant::now();
    station.signal(Signal::SIGTERM);
    assert_eq!(station.wait(), Some(0));
    let stop_after = stopping.elapsed();
    println!(
        "{files} files: READY after {ready_full:?} (empty: {ready_empty:?}), the part on the line after {live_after:?}, \
         the first that waited after {first_after:?}, stopped in {stop_after:?}, {peak_full} KiB (empty: {peak_empty} KiB)"
    );
    assert!(
        stop_after < STOP_MAX + Duration::from_millis(500),
        "{stop_after:?}"
    );
    assert!(
        peak_full < peak_empty + MORE_MAX_KIB,
        "{peak_full} {peak_empty}"
    );

    // Again, from where it stopped: in order, none twice.
    let (station, ready_again) = ready();
    println!("READY with records after {ready_again:?}");
    let before = site.parts().len();
    let parts = site.wait_parts(before + 100);
    drop(station);
    // One that the stop cut off has a record of that, and is inspected again.
    let inspected = parts.iter().filter(|part| part.verdict.code != "stopping");
    let mut names: Vec<String> = inspected.map(name).collect();
    names.retain(|name| name != "live.png");
    let expected: Vec<String> = (0..names.len())
        .map(|number| format!("{number:07}.png"))
        .collect();
    assert_eq!(names, expected);
}

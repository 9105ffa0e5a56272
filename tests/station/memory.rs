//! Promise: the station needs little memory, however large the pictures are.
//!
//! Its model is tiny, so its engine counts too and takes almost nothing. The memory is not locked:
//! locked memory counts whole, used or not (docs/limits.md has that figure).

use crate::not_real_time::without_rights;
use crate::site::{Running, Site, pictures};
use std::fs;

/// The memory of the process but for its program's file, in KiB.
const OWN_MAX_KIB: u64 = 16 * 1024;
/// Pictures of twelve megapixels.
const PICTURES: usize = 4;

/// A line of `/proc/PID/status`, in KiB.
pub fn memory_kib(pid: u32, line: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|found| found.starts_with(line));
    let word = line.unwrap().split_whitespace().nth(1);
    word.unwrap().parse().unwrap()
}

#[test]
fn a_station_with_large_png_files_needs_less_than_16_mib() {
    let site = Site::new("memory");
    let run = site.sluice(&["run", "--station", "station.json"]);
    let mut station = Running::spawn(&mut without_rights(&run), site.path.join("stderr.txt"));
    station.line("ready:");
    let program_kib = memory_kib(station.id(), "RssFile:");
    // Rows that do not repeat, so that the decoder's window is full.
    let mut state = 1_u32;
    let large = pictures::png(4096, 3072, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        100 + state.to_be_bytes()[0] / 32
    });
    for number in 0..PICTURES {
        let file = format!("{number}.png");
        site.feed(&file, &large);
        let part = site.wait_part(&file);
        assert_eq!(part.verdict.kind, "PASS", "{part:?}");
    }
    let all_kib = memory_kib(station.id(), "VmHWM:");
    // More of the program's file is read later, so at the peak it was at least this much.
    let program_kib = program_kib.min(memory_kib(station.id(), "RssFile:"));
    let own_kib = all_kib - program_kib;
    println!(
        "at most {all_kib} KiB, of which {program_kib} KiB are the program's file: {own_kib} KiB"
    );
    assert!(own_kib < OWN_MAX_KIB, "{own_kib} KiB");
    assert_eq!(station.stop(), Some(0));
}

//! Promise: the station needs little memory, however large the pictures are, and whether or not
//! its memory is locked. What is locked is in RAM: the program and the engine's library as a whole.
//!
//! Its model is tiny, so its engine counts too and takes almost nothing.

use crate::not_real_time::without_rights;
use crate::site::library::shared_library;
use crate::site::{Running, Site, pictures};
use nix::unistd::geteuid;
use sluice::scheduling::Granted;
use std::fs;
use std::path::Path;

/// The memory of the process but for its program's file, in KiB.
const OWN_MAX_KIB: u64 = 16 * 1024;
/// Pictures of twelve megapixels.
const PICTURES: usize = 4;

/// A line of `/proc/PID/status`, in KiB.
pub fn memory_kib(pid: u32, line: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    kib(&mut status.lines(), line)
}

/// The number in the line that begins so.
fn kib<'a>(lines: &mut impl Iterator<Item = &'a str>, start: &str) -> u64 {
    let line = lines.find(|found| found.starts_with(start));
    let word = line.unwrap().split_whitespace().nth(1);
    word.unwrap().parse().unwrap()
}

/// Inspects large pictures. Returns the memory of the process but for its files, in KiB, at its
/// peak.
fn inspect_large_pictures(site: &Site, station: &Running) -> u64 {
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
    own_kib
}

#[test]
fn a_station_with_large_png_files_needs_less_than_16_mib() {
    let site = Site::new("memory");
    let run = site.sluice(&["run", "--station", "station.json"]);
    let mut station = Running::spawn(&mut without_rights(&run), site.path.join("stderr.txt"));
    station.line("ready:");
    assert_eq!(memory_kib(station.id(), "VmLck:"), 0);
    let own_kib = inspect_large_pictures(&site, &station);
    assert!(own_kib < OWN_MAX_KIB, "{own_kib} KiB");
    assert_eq!(station.stop(), Some(0));
}

/// Starts a station whose memory is locked. `None` if the system does not allow it.
fn start_locked(site: &Site) -> Option<Running> {
    let granted = Granted::probe();
    let errors: Vec<_> = granted.errors().map(|error| error.to_string()).collect();
    if errors.iter().any(|error| error.contains("mlockall")) {
        assert!(!geteuid().is_root(), "root may lock memory: {errors:?}");
        println!("locked memory: not tested: {errors:?}");
        return None;
    }
    let station = site.start();
    assert!(memory_kib(station.id(), "VmLck:") > 0);
    Some(station)
}

#[test]
fn a_station_with_locked_memory_needs_less_than_16_mib_too() {
    let site = Site::new("locked-memory");
    let Some(mut station) = start_locked(&site) else {
        return;
    };
    let own_kib = inspect_large_pictures(&site, &station);
    assert!(own_kib < OWN_MAX_KIB, "{own_kib} KiB");
    assert_eq!(station.stop(), Some(0));
}

/// The readable parts of this file in the memory of a process: their size, and how much of that is
/// in RAM, in KiB. Each of them must be locked.
fn mapped_kib(pid: u32, file: &Path) -> (u64, u64) {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps")).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let file = file.to_str().unwrap();
    let is_part = |line: &str| {
        let permissions = line.split_whitespace().nth(1);
        line.ends_with(file) && permissions.is_some_and(|permissions| permissions.starts_with('r'))
    };
    let parts = lines.iter().enumerate().filter(|(_, line)| is_part(line));
    parts.fold((0, 0), |(size, present), (place, line)| {
        let mut fields = lines.iter().skip(place + 1).copied();
        let sizes = (kib(&mut fields, "Size:"), kib(&mut fields, "Rss:"));
        let flags = fields.find(|line| line.starts_with("VmFlags:")).unwrap();
        assert!(flags.split_whitespace().any(|flag| flag == "lo"), "{line}");
        (size + sizes.0, present + sizes.1)
    })
}

#[test]
fn a_locked_program_and_its_library_are_in_ram_as_a_whole() {
    let library = shared_library();
    let site = Site::new("locked-library");
    let name = format!(r#""library": "{}""#, library.display());
    site.change(&[(r#""library": "builtin""#, &name)]);
    let Some(mut station) = start_locked(&site) else {
        return;
    };
    let program = fs::read_link(format!("/proc/{}/exe", station.id())).unwrap();
    for file in [&program, &library.canonicalize().unwrap()] {
        let (size_kib, present_kib) = mapped_kib(station.id(), file);
        println!("{}: {present_kib} of {size_kib} KiB", file.display());
        assert!(size_kib > 1000);
        assert_eq!(present_kib, size_kib, "{}", file.display());
    }
    assert_eq!(station.stop(), Some(0));
}

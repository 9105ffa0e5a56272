//! Promise: while the journal cannot be written, nothing passes. The station resumes by itself when
//! writing works again, and no record is lost.

use crate::site::lines;
use crate::site::{DELAY, PULSE, Running, Site, name, pictures};
use std::process::{Command, Stdio};
use std::{fs, thread};

/// Checks the station while the journal takes no records, and after `repair`.
fn without_a_journal(site: &Site, station: &mut Running, repair: impl FnOnce()) {
    site.wait_line(lines::READY, false);
    site.wait_line(lines::REJECT, true);
    site.wait_line(lines::FAULT, true);
    assert!(!site.timeline().is_active_now(lines::PASS));
    site.wait_error("no part passes until the journal can be written");
    // The reject line stays active, which rejects new parts.
    site.feed("meanwhile.png", &pictures::good());
    thread::sleep(DELAY);
    assert!(site.timeline().is_active_now(lines::REJECT));
    let passes = site.timeline().active(lines::PASS).len();
    repair();
    site.wait_line(lines::READY, true);
    assert_eq!(site.timeline().active(lines::PASS).len(), passes);
    let meanwhile = site.wait_part("meanwhile.png");
    // The part has been rejected. A gate that opened for it now would let another part pass.
    assert_eq!(meanwhile.gate.outcome, "not_armed");
    thread::sleep(DELAY + PULSE);
    assert_eq!(site.timeline().active(lines::PASS).len(), passes);
    site.feed_good("after.png");
    site.wait_line(lines::FAULT, false);
    assert_eq!(station.stop(), Some(0));
}

/// Fails unless the journal has one record for each of these pictures.
fn assert_once(site: &Site, names: &[&str]) {
    let parts = site.parts();
    let mut found: Vec<_> = parts.iter().map(name).collect();
    found.sort();
    assert_eq!(found, names);
}

#[test]
fn without_a_journal_no_part_passes_until_there_is_one() {
    let site = Site::new("journal-gone");
    let mut station = site.start();
    site.feed_good("a.png");
    let journal = site.path.join("journal");
    fs::remove_dir_all(&journal).unwrap();
    site.feed("b.png", &pictures::good());
    without_a_journal(&site, &mut station, || fs::create_dir(&journal).unwrap());
    assert_once(&site, &["after.png", "b.png", "meanwhile.png"]);
    assert!(site.errors().contains("create the directory"));
}

/// Limits the size of files that this process writes, in bytes or `unlimited`.
fn limit_files(station: u32, limit: &str) {
    let status = Command::new("prlimit")
        .args([
            "--pid",
            &station.to_string(),
            &format!("--fsize={limit}:unlimited"),
        ])
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
fn with_a_full_disk_no_part_passes_until_there_is_space() {
    let site = Site::new("journal-full");
    // The shell ignores the signal that comes with the limit. So the program sees a write fail in
    // the middle of a line, as on a full disk.
    let program = site.sluice(&["run", "--station", "station.json"]);
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"])
        .arg(program.get_program())
        .args(program.get_args())
        .current_dir(&site.path);
    for (variable, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(variable, value),
            None => shell.env_remove(variable),
        };
    }
    let mut station = Running::spawn(&mut shell, site.path.join("stderr.txt"));
    station.line("ready:");
    site.feed_good("a.png");
    let process = station.id();
    let file = site.path.join("journal/journal-000001.jsonl");
    let size = fs::metadata(&file).unwrap().len();
    let timeline = fs::metadata(site.path.join("lines.csv")).unwrap().len();
    // Space for half a record in the journal. The smaller timeline must not reach the limit.
    assert!(
        timeline + 500 < size,
        "the timeline must be the smaller file"
    );
    limit_files(process, &(size + 100).to_string());
    site.feed("b.png", &pictures::good());
    without_a_journal(&site, &mut station, || limit_files(process, "unlimited"));
    assert_once(&site, &["a.png", "after.png", "b.png", "meanwhile.png"]);
    assert!(
        site.errors()
            .contains("write of journal-000001.jsonl failed")
    );
    let entries = site.journal();
    assert!(
        entries.iter().all(|entry| entry.content.is_ok()),
        "no torn line is left"
    );
}

//! Promise: a station with the CPU engine has given up, before its first thread, what it does not
//! need. It writes nowhere but where its files are, and forbidden system calls fail, in each thread
//! and in the guard. What is forbidden is tried in `board/src/sandbox/tests.rs`.

use crate::site::{Site, pictures};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

/// The values after this key, in the status of each thread of a process.
fn of_threads(process: u32, key: &str) -> Vec<String> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let statuses =
        tasks.filter_map(|task| fs::read_to_string(task.unwrap().path().join("status")).ok());
    statuses
        .map(|status| {
            let line = status.lines().find(|line| line.starts_with(key)).unwrap();
            line[key.len()..].trim().to_owned()
        })
        .collect()
}

/// The guard of a station.
fn child_of(process: u32) -> u32 {
    let children = format!("/proc/{process}/task/{process}/children");
    let children = fs::read_to_string(children).unwrap();
    children.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn each_thread_and_the_guard_have_given_up_system_calls() {
    let site = Site::quick("sandbox-calls");
    let mut station = site.start();
    site.feed_good("good.png");
    for process in [station.id(), child_of(station.id())] {
        for (key, value) in [("Seccomp:", "2"), ("NoNewPrivs:", "1")] {
            let threads = of_threads(process, key);
            assert!(
                threads.iter().all(|thread| thread == value),
                "{key} {threads:?}"
            );
            assert!(!threads.is_empty());
        }
    }
    assert!(of_threads(station.id(), "Seccomp:").len() > 6);
    site.assert_says(
        &["check", "--station", "station.json"],
        0,
        &["ok     sandbox: files limited, system calls limited"],
    );
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn nothing_is_written_outside_the_directories_of_the_station_file() {
    let site = Site::quick("sandbox-files");
    let shown = site.path.join("shown");
    fs::create_dir(&shown).unwrap();
    let display = r#"{ "kind": "png_colour", "file": "shown/screen.png" }"#;
    site.change(&[(r#"{ "kind": "none" }"#, display)]);
    let mut station = site.start();
    site.feed_good("good.png");
    let screen = || fs::metadata(shown.join("screen.png")).is_ok();
    crate::site::wait_for("the screen", || screen().then_some(()));
    // The directory becomes a link to one that the station file does not name.
    let elsewhere = site.path.with_extension("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::rename(&shown, site.path.join("before")).unwrap();
    symlink(&elsewhere, &shown).unwrap();
    site.feed("bad.png", &pictures::bad());
    site.wait_part("bad.png");
    let is_limited = !site.errors().contains("sandbox:");
    if is_limited {
        site.wait_error("screen");
        assert_eq!(names(&elsewhere), [""; 0]);
    }
    // The parts go on.
    fs::remove_file(&shown).unwrap();
    fs::rename(site.path.join("before"), &shown).unwrap();
    site.feed_good("again.png");
    assert_eq!(station.stop(), Some(0));
    fs::remove_dir_all(elsewhere).unwrap();
    assert!(
        is_limited,
        "this kernel has no Landlock, so nothing was tried"
    );
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

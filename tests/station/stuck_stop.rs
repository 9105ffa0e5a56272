//! Promise: a stop ends in time while a thread of the station, its start or the screen's file
//! blocks, and names what it leaves behind. `tests/station/stuck_neighbours.rs` tests the station
//! that continues.

use crate::site::{Running, Site, name, pictures, wait_for};
use nix::sys::signal::Signal;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use std::fs::{self, File};
use std::thread;
use std::time::{Duration, Instant};

/// `gate.deadline_ms` of the station file.
const DEADLINE: Duration = Duration::from_millis(1900);
/// What a stop may take in addition to `gate.deadline_ms`.
const STOP_MORE: Duration = Duration::from_secs(2);
/// What a busy machine may add to a measured time.
const BUSY: Duration = Duration::from_secs(1);

/// Stops the station while this thread is suspended. Returns the exit code and the standard error
/// output.
fn stop_without(site: &Site, thread: &str) -> (Option<i32>, String) {
    let mut station = site.start();
    site.feed("a.png", &pictures::good());
    site.wait_parts(1);
    // The record is visible slightly before the thread has finished with it.
    thread::sleep(Duration::from_millis(200));
    let (took, errors, safe) = station.without(thread, || {
        for name in ["b.png", "c.png"] {
            site.feed(name, &pictures::good());
            thread::sleep(Duration::from_millis(150));
        }
        thread::sleep(Duration::from_millis(700));
        let start = Instant::now();
        station.signal(Signal::SIGTERM);
        let ended = wait_for("the end of all other threads", || ends(&station));
        (start.elapsed(), site.errors(), ended)
    });
    let limit = Duration::from_millis(500) + STOP_MORE;
    println!("without {thread}: {} ms", took.as_millis());
    assert!(took < limit + BUSY, "{took:?}");
    assert!(safe);
    let code = station.wait();
    // The keeper writes the timeline, so without it the file says nothing about the stop.
    if thread != "keeper" {
        site.timeline().assert_safe();
    }
    (code, errors)
}

/// Whether the process is ending. It exists until the debugger releases its last thread.
fn ends(station: &Running) -> Option<bool> {
    let main = fs::read_to_string(format!("/proc/{0}/task/{0}/stat", station.id()));
    main.map_or(true, |stat| stat.contains(") Z ") || stat.contains(") X "))
        .then_some(true)
}

#[test]
fn a_stop_while_the_journals_disk_hangs_ends_in_time_and_names_unwritten_records() {
    let site = Site::quick("stop-disk");
    let (code, errors) = stop_without(&site, "journal");
    assert_eq!(code, Some(4), "{errors}");
    assert!(
        errors.contains("#000002 is not in the journal: PASS"),
        "{errors}"
    );
    assert!(
        errors.contains("#000003 is not in the journal: PASS"),
        "{errors}"
    );
    assert!(
        errors.contains("writing the journal (journal.directory) does not return; 2 records"),
        "{errors}"
    );
    // The next start inspects these pictures, as after a kill.
    let mut station = site.start();
    let parts = site.wait_parts(3);
    let mut names: Vec<_> = parts.iter().map(name).collect();
    names.sort();
    assert_eq!(names, ["a.png", "b.png", "c.png"]);
    for part in &parts[1..] {
        assert_eq!(part.gate.outcome, "not_armed");
    }
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_stop_ends_in_time_when_any_thread_hangs() {
    for thread in ["decode", "intake", "keeper", "recorder"] {
        let site = Site::quick(&format!("stop-{thread}"));
        let (code, errors) = stop_without(&site, thread);
        assert_eq!(code, Some(4), "{thread}: {errors}");
        let left = errors.split_once("left behind: ").map(|(_, rest)| rest);
        let left = left.and_then(|rest| rest.split(';').next());
        let left: Vec<_> = left.unwrap_or_default().split(", ").collect();
        // The gate always ends: it has made the lines safe.
        assert!(
            left.contains(&thread) && !left.contains(&"gate"),
            "{thread}: {errors}"
        );
    }
}

#[test]
fn a_stop_while_the_start_hangs_ends_in_time() {
    let site = Site::quick("stop-start");
    // Opening a FIFO blocks until it has a reader.
    mkfifo(&site.path.join("lines.csv"), Mode::S_IRWXU).unwrap();
    let mut station = site.launch(&[]);
    let waits = format!("/proc/{}/wchan", station.id());
    wait_for("the opening of the FIFO", || {
        let place = fs::read_to_string(&waits).ok()?;
        (place.contains("fifo") || place.contains("wait_for_partner")).then_some(())
    });
    let start = Instant::now();
    station.signal(Signal::SIGTERM);
    assert_eq!(station.wait(), Some(4));
    let took = start.elapsed();
    println!("ended after {} ms", took.as_millis());
    let errors = site.errors();
    assert!(
        errors.contains("stopped during the start, which still hangs"),
        "{errors}"
    );
    assert!(
        took < Duration::from_millis(500) + STOP_MORE + BUSY,
        "{took:?}"
    );
}

#[test]
fn a_screen_whose_file_hangs_does_not_delay_a_stop() {
    let site = Site::new("stop-screen");
    site.change(&[(
        r#"{ "kind": "none" }"#,
        r#"{ "kind": "png_colour", "file": "screen.png" }"#,
    )]);
    mkfifo(&site.path.join("screen.png.part"), Mode::S_IRWXU).unwrap();
    let mut station = site.start();
    site.feed("a.png", &pictures::good());
    // The line on standard output waits for the screen, but not forever.
    assert_eq!(station.verdict().kind, "PASS");
    site.wait_parts(1);
    let start = Instant::now();
    assert_eq!(station.stop(), Some(0));
    let took = start.elapsed();
    assert!(took < DEADLINE + STOP_MORE, "{took:?}");
    drop(
        File::options()
            .read(true)
            .write(true)
            .open(site.path.join("screen.png.part")),
    );
}

//! What needs a look behind the scenes: lost events, full lists, times. Real files and real inotify elsewhere too
//! (`tests/watch_*.rs`).

use super::*;
use crate::station::file::After;
use crate::watch::events::encode;
use nix::sys::inotify::AddWatchFlags;
use std::io::{PipeReader, PipeWriter};
use std::path::PathBuf;
use std::{env, fs, process, thread};

struct Place {
    path: PathBuf,
    stop: PipeReader,
    _stop_end: PipeWriter,
}

impl Place {
    fn new(test: &str) -> Self {
        let path = env::temp_dir().join(format!("sluice-directory-{}-{test}", process::id()));
        fs::create_dir(&path).unwrap();
        let (stop, _stop_end) = std::io::pipe().unwrap();
        Self {
            path,
            stop,
            _stop_end,
        }
    }

    fn source(&self) -> file::DirectorySettings {
        file::DirectorySettings {
            path: self.path.to_str().unwrap().parse().unwrap(),
            after: After::Keep,
            move_to: "".parse().unwrap(),
            workers: 1,
            pair_min_ms: 0,
            pair_max_ms: 0,
            poll_ms: 0,
        }
    }

    fn write(&self, name: &str) {
        fs::write(self.path.join(name), name).unwrap();
    }

    /// Everything that has arrived by now, and what a scan that is due by then finds.
    fn arrived(&self, directory: &mut Directory, wait: Duration) -> Vec<String> {
        let deadline = Timestamp::now() + wait;
        let mut names = Vec::new();
        while let Some(arrival) = directory.next(Some(deadline), self.stop.as_fd()).unwrap() {
            names.push(arrival.name.to_string());
        }
        names
    }

    /// Lets the kernel say that it lost something, which is an error once.
    fn overflow(&self, directory: &mut Directory) {
        directory
            .ledger
            .lock()
            .events
            .inject(&encode(AddWatchFlags::IN_Q_OVERFLOW, b""));
        let deadline = Some(Timestamp::now());
        let next = directory.next(deadline, self.stop.as_fd());
        assert_eq!(next, Err(Error::Overflow));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Past the time that a scan leaves a file alone.
const SETTLED: Duration = Duration::from_millis(1100);

#[test]
fn a_file_whose_event_was_lost_is_found_by_the_rescan() {
    let place = Place::new("overflow");
    let mut directory = Directory::open(&place.source(), Ledger::new().unwrap()).unwrap();
    place.write("lost.png");
    // Reads the file's own event, so that it is lost in the next line.
    directory.ledger.fill().unwrap();
    assert!(directory.ledger.has_events());
    place.overflow(&mut directory);
    assert_eq!(place.arrived(&mut directory, SETTLED), ["lost.png"]);
    // And once only, however often the kernel says that it lost something.
    place.overflow(&mut directory);
    assert!(place.arrived(&mut directory, SETTLED).is_empty());
}

/// When a file that this brings was finished by its arrival, which is seen late, and when it was brought by the test's clock.
fn seen_late(place: &Place, bring: impl FnOnce()) -> (Timestamp, Timestamp) {
    let mut directory = Directory::open(&place.source(), Ledger::new().unwrap()).unwrap();
    bring();
    let brought = Timestamp::now();
    thread::sleep(LATE);
    let deadline = Some(Timestamp::now() + LATE);
    let arrival = directory.next(deadline, place.stop.as_fd()).unwrap();
    let arrival = arrival.unwrap();
    assert!(arrival.seen_at >= brought + LATE);
    (arrival.finished_at, brought)
}

/// Far more than a file system's clock is wrong.
const LATE: Duration = Duration::from_millis(200);

#[test]
fn a_file_was_finished_when_it_was_written_or_moved_and_not_when_it_is_seen() {
    let place = Place::new("seen-late");
    let (finished, brought) = seen_late(&place, || place.write("a.png"));
    assert!(brought - LATE / 2 < finished && finished < brought + LATE / 2);

    fs::remove_file(place.path.join("a.png")).unwrap();
    place.write("b.part");
    thread::sleep(LATE);
    let (finished, brought) = seen_late(&place, || {
        fs::rename(place.path.join("b.part"), place.path.join("b.png")).unwrap();
    });
    assert!(brought - LATE / 2 < finished && finished < brought + LATE / 2);
}

#[test]
fn a_rescan_forgets_files_whose_removal_was_lost() {
    let place = Place::new("sweep");
    let mut directory = Directory::open(&place.source(), Ledger::new().unwrap()).unwrap();
    place.write("a.png");
    place.write("b.png");
    assert_eq!(
        place.arrived(&mut directory, Duration::ZERO),
        ["a.png", "b.png"]
    );
    assert_eq!(directory.ledger.len(), 2);
    fs::remove_file(place.path.join("a.png")).unwrap();
    directory.ledger.fill().unwrap();
    place.overflow(&mut directory);
    assert!(place.arrived(&mut directory, Duration::ZERO).is_empty());
    assert_eq!(directory.ledger.len(), 1);
}

#[test]
fn a_removed_file_is_forgotten_but_not_the_one_that_took_its_name() {
    let place = Place::new("removed");
    let mut directory = Directory::open(&place.source(), Ledger::new().unwrap()).unwrap();
    place.write("a.png");
    assert_eq!(place.arrived(&mut directory, Duration::ZERO), ["a.png"]);
    // The kernel tells of the removal only after the new file was taken.
    directory
        .ledger
        .lock()
        .events
        .inject(&encode(AddWatchFlags::IN_DELETE, b"a.png"));
    assert!(place.arrived(&mut directory, Duration::ZERO).is_empty());
    assert_eq!(directory.ledger.len(), 1);
    fs::remove_file(place.path.join("a.png")).unwrap();
    assert!(place.arrived(&mut directory, Duration::ZERO).is_empty());
    assert_eq!(directory.ledger.len(), 0);
}

#[test]
fn more_files_than_one_scan_holds_arrive_all_the_same() {
    let place = Place::new("backlog");
    let names: Vec<String> = (0..10).map(|number| format!("{number}.png")).collect();
    for name in &names {
        place.write(name);
    }
    let mut directory =
        Directory::with_backlog(&place.source(), Ledger::new().unwrap().into(), 4).unwrap();
    assert_eq!(place.arrived(&mut directory, SETTLED), names);
}

#[test]
fn an_unmounted_directory_is_an_error_for_good() {
    let place = Place::new("unmount");
    let mut directory = Directory::open(&place.source(), Ledger::new().unwrap()).unwrap();
    directory
        .ledger
        .lock()
        .events
        .inject(&encode(AddWatchFlags::IN_UNMOUNT, b""));
    for _ in 0..2 {
        assert_eq!(directory.next(None, place.stop.as_fd()), Err(Error::Gone));
    }
}

#[test]
fn a_backlog_waits_while_it_is_held_back_and_what_arrives_does_not() {
    let place = Place::new("held-back");
    place.write("old.png");
    thread::sleep(SETTLED);
    let mut directory = Directory::open(&place.source(), Ledger::new().unwrap()).unwrap();
    directory.hold_back(true);
    place.write("new.png");
    // What needs a scan waits as well.
    directory.scan_at = Some(Timestamp::now());
    let moment = Duration::from_millis(50);
    assert_eq!(place.arrived(&mut directory, moment), ["new.png"]);
    directory.hold_back(false);
    assert_eq!(place.arrived(&mut directory, moment), ["old.png"]);
}

#[test]
fn an_arrival_that_is_put_back_comes_again_as_a_backlog() {
    let place = Place::new("put-back");
    let mut directory = Directory::open(&place.source(), Ledger::new().unwrap()).unwrap();
    place.write("a.png");
    let next = |directory: &mut Directory, wait: Duration| {
        let deadline = Some(Timestamp::now() + wait);
        directory.next(deadline, place.stop.as_fd()).unwrap()
    };
    let arrival = next(&mut directory, SETTLED).unwrap();
    assert!(!arrival.backlog);
    directory.put_back(&arrival);
    let soon = next(&mut directory, Duration::from_millis(50));
    assert!(soon.is_none(), "not before it has been left alone");
    let again = next(&mut directory, 2 * SETTLED).unwrap();
    assert_eq!((again.name, again.backlog), (arrival.name, true));
}

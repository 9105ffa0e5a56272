//! Tests that inject events or use private state: lost events, full lists, times.
//! `tests/library/watch_*.rs` test with real files and inotify alone.

mod polled;
mod scans;

use super::*;
use crate::station::file::After;
use crate::watch::event_buffer::encode;
use crate::watch::test_files::TestFolder;
use nix::sys::inotify::AddWatchFlags;
use std::io::{PipeReader, PipeWriter};
use std::os::fd::AsFd as _;
use std::path::PathBuf;
use std::{fs, thread};

struct Watched {
    folder: TestFolder,
    stop: PipeReader,
    _stop_end: PipeWriter,
}

impl Watched {
    fn new(test: &str) -> Self {
        let (stop, _stop_end) = std::io::pipe().unwrap();
        Self {
            folder: TestFolder::new(&format!("directory-{test}")),
            stop,
            _stop_end,
        }
    }

    fn open(&self) -> Directory {
        Directory::open(&self.settings(), Ledger::new().unwrap()).unwrap()
    }

    fn settings(&self) -> file::DirectorySettings {
        self.folder.settings(After::Keep)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.file(name)
    }

    fn write(&self, name: &str) {
        fs::write(self.path(name), name).unwrap();
    }

    /// The names of all pictures that arrive within `wait`.
    fn arrived(&self, directory: &mut Directory, wait: Duration) -> Vec<String> {
        let deadline = Timestamp::now() + wait;
        let mut names = Vec::new();
        while let Some(arrival) = directory.next(Some(deadline), self.stop.as_fd()).unwrap() {
            names.push(arrival.name.to_string());
        }
        names
    }

    /// Injects an overflow of the kernel's queue, which must be an error once.
    fn overflow(&self, directory: &mut Directory) {
        directory
            .ledger
            .lock()
            .events
            .inject(&encode(AddWatchFlags::IN_Q_OVERFLOW, b""));
        let deadline = Some(Timestamp::now());
        let next = directory.next(deadline, self.stop.as_fd());
        assert_eq!(next, Err(WatchError::Overflow));
    }
}

/// Longer than a scan leaves a changed file alone.
const SETTLED: Duration = Duration::from_millis(1100);

#[test]
fn a_file_whose_event_was_lost_is_found_by_the_rescan() {
    let watched = Watched::new("overflow");
    let mut directory = watched.open();
    watched.write("lost.png");
    // Reads the file's event into the buffer, where the next line replaces it.
    directory.ledger.fill().unwrap();
    assert!(directory.ledger.has_events());
    watched.overflow(&mut directory);
    assert_eq!(watched.arrived(&mut directory, SETTLED), ["lost.png"]);
    // Another overflow must not give the file out again.
    watched.overflow(&mut directory);
    assert!(watched.arrived(&mut directory, SETTLED).is_empty());
}

/// Delivers a file with `bring`, and lets the station see it late. Returns when the arrival was
/// finished, and when `bring` ended.
fn seen_late(watched: &Watched, bring: impl FnOnce()) -> (Timestamp, Timestamp) {
    let mut directory = watched.open();
    bring();
    let brought = Timestamp::now();
    thread::sleep(LATE);
    let deadline = Some(Timestamp::now() + LATE);
    let arrival = directory.next(deadline, watched.stop.as_fd()).unwrap();
    let arrival = arrival.unwrap();
    assert!(arrival.seen_at >= brought + LATE);
    (arrival.finished_at, brought)
}

/// Far longer than a file system's time can be wrong.
const LATE: Duration = Duration::from_millis(200);

#[test]
fn a_file_is_finished_when_it_is_written_or_moved_and_not_when_it_is_seen() {
    let watched = Watched::new("seen-late");
    let (finished, brought) = seen_late(&watched, || watched.write("a.png"));
    assert!(brought - LATE / 2 < finished && finished < brought + LATE / 2);

    fs::remove_file(watched.path("a.png")).unwrap();
    watched.write("b.part");
    thread::sleep(LATE);
    let (finished, brought) = seen_late(&watched, || {
        fs::rename(watched.path("b.part"), watched.path("b.png")).unwrap();
    });
    assert!(brought - LATE / 2 < finished && finished < brought + LATE / 2);
}

/// A part whose file came is not one without a picture.
#[test]
fn a_file_behind_other_events_is_an_arrival_that_may_come() {
    let watched = Watched::new("behind");
    let mut directory = watched.open();
    let deleted = encode(AddWatchFlags::IN_DELETE, b"other.png");
    // As many as are handled after the deadline, and none more.
    directory.ledger.lock().events.inject(&deleted.repeat(64));
    watched.write("a.png");
    let deadline = Some(Timestamp::now());
    let arrival = directory.next(deadline, watched.stop.as_fd()).unwrap();
    assert!(arrival.is_some() || directory.has_arrivals());
    assert_eq!(
        watched.arrived(&mut directory, LATE).len(),
        usize::from(arrival.is_none())
    );
}

#[test]
fn a_rescan_forgets_files_whose_removal_was_lost() {
    let watched = Watched::new("sweep");
    let mut directory = watched.open();
    watched.write("a.png");
    watched.write("b.png");
    assert_eq!(
        watched.arrived(&mut directory, Duration::ZERO),
        ["a.png", "b.png"]
    );
    assert_eq!(directory.ledger.len(), 2);
    fs::remove_file(watched.path("a.png")).unwrap();
    directory.ledger.fill().unwrap();
    watched.overflow(&mut directory);
    assert!(watched.arrived(&mut directory, Duration::ZERO).is_empty());
    assert_eq!(directory.ledger.len(), 1);
}

#[test]
fn a_removed_file_is_forgotten_but_not_the_one_that_took_its_name() {
    let watched = Watched::new("removed");
    let mut directory = watched.open();
    watched.write("a.png");
    assert_eq!(watched.arrived(&mut directory, Duration::ZERO), ["a.png"]);
    // The kernel reports the removal only after the new file was given out.
    directory
        .ledger
        .lock()
        .events
        .inject(&encode(AddWatchFlags::IN_DELETE, b"a.png"));
    assert!(watched.arrived(&mut directory, Duration::ZERO).is_empty());
    assert_eq!(directory.ledger.len(), 1);
    fs::remove_file(watched.path("a.png")).unwrap();
    assert!(watched.arrived(&mut directory, Duration::ZERO).is_empty());
    assert_eq!(directory.ledger.len(), 0);
}

#[test]
fn more_files_than_one_scan_holds_all_arrive() {
    let watched = Watched::new("backlog");
    let names: Vec<String> = (0..10).map(|number| format!("{number}.png")).collect();
    for name in &names {
        watched.write(name);
    }
    let mut directory = Directory::with_limits(
        &watched.settings(),
        Ledger::new().unwrap().into(),
        4,
        Step::default(),
    )
    .unwrap();
    assert_eq!(watched.arrived(&mut directory, SETTLED), names);
}

#[test]
fn an_unmounted_directory_is_a_permanent_error() {
    let watched = Watched::new("unmount");
    let mut directory = watched.open();
    directory
        .ledger
        .lock()
        .events
        .inject(&encode(AddWatchFlags::IN_UNMOUNT, b""));
    for _ in 0..2 {
        assert_eq!(
            directory.next(None, watched.stop.as_fd()),
            Err(WatchError::Gone)
        );
    }
}

#[test]
fn only_the_backlog_waits_while_it_is_held_back() {
    let watched = Watched::new("held-back");
    watched.write("old.png");
    thread::sleep(SETTLED);
    let mut directory = watched.open();
    directory.hold_back(true);
    watched.write("new.png");
    // A scan that is due waits as well.
    directory.scan_at = Some(Timestamp::now());
    let moment = Duration::from_millis(50);
    assert_eq!(watched.arrived(&mut directory, moment), ["new.png"]);
    directory.hold_back(false);
    assert_eq!(watched.arrived(&mut directory, moment), ["old.png"]);
}

#[test]
fn an_arrival_that_is_put_back_arrives_again_as_a_backlog() {
    let watched = Watched::new("put-back");
    let mut directory = watched.open();
    watched.write("a.png");
    let next = |directory: &mut Directory, wait: Duration| {
        let deadline = Some(Timestamp::now() + wait);
        directory.next(deadline, watched.stop.as_fd()).unwrap()
    };
    let arrival = next(&mut directory, SETTLED).unwrap();
    assert!(!arrival.backlog);
    directory.put_back(&arrival);
    let soon = next(&mut directory, Duration::from_millis(50));
    assert!(soon.is_none(), "not before it has been left alone");
    let again = next(&mut directory, 2 * SETTLED).unwrap();
    assert_eq!((again.name, again.backlog), (arrival.name, true));
}

#[test]
fn a_directory_has_arrivals_while_events_wait() {
    let watched = Watched::new("has-arrivals");
    let mut directory = watched.open();
    assert!(!directory.has_arrivals());
    watched.write("a.png");
    directory.ledger.fill().unwrap();
    assert!(directory.has_arrivals());
    assert_eq!(watched.arrived(&mut directory, Duration::ZERO), ["a.png"]);
    assert!(!directory.has_arrivals());
}

/// The kernel reports it so (`fsnotify_change` of `linux/fsnotify.h`). `docs/writers.md` says so.
#[test]
fn a_change_of_the_modification_time_alone_counts_as_a_write() {
    use nix::sys::stat::futimens;
    use nix::sys::time::TimeSpec;
    let watched = Watched::new("mtime-alone");
    let mut directory = watched.open();
    watched.write("a.png");
    assert_eq!(watched.arrived(&mut directory, Duration::ZERO), ["a.png"]);
    let set_time = |access: TimeSpec| {
        let file = fs::OpenOptions::new()
            .write(true)
            .open(watched.path("a.png"));
        futimens(file.unwrap(), &access, &TimeSpec::new(1_000_000, 0)).unwrap();
    };
    set_time(TimeSpec::new(1_000_000, 0));
    assert!(watched.arrived(&mut directory, Duration::ZERO).is_empty());
    set_time(TimeSpec::UTIME_OMIT);
    assert_eq!(watched.arrived(&mut directory, Duration::ZERO), ["a.png"]);
}

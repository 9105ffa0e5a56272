//! A watched directory for each test.

use board::Timestamp;
use core::time::Duration;
use nix::sys::stat::futimens;
use nix::sys::time::TimeSpec;
use sluice::station::file::{self, After};
use sluice::watch::{Arrival, Directory, Ledger, Reading, WatchError};
use std::io::{PipeReader, PipeWriter};
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

/// Longer than the station waits for a file that a scan found, since it may still be written to.
pub const SETTLED: Duration = Duration::from_millis(1100);

/// `in`, which is watched, and `out`, where pictures go. Dropping it removes both.
pub struct WatchSite {
    pub path: PathBuf,
    stop: PipeReader,
    stop_end: Option<PipeWriter>,
}

impl WatchSite {
    pub fn new(test: &str) -> Self {
        let path = env::temp_dir().join(format!("sluice-watch-{}-{test}", process::id()));
        fs::create_dir(&path).unwrap();
        fs::create_dir(path.join("in")).unwrap();
        fs::create_dir(path.join("out")).unwrap();
        let (stop, stop_end) = std::io::pipe().unwrap();
        let stop_end = Some(stop_end);
        Self {
            path,
            stop,
            stop_end,
        }
    }

    pub fn source(&self, after: After) -> file::DirectorySettings {
        let path = |name| self.path.join(name).to_str().unwrap().parse().unwrap();
        file::DirectorySettings {
            path: path("in"),
            after,
            move_to: path("out"),
            workers: 1,
            pair_min_ms: 0,
            pair_max_ms: 0,
            poll_ms: 0,
            endings: Default::default(),
        }
    }

    pub fn watch(&self) -> Directory {
        Directory::open(&self.source(After::Keep), Ledger::new().unwrap()).unwrap()
    }

    /// The reader of a decode worker for this directory.
    pub fn reading(&self, directory: &Directory) -> Reading {
        Reading::new(directory.folder().clone(), directory.ledger().clone())
    }

    /// The path of a file in the watched directory.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join("in").join(name)
    }

    /// Writes a file in the watched directory and closes it.
    pub fn write(&self, name: &str, content: &str) {
        fs::write(self.file(name), content).unwrap();
    }

    /// The next picture. The test fails if none arrives within ten seconds.
    pub fn next(&self, directory: &mut Directory) -> Arrival {
        let deadline = Timestamp::now() + Duration::from_secs(10);
        let arrival = directory.next(Some(deadline), self.stop.as_fd()).unwrap();
        arrival.expect("a picture within ten seconds")
    }

    /// All pictures that arrive within `wait`.
    pub fn arrivals(&self, directory: &mut Directory, wait: Duration) -> Vec<Arrival> {
        let deadline = Timestamp::now() + wait;
        core::iter::from_fn(|| directory.next(Some(deadline), self.stop.as_fd()).unwrap()).collect()
    }

    /// All pictures that arrive before the first error, and that error.
    pub fn until_error(&self, directory: &mut Directory) -> (Vec<Arrival>, WatchError) {
        let deadline = Timestamp::now() + Duration::from_secs(10);
        let mut arrivals = Vec::new();
        loop {
            match directory.next(Some(deadline), self.stop.as_fd()) {
                Ok(Some(arrival)) => arrivals.push(arrival),
                Ok(None) => panic!("nothing fails"),
                Err(error) => return (arrivals, error),
            }
        }
    }

    /// Ends a call that waits for pictures.
    pub fn stop(&mut self) {
        self.stop_end = None;
    }
}

impl Drop for WatchSite {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Sets the times at which a file was last written and read, in seconds since 1970 and nanoseconds.
pub fn set_mtime(path: &Path, seconds: i64, nanoseconds: i64) {
    let file = fs::File::open(path).unwrap();
    let time = TimeSpec::new(seconds, nanoseconds);
    futimens(&file, &time, &time).unwrap();
}

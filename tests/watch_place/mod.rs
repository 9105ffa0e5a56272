//! A watched directory of its own for each test.
#![allow(dead_code, reason = "no test file uses all of it")]

use board::Timestamp;
use core::time::Duration;
use nix::sys::stat::futimens;
use nix::sys::time::TimeSpec;
use sluice::station::file::{self, After};
use sluice::watch::{Arrival, Directory, Error, Ledger, Reading};
use std::io::{PipeReader, PipeWriter};
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

/// Past the time for which a file that a scan finds is left alone, because it may still be written.
pub const SETTLED: Duration = Duration::from_millis(1100);

/// `in`, which is watched, and `out`, where pictures go; there as long as the test runs.
pub struct Place {
    pub path: PathBuf,
    stop: PipeReader,
    stop_end: Option<PipeWriter>,
}

impl Place {
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
        }
    }

    pub fn watch(&self) -> Directory {
        Directory::open(&self.source(After::Keep), Ledger::new().unwrap()).unwrap()
    }

    /// What a decode worker of this directory reads with.
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

    /// The next picture; fails the test when none comes.
    pub fn next(&self, directory: &mut Directory) -> Arrival {
        let deadline = Timestamp::now() + Duration::from_secs(10);
        let arrival = directory.next(Some(deadline), self.stop.as_fd()).unwrap();
        arrival.expect("a picture within ten seconds")
    }

    /// All that arrives until `wait` has passed.
    pub fn arrivals(&self, directory: &mut Directory, wait: Duration) -> Vec<Arrival> {
        let deadline = Timestamp::now() + wait;
        core::iter::from_fn(|| directory.next(Some(deadline), self.stop.as_fd()).unwrap()).collect()
    }

    /// All that arrives until something fails, and what failed.
    pub fn until_error(&self, directory: &mut Directory) -> (Vec<Arrival>, Error) {
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

    /// Tells the one who waits to stop.
    pub fn stop(&mut self) {
        self.stop_end = None;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Sets a file's times of writing and reading, as nanoseconds after seconds since 1970.
pub fn set_mtime(path: &Path, seconds: i64, nanoseconds: i64) {
    let file = fs::File::open(path).unwrap();
    let time = TimeSpec::new(seconds, nanoseconds);
    futimens(&file, &time, &time).unwrap();
}

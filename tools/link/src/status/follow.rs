//! The thread that follows the journal for the page, the metrics and the registers. Only it waits
//! for the disk.

use super::Status;
use super::running::is_locked;
use crate::journal::{Step, Tail};
use sluice::complain;
use sluice::journal::first_needed;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How often the journal is looked at.
const INTERVAL: Duration = Duration::from_millis(20);
/// How often it is looked whether the station runs.
const RUNNING_INTERVAL: Duration = Duration::from_secs(1);
/// Lines that are added before others may read the state.
const BATCH_MAX: usize = 256;

/// The state, for all threads.
#[derive(Debug, Clone)]
pub struct Board {
    status: Arc<Mutex<Status>>,
    changes: watch::Receiver<u64>,
}

impl Board {
    /// The state now. It is changed only when the guard is gone.
    pub fn status(&self) -> MutexGuard<'_, Status> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes with the state.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.clone()
    }
}

/// Starts the thread that follows the journal in `directory`, for as long as the program runs.
///
/// # Errors
/// The system starts no thread.
pub fn follow(directory: &Path) -> std::io::Result<Board> {
    let (changed, changes) = watch::channel(0);
    let board = Board {
        status: Arc::default(),
        changes,
    };
    let mut following = Following {
        directory: directory.to_owned(),
        board: board.clone(),
        changed,
        tail: None,
        lock: None,
        said: String::new(),
    };
    let body = move || following.run();
    thread::Builder::new()
        .name("journal".to_owned())
        .spawn(body)?;
    Ok(board)
}

struct Following {
    directory: PathBuf,
    board: Board,
    changed: watch::Sender<u64>,
    tail: Option<Tail>,
    /// Whether a station holds the journal.
    lock: Option<bool>,
    /// The last failure that was said.
    said: String,
}

impl Following {
    fn run(&mut self) {
        let mut looked: Option<Instant> = None;
        loop {
            // The disk is asked without the lock: the others never wait for it.
            if looked.is_none_or(|time| time.elapsed() >= RUNNING_INTERVAL) {
                looked = Some(Instant::now());
                self.lock = is_locked(&self.directory);
            }
            let (has_more, failure) = match self.read() {
                Ok(has_more) => (has_more, String::new()),
                Err(failure) => (false, failure),
            };
            self.note(!failure.is_empty());
            if failure != self.said {
                match failure.as_str() {
                    "" => complain!("sluice-link: the journal can be read again"),
                    failure => complain!("sluice-link: {failure}"),
                }
                self.said = failure;
            }
            if !has_more {
                thread::sleep(INTERVAL);
            }
        }
    }

    /// Notes what this look at the journal has shown.
    fn note(&self, has_failed: bool) {
        let mut status = self.board.status();
        let before = (status.is_running(), status.is_readable());
        status.is_locked = self.lock;
        status.has_failed = has_failed;
        status.looked = Some(Instant::now());
        let is_changed = before != (status.is_running(), status.is_readable());
        drop(status);
        if is_changed {
            self.change();
        }
    }

    fn change(&self) {
        self.changed
            .send_modify(|number| *number = number.wrapping_add(1));
    }

    /// Reads what is new, one batch at most. Returns whether there may be more.
    fn read(&mut self) -> Result<bool, String> {
        let tail = match &mut self.tail {
            Some(tail) => tail,
            None => {
                let directory = self.directory.to_string_lossy();
                let first = first_needed(&directory).map_err(|error| error.to_string())?;
                // Without a file yet it begins with the first one that comes.
                let Some(first) = first else { return Ok(false) };
                self.tail.insert(Tail::new(&self.directory, first))
            }
        };
        let mut steps = Vec::new();
        let mut end = Ok(());
        while steps.len() < BATCH_MAX {
            match tail.step() {
                Ok(Some(step)) => steps.push(step),
                Ok(None) => break,
                Err(error) => {
                    end = Err(error.to_string());
                    break;
                }
            }
        }
        let is_full = steps.len() >= BATCH_MAX;
        if !steps.is_empty() {
            let mut status = self.board.status();
            steps.into_iter().for_each(|step| take(&mut status, step));
            drop(status);
            self.change();
        }
        end.map(|()| is_full)
    }
}

fn take(status: &mut Status, step: Step) {
    match step {
        Step::Line(line) => {
            status.lines = status.lines.saturating_add(1);
            if line.has_gap {
                status.gaps = status.gaps.saturating_add(1);
            }
            match line.record {
                Ok(record) => status.add(&record),
                Err(damage) => {
                    status.damaged = status.damaged.saturating_add(1);
                    let place = line.place;
                    complain!(
                        "sluice-link: journal file {}, line {}: {damage}",
                        place.file,
                        place.line
                    );
                }
            }
        }
        Step::Anew => {
            complain!(
                "sluice-link: the journal was replaced or changed; its counts are added up again"
            );
            status.begin_anew();
        }
        Step::LeftOut(error) => {
            status.gaps = status.gaps.saturating_add(1);
            complain!("sluice-link: {error}; the next file is read");
        }
    }
}

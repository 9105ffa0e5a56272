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
    /// The last failure that was said.
    said: String,
}

impl Following {
    fn run(&mut self) {
        let mut looked: Option<Instant> = None;
        loop {
            if looked.is_none_or(|time| time.elapsed() >= RUNNING_INTERVAL) {
                looked = Some(Instant::now());
                let is_running = is_locked(&self.directory);
                let mut status = self.board.status();
                if status.is_running != is_running {
                    status.is_running = is_running;
                    drop(status);
                    self.changed
                        .send_modify(|number| *number = number.wrapping_add(1));
                }
            }
            let failure = match self.read() {
                Ok(()) => String::new(),
                Err(failure) => failure,
            };
            if failure != self.said {
                match failure.as_str() {
                    "" => complain!("sluice-link: the journal can be read again"),
                    failure => complain!("sluice-link: {failure}"),
                }
                self.said = failure;
            }
            thread::sleep(INTERVAL);
        }
    }

    /// Reads up to the end.
    fn read(&mut self) -> Result<(), String> {
        let tail = match &mut self.tail {
            Some(tail) => tail,
            None => {
                let directory = self.directory.to_string_lossy();
                let first = first_needed(&directory).map_err(|error| error.to_string())?;
                // Without a file yet it begins with the first one that comes.
                let Some(first) = first else { return Ok(()) };
                self.tail.insert(Tail::new(&self.directory, first))
            }
        };
        loop {
            // The disk is read without the lock: the others never wait for it.
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
                self.changed
                    .send_modify(|number| *number = number.wrapping_add(1));
            }
            if !is_full {
                return end;
            }
        }
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
        Step::LeftOut(error) => complain!("sluice-link: {error}; the next file is read"),
    }
}

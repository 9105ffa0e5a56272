//! The thread that follows a journal. Only it waits for the disk.

use super::Status;
use crate::journal::{Damage, first_needed};
use crate::journal::{Holder, holder};
use crate::tail::{Place, Step, Tail, TailError};
use core::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How often the journal is looked at.
const INTERVAL: Duration = Duration::from_millis(20);
/// How often it is looked whether the station runs.
const RUNNING_INTERVAL: Duration = Duration::from_secs(1);
/// Lines that are added before others may read the state.
const BATCH_MAX: usize = 256;

/// What the thread tells.
#[derive(Debug)]
pub enum News {
    /// The state has changed.
    Changed,
    /// The journal cannot be read; why.
    Failed(String),
    /// The journal can be read again.
    Readable,
    /// A line is damaged.
    Damaged(Place, Damage),
    /// It is another journal, or it was changed.
    Anew,
    /// A file is left out.
    LeftOut(TailError),
}

impl fmt::Display for News {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed => f.write_str("the state has changed"),
            Self::Failed(why) => f.write_str(why),
            Self::Readable => f.write_str("the journal can be read again"),
            Self::Damaged(place, damage) => {
                let Place { file, line, .. } = place;
                write!(f, "journal file {file}, line {line}: {damage}")
            }
            Self::Anew => {
                f.write_str("the journal was replaced or changed; its counts are added up again")
            }
            Self::LeftOut(error) => write!(f, "{error}; the next file is read"),
        }
    }
}

/// The state of a station, for all threads.
#[derive(Debug, Clone, Default)]
pub struct Following {
    status: Arc<Mutex<Status>>,
}

impl Following {
    /// The state now. It is changed only when the guard is gone.
    pub fn status(&self) -> MutexGuard<'_, Status> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts the thread that follows the journal in `directory`, for as long as the program runs. It
/// calls `told` with what happens, and never under the lock of the state.
///
/// # Errors
/// The system starts no thread.
pub fn follow(directory: &Path, told: impl FnMut(News) + Send + 'static) -> io::Result<Following> {
    let following = Following::default();
    let mut reading = Reading {
        directory: directory.to_owned(),
        following: following.clone(),
        told,
        tail: None,
        lock: None,
    };
    let body = move || reading.run();
    thread::Builder::new()
        .name("journal".to_owned())
        .spawn(body)?;
    Ok(following)
}

struct Reading<T> {
    directory: PathBuf,
    following: Following,
    told: T,
    tail: Option<Tail>,
    /// Whether a station holds the journal.
    lock: Option<bool>,
}

impl<T: FnMut(News)> Reading<T> {
    fn run(&mut self) {
        let mut looked: Option<Instant> = None;
        loop {
            // The disk is asked without the lock: the others never wait for it.
            if looked.is_none_or(|time| time.elapsed() >= RUNNING_INTERVAL) {
                looked = Some(Instant::now());
                self.lock = match holder(&self.directory) {
                    Holder::Process(_) => Some(true),
                    Holder::Free => Some(false),
                    Holder::Unknown => None,
                };
            }
            let (has_more, failure) = match self.read() {
                Ok(has_more) => (has_more, None),
                Err(failure) => (false, Some(failure)),
            };
            self.note(failure, has_more);
            if !has_more {
                thread::sleep(INTERVAL);
            }
        }
    }

    /// Notes what this look at the journal has shown.
    fn note(&mut self, failure: Option<String>, has_more: bool) {
        let mut status = self.following.status();
        let before = (status.is_running(), status.is_readable());
        status.is_locked = self.lock;
        status.looked = Some(Instant::now());
        status.is_behind = has_more;
        let said = (status.failure != failure).then(|| failure.clone());
        status.failure = failure;
        let is_changed = before != (status.is_running(), status.is_readable());
        drop(status);
        match said {
            Some(Some(why)) => (self.told)(News::Failed(why)),
            Some(None) => (self.told)(News::Readable),
            None => {}
        }
        if is_changed {
            (self.told)(News::Changed);
        }
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
            let mut status = self.following.status();
            let news = steps.into_iter().filter_map(|step| take(&mut status, step));
            let news: Vec<_> = news.collect();
            drop(status);
            news.into_iter().for_each(&mut self.told);
            (self.told)(News::Changed);
        }
        end.map(|()| is_full)
    }
}

/// Adds what was read. Returns what is to be told of it.
fn take(status: &mut Status, step: Step) -> Option<News> {
    match step {
        Step::Line(line) => {
            status.lines = status.lines.saturating_add(1);
            if line.has_gap {
                status.gaps = status.gaps.saturating_add(1);
            }
            match line.record {
                Ok(record) => {
                    status.add(&record);
                    None
                }
                Err(damage) => {
                    status.damaged = status.damaged.saturating_add(1);
                    Some(News::Damaged(line.place, damage))
                }
            }
        }
        Step::Anew => {
            status.begin_anew();
            Some(News::Anew)
        }
        Step::LeftOut(error) => {
            status.gaps = status.gaps.saturating_add(1);
            Some(News::LeftOut(error))
        }
    }
}

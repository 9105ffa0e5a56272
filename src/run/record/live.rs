//! The thread `live`: it writes what the station says of itself into a file in memory, for
//! `sluice top`. The recorder leaves the newest content and never waits: if the thread has the
//! lock, the content of the next turn will do.

use crate::status::{Inode, LIVE_FILE, LIVE_MAX, Live};
use core::fmt::Write as _;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use heapless::String;
use nix::errno::Errno;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use std::{fs, io, thread};

/// How often the thread looks for a change.
const INTERVAL: Duration = Duration::from_millis(200);
/// How often it writes without one.
const REPEAT: Duration = Duration::from_secs(1);
/// Longest path of the file.
const PATH_MAX: usize = 320;

/// The recorder's end of the thread `live`.
#[derive(Debug)]
pub struct LiveThread {
    slot: Arc<Slot>,
    journal: Inode,
}

#[derive(Debug, Default)]
struct Slot {
    left: Mutex<Option<Live>>,
    is_closed: AtomicBool,
}

impl LiveThread {
    /// Starts the thread, which writes in `directory`. The program may end before the thread does,
    /// so the two share nothing else.
    ///
    /// # Errors
    /// The path is too long, `journal` is not there, or the system cannot create another thread.
    pub fn start(directory: &Path, journal: &Path) -> io::Result<Self> {
        let mut path: String<PATH_MAX> = String::new();
        let written = write!(path, "{}/{LIVE_FILE}", directory.display());
        let mut beside = path.clone();
        if written.is_err() || beside.push_str(".part").is_err() {
            return Err(io::Error::other(format!(
                "the path is longer than {PATH_MAX} bytes"
            )));
        }
        let slot: Arc<Slot> = Arc::default();
        // That of an earlier run says nothing about this one.
        let _ = fs::remove_file(path.as_str());
        let ours = Self {
            slot: Arc::clone(&slot),
            journal: Inode::of(journal)?,
        };
        thread::Builder::new()
            .name("live".to_owned())
            .spawn(move || run(&slot, &path, &beside))?;
        Ok(ours)
    }

    /// The journal's directory, for [`Live::journal`].
    pub const fn journal(&self) -> Inode {
        self.journal
    }

    /// Leaves what is to be written. Never waits, allocates nothing.
    pub fn leave(&self, live: Live) {
        if let Ok(mut left) = self.slot.left.try_lock() {
            *left = Some(live);
        }
    }
}

impl Drop for LiveThread {
    fn drop(&mut self) {
        self.slot.is_closed.store(true, Ordering::Release);
    }
}

fn run(slot: &Slot, path: &str, beside: &str) {
    let mut last: Option<(Live, Instant)> = None;
    let mut has_failed = false;
    while !slot.is_closed.load(Ordering::Acquire) {
        thread::sleep(INTERVAL);
        let left = slot
            .left
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(live) = left else { continue };
        let is_same = last.as_ref().is_some_and(|(last, at)| {
            let same = Live {
                turn_ns: live.turn_ns,
                finished_ns: live.finished_ns,
                ..last.clone()
            };
            same == live && at.elapsed() < REPEAT
        });
        if is_same {
            continue;
        }
        let written = write(&live, path, beside);
        if let Err(error) = &written
            && !has_failed
        {
            let why = Errno::from_raw(error.raw_os_error().unwrap_or_default()).desc();
            complain!("sluice: {path}: {why}; `sluice top` cannot show the state");
        }
        has_failed = written.is_err();
        last = Some((live, Instant::now()));
    }
    let _ = fs::remove_file(path);
}

/// Replaces the file as a whole. What has the name of the new one is removed, not written through.
fn write(live: &Live, path: &str, beside: &str) -> io::Result<()> {
    let mut text = [0; LIVE_MAX];
    let length = serde_json_core::to_slice(live, &mut text).map_err(io::Error::other)?;
    match fs::remove_file(beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = File::create_new(beside)?;
    file.write_all(text.get(..length).unwrap_or_default())?;
    fs::rename(beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounded::text::cut;
    use board::Timestamp;
    use std::{env, process};

    #[test]
    fn the_file_says_what_was_left_last_and_is_that_of_one_journal() {
        let directory = env::temp_dir().join(format!("sluice-live-{}", process::id()));
        fs::create_dir(&directory).unwrap();
        let (journal, other) = (directory.join("journal"), directory.join("other"));
        fs::create_dir(&journal).unwrap();
        fs::create_dir(&other).unwrap();
        let of_journal = Inode::of(&journal).unwrap();
        let thread = LiveThread::start(&directory, &journal).unwrap();
        // The longest that can be: each letter is escaped.
        let mut live = Live {
            station: cut(format_args!("{}", "\u{1}".repeat(40))),
            journal: thread.journal(),
            state: cut(format_args!("{}", "\"".repeat(40))),
            refusal: cut(format_args!("{}", "\u{1}".repeat(200))),
            advice: cut(format_args!("{}", "\\".repeat(200))),
            recipe: cut(format_args!("{}", "\u{1}".repeat(40))),
            turn_ns: u64::MAX,
            finished_ns: u64::MAX,
        };
        let late = Timestamp::from_ns(u64::MAX);
        for state in ["READY", "FAULT"] {
            live.state = cut(format_args!("{state}"));
            thread.leave(live.clone());
            let end = Instant::now() + Duration::from_secs(20);
            while Live::read(&directory, of_journal, late).ok().as_ref() != Some(&live) {
                assert!(Instant::now() < end, "{state} is not in the file");
                thread::sleep(Duration::from_millis(5));
                thread.leave(live.clone());
            }
        }
        assert!(Live::read(&directory, Inode::of(&other).unwrap(), late).is_err());
        // A turn that is still to come is from before the last start of the system.
        assert!(Live::read(&directory, of_journal, Timestamp::now()).is_err());
        assert_eq!(live.since_turn(late), Duration::ZERO);
        live.finished_ns = 0;
        assert_eq!(live.since_finished(late), None);
        drop(thread);
        fs::remove_dir_all(directory).unwrap();
    }
}

//! The watched directory: waits for pictures and gives each out once.

use super::backlog::{BACKLOG_MAX, Backlog, Candidate};
use super::events::{Event, Events};
use super::finish::{civil_now_ns, finished_at};
use super::folder::Found;
use super::ledger::{Full, Ledger};
use super::{Error, Folder, Identity, KEY, Name};
use crate::station::file;
use board::Timestamp;
use core::time::Duration;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::inotify::{InitFlags, Inotify};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::ffi::OsStrExt as _;

/// A file found by a scan may still be open in its writer. Until it has been left alone for so long, only its closing counts.
const SETTLE: Duration = Duration::from_secs(1);
/// After a full ledger, the time to the next look whether there is room again.
const RETRY: Duration = Duration::from_secs(1);

/// A picture that has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Its name in the directory.
    pub name: Name,
    /// Which content it has.
    pub identity: Identity,
    /// When the station learned of it: the trigger of its part, if the part has no other.
    pub seen_at: Timestamp,
    /// When it was last written or moved, by its time of change (`ctime`) in the file system: up to 10 ms later than the truth,
    /// but then not after `seen_at`; after `seen_at` only if it has changed since.
    pub finished_at: Timestamp,
    /// True when a scan found it, so that its part need not be on the line now.
    pub backlog: bool,
}

/// The watched directory. For one thread.
///
/// After [`Self::open`] it allocates only when it scans the directory again: after the kernel's queue has overflowed, while a
/// scan found a file that may still be written, and when a scan found more than 4,096 pictures.
#[derive(Debug)]
pub struct Directory {
    folder: Folder,
    inotify: Inotify,
    events: Events,
    backlog: Backlog,
    ledger: Ledger,
    /// When the directory has to be scanned again.
    scan_at: Option<Timestamp>,
    /// The backlog, and a scan, have to wait.
    held_back: bool,
    gone: bool,
}

impl Directory {
    /// Watches `source.directory`, and scans it for what lies there already.
    ///
    /// `ledger` names what is not to be given out again ([`super::restore`]).
    ///
    /// # Errors
    /// [`Error::Call`] when the directory does not exist, is no directory, or cannot be watched or read.
    pub fn open(settings: &file::Directory, ledger: Ledger) -> Result<Self, Error> {
        Self::with_backlog(settings, ledger, BACKLOG_MAX)
    }

    fn with_backlog(
        settings: &file::Directory,
        ledger: Ledger,
        backlog_max: usize,
    ) -> Result<Self, Error> {
        let inotify = Inotify::init(InitFlags::IN_NONBLOCK | InitFlags::IN_CLOEXEC)
            .map_err(|errno| failed("inotify_init1", errno))?;
        // Watched before it is scanned, so that nothing falls between the two.
        inotify
            .add_watch(settings.path.as_str(), Events::interest())
            .map_err(|errno| failed("inotify_add_watch", errno))?;
        let mut directory = Self {
            folder: Folder::new(&settings.path),
            inotify,
            events: Events::new(),
            backlog: Backlog::new(backlog_max),
            ledger,
            scan_at: None,
            held_back: false,
            gone: false,
        };
        directory.scan()?;
        Ok(directory)
    }

    /// Lets the backlog wait, with the scan that looks for one, or not any more. What arrives is given out all the same.
    pub fn hold_back(&mut self, held_back: bool) {
        self.held_back = held_back;
    }

    /// Takes an arrival back: a later scan finds it again, as a backlog.
    pub fn put_back(&mut self, arrival: &Arrival) {
        self.ledger.remove(&arrival.name);
        self.scan_by(Timestamp::now() + SETTLE);
    }

    /// Whether the next call gives out what has arrived, or looks at it, without waiting.
    pub const fn has_arrivals(&self) -> bool {
        self.events.pending()
    }

    /// The directory as decode workers open pictures in it.
    pub const fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Waits for the next picture. `None` when `deadline` has passed or `stop` has become readable (or its other end closed);
    /// `stop` goes first. Without a deadline it waits for as long as it takes.
    ///
    /// # Errors
    /// After [`Error::Gone`] every call fails. After [`Error::Overflow`], [`Error::LedgerFull`] or [`Error::Call`] the next call
    /// goes on, and scans the directory, so that nothing is lost; it can fail at once again, after a second for a full ledger.
    pub fn next(
        &mut self,
        deadline: Option<Timestamp>,
        stop: BorrowedFd<'_>,
    ) -> Result<Option<Arrival>, Error> {
        loop {
            if self.gone {
                return Err(Error::Gone);
            }
            let backlog = !self.held_back && !self.backlog.is_empty();
            let scan_at = self.scan_at.filter(|_| !self.held_back);
            let until = if backlog || self.events.pending() {
                Some(Timestamp::default())
            } else {
                earlier(deadline, scan_at)
            };
            let (stopped, readable) = self.wait(until, stop)?;
            if stopped {
                return Ok(None);
            }
            let now = Timestamp::now();
            if self.backlog.is_empty() && scan_at.is_some_and(|at| at <= now) {
                self.scan()?;
            } else if backlog && let Some(candidate) = self.backlog.pop() {
                if self.backlog.is_empty() && self.backlog.left_out() {
                    self.scan_at = Some(now);
                }
                if let Some(arrival) = self.take_candidate(candidate, now)? {
                    return Ok(Some(arrival));
                }
            } else if let Some(event) = self.events.next() {
                if let Some(arrival) = self.handle(event, now)? {
                    return Ok(Some(arrival));
                }
            } else if readable {
                if let Err(errno) = self.events.fill(&self.inotify) {
                    self.scan_at = Some(now);
                    return Err(failed("read", errno));
                }
            } else if deadline.is_some_and(|at| at <= now) {
                return Ok(None);
            }
        }
    }

    /// Waits until `until` for `stop` and for events. Says which of them there are.
    fn wait(&self, until: Option<Timestamp>, stop: BorrowedFd<'_>) -> Result<(bool, bool), Error> {
        let timeout = until.map_or(PollTimeout::NONE, |until| {
            // Rounded up, so that it does not return just before; a longer one is cut, and the caller waits again.
            let wait_us = until.since(Timestamp::now()).as_micros();
            let wait_ms = i32::try_from(wait_us.div_ceil(1000)).unwrap_or(i32::MAX);
            PollTimeout::try_from(wait_ms).unwrap_or(PollTimeout::MAX)
        });
        let mut fds = [
            PollFd::new(stop, PollFlags::POLLIN),
            PollFd::new(self.inotify.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut fds, timeout) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(failed("poll", errno)),
        }
        let [stop, inotify] = &fds;
        let ready = |fd: &PollFd<'_>| fd.any().unwrap_or(true);
        Ok((ready(stop), ready(inotify)))
    }

    fn handle(&mut self, event: Event, now: Timestamp) -> Result<Option<Arrival>, Error> {
        match event {
            Event::Finished(name) if name.is_picture() => {
                let seen_at = self.events.read_at();
                self.take(name, seen_at, false)
            }
            // The name may be in use again by now; then the event of the new file says what to do.
            Event::Removed(name) if name.is_picture() => {
                if self.look(&name)?.is_none() {
                    self.ledger.remove(&name);
                }
                Ok(None)
            }
            Event::Overflow => {
                self.scan_at = Some(now);
                Err(Error::Overflow)
            }
            Event::Gone => {
                self.gone = true;
                Err(Error::Gone)
            }
            Event::Finished(_) | Event::Removed(_) | Event::Other => Ok(None),
        }
    }

    /// Gives out a file of the backlog, unless it has changed since the scan: then its writer's closing it counts, or another
    /// scan in case that it is not written at all (a change of its times only).
    fn take_candidate(
        &mut self,
        candidate: Candidate,
        now: Timestamp,
    ) -> Result<Option<Arrival>, Error> {
        match self.look(&candidate.name)? {
            Some(found) if found.identity != candidate.identity => {
                self.scan_by(now + SETTLE);
                Ok(None)
            }
            Some(_) => self.take(candidate.name, now, true),
            None => Ok(None),
        }
    }

    /// Gives out the file with this name, unless it is gone or was given out before.
    fn take(
        &mut self,
        name: Name,
        seen_at: Timestamp,
        backlog: bool,
    ) -> Result<Option<Arrival>, Error> {
        let Some(Found { identity, ctime_ns }) = self.look(&name)? else {
            return Ok(None);
        };
        let finished_at = finished_at(ctime_ns, seen_at);
        if self.ledger.holds(&name, &identity) {
            return Ok(None);
        }
        if let Err(Full) = self.ledger.insert(&name, identity) {
            self.scan_by(Timestamp::now() + RETRY);
            return Err(Error::LedgerFull);
        }
        Ok(Some(Arrival {
            name,
            identity,
            seen_at,
            finished_at,
            backlog,
        }))
    }

    fn look(&mut self, name: &Name) -> Result<Option<Found>, Error> {
        self.folder.look(name).map_err(|errno| {
            // The event that told of the file is used up.
            self.scan_by(Timestamp::now() + RETRY);
            failed("lstat", errno)
        })
    }

    fn scan_by(&mut self, at: Timestamp) {
        self.scan_at = earlier(self.scan_at, Some(at));
    }

    /// Reads the whole directory: fills the backlog with what was not given out, and forgets what is not there any more.
    fn scan(&mut self) -> Result<(), Error> {
        self.scan_at = Some(Timestamp::now() + RETRY); // in case that it fails
        let now_ns = civil_now_ns();
        let entries = std::fs::read_dir(self.folder.path())
            .map_err(|error| failed("opendir", errno_of(&error)))?;
        let mut next_scan = None;
        self.ledger.unmark();
        let mut scan = self.backlog.begin();
        for entry in entries {
            let entry = entry.map_err(|error| failed("readdir", errno_of(&error)))?;
            let Some(name) = Name::new(entry.file_name().as_bytes()) else {
                continue;
            };
            if !name.is_picture() {
                continue;
            }
            let found = self
                .folder
                .look(&name)
                .map_err(|errno| failed("lstat", errno))?;
            let Some(found) = found else {
                continue;
            };
            if self.ledger.holds(&name, &found.identity) {
                continue;
            }
            // A change in the future was made before the clock was set back: long ago.
            let age_ns = now_ns.saturating_sub(found.ctime_ns);
            match u64::try_from(age_ns).map(Duration::from_nanos) {
                Ok(age) if age < SETTLE => {
                    let settled_at = Timestamp::now() + (SETTLE - age);
                    next_scan = earlier(next_scan, Some(settled_at));
                }
                _ => scan.offer(Candidate {
                    ctime_ns: found.ctime_ns,
                    name,
                    identity: found.identity,
                }),
            }
        }
        scan.end();
        self.ledger.sweep();
        self.scan_at = next_scan;
        Ok(())
    }
}

const fn failed(call: &'static str, errno: Errno) -> Error {
    Error::Call {
        key: KEY,
        call,
        errno,
    }
}

fn errno_of(error: &std::io::Error) -> Errno {
    error
        .raw_os_error()
        .map_or(Errno::UnknownErrno, Errno::from_raw)
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests;

//! The watched directory: waits for pictures and gives each out once.
//!
//! [`Directory::next`] serves, in this order: a scan that is due, kernel events, names that may be
//! links, comparisons with inspected pictures, and the backlog of the last scan. Each of these has
//! a source file.

mod comparison;
mod event_handler;
mod polling;
mod scan;

use super::backlog::{BACKLOG_MAX, Backlog, Candidate};
use super::event_buffer::EventBuffer;
use super::finish_time::{civil_now_ns, finished_at};
use super::ledger::Ledger;
use super::own_files::OwnFiles;
use super::pending_names::PendingNames;
use super::table::Recognition;
use super::{Arrival, Disposal, Folder, Identity, KEY, Name, WatchError};
use crate::station::file;
use board::Timestamp;
use comparison::Comparison;
use core::time::Duration;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll as wait_for};
use nix::sys::inotify::{InitFlags, Inotify};
use polling::PolledFiles;
use scan::Scan;
pub(super) use scan::each_picture;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::sync::Arc;

/// A file that a scan finds may still be open in its writer. Until it was unchanged for this long,
/// it arrives only when it is closed.
const SETTLE: Duration = Duration::from_secs(1);
/// The time from a failed scan to the next.
const RETRY: Duration = Duration::from_secs(1);

/// What is known before a directory is watched.
#[derive(Debug, Clone)]
pub struct Known {
    /// The contents that were inspected, and are not given out again.
    pub ledger: Ledger,
    /// The files that the station writes itself, which are never pictures.
    pub own: OwnFiles,
    /// Disposes of a picture that is recorded but still in the directory, if the station had to
    /// read it to recognise it. The journal's thread disposes of all others.
    pub disposal: Option<Disposal>,
}

impl From<Ledger> for Known {
    fn from(ledger: Ledger) -> Self {
        Self {
            ledger,
            own: OwnFiles::default(),
            disposal: None,
        }
    }
}

/// The watched directory. For one thread.
///
/// After [`Self::open`] our own code allocates nothing. The C library allocates when it opens the
/// directory for a scan. A scan follows an overflow of the kernel's queue, and each scan that found
/// a recently changed file or more than 4,096 pictures. A polled directory is scanned every
/// `poll_ms`. A scan of many files has steps, and events and stops are handled in between.
#[derive(Debug)]
pub struct Directory {
    folder: Folder,
    own: OwnFiles,
    disposal: Option<Disposal>,
    inotify: Option<Arc<Inotify>>,
    backlog: Backlog,
    ledger: Ledger,
    pending: PendingNames,
    comparison: Option<Comparison>,
    piece: Box<[u8]>,
    /// The files of a directory without events.
    polled: Option<PolledFiles>,
    /// The scan that is under way.
    scan: Option<Scan>,
    /// When the directory must be scanned again.
    scan_at: Option<Timestamp>,
    /// Whether the backlog, and the scan for one, must wait.
    held_back: bool,
    gone: bool,
}

impl Directory {
    /// Watches `source.directory` and begins to scan it for existing pictures.
    ///
    /// `known` names what is not given out again ([`super::restore`]). An empty [`Ledger`] is
    /// enough without restored records.
    ///
    /// # Errors
    /// [`WatchError::Call`] if the directory does not exist, is not a directory, or cannot be
    /// watched or read.
    pub fn open(
        settings: &file::DirectorySettings,
        known: impl Into<Known>,
    ) -> Result<Self, WatchError> {
        Self::with_backlog(settings, known.into(), BACKLOG_MAX)
    }

    fn with_backlog(
        settings: &file::DirectorySettings,
        known: Known,
        backlog_max: usize,
    ) -> Result<Self, WatchError> {
        let interval = Duration::from_millis(settings.poll_ms.into());
        let mut directory = Self {
            folder: Folder::of(settings),
            own: known.own,
            disposal: known.disposal,
            inotify: None,
            backlog: Backlog::new(backlog_max),
            ledger: known.ledger,
            pending: PendingNames::default(),
            comparison: None,
            piece: comparison::piece(),
            polled: None,
            scan: None,
            scan_at: None,
            held_back: false,
            gone: false,
        };
        if interval.is_zero() {
            // The watch begins before the scan, so that no file is missed between the two.
            directory.watch()?;
        } else {
            directory.polled = Some(PolledFiles::new(
                interval,
                directory.folder.device_and_inode()?,
            ));
        }
        directory.begin_scan()?;
        directory.scan_on()?;
        Ok(directory)
    }

    fn watch(&mut self) -> Result<(), WatchError> {
        let inotify = Inotify::init(InitFlags::IN_NONBLOCK | InitFlags::IN_CLOEXEC)
            .map_err(|errno| failed("inotify_init1", errno))?;
        inotify
            .add_watch(self.folder.path(), EventBuffer::interest())
            .map_err(|errno| failed("inotify_add_watch", errno))?;
        let inotify = Arc::new(inotify);
        self.ledger.lock().inotify = Some(Arc::clone(&inotify));
        self.inotify = Some(inotify);
        Ok(())
    }

    /// Pauses or resumes the backlog, and the scan for one. Pictures that arrive now are still
    /// given out.
    pub fn hold_back(&mut self, held_back: bool) {
        self.held_back = held_back;
    }

    /// Takes an arrival back. A later scan finds it again, as a backlog.
    pub fn put_back(&mut self, arrival: &Arrival) {
        self.ledger.lock().table.unlink(&arrival.name);
        let now = Timestamp::now();
        if let Some(polled) = &mut self.polled {
            polled.put_back(arrival, now);
        }
        self.scan_by(now + SETTLE);
    }

    /// Whether the next call of [`Self::next`] handles an arrival without waiting.
    pub fn has_arrivals(&self) -> bool {
        let found = self.polled.as_ref().is_some_and(PolledFiles::has_found);
        found || self.ledger.has_events()
    }

    /// The directory, for the decode workers.
    pub const fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The contents that were given out, for [`super::Reading`].
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Waits for the next picture. Returns `None` once `deadline` has passed, or `stop` is readable
    /// or closed at its other end. A stop takes precedence over pictures. Without a deadline the
    /// wait has no limit.
    ///
    /// # Errors
    /// After [`WatchError::Gone`] every call fails. After [`WatchError::Overflow`] or
    /// [`WatchError::Call`] the next call goes on and scans the directory, so no picture is lost.
    /// It can fail again at once.
    pub fn next(
        &mut self,
        deadline: Option<Timestamp>,
        stop: BorrowedFd<'_>,
    ) -> Result<Option<Arrival>, WatchError> {
        loop {
            if self.gone {
                return Err(WatchError::Gone);
            }
            let backlog = !self.held_back && !self.backlog.is_empty();
            let compares =
                (self.comparison.as_ref()).is_some_and(|of| of.is_live() || !self.held_back);
            // A polled directory is scanned at its interval.
            let may_scan = !self.held_back && self.polled.is_none();
            let scan_at = self.scan_at.filter(|_| may_scan);
            let is_scanning = self.scan.is_some();
            let until = if backlog || compares || is_scanning || self.ledger.has_events() {
                Some(Timestamp::default())
            } else {
                let due = self.pending.due();
                let due = earlier(due, self.polled.as_ref().map(PolledFiles::due));
                earlier(earlier(deadline, scan_at), due)
            };
            let (stopped, readable) = self.wait(until, stop)?;
            if stopped {
                return Ok(None);
            }
            let now = Timestamp::now();
            if self.polled.is_some() {
                if let Some(arrival) = self.next_polled(now)? {
                    return Ok(Some(arrival));
                }
            } else if !is_scanning && self.backlog.is_empty() && scan_at.is_some_and(|at| at <= now)
            {
                self.begin_scan()?;
                continue;
            }
            if let Some((event, read_at)) = self.ledger.next_event() {
                if let Some(arrival) = self.handle(event, read_at, now)? {
                    return Ok(Some(arrival));
                }
            } else if readable {
                if let Err(errno) = self.ledger.fill() {
                    self.scan_at = Some(now);
                    return Err(failed("read", errno));
                }
            } else if let Some(made) = self.pending.take_due(now) {
                if let Some(arrival) = self.linked(made, now)? {
                    return Ok(Some(arrival));
                }
            } else if is_scanning && self.polled.is_none() {
                if !self.scan_on()? && deadline.is_some_and(|at| at <= now) {
                    return Ok(None);
                }
            } else if compares {
                if let Some(arrival) = self.compare(now)? {
                    return Ok(Some(arrival));
                }
            } else if backlog && let Some(candidate) = self.backlog.pop() {
                if self.backlog.is_empty() && self.backlog.left_out() {
                    self.scan_at = Some(now);
                }
                if let Some(arrival) = self.take_candidate(candidate, now)? {
                    return Ok(Some(arrival));
                }
            } else if deadline.is_some_and(|at| at <= now) {
                return Ok(None);
            }
        }
    }

    /// Waits for `stop` and for events, at most until `until`. Returns which of the two came.
    fn wait(
        &self,
        until: Option<Timestamp>,
        stop: BorrowedFd<'_>,
    ) -> Result<(bool, bool), WatchError> {
        let timeout = until.map_or(PollTimeout::NONE, |until| {
            // Rounded up, so that the wait does not end just before `until`. A longer wait is cut,
            // and the caller waits again.
            let wait_us = until.since(Timestamp::now()).as_micros();
            let wait_ms = i32::try_from(wait_us.div_ceil(1000)).unwrap_or(i32::MAX);
            PollTimeout::try_from(wait_ms).unwrap_or(PollTimeout::MAX)
        });
        // Without inotify, `stop` takes its place in the list.
        let inotify = self
            .inotify
            .as_ref()
            .map_or(stop, |inotify| inotify.as_fd());
        let mut fds = [
            PollFd::new(stop, PollFlags::POLLIN),
            PollFd::new(self.ledger.wake_up(), PollFlags::POLLIN),
            PollFd::new(inotify, PollFlags::POLLIN),
        ];
        match wait_for(&mut fds, timeout) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(failed("poll", errno)),
        }
        let [stop, wake_up, inotify] = &fds;
        let ready = |fd: &PollFd<'_>| fd.any().unwrap_or(true);
        Ok((ready(stop), ready(wake_up) || ready(inotify)))
    }

    /// Gives out the file with this name as it is now.
    fn arrive(&mut self, name: Name, identity: Identity, sighting: Sighting) -> Arrival {
        let mut state = self.ledger.lock();
        let followed = state.inotify.is_some();
        let identity = state.table.insert(&name, identity, None, followed);
        drop(state);
        Arrival {
            name,
            identity,
            seen_at: sighting.seen_at,
            finished_at: sighting.finished_at,
            finished_after: sighting.finished_after,
            backlog: sighting.backlog,
        }
    }

    fn find(&mut self, name: &Name) -> Result<Option<Identity>, WatchError> {
        self.folder.find(name).map_err(|errno| {
            // The event of this file is used up, so a scan must find the file.
            self.scan_by(Timestamp::now() + RETRY);
            failed("lstat", errno)
        })
    }

    fn scan_by(&mut self, at: Timestamp) {
        self.scan_at = earlier(self.scan_at, Some(at));
    }
}

/// When and how an arrival was seen.
#[derive(Debug, Clone, Copy)]
struct Sighting {
    seen_at: Timestamp,
    finished_at: Timestamp,
    finished_after: Timestamp,
    backlog: bool,
}

const fn failed(call: &'static str, errno: Errno) -> WatchError {
    WatchError::Call {
        key: KEY,
        call,
        errno,
    }
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests;

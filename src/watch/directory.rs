//! The watched directory: waits for pictures and gives each out once.

mod compare;
mod events;
mod poll;
mod scan;

use super::backlog::{BACKLOG_MAX, Backlog, Candidate};
use super::events::Events;
use super::finish::{civil_now_ns, finished_at};
use super::ledger::Ledger;
use super::links::Links;
use super::own::Own;
use super::table::Judged;
use super::{Disposal, Error, Folder, Identity, KEY, Name};
use crate::station::file;
use board::Timestamp;
use compare::Comparison;
use core::time::Duration;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll as wait_for};
use nix::sys::inotify::{InitFlags, Inotify};
use poll::Growing;
pub(super) use scan::pictures;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::sync::Arc;

/// A file found by a scan may still be open in its writer. Until it has been left alone for so long, only its closing counts.
const SETTLE: Duration = Duration::from_secs(1);
/// After a scan that failed, the time to the next.
const RETRY: Duration = Duration::from_secs(1);

/// What is known of a directory before it is watched.
#[derive(Debug, Clone)]
pub struct Known {
    /// What is not to be given out again.
    pub ledger: Ledger,
    /// What the station writes itself: never a picture.
    pub own: Own,
    /// Puts away pictures that lie here although their parts are in the journal, and that the station had to read to
    /// know them again. The journal's thread does so with all others.
    pub disposal: Option<Disposal>,
}

impl From<Ledger> for Known {
    fn from(ledger: Ledger) -> Self {
        Self {
            ledger,
            own: Own::default(),
            disposal: None,
        }
    }
}

/// A picture that has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Its name in the directory.
    pub name: Name,
    /// Which content it has.
    pub identity: Identity,
    /// When the station learned of it.
    pub seen_at: Timestamp,
    /// When it was finished: last written, moved or linked, by its time of change (`ctime`) in the file system. That is
    /// up to 10 ms late. Times or rights that were set afterwards make it later by as much, but never later than
    /// `seen_at`. Where the directory is polled: when a scan first met it as it is now, which is up to `poll_ms` later
    /// than the truth.
    pub finished_at: Timestamp,
    /// True when a scan found it, so that its part need not be on the line now.
    pub backlog: bool,
}

/// The watched directory. For one thread.
///
/// After [`Self::open`] our own code allocates nothing. The C library does when it opens the directory for a scan.
/// Scans follow an overflow of the kernel's queue, a scan that found a file that may still be written or more than
/// 4,096 pictures, and every `poll_ms`.
#[derive(Debug)]
pub struct Directory {
    folder: Folder,
    own: Own,
    disposal: Option<Disposal>,
    inotify: Option<Arc<Inotify>>,
    backlog: Backlog,
    ledger: Ledger,
    links: Links,
    comparison: Option<Comparison>,
    piece: Box<[u8]>,
    /// Where there are no events.
    growing: Option<Growing>,
    /// When the directory has to be scanned again.
    scan_at: Option<Timestamp>,
    /// The backlog, and a scan, have to wait.
    held_back: bool,
    gone: bool,
}

impl Directory {
    /// Watches `source.directory`, and scans it for what lies there already.
    ///
    /// `known` names what is not to be given out again ([`super::restore`]), and may be a [`Ledger`] alone.
    ///
    /// # Errors
    /// [`Error::Call`] when the directory does not exist, is no directory, or cannot be watched or read.
    pub fn open(
        settings: &file::DirectorySettings,
        known: impl Into<Known>,
    ) -> Result<Self, Error> {
        Self::with_backlog(settings, known.into(), BACKLOG_MAX)
    }

    fn with_backlog(
        settings: &file::DirectorySettings,
        known: Known,
        backlog_max: usize,
    ) -> Result<Self, Error> {
        let interval = Duration::from_millis(settings.poll_ms.into());
        let mut directory = Self {
            folder: Folder::new(&settings.path),
            own: known.own,
            disposal: known.disposal,
            inotify: None,
            backlog: Backlog::new(backlog_max),
            ledger: known.ledger,
            links: Links::default(),
            comparison: None,
            piece: compare::piece(),
            growing: None,
            scan_at: None,
            held_back: false,
            gone: false,
        };
        if interval.is_zero() {
            // Watched before it is scanned, so that nothing falls between the two.
            directory.watch()?;
            directory.scan()?;
        } else {
            directory.growing = Some(Growing::new(interval, directory.folder.place()?));
            directory.look_again()?;
        }
        Ok(directory)
    }

    fn watch(&mut self) -> Result<(), Error> {
        let inotify = Inotify::init(InitFlags::IN_NONBLOCK | InitFlags::IN_CLOEXEC)
            .map_err(|errno| failed("inotify_init1", errno))?;
        inotify
            .add_watch(self.folder.path(), Events::interest())
            .map_err(|errno| failed("inotify_add_watch", errno))?;
        let inotify = Arc::new(inotify);
        self.ledger.lock().inotify = Some(Arc::clone(&inotify));
        self.inotify = Some(inotify);
        Ok(())
    }

    /// Lets the backlog wait, with the scan that looks for one, or not any more. What arrives is given out all the same.
    pub fn hold_back(&mut self, held_back: bool) {
        self.held_back = held_back;
    }

    /// Takes an arrival back: a later scan finds it again, as a backlog.
    pub fn put_back(&mut self, arrival: &Arrival) {
        self.ledger.lock().table.unlink(&arrival.name);
        let now = Timestamp::now();
        if let Some(growing) = &mut self.growing {
            growing.put_back(arrival, now);
        }
        self.scan_by(now + SETTLE);
    }

    /// Whether the next call gives out what has arrived, or looks at it, without waiting.
    pub fn has_arrivals(&self) -> bool {
        let found = self.growing.as_ref().is_some_and(Growing::has_found);
        found || self.ledger.has_events()
    }

    /// The directory as decode workers open pictures in it.
    pub const fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The pictures that it has given out, for [`super::Reading`].
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Waits for the next picture. `None` when `deadline` has passed or `stop` has become readable (or its other end closed);
    /// `stop` goes first. Without a deadline it waits for as long as it takes.
    ///
    /// # Errors
    /// After [`Error::Gone`] every call fails. After [`Error::Overflow`] or [`Error::Call`] the next call goes on, and scans the
    /// directory, so that nothing is lost; it can fail at once again.
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
            let compares =
                (self.comparison.as_ref()).is_some_and(|of| of.is_live() || !self.held_back);
            let scan_at = self.scan_at.filter(|_| !self.held_back);
            let until = if backlog || compares || self.ledger.has_events() {
                Some(Timestamp::default())
            } else {
                let due = self.links.due();
                let due = earlier(due, self.growing.as_ref().map(Growing::due));
                earlier(earlier(deadline, scan_at), due)
            };
            let (stopped, readable) = self.wait(until, stop)?;
            if stopped {
                return Ok(None);
            }
            let now = Timestamp::now();
            if self.growing.is_some() {
                if let Some(arrival) = self.next_polled(now)? {
                    return Ok(Some(arrival));
                }
            } else if self.backlog.is_empty() && scan_at.is_some_and(|at| at <= now) {
                self.scan()?;
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
            } else if let Some(made) = self.links.take_due(now) {
                if let Some(arrival) = self.linked(made, now)? {
                    return Ok(Some(arrival));
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

    /// Waits until `until` for `stop` and for events. Says which of them there are.
    fn wait(&self, until: Option<Timestamp>, stop: BorrowedFd<'_>) -> Result<(bool, bool), Error> {
        let timeout = until.map_or(PollTimeout::NONE, |until| {
            // Rounded up, so that it does not return just before; a longer one is cut, and the caller waits again.
            let wait_us = until.since(Timestamp::now()).as_micros();
            let wait_ms = i32::try_from(wait_us.div_ceil(1000)).unwrap_or(i32::MAX);
            PollTimeout::try_from(wait_ms).unwrap_or(PollTimeout::MAX)
        });
        // Without events, `stop` is asked twice.
        let inotify = self
            .inotify
            .as_ref()
            .map_or(stop, |inotify| inotify.as_fd());
        let mut fds = [
            PollFd::new(stop, PollFlags::POLLIN),
            PollFd::new(self.ledger.bell(), PollFlags::POLLIN),
            PollFd::new(inotify, PollFlags::POLLIN),
        ];
        match wait_for(&mut fds, timeout) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(failed("poll", errno)),
        }
        let [stop, bell, inotify] = &fds;
        let ready = |fd: &PollFd<'_>| fd.any().unwrap_or(true);
        Ok((ready(stop), ready(bell) || ready(inotify)))
    }

    /// Gives out the file with this name, as it is now.
    fn arrive(&mut self, name: Name, identity: Identity, came: Came) -> Arrival {
        let mut inner = self.ledger.lock();
        let followed = inner.inotify.is_some();
        let identity = inner.table.insert(&name, identity, None, followed);
        drop(inner);
        Arrival {
            name,
            identity,
            seen_at: came.seen_at,
            finished_at: came.finished_at,
            backlog: came.backlog,
        }
    }

    fn look(&mut self, name: &Name) -> Result<Option<Identity>, Error> {
        self.folder.look(name).map_err(|errno| {
            // The event that told of the file is used up.
            self.scan_by(Timestamp::now() + RETRY);
            failed("lstat", errno)
        })
    }

    fn scan_by(&mut self, at: Timestamp) {
        self.scan_at = earlier(self.scan_at, Some(at));
    }
}

/// When an arrival came, and how.
#[derive(Debug, Clone, Copy)]
struct Came {
    seen_at: Timestamp,
    finished_at: Timestamp,
    backlog: bool,
}

const fn failed(call: &'static str, errno: Errno) -> Error {
    Error::Call {
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

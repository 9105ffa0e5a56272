//! The watched directory: waits for pictures and gives each out once.
//!
//! [`Directory::next`] (`next.rs`) chooses what is done next. The scan, the kernel's events, and
//! the comparisons with inspected pictures each have a source file.

mod comparison;
mod event_handler;
mod next;
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
use nix::sys::inotify::{InitFlags, Inotify};
use polling::PolledFiles;
pub(super) use scan::each_picture_of;
use scan::{Scan, Step};
use std::sync::Arc;

/// A file that a scan finds may still be open in its writer. Until it was unchanged for this long,
/// it arrives only when it is closed.
const SETTLE: Duration = Duration::from_secs(1);
/// The time from a failed scan to the next, and the longest one from a failed read of events.
const RETRY: Duration = Duration::from_secs(1);
/// The shortest time from a failed read of events to the next.
const UNREAD_MIN: Duration = Duration::from_millis(20);

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
    step: Step,
    /// How many events were handled since the last step of a scan.
    events_in_row: u32,
    /// When the directory must be scanned again.
    scan_at: Option<Timestamp>,
    /// After events could not be read: when they are read again.
    unread_until: Option<Timestamp>,
    /// How long they then stay unread: longer each time.
    unread_for: Duration,
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
        Self::with_limits(settings, known.into(), BACKLOG_MAX, Step::default())
    }

    fn with_limits(
        settings: &file::DirectorySettings,
        known: Known,
        backlog_max: usize,
        step: Step,
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
            step,
            events_in_row: 0,
            scan_at: None,
            unread_until: None,
            unread_for: UNREAD_MIN,
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

    /// Whether the next calls of [`Self::next`] may give out a live arrival without waiting: events
    /// wait, a scan of a polled directory is under way, or a live file is compared.
    pub fn has_arrivals(&self) -> bool {
        let found = |polled: &PolledFiles| polled.has_found() || self.scan.is_some();
        self.polled.as_ref().is_some_and(found)
            || self.comparison.as_ref().is_some_and(Comparison::is_live)
            || self.ledger.has_events()
    }

    /// The directory, for the decode workers.
    pub const fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The contents that were given out, for [`super::Reading`].
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Gives out the file with this name as it is now.
    fn arrive(&mut self, name: Name, identity: Identity, sighting: Sighting) -> Arrival {
        let mut state = self.ledger.lock();
        let followed = state.inotify.is_some();
        let identity = state.table.insert(&name, identity, None, followed);
        drop(state);
        if let Some(polled) = &mut self.polled {
            polled.forget(&name);
        }
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

    /// Reads the kernel's events. If that fails, a scan finds what comes until the next attempt.
    fn read_events(&mut self, now: Timestamp) -> Result<(), WatchError> {
        if let Err(errno) = self.ledger.fill() {
            self.unread_until = Some(now + self.unread_for);
            self.unread_for = RETRY.min(2 * self.unread_for);
            return Err(failed("read", errno));
        }
        self.unread_for = UNREAD_MIN;
        Ok(())
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

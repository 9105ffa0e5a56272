//! What the watching thread and the decode workers share: which contents were taken, and the kernel's events, which may
//! say that one of them was written since.

use super::aged::AGED_MAX;
use super::event_buffer::{EventBuffer, FileEvent};
use super::table::{ContentTable, LEDGER_MAX, Proof, Recognition};
use super::{Identity, Name};
use crate::hash::Sha256;
use crate::part::PartId;
use board::Timestamp;
use board::wake::{Wake, WakeError};
use nix::errno::Errno;
use nix::sys::inotify::Inotify;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The contents that were taken. Its clones are one ledger. Callable from any thread; no call waits for anything but the
/// others, which take microseconds each.
#[derive(Debug, Clone)]
pub struct Ledger {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    inner: Mutex<LedgerState>,
    /// A worker has read events that the watching thread waits for.
    wake_up: Wake,
}

#[derive(Debug)]
pub(super) struct LedgerState {
    pub(super) table: ContentTable,
    pub(super) events: EventBuffer,
    /// Nothing where there are no events.
    pub(super) inotify: Option<Arc<Inotify>>,
}

/// What is known of a content since it was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ContentState {
    /// It was not written by its name.
    Untouched,
    /// It was written, or gave way to another one.
    Overwritten,
    /// The events are not all there.
    Unknown,
}

/// The next thing that happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NextChange {
    /// It was written.
    Written,
    /// Another file has its name.
    Replaced,
    /// It lost its name.
    Left,
    /// EventBuffer were lost.
    Lost,
}

impl Ledger {
    /// An empty ledger, as a station without a journal has. Allocates all that it will ever need: 40 MiB of address space,
    /// of which it uses what the entries fill.
    ///
    /// # Errors
    /// [`WakeError`] when no file descriptor is left.
    pub fn new() -> Result<Self, WakeError> {
        Self::with_capacity(LEDGER_MAX, AGED_MAX)
    }

    pub(super) fn with_capacity(max: usize, aged_max: usize) -> Result<Self, WakeError> {
        let inner = LedgerState {
            table: ContentTable::new(max, aged_max),
            events: EventBuffer::new(),
            inotify: None,
        };
        Ok(Self {
            shared: Arc::new(Shared {
                inner: Mutex::new(inner),
                wake_up: Wake::new()?,
            }),
        })
    }

    /// Contents that are known with all that identifies them ([`LEDGER_MAX`] at most).
    pub fn len(&self) -> usize {
        self.lock().table.len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there is no room for another inspected picture, so that a later scan may meet one as new.
    pub fn is_full(&self) -> bool {
        self.lock().table.is_full()
    }

    /// The part was judged by this content, which had these bytes.
    pub(crate) fn prove(&self, identity: &Identity, part: PartId, sha256: Sha256) {
        let proof = Proof {
            part,
            sha256,
            ctime_ns: identity.ctime_ns,
        };
        self.lock().table.prove(identity, proof);
    }

    /// Whether a content is known to have been written since it was taken.
    pub(super) fn is_overwritten(&self, name: &Name, identity: &Identity) -> bool {
        self.state_of(name, identity) == ContentState::Overwritten
    }

    /// Whether there are events to tell what happens to a picture.
    pub(crate) fn is_watched(&self) -> bool {
        self.lock().inotify.is_some()
    }

    /// What is known of a content by now: reads all events that the kernel has.
    pub(super) fn state_of(&self, name: &Name, identity: &Identity) -> ContentState {
        let mut inner = self.lock();
        let (whole, read) = inner.fill();
        let since = match () {
            () if inner.table.is_overwritten(identity) => ContentState::Overwritten,
            () => match inner.next_change(name) {
                Some(NextChange::Written) => ContentState::Overwritten,
                // The name leads to another file from there on.
                Some(NextChange::Replaced | NextChange::Left) => ContentState::Untouched,
                None if whole => ContentState::Untouched,
                Some(NextChange::Lost) | None => ContentState::Unknown,
            },
        };
        drop(inner);
        if read {
            // It has no reason to fail while it exists.
            let _ = self.shared.wake_up.ring();
        }
        since
    }

    /// Adds what the journal or the file of the inspected says.
    pub(super) fn restore(&self, name: &Name, identity: Identity, proof: Option<Proof>) {
        self.lock().table.insert(name, identity, proof, false);
    }

    pub(super) fn recognise(&self, name: &Name, found: &Identity) -> Recognition {
        let mut inner = self.lock();
        let followed = inner.inotify.is_some();
        inner.table.recognise(name, found, followed)
    }

    /// The next event that the kernel told of.
    pub(super) fn next_event(&self) -> Option<(FileEvent, Timestamp)> {
        self.lock().events.next()
    }

    pub(super) fn has_events(&self) -> bool {
        self.lock().events.pending()
    }

    /// Reads what the kernel has.
    pub(super) fn fill(&self) -> Result<(), Errno> {
        // It has no reason to fail while it exists.
        let _ = self.shared.wake_up.clear();
        let mut inner = self.lock();
        let LedgerState {
            events, inotify, ..
        } = &mut *inner;
        match inotify {
            Some(inotify) => events.fill(inotify.as_fd()).map(drop),
            None => Ok(()),
        }
    }

    /// Rung when a worker has read events.
    pub(super) fn wake_up(&self) -> BorrowedFd<'_> {
        self.shared.wake_up.as_fd()
    }

    /// Nothing that can panic runs under the lock.
    pub(super) fn lock(&self) -> MutexGuard<'_, LedgerState> {
        self.shared
            .inner
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl LedgerState {
    /// Reads what the kernel has. Whether it is all, and whether it is anything.
    fn fill(&mut self) -> (bool, bool) {
        let Some(inotify) = &self.inotify else {
            return (false, false);
        };
        let whole = self.events.fill(inotify.as_fd()).unwrap_or(false);
        (whole, self.events.pending())
    }

    /// What the waiting events do to the file that this name led to at the last event taken; `None` if they do not name
    /// it.
    fn next_change(&self, name: &Name) -> Option<NextChange> {
        self.events.peek().find_map(|event| match event {
            FileEvent::Modified(of) if of == *name => Some(NextChange::Written),
            FileEvent::Created(of) | FileEvent::MovedIn(of, _) if of == *name => {
                Some(NextChange::Replaced)
            }
            FileEvent::Deleted(of) | FileEvent::MovedOut(of, _) if of == *name => {
                Some(NextChange::Left)
            }
            FileEvent::Overflow => Some(NextChange::Lost),
            _ => None,
        })
    }

    /// As [`Self::change`], with all that the kernel has told by now. Call it after the file was looked at.
    pub(super) fn read_next_change(&mut self, name: &Name) -> Option<NextChange> {
        self.fill();
        self.next_change(name)
    }
}

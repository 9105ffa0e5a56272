//! The state that the watching thread and the decode workers share.
//!
//! It has the contents that were given out, and the kernel's events. An event tells if one of these
//! contents was written since.

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

/// The contents that were given out. Clones share one state. Callable from any thread. A call waits
/// only for other calls, which take microseconds each.
#[derive(Debug, Clone)]
pub struct Ledger {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<LedgerState>,
    /// Wakes the watching thread when a worker has read events.
    wake_up: Wake,
}

#[derive(Debug)]
pub(super) struct LedgerState {
    pub(super) table: ContentTable,
    pub(super) events: EventBuffer,
    /// `None` if the directory is polled.
    pub(super) inotify: Option<Arc<Inotify>>,
}

/// What became of a content since it was given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ContentState {
    /// It was not written through its name.
    Untouched,
    /// It was written, or another content replaced it.
    Overwritten,
    /// Events are missing, so times must decide.
    Unknown,
}

/// The next event of a name that was not handled yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NextChange {
    /// The file was written.
    Written,
    /// Another file has taken the name.
    Replaced,
    /// The file has lost the name.
    Left,
    /// Events were lost.
    Lost,
}

impl Ledger {
    /// An empty ledger, for a station without a journal. Allocates all the memory that it will ever
    /// need: 20 MiB of address space, of which only the filled part is used.
    ///
    /// # Errors
    /// [`WakeError`] if no file descriptor is left.
    pub fn new() -> Result<Self, WakeError> {
        Self::with_capacity(LEDGER_MAX, AGED_MAX)
    }

    pub(super) fn with_capacity(max: usize, aged_max: usize) -> Result<Self, WakeError> {
        let state = LedgerState {
            table: ContentTable::new(max, aged_max),
            events: EventBuffer::new(),
            inotify: None,
        };
        Ok(Self {
            shared: Arc::new(Shared {
                state: Mutex::new(state),
                wake_up: Wake::new()?,
            }),
        })
    }

    /// Replaces the events that are not handled yet by these, in the kernel's layout: at most
    /// 16 KiB.
    #[cfg(fuzzing)]
    pub fn inject(&self, events: &[u8]) {
        self.lock().events.inject(events);
    }

    /// How many contents are fully identified, [`LEDGER_MAX`] at most.
    pub fn len(&self) -> usize {
        self.lock().table.len()
    }

    /// True if it lists no picture.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether no more pictures can be remembered. Then a later scan may find an inspected picture
    /// as new.
    pub fn is_full(&self) -> bool {
        self.lock().table.is_full()
    }

    /// Records that this part was judged by this content, and the hash of its bytes.
    pub(crate) fn prove(&self, identity: &Identity, part: PartId, sha256: Sha256) {
        let proof = Proof {
            part,
            sha256,
            ctime_ns: identity.ctime_ns,
        };
        self.lock().table.prove(identity, proof);
    }

    /// Whether the content was certainly written or replaced since it was given out.
    pub(super) fn is_overwritten(&self, name: &Name, identity: &Identity) -> bool {
        self.state_of(name, identity) == ContentState::Overwritten
    }

    /// Whether inotify reports what happens in the directory.
    pub(crate) fn is_watched(&self) -> bool {
        self.lock().inotify.is_some()
    }

    /// What has become of a content so far. Reads all events that the kernel has.
    pub(super) fn state_of(&self, name: &Name, identity: &Identity) -> ContentState {
        let mut state = self.lock();
        let (whole, read) = state.fill();
        let since = match () {
            () if state.table.is_overwritten(identity) => ContentState::Overwritten,
            () => match state.next_change(name) {
                Some(NextChange::Written) => ContentState::Overwritten,
                // From that event on, the name refers to a different file.
                Some(NextChange::Replaced | NextChange::Left) => ContentState::Untouched,
                None if whole => ContentState::Untouched,
                Some(NextChange::Lost) | None => ContentState::Unknown,
            },
        };
        drop(state);
        if read {
            // A failure only delays the watching thread, and cannot happen while the descriptor
            // exists.
            let _ = self.shared.wake_up.ring();
        }
        since
    }

    /// What the ledger keeps of a name.
    pub(super) fn key(&self, name: &Name) -> u64 {
        self.lock().table.key(name)
    }

    /// Adds content that the journal or the list of inspected pictures has. The file's name has
    /// this [`Self::key`].
    pub(super) fn restore(&self, key: u64, identity: Identity, proof: Option<Proof>) {
        let table = &mut self.lock().table;
        table.insert_by_key(key, identity, proof, false);
    }

    pub(super) fn recognise(&self, name: &Name, found: &Identity) -> Recognition {
        let mut state = self.lock();
        let followed = state.inotify.is_some();
        state.table.recognise(name, found, followed)
    }

    /// Takes the next event that was read.
    pub(super) fn next_event(&self) -> Option<(FileEvent, Timestamp)> {
        self.lock().events.next()
    }

    pub(super) fn has_events(&self) -> bool {
        self.lock().events.pending()
    }

    /// Reads the kernel's events into the buffer.
    pub(super) fn fill(&self) -> Result<(), Errno> {
        self.shared.wake_up.clear().map_err(|error| error.errno)?;
        let mut state = self.lock();
        let LedgerState {
            events, inotify, ..
        } = &mut *state;
        match inotify {
            Some(inotify) => events.fill(inotify.as_fd()).map(drop),
            None => Ok(()),
        }
    }

    /// Becomes readable when a worker has read events.
    pub(super) fn wake_up(&self) -> BorrowedFd<'_> {
        self.shared.wake_up.as_fd()
    }

    /// A poisoned lock is still usable: nothing that can panic runs under it.
    pub(super) fn lock(&self) -> MutexGuard<'_, LedgerState> {
        self.shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl LedgerState {
    /// Reads the kernel's events. Returns whether the buffer holds all of them, and whether it
    /// holds any.
    fn fill(&mut self) -> (bool, bool) {
        let Some(inotify) = &self.inotify else {
            return (false, false);
        };
        let whole = self.events.fill(inotify.as_fd()).unwrap_or(false);
        (whole, self.events.pending())
    }

    /// What the next event in the buffer does to the file that this name led to. `None` if no event
    /// names it.
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

    /// Like [`Self::next_change`], but first reads all events of the kernel. Call this after the
    /// file was examined.
    pub(super) fn read_next_change(&mut self, name: &Name) -> Option<NextChange> {
        self.fill();
        self.next_change(name)
    }
}

#[cfg(test)]
mod tests;

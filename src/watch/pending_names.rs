//! Names that appear without a closing: by a hard link, or by a rename within the directory.
//!
//! The kernel reports a new hard link and a newly opened file by the same event. So a new name
//! waits until the file's state tells which it is:
//!
//! - If the file is written, its closing decides, and the name waits no longer.
//! - A link is assumed if the file has two names, or was closed under another name before, or its
//!   `ctime` is later than its `mtime`. Then the picture arrives after [`LINK_SETTLE`].
//! - Otherwise a program may still be writing the file. It arrives after being unchanged for
//!   [`UNSURE_SETTLE`].

use super::{Identity, Name};
use board::Timestamp;
use core::time::Duration;
use heapless::{Deque, Vec};

/// How long a new name waits before each look. By then the state of a link's file shows that it is
/// one, and most new files have been written to.
pub(super) const LINK_SETTLE: Duration = Duration::from_millis(20);
/// How long a file must stay unchanged if a program may still be writing it. The kernel reports a
/// `write` at its end, and pauses a large one for up to 200 ms (`MAX_PAUSE` of
/// `mm/page-writeback.c`).
const UNSURE_SETTLE: Duration = Duration::from_millis(210);
/// How many names can wait. For more, the directory is scanned.
const WAITING_MAX: usize = 64;
/// How many renames can wait for their second half. The kernel reports it directly after the first,
/// if both names are in the directory.
const MOVING_MAX: usize = 4;
/// How many closings under names that are not pictures' are remembered.
const CLOSED_MAX: usize = 16;

/// A name that waits.
#[derive(Debug, Clone)]
pub(super) struct NewName {
    pub(super) name: Name,
    pub(super) seen_at: Timestamp,
    /// The file's identity at the last look, and since when that identity has been unchanged.
    found: Identity,
    since: Timestamp,
    next: Timestamp,
    is_link: bool,
    /// The name closed just before this name appeared, if it was gone when it was looked up.
    gone: Option<Name>,
}

impl NewName {
    /// Examines the file again. Returns whether its content is finished; if not, the name must wait
    /// on.
    pub(super) fn look_again(&mut self, found: Identity, links: u64, now: Timestamp) -> bool {
        if self.found != found {
            (self.found, self.since) = (found, now);
        }
        self.next = now + LINK_SETTLE;
        // A link changes only `ctime`, a write both times. Within one tick of the clock they are
        // equal.
        let is_link = self.is_link || links > 1 || found.ctime_ns > found.mtime_ns;
        let settle = if is_link { LINK_SETTLE } else { UNSURE_SETTLE };
        now.since(self.since) >= settle
    }
}

/// The names that wait, oldest first, and what helps to tell links from new files.
#[derive(Debug, Default)]
pub(super) struct PendingNames {
    waiting: Vec<NewName, WAITING_MAX>,
    /// The cookie and the inode of each half rename.
    moving: Deque<(u32, u64), MOVING_MAX>,
    /// The contents that were closed under a name that is not a picture's.
    closed: Deque<Identity, CLOSED_MAX>,
    gone: Option<Name>,
}

impl PendingNames {
    /// Adds a new name, whose file had the identity `found`. Returns false if there is no space.
    pub(super) fn add(&mut self, name: &Name, found: Identity, seen_at: Timestamp) -> bool {
        self.remove(name);
        let is_link = (self.closed.iter())
            .any(|closed| closed.may_be(&found) && closed.mtime_ns == found.mtime_ns);
        let gone = self.gone.take();
        self.put_back(NewName {
            is_link,
            gone,
            name: name.clone(),
            seen_at,
            found,
            since: seen_at,
            next: seen_at + LINK_SETTLE,
        })
    }

    /// Records the closing of a file whose name is not a picture's. `found` is `None` if the name
    /// was gone by then.
    pub(super) fn closed_other(&mut self, name: &Name, found: Option<Identity>) {
        self.gone = found.is_none().then(|| name.clone());
        if let Some(found) = found {
            if self.closed.is_full() {
                self.closed.pop_front();
            }
            // There is space now.
            let _ = self.closed.push_back(found);
        }
    }

    /// Records that a name was deleted. If it was closed just before another name appeared, that
    /// name is a link: this was a rename by link and unlink.
    pub(super) fn deleted(&mut self, name: &Name) {
        for made in &mut self.waiting {
            made.is_link |= made.gone.as_ref() == Some(name);
        }
        self.remove(name);
    }

    /// Lets a name wait longer. Returns false if there is no space.
    pub(super) fn put_back(&mut self, made: NewName) -> bool {
        self.waiting.push(made).is_ok()
    }

    /// Stops waiting for a name, since its file was written to, closed, renamed or deleted.
    pub(super) fn remove(&mut self, name: &Name) {
        if let Some(index) = self.waiting.iter().position(|made| made.name == *name) {
            self.waiting.remove(index);
        }
    }

    /// When the next name must be examined.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.waiting.iter().map(|made| made.next).min()
    }

    /// Takes a name that is due.
    pub(super) fn take_due(&mut self, now: Timestamp) -> Option<NewName> {
        let index = self.waiting.iter().position(|made| made.next <= now)?;
        Some(self.waiting.remove(index))
    }

    /// Records the first half of a rename. Returns the inode of an older rename whose second half
    /// never arrived.
    pub(super) fn rename_from(&mut self, cookie: u32, inode: u64) -> Option<u64> {
        let oldest = self.moving.is_full().then(|| self.moving.pop_front());
        // There is space now.
        let _ = self.moving.push_back((cookie, inode));
        oldest.flatten().map(|(_, inode)| inode)
    }

    /// The inodes of the half renames.
    pub(super) fn moving(&self) -> impl Iterator<Item = u64> {
        self.moving.iter().map(|(_, inode)| *inode)
    }

    /// Takes the second half of a rename. Returns the inode if the first half was in this
    /// directory.
    pub(super) fn rename_to(&mut self, cookie: u32) -> Option<u64> {
        let mut found = None;
        for _ in 0..self.moving.len() {
            let (of, inode) = self.moving.pop_front()?;
            if of == cookie {
                found = Some(inode);
            } else {
                let _ = self.moving.push_back((of, inode));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests;

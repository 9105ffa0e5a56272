//! Turns the kernel's events into arrivals.

use super::{Arrival, Directory, SETTLE, Sighting, WatchError, finished_at};
use crate::watch::event_buffer::FileEvent;
use crate::watch::ledger::NextChange;
use crate::watch::pending_names::{NewName, PendingNames};
use crate::watch::{Identity, Name};
use board::Timestamp;

impl Directory {
    /// Handles an event that was read at `read_at`. Returns the picture that arrived by it.
    pub(super) fn handle(
        &mut self,
        event: FileEvent,
        read_at: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Arrival>, WatchError> {
        match event {
            FileEvent::Closed(name) if self.folder.is_picture(&name) => self.closed(name, read_at),
            FileEvent::Closed(name) => self.closed_other(&name, now).map(|()| None),
            FileEvent::Created(name) if self.folder.is_picture(&name) => {
                if let Some(found) = self.find(&name)?
                    && !self.pending.add(&name, found, read_at)
                {
                    self.scan_by(now + SETTLE);
                }
                Ok(None)
            }
            FileEvent::Modified(name) => {
                self.pending.remove(&name);
                self.ledger.lock().table.mark_written(&name);
                Ok(None)
            }
            FileEvent::MovedIn(name, cookie) => self.moved_in(name, cookie, read_at),
            FileEvent::MovedOut(name, cookie) => {
                self.pending.remove(&name);
                let mut state = self.ledger.lock();
                let inode = state.table.detach(&name);
                if let Some(alone) = inode.and_then(|inode| self.pending.rename_from(cookie, inode))
                {
                    state.table.forget_unnamed(alone);
                }
                Ok(None)
            }
            FileEvent::Deleted(name) => self.deleted(&name).map(|()| None),
            FileEvent::Overflow => {
                self.pending = PendingNames::default();
                self.ledger.lock().table.lose_track();
                if let Some(scan) = &mut self.scan {
                    scan.knows_renames = false;
                }
                self.scan_at = Some(now);
                Err(WatchError::Overflow)
            }
            FileEvent::Gone => {
                self.gone = true;
                Err(WatchError::Gone)
            }
            FileEvent::Created(_) | FileEvent::Other => Ok(None),
        }
    }

    /// A picture was closed. It is new if bytes were written since the last closing; changed times
    /// alone do not count.
    fn closed(&mut self, name: Name, seen_at: Timestamp) -> Result<Option<Arrival>, WatchError> {
        self.pending.remove(&name);
        let Some(found) = self.find_picture(&name)? else {
            return Ok(None);
        };
        let mut state = self.ledger.lock();
        let change = state.read_next_change(&name);
        // The file was closed without a write. What the name refers to now belongs to a later
        // event.
        let touched = change.is_some() && state.table.is_unwritten(&name);
        if touched
            || change == Some(NextChange::Left)
            || state.table.recognise_followed(&name, &found, true)
        {
            return Ok(None);
        }
        drop(state);
        Ok(Some(self.live(name, found, seen_at, change)))
    }

    /// A pending name is due. Nothing was written through it so far, so it may be a link to a
    /// finished file.
    pub(super) fn linked(
        &mut self,
        mut made: NewName,
        now: Timestamp,
    ) -> Result<Option<Arrival>, WatchError> {
        let (name, seen_at) = (made.name.clone(), made.seen_at);
        let Some(found) = self.find_picture(&name)?.filter(|found| found.size > 0) else {
            return Ok(None);
        };
        let mut state = self.ledger.lock();
        // A file that is being written arrives when it is closed.
        let change = state
            .read_next_change(&name)
            .filter(|change| *change != NextChange::Lost);
        if change.is_some() || state.table.recognise_followed(&name, &found, true) {
            return Ok(None);
        }
        drop(state);
        if made.look_again(found, self.folder.links(&name), now) {
            return Ok(Some(self.live(name, found, seen_at, None)));
        }
        // It was taken out just now, so there is space for it.
        self.pending.put_back(made);
        Ok(None)
    }

    /// A file was renamed to this name. From within the directory it keeps what is known of it,
    /// from outside it is new.
    fn moved_in(
        &mut self,
        name: Name,
        cookie: u32,
        seen_at: Timestamp,
    ) -> Result<Option<Arrival>, WatchError> {
        self.pending.remove(&name);
        let from = self.pending.rename_to(cookie);
        let found = if self.folder.is_picture(&name) {
            self.find_picture(&name)
        } else {
            Ok(None)
        };
        let mut state = self.ledger.lock();
        let mut arrives = None;
        match found {
            Ok(Some(found)) => {
                let change = state.read_next_change(&name);
                let elsewhere = from != Some(found.inode);
                if state.table.recognise_followed(&name, &found, elsewhere) {
                    // The content was given out under another name.
                } else if change == Some(NextChange::Left) {
                    state.table.unlink(&name);
                } else {
                    arrives = Some((found, change));
                }
            }
            // The file is gone by now, or its name is not a picture's. The name keeps what is known
            // of its inode, and loses what it led to before.
            Ok(None) | Err(_) => match from {
                Some(inode) => state.table.link(&name, inode),
                None => state.table.unlink(&name),
            },
        }
        if let Some(inode) = from {
            state.table.forget_unnamed(inode);
        }
        drop(state);
        found?;
        Ok(arrives.map(|(found, change)| self.live(name, found, seen_at, change)))
    }

    /// A name was deleted. A newer file may have the name by now, and may have been given out. Then
    /// the event is of an older file.
    fn deleted(&mut self, name: &Name) -> Result<(), WatchError> {
        self.pending.deleted(name);
        if self.ledger.lock().table.get(name).is_none() {
            return Ok(());
        }
        let found = self.find(name)?;
        let mut state = self.ledger.lock();
        let known = state.table.get(name).copied();
        if known
            .zip(found)
            .is_none_or(|(known, found)| !known.is_untouched(&found))
        {
            state.table.unlink(name);
        }
        Ok(())
    }

    /// A file whose name is not a picture's was closed. If it was written, and is also a picture by
    /// another name, a scan finds it.
    fn closed_other(&mut self, name: &Name, now: Timestamp) -> Result<(), WatchError> {
        let found = self.find(name)?;
        self.pending.closed_other(name, found);
        let Some(found) = found else {
            return Ok(());
        };
        if self.ledger.lock().table.written_elsewhere(&found) {
            self.scan_by(now);
        }
        Ok(())
    }

    /// The identity of the file with a picture's name. `None` for a file that the station wrote
    /// itself.
    fn find_picture(&mut self, name: &Name) -> Result<Option<Identity>, WatchError> {
        let found = self.find(name)?;
        Ok(found.filter(|found| !self.own.contains(&self.folder, name, found)))
    }

    /// Gives out a picture whose part may be on the line. If the picture was written or replaced
    /// since, its part will be a fault. The new content arrives with its own event.
    fn live(
        &mut self,
        name: Name,
        found: Identity,
        seen_at: Timestamp,
        change: Option<NextChange>,
    ) -> Arrival {
        // The event at `seen_at` proves that the file was finished by then. A later change set
        // times or permissions only.
        let finished_at = finished_at(found.ctime_ns, seen_at).min(seen_at);
        let sighting = Sighting {
            seen_at,
            finished_at,
            finished_after: finished_at,
            backlog: false,
        };
        let arrival = self.arrive(name, found, sighting);
        if matches!(change, Some(NextChange::Written | NextChange::Replaced)) {
            self.ledger.lock().table.mark_inode_written(found.inode);
        }
        arrival
    }
}

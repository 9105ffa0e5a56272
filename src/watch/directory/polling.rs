//! A directory without events, as on a network file system. It is scanned at an interval. A file is
//! finished once its size and times stayed the same over a whole interval.

use super::{
    Arrival, Backlog, Candidate, Comparison, Directory, Recognition, Sighting, WatchError,
};
use crate::watch::backlog::BACKLOG_MAX;
use crate::watch::{Identity, Name};
use board::Timestamp;
use core::time::Duration;
use nix::errno::Errno;
use std::collections::HashMap;

/// The files that scans have found.
#[derive(Debug)]
pub(super) struct PolledFiles {
    interval: Duration,
    /// Device and inode of the directory. If they change, the path refers to a different directory,
    /// or something was mounted over it.
    place: (u64, u64),
    due: Timestamp,
    /// When the last complete scan began.
    scanned_at: Timestamp,
    first: bool,
    /// Whether a file may exist that is not in `files`: no scan is complete yet, or the last one
    /// left a file out. Then a file without a place may be from any time, so it is an old one.
    unlisted: bool,
    /// Whether the scan under way has left a file out.
    leaves_out: bool,
    /// Whether the backlog gives out a picture before the next scan, which would empty it.
    owes: bool,
    files: HashMap<Name, PolledFile>,
    /// The files that are finished and not given out yet.
    finished: Backlog,
}

/// When a file was examined.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) began: Timestamp,
    pub(super) ended: Timestamp,
}

#[derive(Debug, Clone, Copy)]
struct PolledFile {
    identity: Identity,
    /// When a scan first found it with this identity.
    since: Timestamp,
    /// When it did not have this content yet. The time 0 if that is unknown: it may have waited
    /// under another name, or with other permissions.
    after: Timestamp,
    looked_at: Timestamp,
    /// Whether it may have existed at the start.
    old: bool,
    marked: bool,
    /// Whether the last scan did not find it. A scan may miss a file that is renamed meanwhile.
    missed: bool,
    /// What it was when the scan under way began.
    before: Option<Before>,
}

/// What a name led to when a scan began.
#[derive(Debug, Clone, Copy)]
struct Before {
    identity: Identity,
    /// When it was not there yet. The time 0 if it may have existed at the start.
    after: Timestamp,
}

impl PolledFiles {
    pub(super) fn new(interval: Duration, place: (u64, u64)) -> Self {
        Self {
            interval,
            place,
            due: Timestamp::default(),
            scanned_at: Timestamp::default(),
            first: true,
            unlisted: true,
            leaves_out: false,
            owes: false,
            // At most half full, so that the map never grows.
            files: HashMap::with_capacity(2 * BACKLOG_MAX),
            finished: Backlog::new(BACKLOG_MAX),
        }
    }

    /// When the next scan is due: at once while finished pictures wait.
    pub(super) fn due(&self) -> Timestamp {
        if self.finished.is_empty() {
            self.due
        } else {
            Timestamp::default()
        }
    }

    /// Takes an arrival back. A later scan finds it as a backlog.
    pub(super) fn put_back(&mut self, arrival: &Arrival, now: Timestamp) {
        let identity = Identity {
            content: 0,
            ..arrival.identity
        };
        let seen = PolledFile {
            identity,
            since: now,
            after: now,
            looked_at: now,
            old: true,
            marked: true,
            missed: false,
            before: None,
        };
        if self.files.len() < BACKLOG_MAX || self.files.contains_key(&arrival.name) {
            self.files.insert(arrival.name.clone(), seen);
        } else {
            (self.unlisted, self.leaves_out) = (true, true);
        }
    }

    /// A file was given out, or is known.
    pub(super) fn forget(&mut self, name: &Name) {
        self.files.remove(name);
    }

    /// The backlog has given out a picture.
    pub(super) fn pay(&mut self) {
        self.owes = false;
    }

    /// Whether finished pictures wait to be given out.
    pub(super) fn has_found(&self) -> bool {
        !self.finished.is_empty()
    }

    /// Begins a scan.
    pub(super) fn begin(&mut self) {
        for seen in self.files.values_mut() {
            let identity = seen.identity;
            let after = if seen.old {
                Timestamp::default()
            } else {
                seen.after
            };
            seen.before = Some(Before { identity, after });
            seen.marked = false;
        }
        self.leaves_out = false;
        self.finished.begin();
    }

    /// Sorts a file that the scan has found: it grows, is finished, or is old and goes to
    /// `backlog`.
    pub(super) fn sort(&mut self, candidate: Candidate, look: Look, backlog: &mut Backlog) {
        let identity = candidate.identity;
        let seen = self.files.get(&candidate.name);
        let is_new = seen.is_none_or(|seen| seen.identity != identity);
        let after = is_new.then(|| self.not_before(&identity)).flatten();
        let Some(seen) = self.files.get_mut(&candidate.name) else {
            // A file for which there is no space now is found again after others were given out.
            if self.files.len() >= BACKLOG_MAX {
                self.leaves_out = true;
                return;
            }
            let seen = PolledFile {
                identity,
                since: look.ended,
                after: after.unwrap_or(self.scanned_at),
                looked_at: look.began,
                old: self.unlisted,
                marked: true,
                missed: false,
                before: None,
            };
            self.files.insert(candidate.name, seen);
            return;
        };
        seen.marked = true;
        let before = core::mem::replace(&mut seen.looked_at, look.began);
        if is_new {
            seen.after = after.unwrap_or(before);
            (seen.identity, seen.since) = (identity, look.ended);
            seen.old = false;
        }
        if look.began.since(seen.since) < self.interval {
            return;
        }
        if seen.old {
            backlog.offer(candidate);
        } else {
            self.finished.offer(candidate);
        }
    }

    /// When this content was not there yet, if it was when the scan began, under any name: names
    /// may rotate, and permissions change. A new picture in the inode of an old one may look the
    /// same.
    fn not_before(&self, identity: &Identity) -> Option<Timestamp> {
        let before = self.files.values().filter_map(|seen| seen.before);
        before
            .filter(|before| before.identity.has_content_of(identity))
            .map(|before| before.after)
            .min()
    }

    /// Ends a scan that began at this time.
    pub(super) fn end(&mut self, began: Timestamp) {
        self.finished.end();
        self.files.retain(|_, seen| {
            let missed_before = core::mem::replace(&mut seen.missed, !seen.marked);
            seen.marked || !missed_before
        });
        self.scanned_at = began;
        self.unlisted = self.leaves_out;
        (self.first, self.owes) = (false, true);
        // A long scan must leave time for other work.
        self.due = Timestamp::now() + self.interval;
    }

    /// Forgets what a scan has found that failed.
    pub(super) fn give_up(&mut self) {
        self.finished.give_up();
        self.unlisted |= self.leaves_out;
        self.due = Timestamp::now() + self.interval;
    }

    /// Whether a scan begins now. `gives_out` is whether the backlog has pictures to give out.
    fn begins(&self, now: Timestamp, gives_out: bool) -> bool {
        self.finished.is_empty() && self.due <= now && !(self.owes && gives_out)
    }
}

impl Directory {
    /// Whether a picture that comes from now on is seen as such. In a polled directory that is so
    /// after the first scan: what it finds was there before.
    pub fn sees_arrivals(&self) -> bool {
        self.polled.as_ref().is_none_or(|polled| !polled.first)
    }

    /// Scans if a scan is due, and gives out a finished picture.
    pub(super) fn next_polled(&mut self, now: Timestamp) -> Result<Option<Arrival>, WatchError> {
        // While a picture of the backlog is compared, new ones must be seen in time.
        let compares = self.comparison.is_some();
        let gives_out = !compares && !self.held_back && !self.backlog.is_empty();
        let begins = |polled: &PolledFiles| polled.begins(now, gives_out);
        if self.scan.is_none() && self.polled.as_ref().is_some_and(begins) {
            self.begin_scan()?;
        }
        self.scan_on()?;
        if self.comparison.as_ref().is_some_and(Comparison::is_live) {
            return Ok(None);
        }
        let Some(polled) = &mut self.polled else {
            return Ok(None);
        };
        let Some(candidate) = polled.finished.pop() else {
            return Ok(None);
        };
        let seen = polled.files.get(&candidate.name).copied();
        // A later scan finds a file that was rewritten meanwhile.
        if self.find(&candidate.name)? != Some(candidate.identity) {
            return Ok(None);
        }
        // A picture that was given out and refused may come again, renamed or with other
        // permissions.
        let is_known = self.ledger.lock().table.has_content(&candidate.identity);
        let after = seen.filter(|_| !is_known).map(|seen| seen.after);
        let sighting = Sighting {
            seen_at: now,
            finished_at: seen.map_or(now, |seen| seen.since),
            finished_after: after.unwrap_or_default(),
            backlog: false,
        };
        Ok(
            match self.ledger.recognise(&candidate.name, &candidate.identity) {
                Recognition::Taken => None,
                Recognition::New => Some(self.arrive(candidate.name, candidate.identity, sighting)),
                Recognition::IfSame(proof) => self.begin_comparison(candidate, proof, sighting),
            },
        )
    }

    /// Before a scan of a polled directory, and before it ends: the path must still lead to the
    /// same directory.
    pub(super) fn check_polled_place(&mut self) -> Result<(), WatchError> {
        let Some(polled) = &mut self.polled else {
            return Ok(());
        };
        // If this fails.
        polled.due = Timestamp::now() + polled.interval;
        match self.folder.device_and_inode() {
            Ok(place) if place == polled.place => Ok(()),
            Ok(_)
            | Err(WatchError::Call {
                errno: Errno::ENOENT | Errno::ENOTDIR,
                ..
            }) => {
                self.gone = true;
                Err(WatchError::Gone)
            }
            Err(error) => Err(error),
        }
    }
}

//! A directory without events, as on a network file system. It is scanned at an interval. A file is
//! finished once its size and times stayed the same over a whole interval.

use super::scan::{Entries, picture};
use super::{
    Arrival, Backlog, Candidate, Comparison, Directory, Recognition, Sighting, WatchError, failed,
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
    files: HashMap<Name, PolledFile>,
    /// The files that are finished and not given out yet.
    finished: Backlog,
}

#[derive(Debug, Clone, Copy)]
struct PolledFile {
    identity: Identity,
    /// When a scan first found it with this identity.
    since: Timestamp,
    /// When the scan before that one began.
    after: Timestamp,
    /// Whether it existed at the start.
    old: bool,
    marked: bool,
}

impl PolledFiles {
    pub(super) fn new(interval: Duration, place: (u64, u64)) -> Self {
        Self {
            interval,
            place,
            due: Timestamp::default(),
            scanned_at: Timestamp::default(),
            first: true,
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
            old: true,
            marked: true,
        };
        if self.files.len() < BACKLOG_MAX || self.files.contains_key(&arrival.name) {
            self.files.insert(arrival.name.clone(), seen);
        }
    }

    pub(super) fn has_found(&self) -> bool {
        !self.finished.is_empty()
    }
}

impl Directory {
    /// Scans if a scan is due, and gives out a finished picture.
    pub(super) fn next_polled(&mut self, now: Timestamp) -> Result<Option<Arrival>, WatchError> {
        if let Some(polled) = &mut self.polled
            && polled.finished.is_empty()
            && polled.due <= now
        {
            self.scan_polled()?;
        }
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
        let sighting = Sighting {
            seen_at: now,
            finished_at: seen.map_or(now, |seen| seen.since),
            finished_after: seen.map_or(now, |seen| seen.after),
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

    /// Scans the whole directory: sorts its files into growing, finished and old.
    pub(super) fn scan_polled(&mut self) -> Result<(), WatchError> {
        let Some(polled) = &mut self.polled else {
            return Ok(());
        };
        let now = Timestamp::now();
        polled.due = now + polled.interval;
        match self.folder.device_and_inode() {
            Ok(place) if place == polled.place => {}
            Ok(_)
            | Err(WatchError::Call {
                errno: Errno::ENOENT | Errno::ENOTDIR,
                ..
            }) => {
                self.gone = true;
                return Err(WatchError::Gone);
            }
            Err(error) => return Err(error),
        }
        let first = core::mem::take(&mut polled.first);
        let before = polled.scanned_at;
        for seen in polled.files.values_mut() {
            seen.marked = false;
        }
        self.ledger.lock().table.unmark();
        let mut finished = polled.finished.begin();
        let mut backlog = self.backlog.begin();
        for entry in Entries::open(self.folder.path())?.dir.iter() {
            let entry = entry.map_err(|errno| failed("readdir", errno))?;
            let name = entry.file_name().to_bytes();
            let Some((name, identity)) = picture(&self.folder, &self.own, name)? else {
                continue;
            };
            if self.ledger.recognise(&name, &identity) == Recognition::Taken {
                continue;
            }
            let kept = match polled.files.get_mut(&name) {
                Some(seen) => {
                    seen.marked = true;
                    if seen.identity != identity {
                        (seen.identity, seen.since, seen.old) = (identity, now, false);
                        seen.after = before;
                    }
                    *seen
                }
                None => {
                    let seen = PolledFile {
                        identity,
                        since: now,
                        after: before,
                        old: first,
                        marked: true,
                    };
                    // A file for which there is no space now is found again after others were given
                    // out.
                    if polled.files.len() < BACKLOG_MAX {
                        polled.files.insert(name.clone(), seen);
                    }
                    continue;
                }
            };
            if now.since(kept.since) < polled.interval {
                continue;
            }
            let candidate = Candidate {
                ctime_ns: identity.ctime_ns,
                name,
                identity,
            };
            if kept.old {
                backlog.offer(candidate);
            } else {
                finished.offer(candidate);
            }
        }
        finished.end();
        backlog.end();
        polled.files.retain(|_, seen| seen.marked);
        polled.scanned_at = now;
        self.ledger.lock().table.sweep();
        Ok(())
    }
}

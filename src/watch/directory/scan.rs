//! Scans the whole directory for files that were not given out.
//!
//! A directory may have a million files. So a scan has steps of some milliseconds, and between them
//! the directory handles events and stops. What a scan keeps has a fixed size: the oldest files.

use super::polling::Look;
use super::{
    Arrival, Candidate, Directory, RETRY, Recognition, SETTLE, Sighting, WatchError, civil_now_ns,
};
use super::{earlier, failed};
use crate::watch::file_system::lists_inodes;
use crate::watch::{Folder, Identity, Name, OwnFiles};
use board::Timestamp;
use core::time::Duration;
use nix::dir::{Dir, OwningIter};
use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::stat::Mode;

/// How many times a scan waits for events before it ends.
const WAITS_MAX: u32 = 16;

/// How long a step of a scan takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) time: Duration,
    /// The files that it takes at least, also on a busy machine.
    pub(super) files_min: u32,
}

impl Default for Step {
    fn default() -> Self {
        Self {
            time: Duration::from_millis(2),
            files_min: 64,
        }
    }
}

/// A scan under way. The directory is open only during one, so that it can be unmounted.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) entries: OwningIter,
    pub(super) began: Timestamp,
    /// When files that were changed just before it have settled.
    settled_at: Option<Timestamp>,
    /// How many times it has waited for events at its end.
    pub(super) waits: u32,
    /// Whether it knows of every rename since it began, so that a file that it did not find is
    /// gone.
    pub(super) knows_renames: bool,
}

impl Directory {
    /// Begins a scan. It fills the backlog with what was not given out, and forgets contents that
    /// are gone.
    pub(super) fn begin_scan(&mut self) -> Result<(), WatchError> {
        let now = Timestamp::now();
        self.scan_at = Some(now + RETRY); // If it cannot begin.
        self.check_polled_place()?;
        let entries = entries(self.folder.path())?;
        self.ledger.lock().table.unmark();
        self.backlog.begin();
        if let Some(polled) = &mut self.polled {
            polled.begin();
        }
        self.scan_at = None;
        self.scan = Some(Scan {
            entries,
            began: now,
            settled_at: None,
            waits: 0,
            knows_renames: true,
        });
        Ok(())
    }

    /// Goes on with the scan for a short time. Returns whether it is over.
    pub(super) fn scan_on(&mut self) -> Result<bool, WatchError> {
        let Some(mut scan) = self.scan.take() else {
            return Ok(true);
        };
        let end = Timestamp::now() + self.step.time;
        let mut taken = 0_u32;
        while let Some(entry) = scan.entries.next() {
            let entry = entry.map_err(|errno| failed("readdir", errno));
            let listed = entry.and_then(|entry| self.list(&mut scan, entry.file_name().to_bytes()));
            if let Err(error) = listed {
                self.give_up_scan();
                return Err(error);
            }
            taken = taken.saturating_add(1);
            if taken >= self.step.files_min && Timestamp::now() >= end {
                self.scan = Some(scan);
                return Ok(false);
            }
        }
        self.end_scan(scan)
    }

    /// Ends a scan that has listed all files. Before that, the renames that happened during it are
    /// handled: it may have missed their files.
    fn end_scan(&mut self, mut scan: Scan) -> Result<bool, WatchError> {
        if let Err(error) = self.check_polled_place() {
            self.give_up_scan();
            return Err(error);
        }
        let mut read = Ok(());
        if self.unread_until.is_some() {
            scan.knows_renames = false;
        } else {
            read = self.read_events(Timestamp::now());
            // The scan counts without the events: they may fail for long.
            scan.knows_renames &= read.is_ok();
        }
        if read.is_ok() && self.ledger.has_events() {
            if scan.waits < WAITS_MAX {
                scan.waits += 1;
                self.scan = Some(scan);
                return Ok(false);
            }
            scan.knows_renames = false;
        }
        self.backlog.end();
        let mut state = self.ledger.lock();
        if let Some(polled) = &mut self.polled {
            polled.end(scan.began);
            state.table.sweep_missed_twice();
        } else if scan.knows_renames {
            for inode in self.pending.moving() {
                state.table.mark(inode);
            }
            state.table.sweep();
        }
        drop(state);
        self.scan_at = earlier(self.scan_at, scan.settled_at);
        read.map(|()| true)
    }

    fn give_up_scan(&mut self) {
        self.backlog.give_up();
        if let Some(polled) = &mut self.polled {
            polled.give_up();
        }
        self.scan_by(Timestamp::now() + RETRY);
    }

    /// Takes a file that the scan has found.
    fn list(&mut self, scan: &mut Scan, name: &[u8]) -> Result<(), WatchError> {
        let began = Timestamp::now();
        let Some((name, found)) = picture(&self.folder, &self.own, name)? else {
            return Ok(());
        };
        let ended = Timestamp::now();
        if self.ledger.recognise(&name, &found) == Recognition::Taken {
            if let Some(polled) = &mut self.polled {
                polled.forget(&name);
            }
            return Ok(());
        }
        let candidate = Candidate {
            ctime_ns: found.ctime_ns,
            name,
            identity: found,
        };
        if let Some(polled) = &mut self.polled {
            polled.sort(candidate, Look { began, ended }, &mut self.backlog);
            return Ok(());
        }
        // A change in the future was made before the clock was set back, so it is old.
        let age_ns = civil_now_ns().saturating_sub(found.ctime_ns);
        match u64::try_from(age_ns).map(Duration::from_nanos) {
            Ok(age) if age < SETTLE => {
                let settled_at = Timestamp::now() + (SETTLE - age);
                scan.settled_at = earlier(scan.settled_at, Some(settled_at));
            }
            _ => self.backlog.offer(candidate),
        }
        Ok(())
    }

    /// Gives out a file of the backlog unless it changed since the scan. A file that was written
    /// arrives when its writer closes it. If only its times changed, another scan finds it.
    pub(super) fn take_candidate(
        &mut self,
        candidate: Candidate,
        now: Timestamp,
    ) -> Result<Option<Arrival>, WatchError> {
        let Some(found) = self.find(&candidate.name)? else {
            return Ok(None);
        };
        if found != candidate.identity {
            self.scan_by(now + SETTLE);
            return Ok(None);
        }
        let sighting = Sighting {
            seen_at: now,
            finished_at: now,
            finished_after: now,
            backlog: true,
        };
        Ok(match self.ledger.recognise(&candidate.name, &found) {
            Recognition::Taken => None,
            Recognition::New => Some(self.arrive(candidate.name, found, sighting)),
            Recognition::IfSame(proof) => self.begin_comparison(candidate, proof, sighting),
        })
    }
}

/// The entries of a directory, which is open until they are dropped.
pub(super) fn entries(path: &str) -> Result<OwningIter, WatchError> {
    let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let opened = || {
        let file = nix::fcntl::open(path, flags, Mode::empty())?;
        // nix does not close a directory that has no status, such as on a server that is gone.
        // Asked for here, it is closed.
        nix::sys::stat::fstat(&file)?;
        Dir::from_fd(file)
    };
    let dir = opened().map_err(|errno| failed("opendir", errno))?;
    Ok(dir.into_iter())
}

/// The entry's name and identity, if it is a picture.
fn picture(
    folder: &Folder,
    own: &OwnFiles,
    name: &[u8],
) -> Result<Option<(Name, Identity)>, WatchError> {
    let Some(name) = Name::new(name).filter(|name| folder.is_picture(name)) else {
        return Ok(None);
    };
    let found = folder
        .find(&name)
        .map_err(|errno: Errno| failed("lstat", errno))?;
    let found = found.filter(|found| !own.contains(folder, &name, found));
    Ok(found.map(|found| (name, found)))
}

/// Gives the pictures of a folder to `each`. For the start. Where the directory lists inode
/// numbers, this examines only the files that `wanted` selects; elsewhere all.
pub(in crate::watch) fn each_picture_of(
    folder: &Folder,
    wanted: impl Fn(u64) -> bool,
    mut each: impl FnMut(&Name, &Identity),
) -> Result<(), WatchError> {
    let own = OwnFiles::default();
    let lists_inodes = lists_inodes(folder.path());
    for entry in entries(folder.path())? {
        let entry = entry.map_err(|errno| failed("readdir", errno))?;
        if lists_inodes && !wanted(entry.ino()) {
            continue;
        }
        if let Some((name, found)) = picture(folder, &own, entry.file_name().to_bytes())? {
            each(&name, &found);
        }
    }
    Ok(())
}

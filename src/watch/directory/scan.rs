//! Scans the whole directory for files that were not given out.
//!
//! A directory may have a million files. So a scan has steps of some milliseconds, and between them
//! the directory handles events and stops. What a scan keeps has a fixed size: the oldest files.

use super::{
    Arrival, Candidate, Directory, RETRY, Recognition, SETTLE, Sighting, WatchError, civil_now_ns,
};
use super::{earlier, failed};
use crate::watch::{Folder, Identity, Name, OwnFiles};
use board::Timestamp;
use core::time::Duration;
use nix::dir::{Dir, OwningIter};
use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::stat::Mode;

/// How long a step of a scan takes.
const STEP: Duration = Duration::from_millis(2);
/// The files that a step takes at least, also on a busy machine.
const STEP_FILES_MIN: u32 = 64;

/// A scan under way. The directory is open only during one, so that it can be unmounted.
#[derive(Debug)]
pub(super) struct Scan {
    entries: OwningIter,
    pub(super) began: Timestamp,
    /// When files that were changed just before it have settled.
    settled_at: Option<Timestamp>,
}

impl Directory {
    /// Begins a scan. It fills the backlog with what was not given out, and forgets contents that
    /// are gone.
    pub(super) fn begin_scan(&mut self) -> Result<(), WatchError> {
        let now = Timestamp::now();
        self.scan_at = Some(now + RETRY); // If it cannot begin.
        self.begin_polled_scan(now)?;
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
        });
        Ok(())
    }

    /// Goes on with the scan for a short time. Returns whether it is over.
    pub(super) fn scan_on(&mut self) -> Result<bool, WatchError> {
        let Some(mut scan) = self.scan.take() else {
            return Ok(true);
        };
        let end = Timestamp::now() + STEP;
        let mut taken = 0_u32;
        while let Some(entry) = scan.entries.next() {
            let entry = entry.map_err(|errno| failed("readdir", errno));
            let listed = entry.and_then(|entry| self.list(&mut scan, entry.file_name().to_bytes()));
            if let Err(error) = listed {
                self.backlog.give_up();
                if let Some(polled) = &mut self.polled {
                    polled.give_up();
                }
                self.scan_by(Timestamp::now() + RETRY);
                return Err(error);
            }
            taken = taken.saturating_add(1);
            if taken >= STEP_FILES_MIN && Timestamp::now() >= end {
                self.scan = Some(scan);
                return Ok(false);
            }
        }
        self.backlog.end();
        if let Some(polled) = &mut self.polled {
            polled.end(scan.began);
        }
        self.ledger.lock().table.sweep();
        self.scan_at = earlier(self.scan_at, scan.settled_at);
        Ok(true)
    }

    /// Takes a file that the scan has found.
    fn list(&mut self, scan: &mut Scan, name: &[u8]) -> Result<(), WatchError> {
        let Some((name, found)) = picture(&self.folder, &self.own, name)? else {
            return Ok(());
        };
        if self.ledger.recognise(&name, &found) == Recognition::Taken {
            return Ok(());
        }
        let candidate = Candidate {
            ctime_ns: found.ctime_ns,
            name,
            identity: found,
        };
        if let Some(polled) = &mut self.polled {
            polled.sort(candidate, scan.began, &mut self.backlog);
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

/// Gives each picture of a folder to `each`. For the start.
pub(in crate::watch) fn each_picture(
    folder: &Folder,
    mut each: impl FnMut(&Name, &Identity),
) -> Result<(), WatchError> {
    let own = OwnFiles::default();
    for entry in entries(folder.path())? {
        let entry = entry.map_err(|errno| failed("readdir", errno))?;
        if let Some((name, found)) = picture(folder, &own, entry.file_name().to_bytes())? {
            each(&name, &found);
        }
    }
    Ok(())
}

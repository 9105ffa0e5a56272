//! The whole directory: what lies there.

use super::{
    Arrival, Candidate, Directory, RETRY, Recognition, SETTLE, Sighting, WatchError, civil_now_ns,
};
use super::{earlier, failed};
use crate::watch::{Identity, Name};
use board::Timestamp;
use core::time::Duration;
use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::stat::Mode;

impl Directory {
    /// Reads the whole directory: fills the backlog with what was not given out, and forgets what is not there any more.
    pub(super) fn scan(&mut self) -> Result<(), WatchError> {
        self.scan_at = Some(Timestamp::now() + RETRY); // in case that it fails
        let now_ns = civil_now_ns();
        let mut next_scan = None;
        self.ledger.lock().table.unmark();
        let mut scan = self.backlog.begin();
        let (folder, own, ledger) = (&self.folder, &self.own, &self.ledger);
        for entry in Entries::open(folder.path())?.dir.iter() {
            let entry = entry.map_err(|errno| failed("readdir", errno))?;
            let Some((name, found)) = picture(folder, own, entry.file_name().to_bytes())? else {
                continue;
            };
            if ledger.recognise(&name, &found) == Recognition::Taken {
                continue;
            }
            // A change in the future was made before the clock was set back: long ago.
            let age_ns = now_ns.saturating_sub(found.ctime_ns);
            match u64::try_from(age_ns).map(Duration::from_nanos) {
                Ok(age) if age < SETTLE => {
                    let settled_at = Timestamp::now() + (SETTLE - age);
                    next_scan = earlier(next_scan, Some(settled_at));
                }
                _ => scan.offer(Candidate {
                    ctime_ns: found.ctime_ns,
                    name,
                    identity: found,
                }),
            }
        }
        scan.end();
        self.ledger.lock().table.sweep();
        self.scan_at = next_scan;
        Ok(())
    }

    /// Gives out a file of the backlog, unless it has changed since the scan. A changed file arrives when its writer
    /// closes it, or with another scan if only its times have changed.
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
            backlog: true,
        };
        Ok(match self.ledger.recognise(&candidate.name, &found) {
            Recognition::Taken => None,
            Recognition::New => Some(self.arrive(candidate.name, found, sighting)),
            Recognition::IfSame(proof) => self.begin_comparison(candidate, proof, sighting),
        })
    }
}

/// The entries of a directory, which is open only as long as they are read, so that it can be unmounted.
pub(super) struct Entries {
    pub(super) dir: Dir,
}

impl Entries {
    pub(super) fn open(path: &str) -> Result<Self, WatchError> {
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        let dir =
            Dir::open(path, flags, Mode::empty()).map_err(|errno| failed("opendir", errno))?;
        Ok(Self { dir })
    }
}

/// The picture with this name, if it is one.
pub(super) fn picture(
    folder: &crate::watch::Folder,
    own: &crate::watch::OwnFiles,
    name: &[u8],
) -> Result<Option<(Name, Identity)>, WatchError> {
    let Some(name) = Name::new(name).filter(Name::is_picture) else {
        return Ok(None);
    };
    let found = folder
        .find(&name)
        .map_err(|errno: Errno| failed("lstat", errno))?;
    let found = found.filter(|found| !own.contains(folder, &name, found));
    Ok(found.map(|found| (name, found)))
}

/// All pictures of a folder. For start-up; allocates.
pub(in crate::watch) fn pictures(
    folder: &crate::watch::Folder,
) -> Result<Vec<(Name, Identity)>, WatchError> {
    let own = crate::watch::OwnFiles::default();
    let mut found = Vec::new();
    for entry in Entries::open(folder.path())?.dir.iter() {
        let entry = entry.map_err(|errno| failed("readdir", errno))?;
        found.extend(picture(folder, &own, entry.file_name().to_bytes())?);
    }
    Ok(found)
}

//! Scans the whole directory for files that were not given out.

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
    /// Scans the directory. Fills the backlog with what was not given out, and forgets contents
    /// that are gone.
    pub(super) fn scan(&mut self) -> Result<(), WatchError> {
        self.scan_at = Some(Timestamp::now() + RETRY); // If this scan fails.
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
            // A change in the future was made before the clock was set back, so it is old.
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

/// The entries of a directory. It is open only while they are read, so that the directory can be
/// unmounted.
pub(super) struct Entries {
    pub(super) dir: Dir,
}

impl Entries {
    pub(super) fn open(path: &str) -> Result<Self, WatchError> {
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        let opened = || {
            let file = nix::fcntl::open(path, flags, Mode::empty())?;
            // nix does not close a directory that has no status, such as on a server that is gone.
            // Asked for here, it is closed.
            nix::sys::stat::fstat(&file)?;
            Dir::from_fd(file)
        };
        let dir = opened().map_err(|errno| failed("opendir", errno))?;
        Ok(Self { dir })
    }
}

/// The entry's name and identity, if it is a picture.
pub(super) fn picture(
    folder: &crate::watch::Folder,
    own: &crate::watch::OwnFiles,
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

/// All pictures of a folder. For the start; allocates.
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

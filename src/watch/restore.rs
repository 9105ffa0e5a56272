//! At the start, matches the recorded pictures with the files in the directory.

use super::directory::each_picture_of;
use super::table::Proof;
use super::{Disposal, Disposed, Identity, KEY, Ledger, Name, WatchError};
use crate::hash::Sha256;
use crate::part::PartId;
use core::cell::Cell;
use std::collections::HashMap;

/// A picture that was inspected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InspectedPicture {
    /// The part that was judged by it.
    pub part: PartId,
    /// Its identity at the inspection.
    pub identity: Identity,
    /// The hash of its bytes, if they could be read.
    pub sha256: Option<Sha256>,
}

/// A record of an inspected picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedPicture {
    /// The picture.
    pub picture: InspectedPicture,
    /// Its name at the inspection, if that is recorded.
    pub name: Option<Name>,
}

impl From<InspectedPicture> for RecordedPicture {
    fn from(picture: InspectedPicture) -> Self {
        Self {
            picture,
            name: None,
        }
    }
}

/// What was done with the recorded pictures that were still in the directory.
#[derive(Debug, Clone, Default)]
pub struct Restored {
    /// The pictures that stay and are remembered, oldest first.
    pub kept: Vec<InspectedPicture>,
    /// How many were moved or deleted now because the last process died before it could.
    pub finished: u32,
    /// How many could not be moved or deleted. They stay and are remembered, and the next start
    /// tries again.
    pub failed: u32,
    /// The last error of these.
    pub failure: Option<WatchError>,
}

/// The last record of an inode.
struct Latest {
    picture: Cell<InspectedPicture>,
    /// The name in a record without a `ctime`, which only counts for it.
    name: Option<Box<Name>>,
    /// What the ledger keeps of the name of the file that has the inode now, if it may be the
    /// picture.
    found: Cell<Option<u64>>,
}

/// Fills a ledger with the inspected pictures that are still in the directory. Also does what
/// `source.directory.after` says with a picture if the last process died between its record and
/// that step.
///
/// Call this at the start, before [`super::Directory::open`], with all recorded pictures, oldest
/// first. It reads all names of the directory once, and examines the files whose inodes are
/// recorded. Where a directory does not list inode numbers, it examines all files. It reads content
/// only to copy it to another file system. If a file's times differ from its record, its bytes are
/// compared later, when the station has nothing else to do. A record of version 0.1.0 has no
/// `ctime`. It counts for the file with its name, inode, size and modification time.
///
/// It takes up to 420 bytes of memory for each inode that is recorded (calculated), and none for
/// other files.
///
/// # Errors
/// [`WatchError::Call`] if the directory cannot be read, [`WatchError::Wake`] if no file descriptor
/// is left.
pub fn restore(
    disposal: &Disposal,
    before: impl Iterator<Item = RecordedPicture>,
) -> Result<(Ledger, Restored), WatchError> {
    let ledger = Ledger::new().map_err(WatchError::Wake)?;
    let mut restored = Restored::default();
    let mut latest: HashMap<u64, Latest> = HashMap::new();
    for RecordedPicture { picture, name } in before {
        if !disposal.keeps()
            && let Some(name) = &name
        {
            dispose(disposal, name, &picture, &mut restored)?;
        }
        let is_old = picture.identity.ctime_ns == 0;
        let inode = picture.identity.inode;
        let last = Latest {
            picture: Cell::new(picture),
            name: name.filter(|_| is_old).map(Box::new),
            found: Cell::new(None),
        };
        latest.insert(inode, last);
    }
    if !latest.is_empty() {
        let is_wanted = |inode| latest.contains_key(&inode);
        each_picture_of(disposal.folder(), is_wanted, |name, found| {
            let Some(last) = latest.get(&found.inode) else {
                return;
            };
            let mut picture = last.picture.get();
            let before = &mut picture.identity;
            // Otherwise the inode has different content by now, so older records of it do not
            // count.
            if before.may_be(found) {
                last.found.set(Some(ledger.key(name)));
                if last.name.as_deref() == Some(name) && before.is_untouched(found) {
                    before.ctime_ns = found.ctime_ns;
                    last.picture.set(picture);
                }
            }
        })?;
    }
    let mut kept: Vec<(InspectedPicture, u64)> = latest
        .into_values()
        .filter_map(|last| Some((last.picture.get(), last.found.get()?)))
        .collect();
    kept.sort_unstable_by_key(|(before, _)| before.part);
    for (before, key) in &kept {
        let proof = before.sha256.map(|sha256| Proof {
            part: before.part,
            sha256,
            ctime_ns: before.identity.ctime_ns,
        });
        ledger.restore(*key, before.identity, proof);
    }
    restored.kept = kept.into_iter().map(|(before, _)| before).collect();
    Ok((ledger, restored))
}

/// Moves or deletes a recorded picture that should be.
fn dispose(
    disposal: &Disposal,
    name: &Name,
    before: &InspectedPicture,
    restored: &mut Restored,
) -> Result<(), WatchError> {
    match disposal.apply(name, &before.identity, None, before.part) {
        Ok(Disposed::Vanished | Disposed::Changed | Disposed::Kept) => {}
        Ok(Disposed::Moved | Disposed::Deleted) => {
            restored.finished = restored.finished.saturating_add(1);
        }
        Err(failure) => {
            // If even the directory cannot be read, this is an error.
            let found = disposal.folder().find(name);
            found.map_err(|errno| WatchError::Call {
                key: KEY,
                call: "lstat",
                errno,
            })?;
            restored.failed = restored.failed.saturating_add(1);
            restored.failure = Some(failure);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;

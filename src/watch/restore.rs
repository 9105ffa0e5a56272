//! At the start, matches the recorded pictures with the files in the directory.

use super::directory::pictures;
use super::table::Proof;
use super::{Disposal, Disposed, Identity, KEY, Ledger, Name, WatchError};
use crate::hash::Sha256;
use crate::part::PartId;
use std::collections::HashMap;

/// A picture that was inspected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectedPicture {
    /// The part that was judged by it.
    pub part: PartId,
    /// Its name at the inspection, if that is recorded.
    pub name: Option<Name>,
    /// Its identity at the inspection.
    pub identity: Identity,
    /// The hash of its bytes, if they could be read.
    pub sha256: Option<Sha256>,
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

/// Fills a ledger with the inspected pictures that are still in the directory. Also does what
/// `source.directory.after` says with a picture if the last process died between its record and
/// that step.
///
/// Call this at the start, before [`super::Directory::open`], with all recorded pictures, oldest
/// first. It examines every file of the directory once, and reads content only to copy it to
/// another file system. If a file's times differ from its record, its bytes are compared later,
/// when the station has nothing else to do. A record of version 0.1.0 has no `ctime`. It counts for
/// the file with its name, inode, size and modification time.
///
/// # Errors
/// [`WatchError::Call`] if the directory cannot be read, [`WatchError::Wake`] if no file descriptor
/// is left.
pub fn restore(
    disposal: &Disposal,
    before: impl Iterator<Item = InspectedPicture>,
) -> Result<(Ledger, Restored), WatchError> {
    let ledger = Ledger::new().map_err(WatchError::Wake)?;
    let mut restored = Restored::default();
    let mut lying: HashMap<u64, (Name, Identity)> = HashMap::new();
    for (name, found) in pictures(disposal.folder())? {
        lying.insert(found.inode, (name, found));
    }
    let mut latest: HashMap<u64, InspectedPicture> = HashMap::new();
    for mut before in before {
        if !disposal.keeps()
            && let Some(name) = &before.name
            && !dispose(disposal, name, &before, &mut restored)?
        {
            lying.remove(&before.identity.inode);
        }
        let Some((name, found)) = lying.get(&before.identity.inode) else {
            continue;
        };
        if !before.identity.may_be(found) {
            // The inode has different content by now, so older records of it do not count.
            latest.remove(&found.inode);
            continue;
        }
        let of_name = before.name.as_ref() == Some(name);
        if before.identity.ctime_ns == 0 && of_name && before.identity.is_untouched(found) {
            before.identity.ctime_ns = found.ctime_ns;
        }
        latest.insert(found.inode, before);
    }
    restored.kept = latest.into_values().collect();
    restored.kept.sort_by_key(|before| before.part);
    for before in &restored.kept {
        let proof = before.sha256.map(|sha256| Proof {
            part: before.part,
            sha256,
            ctime_ns: before.identity.ctime_ns,
        });
        if let Some((name, _)) = lying.get(&before.identity.inode) {
            ledger.restore(name, before.identity, proof);
        }
    }
    Ok((ledger, restored))
}

/// Moves or deletes a recorded picture that should be. Returns false if that removed it from the
/// directory.
fn dispose(
    disposal: &Disposal,
    name: &Name,
    before: &InspectedPicture,
    restored: &mut Restored,
) -> Result<bool, WatchError> {
    match disposal.apply(name, &before.identity, None, before.part) {
        Ok(Disposed::Vanished | Disposed::Changed | Disposed::Kept) => Ok(true),
        Ok(Disposed::Moved | Disposed::Deleted) => {
            restored.finished = restored.finished.saturating_add(1);
            Ok(false)
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
            Ok(true)
        }
    }
}

#[cfg(test)]
mod tests;

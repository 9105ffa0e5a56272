//! What the journal, and the file of the inspected, know of the pictures that lie in the directory when the station starts.

use super::directory::pictures;
use super::table::Proof;
use super::{Disposal, Disposed, Identity, KEY, Ledger, Name, WatchError};
use crate::hash::Sha256;
use crate::part::PartId;
use std::collections::HashMap;

/// A picture that was inspected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectedPicture {
    /// Its part.
    pub part: PartId,
    /// Its name then, where that is known.
    pub name: Option<Name>,
    /// What it was then.
    pub identity: Identity,
    /// The hash of its bytes, if they could be read.
    pub sha256: Option<Sha256>,
}

/// How many of the pictures in the journal were still in the directory, and what was done with them.
#[derive(Debug, Clone, Default)]
pub struct Restored {
    /// They stay and are remembered: here they are, oldest first.
    pub kept: Vec<InspectedPicture>,
    /// They were to be moved or deleted when the station died; now they are.
    pub finished: u32,
    /// They cannot be moved or deleted. They stay and are remembered; the next start tries again.
    pub failed: u32,
    /// The last failure.
    pub failure: Option<WatchError>,
}

/// Fills a ledger with what was inspected and still lies in the directory. It also does what `source.directory.after`
/// asks for if the last process wrote a picture's record but died before it put the picture away.
///
/// Call it at start, before [`super::Directory::open`], with every picture that is known, oldest first. It looks at
/// every file of the directory once and reads no content. A file whose times differ from its record is compared by its
/// bytes later, when the station has nothing else to do. A record of version 0.1.0 has no time of change, and holds for
/// the file that has its name, size, time of writing and inode.
///
/// # Errors
/// [`WatchError::Call`] when the directory cannot be looked into, [`WatchError::Wake`] when no file descriptor is left.
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
            // Another content by now, whatever was known of its inode.
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

/// Puts a picture away that should be. False when it lies there no more.
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
            // A directory that cannot be looked into at all fails here.
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

//! What the journal knows of the pictures that lie in the directory when the station starts.

use super::{Disposal, Done, Error, Identity, KEY, Ledger, Name};
use crate::part::PartId;

/// How many of the pictures in the journal were still in the directory, and what was done with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Restored {
    /// They stay and are remembered.
    pub kept: u32,
    /// They were to be moved or deleted when the station died; now they are.
    pub finished: u32,
    /// They cannot be moved or deleted. They stay and are remembered; the next start tries again.
    pub failed: u32,
    /// The last failure.
    pub failure: Option<Error>,
}

/// Fills the ledger from the journal's parts, and finishes what `source.directory.after` asks for pictures whose record was written
/// but whose process died before it could put them away.
///
/// Call it at start, before [`super::Directory::open`], with every part of the journal in order. It looks for the file of each
/// (one `lstat`), so it does not matter how many parts the journal has. With `after: keep` the station knows a picture for as
/// long as the journal has its record: take pictures away before `journal.files_max` drops their records.
///
/// # Errors
/// [`Error::LedgerFull`], or [`Error::Call`] when the directory cannot be looked into.
pub fn restore(
    disposal: &Disposal,
    parts: impl Iterator<Item = (PartId, Name, Identity)>,
) -> Result<(Ledger, Restored), Error> {
    let mut ledger = Ledger::new();
    let mut restored = Restored::default();
    for (part, name, identity) in parts {
        let remember = match disposal.apply(&name, &identity, part) {
            Ok(Done::Vanished | Done::Changed) => false,
            Ok(Done::Moved | Done::Deleted) => {
                restored.finished = restored.finished.saturating_add(1);
                false
            }
            Ok(Done::Kept) => {
                restored.kept = restored.kept.saturating_add(1);
                true
            }
            Err(failure) => {
                // A directory that cannot be looked into at all fails here.
                let found = disposal.folder().look(&name);
                found.map_err(|errno| Error::Call {
                    key: KEY,
                    call: "lstat",
                    errno,
                })?;
                restored.failed = restored.failed.saturating_add(1);
                restored.failure = Some(failure);
                true
            }
        };
        if remember {
            ledger
                .insert(&name, identity)
                .map_err(|_| Error::LedgerFull)?;
        }
    }
    Ok((ledger, restored))
}

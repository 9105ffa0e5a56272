//! The lock of the journal's directory, which its one writer holds.

use super::JournalError;
use std::fs::{File, TryLockError};

/// Locks the directory against other stations for as long as it is open.
pub(super) fn lock(directory: &File) -> Result<(), JournalError> {
    match directory.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(JournalError::Locked),
        Err(TryLockError::Error(error)) => Err(JournalError::Directory {
            call: "flock",
            error,
        }),
    }
}

/// Whether another process has the journal in this directory open. Allocates.
pub fn is_held(directory: &str) -> bool {
    let Ok(directory) = File::open(directory) else {
        return false;
    };
    matches!(directory.try_lock_shared(), Err(TryLockError::WouldBlock))
}

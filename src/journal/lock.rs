//! The lock of the journal's directory, which its one writer holds.

use super::{JournalError, holder};
use crate::bounded::file::open_directory;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// How long another program may look whether the directory is locked, by [`is_held`].
const LOOKS_MAX: Duration = Duration::from_millis(200);
const PAUSE: Duration = Duration::from_millis(5);

/// Locks the directory against other stations for as long as it is open.
pub(super) fn lock(directory: &File, path: &Path) -> Result<(), JournalError> {
    let end = Instant::now() + LOOKS_MAX;
    while matches!(directory.try_lock(), Err(TryLockError::WouldBlock)) && Instant::now() < end {
        thread::sleep(PAUSE);
    }
    match directory.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(JournalError::Locked(holder(path))),
        Err(TryLockError::Error(error)) => Err(JournalError::Directory {
            call: "flock",
            error,
        }),
    }
}

/// Whether another process has the journal in this directory open. Allocates.
pub fn is_held(directory: &str) -> bool {
    let Ok(directory) = open_directory(Path::new(directory)) else {
        return false;
    };
    matches!(directory.try_lock_shared(), Err(TryLockError::WouldBlock))
}

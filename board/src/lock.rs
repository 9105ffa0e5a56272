//! Advisory locks on files that only one process may use at a time.

use core::time::Duration;
use std::fs::{File, TryLockError};
use std::io;
use std::thread;

/// Time between two attempts to lock a file.
const RETRY: Duration = Duration::from_millis(1);

/// Locks the file for this process until it is closed. Tries again for up to `patience` while
/// another process holds the lock.
///
/// # Errors
/// [`io::ErrorKind::WouldBlock`] when another process still holds the lock; otherwise the kernel's
/// error.
pub(crate) fn take(file: &File, patience: Duration) -> io::Result<()> {
    let mut waited = Duration::ZERO;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if waited < patience => {}
            Err(error) => return Err(error.into()),
        }
        thread::sleep(RETRY);
        waited += RETRY;
    }
}

//! A file that belongs to one process at a time.

use core::time::Duration;
use std::fs::{File, TryLockError};
use std::io;
use std::thread;

/// How often a file that somebody holds is tried.
const RETRY: Duration = Duration::from_millis(1);

/// Takes the file for this process until it is closed. While somebody holds it, it is tried again for as long as `patience`.
///
/// # Errors
/// [`io::ErrorKind::WouldBlock`] when somebody still holds it, or what the kernel said.
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

//! An execution that failed, or that the device did not finish in time.

use super::POLL;
use crate::bounded::text::{Detail, cut};
use crate::part::Cause;
use ascendcl::{InputBuffer, Slot, Unfinished, WaitError};
use board::Timestamp;
use core::time::Duration;
use std::thread;
use std::time::Instant;

/// What a failed execution means for its part.
pub struct Failure {
    pub cause: Cause,
    pub detail: Detail,
    /// Whether the device is lost.
    pub is_fatal: bool,
}

impl Failure {
    pub fn new(unfinished: &Unfinished, deadline: Duration) -> Self {
        let (cause, is_fatal) = match unfinished.cause() {
            WaitError::Timeout => (Cause::Deadline, false),
            WaitError::WrongInput => (Cause::Engine, false),
            WaitError::Acl(error) => (Cause::Engine, error.is_fatal()),
        };
        let detail = match unfinished.cause() {
            WaitError::Timeout => cut(format_args!(
                "the device was not done within {} ms",
                deadline.as_millis()
            )),
            cause => cut(format_args!("{cause}")),
        };
        Self {
            cause,
            detail,
            is_fatal,
        }
    }
}

/// Waits until the device gives the slot back, at most until `end`. Calls `meanwhile` every few
/// milliseconds, and stops waiting when it returns false.
///
/// # Errors
/// The device did not give the slot back; what it answered last.
pub fn recover(
    mut unfinished: Unfinished,
    end: Timestamp,
    mut meanwhile: impl FnMut() -> bool,
) -> Result<(InputBuffer, Slot), String> {
    loop {
        let slice = end.since(Timestamp::now()).min(POLL);
        unfinished = match unfinished.recover(Instant::now() + slice) {
            Ok(free) => return Ok(free),
            Err(unfinished) => unfinished,
        };
        let fatal = matches!(unfinished.cause(), WaitError::Acl(error) if error.is_fatal());
        if fatal || Timestamp::now() >= end || !meanwhile() {
            return Err(unfinished.cause().to_string());
        }
        // An error is returned at once. Without a pause the device would be flooded with questions.
        if matches!(unfinished.cause(), WaitError::Acl(_)) {
            thread::sleep(slice);
        }
    }
}

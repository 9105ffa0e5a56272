//! Waiting for several descriptors at once, and the wake-up that ends such a wait.

use board::Timestamp;
use board::wake::{Wake, WakeError};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, ppoll};
use nix::sys::time::TimeSpec;
use std::os::fd::{AsFd, BorrowedFd};

/// Ends another thread's [`wait`]. Any thread may give it; one thread waits for it.
#[derive(Debug)]
pub struct WakeUp(Wake);

impl WakeUp {
    /// Takes one file descriptor.
    ///
    /// # Errors
    /// The process has no file descriptor left.
    pub fn new() -> Result<Self, WakeError> {
        Wake::new().map(Self)
    }

    /// Makes the descriptor readable. Never waits and allocates nothing.
    pub fn wake(&self) {
        // Writing to an open eventfd does not fail, and each waiting thread also has a time limit.
        let _ = self.0.ring();
    }

    /// Makes the descriptor unreadable again. Call it before looking for work, so that no wake-up
    /// is lost.
    ///
    /// # Errors
    /// The kernel refuses the read. Then each wait returns at once.
    pub fn clear(&self) -> Result<(), WakeError> {
        self.0.clear()
    }
}

impl AsFd for WakeUp {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Waits until one of `sources` is readable, failed or closed at its other end, or until `until`.
/// Returns which of them are. It may return early without a cause. Allocates nothing.
pub fn wait<const N: usize>(
    sources: [BorrowedFd<'_>; N],
    until: Option<Timestamp>,
) -> Result<[bool; N], WakeError> {
    let timeout = until.map(|until| TimeSpec::from_duration(until.since(Timestamp::now())));
    let mut fds = sources.map(|source| PollFd::new(source, PollFlags::POLLIN));
    match ppoll(&mut fds, timeout, None) {
        Ok(_) => Ok(fds.map(|fd| fd.any().unwrap_or(true))),
        Err(Errno::EINTR) => Ok([false; N]),
        Err(errno) => Err(WakeError {
            call: "ppoll",
            errno,
        }),
    }
}

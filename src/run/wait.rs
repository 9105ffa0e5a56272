//! Waiting for several descriptors at once, and for a moment.

use board::Timestamp;
use board::wake::WakeError;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, ppoll};
use nix::sys::time::TimeSpec;
use std::os::fd::BorrowedFd;

/// Waits until one of `sources` is readable (or failed, or closed at its other end), or `until` has come. Says which are.
/// It may return early for no reason. Allocates nothing.
pub(in crate::run) fn wait<const N: usize>(
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

//! A stop that is asked for while the station starts, and the start hangs: on a disk, a server or a device. The main thread
//! takes the signal when the start is over, so another one looks whether that comes.

use crate::UNUSABLE;
use crate::ending::SAY_MAX;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::SigSet;
use nix::sys::signalfd::{SfdFlags, SignalFd};
use sluice::{complain, console};
use std::os::fd::AsFd as _;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What a start may take beyond `gate.deadline_ms` after a stop was asked for.
const START_MORE: Duration = Duration::from_millis(1500);
/// How often is looked whether a stop was asked for.
const LOOK: Duration = Duration::from_millis(100);

/// Watches a start until it is over.
#[derive(Debug, Clone, Default)]
pub struct Starting(Arc<AtomicBool>);

impl Starting {
    /// Starts the thread that looks. `signals` are blocked, and one of them that waits is a stop that was asked for.
    ///
    /// # Errors
    /// The system gives no thread or descriptor.
    pub fn watch(signals: &SigSet, deadline: Duration) -> Result<Self, String> {
        let failed = |error: &dyn core::fmt::Display| format!("watching the start: {error}");
        let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
        let pending =
            SignalFd::with_flags(signals, flags).map_err(|errno| failed(&errno.desc()))?;
        let starting = Self::default();
        let theirs = starting.clone();
        thread::Builder::new()
            .name("start".to_owned())
            .spawn(move || theirs.look(&pending, deadline + START_MORE))
            .map_err(|error| failed(&error))?;
        Ok(starting)
    }

    /// The start is over: the station's own threads take the signals from now on.
    pub fn is_over(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn look(&self, pending: &SignalFd, limit: Duration) {
        let mut end = None;
        loop {
            // The signal is left where it is: only whether there is one is asked.
            let mut fds = [PollFd::new(pending.as_fd(), PollFlags::POLLIN)];
            let is_asked = matches!(poll(&mut fds, PollTimeout::ZERO), Ok(1..));
            if self.0.load(Ordering::Acquire) {
                return;
            }
            if is_asked && *end.get_or_insert_with(|| Instant::now() + limit) <= Instant::now() {
                complain!(
                    "sluice: the start does not come back from opening the lines, the journal or the directories, and a stop was \
                     asked for; the program ends without it; check the disks and devices that the station file names"
                );
                console::flush(SAY_MAX);
                process::exit(UNUSABLE.into());
            }
            thread::sleep(LOOK);
        }
    }
}

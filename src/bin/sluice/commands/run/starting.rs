//! Ends the program if a stop signal arrives during a start that hangs on a disk, a server or a
//! device.
//!
//! The main thread takes stop signals only after the start, so a second thread polls for them until
//! then.

use crate::exit::{FLUSH_MAX, UNUSABLE};
use board::realtime::EARLY_STACK_BYTES;
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

/// After a stop signal, the start has `gate.deadline_ms` and this long to finish.
const GRACE: Duration = Duration::from_millis(1500);
/// How often the thread polls for a stop signal.
const POLL: Duration = Duration::from_millis(100);

/// Watches the start until it is over.
#[derive(Debug, Clone, Default)]
pub struct Starting(Arc<AtomicBool>);

impl Starting {
    /// Starts the polling thread. `signals` must be blocked; a pending one is a request to stop.
    ///
    /// # Errors
    /// The system refuses a thread or a descriptor.
    pub fn watch(signals: &SigSet, deadline: Duration) -> Result<Self, String> {
        let failed = |error: &dyn core::fmt::Display| format!("watching the start: {error}");
        let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
        let pending =
            SignalFd::with_flags(signals, flags).map_err(|errno| failed(&errno.desc()))?;
        let starting = Self::default();
        let theirs = starting.clone();
        thread::Builder::new()
            .name("start".to_owned())
            .stack_size(EARLY_STACK_BYTES)
            .spawn(move || theirs.look(&pending, deadline + GRACE))
            .map_err(|error| failed(&error))?;
        Ok(starting)
    }

    /// The start is over: the station's own threads take the signals from now on.
    pub fn end(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn look(&self, pending: &SignalFd, limit: Duration) {
        let mut end = None;
        loop {
            // Only checks whether a signal is pending; it stays pending for the main thread.
            let mut fds = [PollFd::new(pending.as_fd(), PollFlags::POLLIN)];
            let is_asked = matches!(poll(&mut fds, PollTimeout::ZERO), Ok(1..));
            if self.0.load(Ordering::Acquire) {
                return;
            }
            if is_asked && *end.get_or_insert_with(|| Instant::now() + limit) <= Instant::now() {
                complain!(
                    "sluice: stopped during the start, which still hangs while it opens the lines, the journal or the directories; \
                     check the disks and devices that the station file names"
                );
                console::flush(FLUSH_MAX);
                process::exit(UNUSABLE.into());
            }
            thread::sleep(POLL);
        }
    }
}

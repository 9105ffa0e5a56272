//! Stop signals during a command, handled so that no line stays active.

use core::time::Duration;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use std::os::fd::{AsFd, BorrowedFd};

/// The signals by which people and service managers end a program: blocked, and readable as a
/// descriptor.
#[derive(Debug)]
pub struct Interrupt {
    signals: SignalFd,
}

/// What came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// The time is over.
    Nothing,
    /// A signal.
    Signal,
    /// The source is readable.
    Readable,
}

impl Interrupt {
    /// Blocks the signals from now on.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn new() -> Result<Self, String> {
        let signals: SigSet = [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP]
            .into_iter()
            .collect();
        let failed = |errno: Errno| format!("blocking signals: {}", errno.desc());
        signals.thread_block().map_err(failed)?;
        let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
        let signals = SignalFd::with_flags(&signals, flags).map_err(failed)?;
        Ok(Self { signals })
    }

    /// Sleeps for `span`. True if a signal came first.
    pub fn sleep(&self, span: Duration) -> bool {
        let mut sources = [PollFd::new(self.signals.as_fd(), PollFlags::POLLIN)];
        let span = PollTimeout::try_from(span).unwrap_or(PollTimeout::MAX);
        poll(&mut sources, span) != Ok(0)
    }

    /// Sleeps until `source` is readable, at most for `span`. A signal comes first.
    pub fn wait_for(&self, source: impl AsFd, span: Duration) -> Came {
        let mut sources = [
            PollFd::new(source.as_fd(), PollFlags::POLLIN),
            PollFd::new(self.signals.as_fd(), PollFlags::POLLIN),
        ];
        let span = PollTimeout::try_from(span).unwrap_or(PollTimeout::MAX);
        let came = poll(&mut sources, span);
        let [source, signals] = sources.map(|source| source.any().unwrap_or(true));
        match came {
            Ok(0) => Came::Nothing,
            Ok(_) if !signals && source => Came::Readable,
            _ => Came::Signal,
        }
    }

    /// Sleeps until `source` is readable. True if a signal came first.
    pub fn wait(&self, source: BorrowedFd<'_>) -> bool {
        let mut sources = [
            PollFd::new(source, PollFlags::POLLIN),
            PollFd::new(self.signals.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut sources, PollTimeout::NONE) {
            Ok(_) => {
                let [_, signals] = sources;
                signals.any().unwrap_or(true)
            }
            Err(_) => true,
        }
    }
}

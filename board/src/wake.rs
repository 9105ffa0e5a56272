//! How a thread sleeps until a moment or until another thread rings, whichever comes first.
//!
//! A [`Wake`] is a bell that any thread may ring. A [`Sleeper`] is the one thread that listens to it, with a timer that
//! is set to absolute times on the monotonic clock, so that the time taken to get to sleep never moves the wake-up.

use crate::clock::Timestamp;
use core::fmt;
use core::time::Duration;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::eventfd::{EfdFlags, EventFd};
use nix::sys::time::TimeSpec;
use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags};
use std::os::fd::{AsFd, BorrowedFd};

/// A kernel call that failed while waking or sleeping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WakeError {
    /// The call, as its manual page is named.
    pub call: &'static str,
    /// What the kernel said.
    pub errno: Errno,
}

impl fmt::Display for WakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { call, errno } = self;
        write!(f, "{call}: {}", errno.desc())?;
        if matches!(errno, Errno::EMFILE | Errno::ENFILE) {
            f.write_str("; raise the limit of open files (LimitNOFILE of the service)")?;
        }
        Ok(())
    }
}

impl core::error::Error for WakeError {}

fn failed(call: &'static str) -> impl FnOnce(Errno) -> WakeError {
    move |errno| WakeError { call, errno }
}

/// A bell: rung by any thread, heard by the thread whose [`Sleeper`] listens to it.
///
/// Rings that come before the sleeper looks count as one; none is lost.
#[derive(Debug)]
pub struct Wake {
    event: EventFd,
}

impl Wake {
    /// Makes a bell. Takes one file descriptor, which is not inherited by other programs.
    ///
    /// # Errors
    /// When the process or the system has no file descriptor left.
    pub fn new() -> Result<Self, WakeError> {
        let flags = EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK;
        let event = EventFd::from_flags(flags).map_err(failed("eventfd"))?;
        Ok(Self { event })
    }

    /// Wakes the sleeper. Never blocks and allocates nothing.
    ///
    /// # Errors
    /// When the kernel refuses the write, which it has no reason to do while the bell exists.
    pub fn ring(&self) -> Result<(), WakeError> {
        match self.event.write(1) {
            // A full counter means that the sleeper is being woken already.
            Ok(_) | Err(Errno::EAGAIN) => Ok(()),
            Err(errno) => Err(failed("write(eventfd)")(errno)),
        }
    }

    /// Forgets the rings so far. For the one thread that listens, before it looks at what it was rung for.
    ///
    /// # Errors
    /// When the kernel refuses the read, which it has no reason to do while the bell exists.
    pub fn clear(&self) -> Result<(), WakeError> {
        match self.event.read() {
            Ok(_) | Err(Errno::EAGAIN) => Ok(()),
            Err(errno) => Err(failed("read(eventfd)")(errno)),
        }
    }
}

/// The descriptor that becomes readable when the bell rings, for a thread that polls more than this.
impl AsFd for Wake {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.event.as_fd()
    }
}

/// The thread that listens to a [`Wake`].
#[derive(Debug)]
pub struct Sleeper<'w> {
    wake: &'w Wake,
    timer: TimerFd,
}

impl<'w> Sleeper<'w> {
    /// Listens to `wake`. Takes one file descriptor for the timer.
    ///
    /// # Errors
    /// When the process or the system has no file descriptor left.
    pub fn new(wake: &'w Wake) -> Result<Self, WakeError> {
        let flags = TimerFlags::TFD_CLOEXEC | TimerFlags::TFD_NONBLOCK;
        let timer =
            TimerFd::new(ClockId::CLOCK_MONOTONIC, flags).map_err(failed("timerfd_create"))?;
        Ok(Self { wake, timer })
    }

    /// Sleeps until `deadline` has come or the bell has rung; without a deadline, until the bell rings.
    ///
    /// A deadline that has passed returns at once. It may return early for no reason (a signal), so the caller looks
    /// at the clock and at its queues again. Whatever was put into a queue before its ring is visible after this
    /// returns. Allocates nothing.
    ///
    /// # Errors
    /// When the kernel refuses one of the calls. The caller cannot keep time then.
    pub fn sleep_until(&self, deadline: Option<Timestamp>) -> Result<(), WakeError> {
        match deadline {
            // Zero would stop the timer, and one nanosecond after boot has passed just as well.
            Some(time) => self
                .timer
                .set(
                    Expiration::OneShot(TimeSpec::from_duration(Duration::from_nanos(
                        time.as_ns().max(1),
                    ))),
                    TimerSetTimeFlags::TFD_TIMER_ABSTIME,
                )
                .map_err(failed("timerfd_settime"))?,
            None => self.timer.unset().map_err(failed("timerfd_settime"))?,
        }
        let mut sources = [
            PollFd::new(self.wake.event.as_fd(), PollFlags::POLLIN),
            PollFd::new(self.timer.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut sources, PollTimeout::NONE) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(failed("poll")(errno)),
        }
        // Cleared before the caller looks into its queues: a ring from now on ends the next sleep.
        self.wake.clear()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sleeper_wakes_at_its_deadline_and_not_before() {
        let wake = Wake::new().unwrap();
        let sleeper = Sleeper::new(&wake).unwrap();
        let deadline = Timestamp::now() + Duration::from_millis(5);
        while Timestamp::now() < deadline {
            sleeper.sleep_until(Some(deadline)).unwrap();
        }
        // A deadline that is over, the clock's origin included, does not put the thread to sleep.
        sleeper.sleep_until(Some(deadline)).unwrap();
        sleeper.sleep_until(Some(Timestamp::default())).unwrap();
    }

    #[test]
    fn a_ring_ends_a_sleep_without_end_and_is_heard_once() {
        let wake = Wake::new().unwrap();
        let sleeper = Sleeper::new(&wake).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| wake.ring().unwrap());
            sleeper.sleep_until(None).unwrap();
        });
        wake.ring().unwrap();
        wake.ring().unwrap();
        sleeper.sleep_until(None).unwrap();
        let deadline = Timestamp::now() + Duration::from_millis(5);
        sleeper.sleep_until(Some(deadline)).unwrap();
        assert!(Timestamp::now() >= deadline, "both rings were heard as one");
    }

    #[test]
    fn an_error_names_its_call_and_the_way_out() {
        let error = failed("eventfd")(Errno::EMFILE);
        let text = error.to_string();
        assert!(text.starts_with("eventfd: "), "{text}");
        assert!(text.contains("LimitNOFILE"), "{text}");
    }
}

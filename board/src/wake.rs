//! Lets a thread sleep until a deadline or until another thread wakes it, whichever comes first.
//!
//! Any thread may send a wake-up through a [`Wake`]. Only one thread receives them, through a
//! [`Sleeper`]. Its timer uses absolute times, so a thread that is interrupted before it sleeps
//! still wakes at its deadline.
//!
//! ```
//! use board::Timestamp;
//! use board::wake::{Sleeper, Wake};
//! use core::time::Duration;
//!
//! let wake = Wake::new()?;
//! let sleeper = Sleeper::new(&wake)?;
//! std::thread::scope(|scope| {
//!     scope.spawn(|| wake.ring());
//!     // Ends at the wake-up of the other thread, long before its deadline.
//!     sleeper.sleep_until(Some(Timestamp::now() + Duration::from_secs(60)))
//! })?;
//! # Ok::<(), board::wake::WakeError>(())
//! ```

use crate::clock::Timestamp;
use core::time::Duration;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::eventfd::{EfdFlags, EventFd};
use nix::sys::time::TimeSpec;
use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags};
use std::os::fd::{AsFd, BorrowedFd};
use thiserror::Error;

/// A failed kernel call of a [`Wake`] or a [`Sleeper`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{call}: {}{}", .errno.desc(), advice(*.errno))]
pub struct WakeError {
    /// The call, by the name of its manual page.
    pub call: &'static str,
    /// The kernel's error.
    #[source]
    pub errno: Errno,
}

const fn advice(errno: Errno) -> &'static str {
    match errno {
        Errno::EMFILE | Errno::ENFILE => {
            "; raise the limit of open files (LimitNOFILE of the service)"
        }
        _ => "",
    }
}

/// Whether this thread has a simulated clock. It does not sleep then, and a simulation saves the
/// system calls.
fn is_simulated() -> bool {
    #[cfg(feature = "simulated-clock")]
    return crate::clock::simulated::get().is_some();
    #[cfg(not(feature = "simulated-clock"))]
    false
}

fn failed(call: &'static str) -> impl FnOnce(Errno) -> WakeError {
    move |errno| WakeError { call, errno }
}

/// Sends wake-ups from any thread to the thread with the [`Sleeper`].
///
/// Several wake-ups before the sleeper runs count as one. None is lost.
#[derive(Debug)]
pub struct Wake {
    event: EventFd,
}

impl Wake {
    /// Creates it. Takes one file descriptor, which programs started later do not inherit.
    ///
    /// # Errors
    /// The process or the system has no file descriptor left.
    pub fn new() -> Result<Self, WakeError> {
        let flags = EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK;
        let event = EventFd::from_flags(flags).map_err(failed("eventfd"))?;
        Ok(Self { event })
    }

    /// Sends a wake-up. Never blocks and allocates nothing.
    ///
    /// # Errors
    /// The kernel refuses the write, which does not happen while the descriptor is open.
    pub fn ring(&self) -> Result<(), WakeError> {
        if is_simulated() {
            return Ok(());
        }
        match self.event.write(1) {
            // A full counter means that a wake-up is already pending.
            Ok(_) | Err(Errno::EAGAIN) => Ok(()),
            Err(errno) => Err(failed("write(eventfd)")(errno)),
        }
    }

    /// Discards pending wake-ups. The receiving thread calls it before it looks for new work.
    ///
    /// # Errors
    /// The kernel refuses the read, which does not happen while the descriptor is open.
    pub fn clear(&self) -> Result<(), WakeError> {
        if is_simulated() {
            return Ok(());
        }
        match self.event.read() {
            Ok(_) | Err(Errno::EAGAIN) => Ok(()),
            Err(errno) => Err(failed("read(eventfd)")(errno)),
        }
    }
}

/// Readable while a wake-up is pending, for a thread that polls other descriptors as well.
impl AsFd for Wake {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.event.as_fd()
    }
}

/// Receives the wake-ups of a [`Wake`] for one thread.
#[derive(Debug)]
pub struct Sleeper<'w> {
    wake: &'w Wake,
    timer: TimerFd,
}

impl<'w> Sleeper<'w> {
    /// The receiver of `wake`. Takes one file descriptor for the timer.
    ///
    /// # Errors
    /// The process or the system has no file descriptor left.
    pub fn new(wake: &'w Wake) -> Result<Self, WakeError> {
        let flags = TimerFlags::TFD_CLOEXEC | TimerFlags::TFD_NONBLOCK;
        let timer =
            TimerFd::new(ClockId::CLOCK_MONOTONIC, flags).map_err(failed("timerfd_create"))?;
        Ok(Self { wake, timer })
    }

    /// Sleeps until `deadline` or a wake-up; without a deadline, until a wake-up.
    ///
    /// Returns at once if the deadline has passed. A signal may end the sleep early, so the caller
    /// checks the clock and its queues afterwards. It then sees everything that was queued before
    /// the wake-up. Allocates nothing.
    ///
    /// # Errors
    /// The kernel refuses one of the calls. The caller can no longer keep time.
    pub fn sleep_until(&self, deadline: Option<Timestamp>) -> Result<(), WakeError> {
        self.sleep_until_readable(deadline, &[])
    }

    /// As [`Self::sleep_until`]; the sleep also ends while one of these descriptors is readable. At
    /// most two count.
    ///
    /// # Errors
    /// As [`Self::sleep_until`].
    pub fn sleep_until_readable(
        &self,
        deadline: Option<Timestamp>,
        others: &[BorrowedFd<'_>],
    ) -> Result<(), WakeError> {
        match deadline {
            // Zero would stop the timer. One nanosecond after boot has passed as well.
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
        let wake = self.wake.event.as_fd();
        let other = |index: usize| others.get(index).copied().unwrap_or(wake);
        let source = |fd| PollFd::new(fd, PollFlags::POLLIN);
        let mut sources = [
            source(wake),
            source(self.timer.as_fd()),
            source(other(0)),
            source(other(1)),
        ];
        match poll(&mut sources, PollTimeout::NONE) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(failed("poll")(errno)),
        }
        // Cleared before the caller looks into its queues, so that a later wake-up ends the next
        // sleep.
        self.wake.clear()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sleeper_wakes_at_its_deadline_and_not_before() {
        const SPAN: Duration = Duration::from_millis(5);
        // A busy machine wakes a thread late at times, but not a hundred times in a row.
        const TRIES: usize = 100;
        const LATE_MAX: Duration = Duration::from_millis(5);
        let wake = Wake::new().unwrap();
        let sleeper = Sleeper::new(&wake).unwrap();
        let mut deadline = Timestamp::default();
        let mut sleeps = (0..TRIES).map(|_| {
            deadline = Timestamp::now() + SPAN;
            sleeper.sleep_until(Some(deadline)).unwrap();
            let woken = Timestamp::now();
            assert!(woken >= deadline, "woken too early");
            woken.since(deadline)
        });
        assert!(
            sleeps.any(|late| late <= LATE_MAX),
            "each of {TRIES} sleeps ended late"
        );
        // A deadline in the past, the clock's origin included, ends the sleep at once.
        sleeper.sleep_until(Some(deadline)).unwrap();
        sleeper.sleep_until(Some(Timestamp::default())).unwrap();
    }

    #[test]
    fn a_wake_up_ends_a_sleep_without_deadline_and_counts_once() {
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
    fn an_error_names_its_call_and_gives_advice() {
        let error = failed("eventfd")(Errno::EMFILE);
        let text = error.to_string();
        assert!(text.starts_with("eventfd: "), "{text}");
        assert!(text.contains("LimitNOFILE"), "{text}");
    }
}

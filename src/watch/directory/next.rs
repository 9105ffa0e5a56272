//! Chooses what the directory does next, and waits if there is nothing to do.

use super::{Arrival, Directory, PolledFiles, WatchError, earlier, failed};
use board::Timestamp;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll as wait_for};
use std::os::fd::{AsFd as _, BorrowedFd};

/// After so many events, other work gets a turn.
const EVENTS_IN_ROW_MAX: u32 = 64;

impl Directory {
    /// Waits for the next picture. Returns `None` once `deadline` has passed, or `stop` is readable
    /// or closed at its other end. A stop takes precedence over pictures. Without a deadline the
    /// wait has no limit.
    ///
    /// It serves, in this order: a scan that is due, kernel events, names that may be links, a step
    /// of a scan, a comparison with an inspected picture, and the backlog of the last scan. After
    /// 64 events the scan has a step, also if more events wait. After the deadline it returns once
    /// 64 events are handled and more wait in the buffer ([`Self::has_arrivals`]).
    ///
    /// # Errors
    /// After [`WatchError::Gone`] every call fails. After [`WatchError::Overflow`] or
    /// [`WatchError::Call`] the next call goes on and scans the directory, so no picture is lost.
    /// It can fail again at once.
    pub fn next(
        &mut self,
        deadline: Option<Timestamp>,
        stop: BorrowedFd<'_>,
    ) -> Result<Option<Arrival>, WatchError> {
        let mut events = 0_u32;
        loop {
            if self.gone {
                return Err(WatchError::Gone);
            }
            let backlog = !self.held_back && !self.backlog.is_empty();
            let compares =
                (self.comparison.as_ref()).is_some_and(|of| of.is_live() || !self.held_back);
            // A polled directory is scanned at its interval.
            let may_scan = !self.held_back && self.polled.is_none();
            let scan_at = self.scan_at.filter(|_| may_scan);
            let is_scanning = self.scan.is_some();
            self.unread_until = self.unread_until.filter(|at| *at > Timestamp::now());
            let until = if backlog || compares || is_scanning || self.ledger.has_events() {
                Some(Timestamp::default())
            } else {
                let due = earlier(self.pending.due(), self.unread_until);
                let due = earlier(due, self.polled.as_ref().map(PolledFiles::due));
                earlier(earlier(deadline, scan_at), due)
            };
            let (stopped, readable) = self.wait(until, stop)?;
            if stopped {
                return Ok(None);
            }
            let now = Timestamp::now();
            let is_late = deadline.is_some_and(|at| at <= now);
            if self.polled.is_some() {
                if let Some(arrival) = self.next_polled(now)? {
                    return Ok(Some(arrival));
                }
            } else if !is_scanning && self.backlog.is_empty() && scan_at.is_some_and(|at| at <= now)
            {
                self.begin_scan()?;
                continue;
            } else if self.events_in_row >= EVENTS_IN_ROW_MAX {
                self.events_in_row = 0;
                self.scan_on()?;
            }
            // If none is left in the buffer, the kernel may have more, and the caller must know.
            if is_late && events >= EVENTS_IN_ROW_MAX && self.ledger.has_events() {
                return Ok(None);
            }
            if let Some((event, read_at)) = self.ledger.next_event() {
                self.events_in_row = self.events_in_row.saturating_add(1);
                events = events.saturating_add(1);
                if let Some(arrival) = self.handle(event, read_at, now)? {
                    return Ok(Some(arrival));
                }
            } else if readable {
                if let Err(error) = self.read_events(now) {
                    self.scan_at = Some(now);
                    return Err(error);
                }
            } else if let Some(made) = self.pending.take_due(now) {
                if let Some(arrival) = self.linked(made, now)? {
                    return Ok(Some(arrival));
                }
            } else if is_scanning && self.polled.is_none() {
                if !self.scan_on()? && is_late {
                    return Ok(None);
                }
            } else if compares {
                let arrival = self.compare(now)?;
                if arrival.is_some() || is_late {
                    return Ok(arrival);
                }
            } else if backlog && let Some(candidate) = self.backlog.pop() {
                if self.backlog.is_empty() && self.backlog.left_out() {
                    self.scan_at = Some(now);
                }
                if let Some(polled) = &mut self.polled {
                    polled.pay();
                }
                let arrival = self.take_candidate(candidate, now)?;
                if arrival.is_some() || is_late {
                    return Ok(arrival);
                }
            } else if is_late {
                return Ok(None);
            }
        }
    }

    /// Waits for `stop` and for events, at most until `until`. Returns which of the two came.
    fn wait(
        &self,
        until: Option<Timestamp>,
        stop: BorrowedFd<'_>,
    ) -> Result<(bool, bool), WatchError> {
        let timeout = until.map_or(PollTimeout::NONE, |until| {
            // Rounded up, so that the wait does not end just before `until`. A longer wait is cut,
            // and the caller waits again.
            let wait_us = until.since(Timestamp::now()).as_micros();
            let wait_ms = i32::try_from(wait_us.div_ceil(1000)).unwrap_or(i32::MAX);
            PollTimeout::try_from(wait_ms).unwrap_or(PollTimeout::MAX)
        });
        // Without events, `stop` takes their places in the list.
        let reads = self.unread_until.is_none();
        let inotify = self.inotify.as_ref().filter(|_| reads);
        let wake_up = reads.then(|| self.ledger.wake_up());
        let mut fds = [
            PollFd::new(stop, PollFlags::POLLIN),
            PollFd::new(wake_up.unwrap_or(stop), PollFlags::POLLIN),
            PollFd::new(
                inotify.map_or(stop, |inotify| inotify.as_fd()),
                PollFlags::POLLIN,
            ),
        ];
        match wait_for(&mut fds, timeout) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(failed("poll", errno)),
        }
        let [stop, wake_up, inotify] = &fds;
        let ready = |fd: &PollFd<'_>| fd.any().unwrap_or(true);
        Ok((ready(stop), ready(wake_up) || ready(inotify)))
    }
}

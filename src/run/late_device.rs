//! A device that failed or is late: the part is a fault at once, and the other parts' deadlines are kept while it is waited
//! for.

use super::decide::Undecided;
use super::inspection::{Inspection, LOOK};
use super::messages::Input;
use super::shared::Stop;
use crate::bounded::text::{Detail, cut};
use crate::part::{Cause, Verdict};
use ascendcl::{InputBuffer, Slot, Unfinished, WaitError};
use board::Timestamp;
use std::thread;
use std::time::Instant;

impl Inspection<'_> {
    /// The device failed or is late. The part is a fault at once; then the device gets the time that a station file
    /// allows before it counts as hung.
    pub(super) fn give_up(&mut self, undecided: Undecided, slot: usize, unfinished: Unfinished) {
        let (cause, fatal) = match unfinished.cause() {
            WaitError::Timeout => (Cause::Deadline, false),
            WaitError::WrongInput => (Cause::Engine, false),
            WaitError::Acl(error) => (Cause::Engine, error.is_fatal()),
        };
        let detail: Detail = match unfinished.cause() {
            WaitError::Timeout => cut(format_args!(
                "the device was not done within {} ms",
                self.deadline.as_millis()
            )),
            cause => cut(format_args!("{cause}")),
        };
        let started = undecided.job.trigger;
        self.decide(undecided, Verdict::Fault(cause), detail.clone(), true, None);
        if fatal {
            return self.shared.stop(Stop::Device(detail.as_str().to_owned()));
        }
        if let Some((buffer, free)) = self.wait_for_device(unfinished, started + self.timeout) {
            self.put_back(Input { slot, buffer }, Some(free));
        }
    }

    /// Waits until the device gives the slot back. One that does not until `end` is hung, and ends the program.
    pub(super) fn wait_for_device(
        &mut self,
        mut unfinished: Unfinished,
        end: Timestamp,
    ) -> Option<(InputBuffer, Slot)> {
        loop {
            let slice = end.since(Timestamp::now()).min(LOOK);
            unfinished = match unfinished.recover(Instant::now() + slice) {
                Ok(free) => return Some(free),
                Err(unfinished) => unfinished,
            };
            let fatal = matches!(unfinished.cause(), WaitError::Acl(error) if error.is_fatal());
            if fatal || Timestamp::now() >= end || self.shared.stopping() {
                let text = format!(
                    "not done after {} ms ({})",
                    self.timeout.as_millis(),
                    unfinished.cause()
                );
                self.shared.stop(Stop::Device(text));
                return None;
            }
            self.keep_deadlines();
            // An error comes at once, and asking again at once would flood the device with questions.
            if matches!(unfinished.cause(), WaitError::Acl(_)) {
                thread::sleep(slice);
            }
        }
    }
}

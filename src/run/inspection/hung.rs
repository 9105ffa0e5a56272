//! Parts that the inspection leaves undecided because it hangs in a call or has ended by a mistake: they are faults, and the
//! journal has them.

use crate::bounded::channel::Received;
use crate::bounded::text::{Detail, cut};
use crate::part::{Cause, Verdict};
use crate::run::inspection::decide::Undecided;
use crate::run::messages::{Decision, Found, Job, Message};
use crate::run::shared::Shared;
use board::Timestamp;
use core::time::Duration;

/// How long a decision that the inspection has begun may take to be on its way: looking at a mask and drawing a picture.
const DECIDE_MAX: Duration = Duration::from_millis(500);

impl Shared {
    /// Decides every part that the inspection has not, those too that it has not heard of. The gate has rejected them, or
    /// does when it stops: a part that never had its time is inspected at the next start, one whose `deadline` has passed
    /// is done. Does nothing when all is decided. `messages` must be closed, and `decisions` open.
    pub fn decide_for_inspection(&self, deadline: Duration) {
        self.open.take_over(DECIDE_MAX);
        while let Received::Item(message) = self.messages.receive(Duration::ZERO) {
            match message {
                Message::Begun(job) => self.open.push(job),
                // Of a part that is decided: a file of nobody, which the next start finds.
                Message::Paired(part, picture) => drop(self.open.pair(part, &picture)),
                Message::Failed(part, cause, detail) => {
                    if let Some(job) = self.open.take_left(Some(part)) {
                        self.fault(job, cause, detail, true);
                    }
                }
                Message::Doubted(part, detail) => {
                    if let Some(job) = self.open.take_left(Some(part)) {
                        self.fault(job, Cause::TwoPictures, detail, true);
                    }
                }
                Message::Refused(job, cause, detail) => self.fault(job, cause, detail, false),
                Message::Decoded(_) => {}
            }
        }
        while let Some(job) = self.open.take_left(None) {
            let late = job.trigger + deadline <= Timestamp::now();
            let cause = if late {
                Cause::Deadline
            } else {
                Cause::Stopping
            };
            let detail = cut(format_args!(
                "the inspection, which decides it, hangs or has ended"
            ));
            self.fault(job, cause, detail, true);
        }
    }

    fn fault(&self, job: Job, cause: Cause, detail: Detail, armed: bool) {
        let mut undecided = Undecided::of(job);
        undecided.times.total = Timestamp::now().since(undecided.job.trigger);
        // The queue has room for all parts.
        let _ = self.decisions.send(Decision {
            armed: armed && undecided.job.on_line,
            job: undecided.job,
            verdict: Verdict::Fault(cause),
            detail,
            sha256: undecided.sha256,
            found: Found::default(),
            times: undecided.times,
            thumbnail: None,
        });
    }
}

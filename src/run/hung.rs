//! Parts that an inspection which hangs in a call leaves undecided: they are faults, and the journal has them.

use super::decide::Undecided;
use super::messages::{Decision, Found};
use super::shared::Shared;
use crate::part::{Cause, Verdict};
use crate::text::cut;
use board::Timestamp;
use core::time::Duration;

impl Shared {
    /// Decides every part that the inspection has not. The gate has rejected them, or does when it stops: a part that never
    /// had its time is inspected at the next start, one whose `deadline` has passed is done.
    pub fn decide_for_inspection(&self, deadline: Duration) {
        while let Some(job) = self.open.pop() {
            let now = Timestamp::now();
            let late = job.trigger + deadline <= now;
            let mut undecided = Undecided::of(job);
            undecided.times.total = now.since(undecided.job.trigger);
            let cause = if late {
                Cause::Deadline
            } else {
                Cause::Stopping
            };
            // The queue has room for all parts, and is not closed before this.
            let _ = self.decisions.send(Decision {
                armed: undecided.job.on_line,
                job: undecided.job,
                verdict: Verdict::Fault(cause),
                detail: cut(format_args!(
                    "the AscendCL library did not come back from a call"
                )),
                sha256: undecided.sha256,
                found: Found::default(),
                times: undecided.times,
                thumbnail: None,
            });
        }
    }
}

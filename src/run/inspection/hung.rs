//! Parts that the inspection leaves undecided because it hangs or has panicked. The main thread
//! records them as faults.

use super::decide::Undecided;
use crate::bounded::channel::Received;
use crate::bounded::text::{Detail, cut};
use crate::part::Cause;
use crate::run::messages::Message;
use crate::run::shared::Shared;
use board::Timestamp;
use core::time::Duration;

/// How long the inspection may take to send a decision that it has begun: judging a mask and
/// drawing a picture.
const DECIDE_MAX: Duration = Duration::from_millis(500);

/// Decides every part that the inspection has not, including those in its queue. Does nothing if
/// all parts are decided. `messages` must be closed, and `decided` open.
///
/// The gate rejects these parts, at the latest when it stops. A part whose `deadline` has not
/// passed is inspected at the next start; the others are done.
pub fn decide_for_inspection(deadline: Duration, shared: &Shared<'_>) {
    let open = &shared.open;
    open.take_over(DECIDE_MAX);
    while let Received::Item(message) = shared.messages.receive(Duration::ZERO) {
        match message {
            Message::Begun(job) => open.push(job),
            // If the part is decided, the next start finds the file.
            Message::Paired(part, picture, _) => drop(open.pair(part, &picture)),
            Message::Failed(part, cause, detail) => {
                if let Some(job) = open.take_left(Some(part)) {
                    fault(Undecided::new(job), cause, detail, shared);
                }
            }
            Message::Doubted(part, detail) => {
                if let Some(job) = open.take_left(Some(part)) {
                    fault(Undecided::new(job), Cause::TwoPictures, detail, shared);
                }
            }
            Message::Refused(job, cause, detail) => {
                fault(Undecided::refused(job), cause, detail, shared);
            }
            Message::Decoded(_) => {}
        }
    }
    while let Some(job) = open.take_left(None) {
        let late = job.trigger + deadline <= Timestamp::now();
        let cause = if late {
            Cause::Deadline
        } else {
            Cause::Stopping
        };
        let detail = cut(format_args!(
            "the inspection, which decides it, hangs or has ended"
        ));
        fault(Undecided::new(job), cause, detail, shared);
    }
}

fn fault(undecided: Undecided, cause: Cause, detail: Detail, shared: &Shared<'_>) {
    // The queue holds the decisions of all parts.
    let _ = shared.decided.send(undecided.into_fault(cause, detail));
}

//! The steps of an inspection before and after the model runs.

use super::decide::{self, Decider, Shown, Undecided};
use crate::bounded::text::{Detail, cut};
use crate::part::{Cause, Verdict};
use crate::run::messages::Decoded;
use crate::verdict::InspectError;
use board::Timestamp;

impl Decider<'_> {
    /// The part of a decoded picture, if it is still to be inspected. If decoding failed, the part
    /// is a fault.
    pub fn admit<I>(&mut self, decoded: &Decoded<I>) -> Option<Undecided> {
        self.expire();
        // A file that came after its part was decided has another part number by now. Without a
        // part, its deadline passed while it was being decoded, so it is a fault already.
        let job = self.open().find(decoded.part, &decoded.picture)?;
        let is_for_another = job.recipe != decoded.recipe;
        let undecided = Undecided::decoded(job, decoded);
        if is_for_another {
            // A recipe changes only while no part is under way. If that failed, the picture would
            // be another region for another model.
            let detail = cut(format_args!("its picture was decoded for another recipe"));
            self.fail_open(undecided, Cause::Picture, detail);
            return None;
        }
        match &decoded.result {
            Ok(()) => Some(undecided),
            Err((cause, detail)) => {
                self.fail_open(undecided, *cause, detail.clone());
                None
            }
        }
    }

    /// Decides a part as a fault, unless the program is stopping and it is decided already.
    pub fn fail_open(&mut self, undecided: Undecided, cause: Cause, detail: Detail) {
        if self.open().take(undecided.job.part).is_some() {
            self.decide(undecided, Verdict::Fault(cause), detail, None);
        }
    }

    /// Decides a part by the result of its inspection. It was taken out of the open parts.
    pub fn judge(
        &mut self,
        undecided: Undecided,
        result: Result<Verdict, InspectError>,
        shown: Option<Shown<'_>>,
    ) {
        let deadline = self.deadline();
        let late = Timestamp::now() > undecided.job.trigger + deadline;
        let (verdict, detail) = match result {
            Ok(_) if late => (
                Verdict::Fault(Cause::Deadline),
                decide::no_decision(deadline),
            ),
            Ok(verdict) => (verdict, Detail::new()),
            Err(error) => (Verdict::Fault(Cause::Output), cut(format_args!("{error}"))),
        };
        self.decide(undecided, verdict, detail, shown);
    }
}

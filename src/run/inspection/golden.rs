//! Golden pictures go through the engine and the verdict as those of parts do. The gate hears
//! nothing of them.

use super::late_device::Failure;
use super::{InputLease, Inspection};
use crate::bounded::text::{Detail, cut};
use crate::part::{Cause, Verdict};
use crate::run::messages::{Decoded, Golden, GoldenFound};
use crate::run::shared::Stop;
use board::Timestamp;
use std::time::Instant;

impl Inspection<'_> {
    /// Inspects a golden picture and reports what was found to the recorder.
    pub(super) fn inspect_golden(&mut self, golden: Golden, decoded: Decoded) {
        let sha256 = decoded.sha256;
        let shared = self.shared;
        let report = |verdict: Verdict, detail: Detail| {
            // There is space for two challenges. One that lacks a result fails.
            let _ = shared.challenges.found.send(GoldenFound {
                golden,
                verdict,
                detail,
                sha256,
            });
        };
        let recipe = usize::from(decoded.recipe);
        let InputLease { slot, buffer } = decoded.input;
        if let Err((cause, detail)) = decoded.result {
            report(Verdict::Fault(cause), detail);
            return self.lend(InputLease { slot, buffer });
        }
        let Some(free) = self.loaded.take_slot(slot) else {
            // A hung device still has the slot, and the program is stopping.
            return;
        };
        let start = Timestamp::now();
        let device = &self.loaded.device;
        match device.run(free, buffer, Instant::now() + self.deadline) {
            Ok(finished) => {
                let judge = self.judges.get_mut(recipe);
                match judge.map(|judge| judge.inspect(&finished)) {
                    // Without a result the challenge fails. There is a judge for each recipe.
                    None => {}
                    Some(Ok(verdict)) => {
                        report(verdict, Detail::new());
                        self.decider.inspected(true);
                    }
                    Some(Err(error)) => {
                        let detail = cut(format_args!("{error}"));
                        report(Verdict::Fault(Cause::Output), detail);
                    }
                }
                let (buffer, free) = finished.into_parts();
                self.put_back(slot, buffer, free);
            }
            Err(unfinished) => {
                let failure = Failure::new(&unfinished, self.deadline);
                report(Verdict::Fault(failure.cause), failure.detail.clone());
                if failure.is_fatal {
                    let why = failure.detail.as_str().to_owned();
                    return self.shared.stop(Stop::Device(why));
                }
                let end = start + self.timeout;
                if let Some((buffer, free)) = self.wait_for_device(unfinished, end) {
                    self.put_back(slot, buffer, free);
                }
            }
        }
    }
}

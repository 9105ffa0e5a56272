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
        let engine = &self.loaded.engine;
        match engine.run(free, buffer, Instant::now() + self.deadline) {
            Ok(finished) => {
                let output = finished.output(engine.outputs().judged).unwrap_or_default();
                let recipe = usize::from(shared.ready.recipes.current());
                let inspector = self.inspectors.get_mut(recipe);
                match inspector.map(|inspector| inspector.inspect(output, finished.input())) {
                    // Without a result the challenge fails. There is an inspector for each recipe.
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

//! Fewer steps that still fail.

use super::steps::Step;
use super::whole::{Failure, run};
use std::path::Path;

/// Leaves out as many steps as it can, as long as the same check still fails, in at most `runs_max`
/// runs. A step that stays comes at its old time. Returns the steps and the last failure.
pub fn shrink(
    seed: u64,
    steps: &[Step],
    failure: Failure,
    directory: &Path,
    mut runs_max: u32,
) -> (Vec<Step>, Failure) {
    let end = failure.step.saturating_add(1);
    let mut kept = steps.get(..end).unwrap_or(steps).to_vec();
    let mut failure = failure;
    let mut size = kept.len().div_ceil(2).max(1);
    while runs_max > 0 {
        let mut from = 0;
        while from < kept.len() && runs_max > 0 {
            let until = (from + size).min(kept.len());
            let fewer = without(&kept, from, until);
            runs_max -= 1;
            match run(seed, &fewer, directory) {
                Err(found) if kind(&found) == kind(&failure) => {
                    kept = fewer;
                    kept.truncate(found.step.saturating_add(1));
                    failure = found;
                }
                _ => from = until,
            }
        }
        if size == 1 {
            break;
        }
        size /= 2;
    }
    (kept, failure)
}

/// The text of a failure without its numbers: which check failed.
fn kind(failure: &Failure) -> String {
    failure
        .why
        .chars()
        .filter(|c| !c.is_ascii_digit())
        .collect()
}

/// The steps without those of a range. Their times go to the next one.
fn without(steps: &[Step], from: usize, until: usize) -> Vec<Step> {
    let mut kept = Vec::new();
    let mut left_out_us = 0_u32;
    for (index, step) in steps.iter().enumerate() {
        if (from..until).contains(&index) {
            left_out_us = left_out_us.saturating_add(step.after_us);
            continue;
        }
        let after_us = step
            .after_us
            .saturating_add(core::mem::take(&mut left_out_us));
        kept.push(Step { after_us, ..*step });
    }
    kept
}

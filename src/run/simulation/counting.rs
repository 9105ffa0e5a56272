//! The counters as the records give them, compared with those of the journal.

use super::tally::Tally;
use crate::gate::{Outcome, Rejection};
use crate::journal::{Account, RecipeCounters};
use crate::part::{Cause, Verdict};
use crate::recipe::RECIPES_MAX;
use crate::run::messages::Complete;
use crate::screen::Counters;

/// The counters of each recipe, by its place in the station file.
#[derive(Debug, Default)]
pub struct Counting([Counters; RECIPES_MAX]);

impl Counting {
    fn of(&mut self, recipe: u8) -> &mut Counters {
        // There are fewer recipes than places.
        &mut self.0[usize::from(recipe) % RECIPES_MAX]
    }

    /// Counts a part, unless it is a golden one.
    pub fn part(&mut self, complete: &Complete, tally: &mut Tally) {
        if complete.decided.is_golden() {
            return;
        }
        let counted = self.of(complete.decided.job.recipe);
        let verdict = complete.decided.verdict;
        counted.triggers += 1;
        match verdict {
            Verdict::Pass => counted.pass += 1,
            Verdict::Reject(_) => counted.reject += 1,
            Verdict::Fault(Cause::Missed) => {
                counted.missed += 1;
                tally.missed += 1;
            }
            Verdict::Fault(_) => counted.fault += 1,
        }
        counted.late += u64::from(complete.is_late());
        tally.late += u64::from(complete.is_late());
        let gate = &mut counted.gate;
        match complete.report.map(|report| report.outcome) {
            None => gate.not_on_line += 1,
            Some(Outcome::Passed) => gate.passed += 1,
            Some(Outcome::Rejected(why)) => {
                gate.rejected += 1;
                gate.good_rejected += u64::from(verdict.passes());
                let neighbour = matches!(why, Rejection::Overlap | Rejection::Gap);
                gate.overlap += u64::from(verdict.passes() && neighbour);
            }
        }
    }

    /// Counts missed triggers without a number.
    pub fn missed(&mut self, triggers: u64, recipe: u8) {
        let counted = self.of(recipe);
        counted.triggers += triggers;
        counted.missed += triggers;
    }

    /// Counts a part that went the wrong way.
    pub fn unconfirmed(&mut self, recipe: u8) {
        self.of(recipe).unconfirmed += 1;
    }

    /// The counters add up, and equal those that the journal has, for each recipe.
    pub fn compare(&self, journal: &Account, names: &[impl AsRef<str>]) -> Result<(), String> {
        let Counters {
            triggers,
            pass,
            reject,
            fault,
            missed,
            ..
        } = journal.counters();
        if triggers != pass + reject + fault + missed {
            return Err(format!(
                "triggers {triggers} != pass {pass} + reject {reject} + fault {fault} + missed {missed}"
            ));
        }
        for (name, counted) in names.iter().zip(&self.0) {
            let mut all = journal.recipes().iter();
            let found = all.find(|RecipeCounters { recipe, .. }| recipe == name.as_ref());
            let found = found.map(|recipe| recipe.counters).unwrap_or_default();
            if found != *counted {
                let name = name.as_ref();
                return Err(format!(
                    "the journal counts {found:?} for {name}, its records are {counted:?}"
                ));
            }
        }
        if journal.recipes().len() > names.len() {
            return Err("the journal counts parts of no recipe".to_owned());
        }
        Ok(())
    }
}

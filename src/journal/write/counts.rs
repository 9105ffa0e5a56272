//! The records of counts that a journal writes.

use super::Journal;
use crate::journal::account::RECIPES_MAX;
use crate::journal::record::{Counted, Period, word};
use crate::journal::{JournalError, Shift, WallTime};
use heapless::Vec;

impl Journal {
    /// Writes the counts since the last reset, which are 0 from then on. `by` is who asked for it.
    ///
    /// # Errors
    /// As [`Self::append`]. The counts are then not reset.
    pub fn reset(&mut self, by: &str) -> Result<(), JournalError> {
        self.append_counted("reset", by, Period::Total, None)
    }

    /// Writes the counts of the shift, and begins the next one; `None` for no shift.
    ///
    /// # Errors
    /// As [`Self::append`]. The shift then goes on.
    pub fn end_shift(&mut self, next: Option<Shift>) -> Result<(), JournalError> {
        self.append_counted("shift", "clock", Period::Shift, next)
    }

    /// Writes the counts at the end of the program. No period ends.
    ///
    /// # Errors
    /// As [`Self::append`].
    pub fn append_last_counts(&mut self) -> Result<(), JournalError> {
        self.append_counted("stop", "station", Period::Total, None)?;
        if self.accounts.shift().is_none() {
            return Ok(());
        }
        self.append_counted("stop", "station", Period::Shift, None)
    }

    /// Writes the counts of a period: of each recipe if there are several, then of all.
    fn append_counted(
        &mut self,
        reason: &str,
        by: &str,
        period: Period,
        next: Option<Shift>,
    ) -> Result<(), JournalError> {
        let account = self.accounts.account(period);
        let recipes = account.recipes().len();
        let mut counted = Counted {
            time: WallTime::now(),
            station: self.start.station.clone(),
            reason: word(reason),
            by: word(by),
            period,
            from: account.from,
            shift: self.accounts.shift().cloned(),
            recipe: None,
            counters: account.counters(),
            times_us: None,
            next: None,
        };
        let (counters, times_us) = (counted.counters, account.statistics());
        // Together, so that none of them is written twice.
        let mut records = Vec::<Counted, { RECIPES_MAX + 1 }>::new();
        for of_recipe in account.recipes().iter().filter(|_| recipes > 1) {
            counted.recipe = Some(of_recipe.recipe.clone());
            counted.counters = of_recipe.counters;
            // There is space for all of them.
            let _ = records.push(counted.clone());
        }
        counted.recipe = None;
        counted.counters = counters;
        counted.times_us = Some(times_us);
        counted.next = next;
        let _ = records.push(counted.clone());
        self.append_records(&records)?;
        self.accounts.add_counted(&counted);
        Ok(())
    }
}

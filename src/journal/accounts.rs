//! The counts of a journal: all its records, added up one after the other.
//!
//! A running station adds each record once it is written, and everyone else reads the files. Both
//! use the same code, so there is no second truth. The journal deletes its oldest files. So each
//! file begins with what the files before it say (`carried`), and only the newest one must be read.

use super::account::{Account, Stage};
use super::record::{
    BUCKETS_TEXT_MAX, Carried, CarriedCounts, CarriedTimes, Challenge, ConfirmationFault, Control,
    Counted, Missed, Part, Period,
};
use super::shifts::Shift;
use super::{Record, WallTime};
use crate::control::{Latch, Latches};
use core::fmt::Write as _;
use heapless::String;
use serde::Serialize;

/// Counts since the last reset and in the shift, and what waits for a reset. Allocates nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accounts {
    /// Parts since the last reset, or since the journal began.
    total: Account,
    /// Parts of the shift.
    of_shift: Account,
    /// The shift; `None` if the station has none.
    shift: Option<Shift>,
    latches: Latches,
}

impl Accounts {
    pub(super) const EMPTY: Self = Self {
        total: Account::EMPTY,
        of_shift: Account::EMPTY,
        shift: None,
        latches: Latches::from_bits(0),
    };

    /// What waits for a reset by the operator.
    pub const fn latches(&self) -> Latches {
        self.latches
    }

    /// The shift; `None` if the station has none.
    pub const fn shift(&self) -> Option<&Shift> {
        self.shift.as_ref()
    }

    /// The counts of a period.
    pub const fn account(&self, period: Period) -> &Account {
        match period {
            Period::Total => &self.total,
            Period::Shift => &self.of_shift,
        }
    }

    const fn account_mut(&mut self, period: Period) -> &mut Account {
        match period {
            Period::Total => &mut self.total,
            Period::Shift => &mut self.of_shift,
        }
    }

    /// The counts that an operator wants to see: those of the shift, if there is one.
    pub const fn current(&self) -> &Account {
        match &self.shift {
            Some(_) => &self.of_shift,
            None => &self.total,
        }
    }

    /// Adds a part.
    pub(super) fn add_part(&mut self, part: &Part) {
        self.total.add_part(part);
        if self.shift.is_some() {
            self.of_shift.add_part(part);
        }
    }

    /// Adds missed triggers without a part number.
    pub(super) fn add_missed(&mut self, missed: &Missed) {
        self.total.add_missed(missed);
        if self.shift.is_some() {
            self.of_shift.add_missed(missed);
        }
    }

    /// Adds a part that went the wrong way, by the sensor behind the gate.
    pub(super) fn add_unconfirmed(&mut self, fault: &ConfirmationFault) {
        self.total.add_unconfirmed(fault);
        if self.shift.is_some() {
            self.of_shift.add_unconfirmed(fault);
        }
    }

    /// The station changed.
    pub(super) const fn add_control(&mut self, control: &Control) {
        if let Some(latches) = control.latches {
            self.latches = latches;
        }
    }

    /// A challenge has ended. Only one that passes ends what one that failed has latched.
    pub(super) const fn add_challenge(&mut self, challenge: &Challenge) {
        let failed = Latches::of(Latch::Challenge);
        self.latches = if challenge.passed {
            self.latches.without(failed)
        } else {
            self.latches.with(failed)
        };
    }

    /// The journal begins at this time, unless it has begun already.
    pub(super) fn begin(&mut self, time: WallTime) {
        self.total.from.get_or_insert(time);
    }

    /// Ends a period, if this record does.
    pub(super) fn add_counted(&mut self, counted: &Counted) {
        if counted.recipe.is_some() {
            return;
        }
        match (counted.reason.as_str(), counted.period) {
            ("reset", Period::Total) => self.total.begin(Some(counted.time)),
            ("shift", Period::Shift) => self.begin_shift(counted.next.clone()),
            _ => {}
        }
    }

    fn begin_shift(&mut self, next: Option<Shift>) {
        self.of_shift.begin(next.as_ref().map(|next| next.from));
        self.shift = next;
    }

    /// Passes the records that carry these counts into another file to `put`, one after the other.
    pub(super) fn carry<E>(
        &self,
        time: WallTime,
        mut put: impl FnMut(&Carry) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut records: u32 = 0;
        let mut count = |record: Carry| {
            records = records.saturating_add(1);
            put(&record)
        };
        for period in [Period::Total, Period::Shift] {
            let account = self.account(period);
            for of_recipe in account.recipes() {
                count(Carry::Counts(CarriedCounts {
                    period,
                    recipe: of_recipe.recipe.clone(),
                    counters: of_recipe.counters,
                }))?;
            }
            for stage in Stage::ALL {
                carry_times(account, period, stage, &mut count)?;
            }
        }
        put(&Carry::End(Carried {
            time,
            records,
            from: self.total.from,
            shift: self.shift.clone(),
            latches: self.latches,
        }))
    }
}

/// A record that carries counts into another file.
#[derive(Debug, Serialize)]
#[serde(untagged)]
#[expect(
    clippy::large_enum_variant,
    reason = "a box would allocate while parts come"
)]
pub(super) enum Carry {
    Counts(CarriedCounts),
    Times(CarriedTimes),
    End(Carried),
}

/// Passes the times of one stage to `put`, in as many records as they need.
fn carry_times<E>(
    account: &Account,
    period: Period,
    stage: Stage,
    put: &mut impl FnMut(Carry) -> Result<(), E>,
) -> Result<(), E> {
    let times = account.times(stage);
    let (mut sum_us, min_us, max_us) = times.range();
    let mut first = 0;
    loop {
        let (buckets, next) = text_of(times.buckets_from(first));
        if buckets.is_empty() {
            return Ok(());
        }
        put(Carry::Times(CarriedTimes {
            period,
            stage: stage.name().parse().unwrap_or_default(),
            sum_us: core::mem::take(&mut sum_us),
            min_us,
            max_us,
            buckets,
        }))?;
        first = next;
    }
}

/// As many buckets as fit, as text, and the number of the bucket after them.
fn text_of(buckets: impl Iterator<Item = (usize, u64)>) -> (String<BUCKETS_TEXT_MAX>, usize) {
    let mut text = String::new();
    let mut next = 0;
    for (bucket, times) in buckets {
        let length = text.len();
        if write!(text, "{bucket:x}:{times:x} ").is_err() {
            text.truncate(length);
            break;
        }
        next = bucket + 1;
    }
    (text, next)
}

/// Adds up the records of a journal's files, in their order. Allocates, for the start and for
/// tools.
#[derive(Debug)]
pub struct Adding {
    pub(super) accounts: Box<Accounts>,
    /// What was carried into the file and is not complete yet.
    carried: Box<Accounts>,
    /// Its records.
    records: u32,
    /// Whether what earlier files say was carried into one of the files.
    pub(super) has_carried: bool,
}

impl Default for Adding {
    fn default() -> Self {
        Self::new()
    }
}

impl Adding {
    /// Nothing is counted yet.
    pub fn new() -> Self {
        Self {
            accounts: Box::new(Accounts::EMPTY),
            carried: Box::new(Accounts::EMPTY),
            records: 0,
            has_carried: false,
        }
    }

    /// What the records so far say.
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// Adds the next record.
    pub fn add(&mut self, record: &Record) {
        match record {
            Record::CarriedCounts(carried) => {
                let account = self.carried.account_mut(carried.period);
                account.add_counters(&carried.recipe, &carried.counters);
                self.records = self.records.saturating_add(1);
                return;
            }
            Record::CarriedTimes(carried) => {
                add_times(self.carried.account_mut(carried.period), carried);
                self.records = self.records.saturating_add(1);
                return;
            }
            Record::Carried(end) if end.records == self.records => {
                core::mem::swap(&mut self.accounts, &mut self.carried);
                self.accounts.total.from = end.from;
                self.accounts.of_shift.from = end.shift.as_ref().map(|shift| shift.from);
                self.accounts.shift.clone_from(&end.shift);
                self.accounts.latches = end.latches;
                self.has_carried = true;
            }
            Record::Start(start) => self.accounts.begin(start.time),
            Record::Part(part) => self.accounts.add_part(part),
            Record::Missed(missed) => self.accounts.add_missed(missed),
            Record::Counted(counted) => self.accounts.add_counted(counted),
            Record::Confirmation(fault) => self.accounts.add_unconfirmed(fault),
            Record::Control(control) => self.accounts.add_control(control),
            Record::Challenge(challenge) => self.accounts.add_challenge(challenge),
            Record::Carried(_) | Record::Recovered(_) | Record::Model(_) | Record::Other(_) => {}
        }
        // Anything else between them shows that the rest was never written.
        if self.records > 0 || matches!(record, Record::Carried(_)) {
            self.records = 0;
            *self.carried = Accounts::EMPTY;
        }
    }
}

/// Adds the times of a record. Text that is no list of buckets ends the list: a line with a correct
/// checksum has none.
fn add_times(account: &mut Account, carried: &CarriedTimes) {
    let named = |stage: &Stage| carried.stage == stage.name();
    let Some(stage) = Stage::ALL.into_iter().find(named) else {
        return;
    };
    let times = account.times_mut(stage);
    times.add_range(carried.sum_us, carried.min_us, carried.max_us);
    let numbers = carried.buckets.split_ascii_whitespace().map_while(|pair| {
        let (bucket, count) = pair.split_once(':')?;
        let bucket = usize::from_str_radix(bucket, 16).ok()?;
        Some((bucket, u64::from_str_radix(count, 16).ok()?))
    });
    for (bucket, count) in numbers {
        times.add_bucket(bucket, count);
    }
}

#[cfg(test)]
mod tests;

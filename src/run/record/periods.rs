//! What the journal's thread does about the counts: shifts, resets, and what the screen shows.

use crate::journal::{Journal, Line, ResetRequest, Shifts, WallTime, count_part};
use crate::run::shared::{Shared, ShownCounts};
use crate::screen::{Counters, CycleTimes};
use crate::station::file::JournalSettings;
use board::Timestamp;
use core::time::Duration;

/// How often the clock and the request for a reset are looked at.
const INTERVAL: Duration = Duration::from_millis(250);

/// Ends shifts and resets counts, and tells the recorder what is counted. The journal counts.
#[derive(Debug)]
pub struct Periods<'a> {
    shifts: Shifts<'a>,
    request: ResetRequest,
    /// Parts of this run whose records are written.
    run: Counters,
    /// How many periods have begun in this run.
    begun: u32,
    next: Timestamp,
}

impl<'a> Periods<'a> {
    /// For the journal with these settings.
    pub fn new(settings: &'a JournalSettings) -> Self {
        Self {
            shifts: Shifts::new(&settings.shifts),
            request: ResetRequest::new(&settings.directory),
            run: Counters::default(),
            begun: 0,
            next: Timestamp::default(),
        }
    }

    /// A record is written.
    pub fn add(&mut self, line: &Line) {
        match line {
            Line::Part(part) if part.golden.is_none() => count_part(&mut self.run, part),
            Line::Missed(missed) => self.run.missed(missed.triggers),
            Line::Confirmation(_) => self.run.unconfirmed(),
            Line::Part(_) | Line::Control(_) | Line::Challenge(_) => {}
        }
    }

    /// Ends the shift if it is over, and resets the counts if that is asked for. What fails is
    /// tried again. Call it often.
    pub fn turn(&mut self, journal: &mut Journal, shared: &Shared<'_>) {
        let now = Timestamp::now();
        if now < self.next {
            return;
        }
        self.next = now + INTERVAL;
        let time = WallTime::now();
        if self.shifts.is_over(journal.accounts().shift(), time)
            && journal.end_shift(self.shifts.at(time)).is_ok()
        {
            self.begin_period(journal, shared);
        }
        if self.request.is_made() && journal.reset("command").is_ok() {
            self.begin_period(journal, shared);
            if let Err(error) = self.request.withdraw() {
                complain!("sluice: the counts were reset, but the request remains: {error}");
            }
        }
    }

    /// A period begins, also at the start of the program: the screen shows its counts.
    pub fn begin_period(&mut self, journal: &Journal, shared: &Shared<'_>) {
        self.begun = self.begun.wrapping_add(1);
        self.tell(journal, shared);
    }

    /// Tells the recorder what is counted.
    pub fn tell(&self, journal: &Journal, shared: &Shared<'_>) {
        let accounts = journal.accounts();
        let total = accounts.current().statistics().total;
        let micros = |us: u32| Duration::from_micros(us.into());
        shared.accounting.set(ShownCounts {
            shift: accounts
                .shift()
                .map(|shift| shift.name.clone())
                .unwrap_or_default(),
            period: accounts.current().counters(),
            run: self.run,
            cycle: CycleTimes {
                last: Duration::ZERO,
                p99: micros(total.p99),
                max: micros(total.max),
            },
            periods: self.begun,
        });
    }
}

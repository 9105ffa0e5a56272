//! What the journal says of a station: its state, the last parts, and the counts. The station's own
//! code counts. For programs beside the station; allocates.

mod advice;
mod follow;
mod live;
mod part;
mod times;
mod warnings;

pub use advice::advice;
pub use follow::{Following, News, follow};
pub use live::{Inode, LIVE_FILE, LIVE_MAX, Live};
pub use part::LastPart;
pub use times::{Percentiles, RecentTimes, TIMED_MAX};
pub use warnings::Warning;

use crate::control::Latches;
use crate::journal::{Accounts, Adding, Control, Record, WallTime};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Parts that are remembered, to be shown.
pub const PARTS_MAX: usize = 100;

/// A reading thread that finished nothing for this long hangs, such as on a disk that does not
/// answer. What was read before is old.
const TURN_MAX: Duration = Duration::from_secs(5);

/// The state of one station.
#[derive(Debug, Default)]
pub struct Status {
    counting: Adding,
    /// `station.name`, once a record has it.
    pub station: Option<String>,
    /// Version of the station's program.
    pub version: Option<String>,
    /// Hash of the model of the first recipe.
    pub model_sha256: Option<String>,
    /// The mode, if the journal shows it since the station's start: it names it, or a part has
    /// passed, which only mode run allows.
    pub mode: Option<String>,
    /// The recipe of the last part since the station's start.
    pub recipe: Option<String>,
    /// Time of the last record.
    pub last_record: Option<WallTime>,
    /// Lines that were read.
    pub lines: u64,
    /// Lines that are damaged.
    pub damaged: u64,
    /// Places where lines are missing.
    pub gaps: u64,
    /// Whether a station holds the journal, when it was last looked at.
    is_locked: Option<bool>,
    /// Why the last look at the journal failed.
    failure: Option<String>,
    /// When the last look at the journal ended.
    looked: Option<Instant>,
    /// The journal has lines that were not read yet.
    is_behind: bool,
    /// The journal was replaced at this time, as far as was seen.
    pub replaced: Option<WallTime>,
    /// Belt and drift.
    pub warnings: Vec<Warning>,
    times: RecentTimes,
    parts: VecDeque<LastPart>,
    /// The last parts that were faults, and the last parts on the wrong way.
    faults: VecDeque<LastPart>,
}

impl Status {
    /// The counts, and what waits for a reset.
    pub fn accounts(&self) -> &Accounts {
        self.counting.accounts()
    }

    /// Whether the journal was read to its end, and within the last 5 s.
    pub fn is_readable(&self) -> bool {
        let is_recent = |time: Instant| time.elapsed() < TURN_MAX;
        self.failure.is_none() && !self.is_behind && self.looked.is_some_and(is_recent)
    }

    /// Whether the journal is being read for the first time, or has more lines than were read.
    pub const fn is_reading(&self) -> bool {
        self.failure.is_none() && (self.looked.is_none() || self.is_behind)
    }

    /// Whether a station runs; `None` if that cannot be known: the lock cannot be seen, the journal
    /// cannot be read, or no line was read.
    pub fn is_running(&self) -> Option<bool> {
        self.is_locked
            .filter(|_| self.is_readable() && self.lines > 0)
    }

    /// Whether a station holds the journal, as far as that can be seen.
    pub const fn is_locked(&self) -> Option<bool> {
        self.is_locked
    }

    /// What waits for a reset.
    pub fn latches(&self) -> Latches {
        self.accounts().latches()
    }

    /// Why the journal cannot be read; none if it can.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// The stage times of the last parts. Missed triggers and golden parts do not count.
    pub const fn times(&self) -> &RecentTimes {
        &self.times
    }

    /// The last parts, the newest first.
    pub fn parts(&self) -> impl Iterator<Item = &LastPart> + Clone {
        self.parts.iter().rev()
    }

    /// The last faults, the newest first.
    pub fn faults(&self) -> impl Iterator<Item = &LastPart> {
        self.faults.iter().rev()
    }

    /// The journal is another one: nothing is known.
    pub fn begin_anew(&mut self) {
        *self = Self {
            is_locked: self.is_locked,
            failure: self.failure.take(),
            looked: self.looked,
            is_behind: self.is_behind,
            damaged: self.damaged,
            gaps: self.gaps,
            replaced: Some(WallTime::now()),
            ..Self::default()
        };
    }

    /// Adds the next record of the journal.
    pub fn add(&mut self, record: &Record) {
        self.counting.add(record);
        match record {
            Record::Start(start) => {
                self.note(&start.station, start.time);
                self.version = Some(start.version.to_string());
                self.model_sha256 = Some(start.model_sha256.to_string());
                // The station has just begun. Later ones of the same run have the measured memory.
                if start.memory.is_none() {
                    self.mode = None;
                    self.recipe = None;
                    self.warnings.clear();
                }
            }
            Record::Part(part) => {
                self.note(&part.station, part.time);
                let last = LastPart::of(part);
                if self.mode.is_none() && last.gate == "passed" {
                    self.mode = Some("run".to_owned());
                }
                if part.golden.is_none() && !part.is_missed() {
                    self.times.add(part);
                }
                self.recipe = last.recipe.clone().or(self.recipe.take());
                if last.verdict == "FAULT" && part.golden.is_none() {
                    push(&mut self.faults, last.clone());
                }
                push(&mut self.parts, last);
            }
            Record::Missed(missed) => self.note(&missed.station, missed.time),
            Record::Control(control) => self.control(control),
            Record::Confirmation(fault) => self.note(&fault.station, fault.time),
            Record::Challenge(challenge) => self.note(&challenge.station, challenge.time),
            Record::Counted(counted) => self.note(&counted.station, counted.time),
            Record::Model(_)
            | Record::Recovered(_)
            | Record::CarriedCounts(_)
            | Record::CarriedTimes(_)
            | Record::Carried(_)
            | Record::Other(_) => {}
        }
    }

    fn control(&mut self, control: &Control) {
        self.note(&control.station, control.time);
        warnings::note(&mut self.warnings, control);
        if matches!(control.change.as_str(), "run" | "test" | "stopped") {
            self.mode = Some(control.change.to_string());
        }
    }

    fn note(&mut self, station: &str, time: WallTime) {
        if self.station.as_deref() != Some(station) {
            self.station = Some(station.to_owned());
        }
        self.last_record = Some(time);
    }
}

fn push(parts: &mut VecDeque<LastPart>, part: LastPart) {
    if parts.len() >= PARTS_MAX {
        parts.pop_front();
    }
    parts.push_back(part);
}

#[cfg(test)]
mod tests;

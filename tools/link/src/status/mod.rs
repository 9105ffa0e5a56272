//! What the journal says of the station: its state, the last parts, and the counts. The station's
//! own code counts.

mod advice;
mod follow;
mod part;
mod report;
mod running;

pub use advice::advice;
pub use follow::{Board, follow};
pub use part::LastPart;
pub use report::report;

use sluice::control::Latches;
use sluice::journal::{Accounts, Adding, Control, Record, WallTime};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Parts that are remembered, to be shown.
pub const PARTS_MAX: usize = 20;

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
    /// The last look at the journal failed.
    has_failed: bool,
    /// When the last look at the journal ended.
    looked: Option<Instant>,
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
        !self.has_failed && self.looked.is_some_and(|time| time.elapsed() < TURN_MAX)
    }

    /// Whether a station runs; `None` if that cannot be known: the lock cannot be seen, the journal
    /// cannot be read, or no line was read.
    pub fn is_running(&self) -> Option<bool> {
        self.is_locked
            .filter(|_| self.is_readable() && self.lines > 0)
    }

    /// What waits for a reset.
    pub fn latches(&self) -> Latches {
        self.accounts().latches()
    }

    /// The last parts, the newest first.
    pub fn parts(&self) -> impl Iterator<Item = &LastPart> {
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
            has_failed: self.has_failed,
            looked: self.looked,
            damaged: self.damaged,
            gaps: self.gaps,
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
                }
            }
            Record::Part(part) => {
                self.note(&part.station, part.time);
                let last = LastPart::of(part);
                if self.mode.is_none() && last.gate == "passed" {
                    self.mode = Some("run".to_owned());
                }
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

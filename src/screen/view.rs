//! The state of the station as a screen shows it.

use super::thumbnail::Thumbnail;
use crate::gate::{Outcome, Rejection};
use crate::part::{Cause, PartId, Verdict};
use core::time::Duration;

/// Everything that a screen shows.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Name of the station.
    pub station: &'a str,
    /// What the station is doing.
    pub state: StationState,
    /// The part that was decided last.
    pub last: Option<LastPart>,
    /// Parts since the start of the program.
    pub counters: Counters,
    /// Cycle times since the start of the program.
    pub cycle: CycleTimes,
    /// The last part's picture, with its defects marked. Only the colour screen shows it.
    pub picture: Option<&'a Thumbnail>,
}

/// What the station is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StationState {
    /// Devices are being opened and the model is being loaded; every part is rejected.
    Starting,
    /// Waiting for a part.
    Ready,
    /// Parts are under way.
    Busy,
    /// Something outside of a part is broken (journal, directory, lines); every part is rejected until it is mended.
    Fault,
    /// The program is ending; every part is rejected.
    Stopped,
}

impl StationState {
    /// The word on the screen.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Starting => "STARTING",
            Self::Ready => "READY",
            Self::Busy => "BUSY",
            Self::Fault => "FAULT",
            Self::Stopped => "STOPPED",
        }
    }
}

/// The part that was decided last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LastPart {
    /// Its number.
    pub part: PartId,
    /// What was decided.
    pub verdict: Verdict,
}

/// Parts since the start: `triggers = pass + reject + fault + missed` of those that are decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// Cycles decided, and triggers missed.
    pub triggers: u64,
    /// Decided: pass.
    pub pass: u64,
    /// Decided: reject.
    pub reject: u64,
    /// Decided: fault, unless the trigger was missed.
    pub fault: u64,
    /// Triggers that came while the station was not ready, or whose edges were lost. Their parts are rejected like those of
    /// a fault.
    pub missed: u64,
    /// Of those decided, decided or moved for too late: the part was at the gate, or gone.
    pub late: u64,
    /// What became of the parts. A verdict is no movement: a good part can be rejected.
    pub gate: GateCounters,
}

/// Parts since the start by what the lines did with them. Missed triggers without a number are in none of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GateCounters {
    /// Let through.
    pub passed: u64,
    /// Rejected, whatever the verdict.
    pub rejected: u64,
    /// Of those rejected, good ones.
    pub good_rejected: u64,
    /// Of these, the ones rejected because a rejected part was at the gate with them.
    pub overlap: u64,
    /// Not on the line: no line moved for them.
    pub not_on_line: u64,
}

impl Counters {
    /// Counts one decision.
    pub fn decided(&mut self, verdict: Verdict) {
        let counter = match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Reject(_) => &mut self.reject,
            Verdict::Fault(Cause::Missed) => return self.missed(1),
            Verdict::Fault(_) => &mut self.fault,
        };
        *counter = counter.saturating_add(1);
        self.triggers = self.triggers.saturating_add(1);
    }

    /// Counts what became of one part with this verdict at the gate; nothing for one that was not on the line. True when the part
    /// was good and was rejected with another one. `late`: decided or moved for too late, or its picture was seen too late.
    pub fn completed(&mut self, verdict: Verdict, outcome: Option<Outcome>, late: bool) -> bool {
        let add = |counter: &mut u64| *counter = counter.saturating_add(1);
        if late {
            add(&mut self.late);
        }
        let gate = &mut self.gate;
        let Some(outcome) = outcome else {
            add(&mut gate.not_on_line);
            return false;
        };
        let Outcome::Rejected(rejection) = outcome else {
            add(&mut gate.passed);
            return false;
        };
        add(&mut gate.rejected);
        if verdict.passes() {
            add(&mut gate.good_rejected);
        }
        let overlap = verdict.passes() && rejection == Rejection::Overlap;
        if overlap {
            add(&mut gate.overlap);
        }
        overlap
    }

    /// Counts triggers that were missed.
    pub fn missed(&mut self, triggers: u64) {
        self.missed = self.missed.saturating_add(triggers);
        self.triggers = self.triggers.saturating_add(triggers);
    }
}

/// Cycle times, trigger to decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CycleTimes {
    /// The last one.
    pub last: Duration,
    /// The longest one.
    pub max: Duration,
    sum: Duration,
    count: u32,
}

impl CycleTimes {
    /// Adds one cycle.
    pub fn add(&mut self, time: Duration) {
        self.last = time;
        self.max = self.max.max(time);
        self.sum = self.sum.saturating_add(time);
        self.count = self.count.saturating_add(1);
    }

    /// The mean of all; zero before the first.
    pub fn mean(&self) -> Duration {
        self.sum.checked_div(self.count).unwrap_or_default()
    }
}

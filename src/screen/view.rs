//! The state of the station as a screen shows it.

use super::thumbnail::Thumbnail;
use crate::gate::{Outcome, Rejection};
use crate::part::{Cause, PartId, Verdict};
use core::time::Duration;

/// Everything that a screen can show.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The station's name.
    pub station: &'a str,
    /// The station's state.
    pub state: StationState,
    /// The part with the latest verdict.
    pub last: Option<LastPart>,
    /// Parts since the start of the program.
    pub counters: Counters,
    /// Cycle times since the start of the program.
    pub cycle: CycleTimes,
    /// The last part's picture with its defects marked. Only the colour screen shows it.
    pub picture: Option<&'a Thumbnail>,
}

/// The station's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StationState {
    /// Devices are being opened and the model is being loaded. Every part is rejected.
    Starting,
    /// Waiting for a part.
    Ready,
    /// Parts are under way.
    Busy,
    /// A fault that concerns no single part (journal, directory, lines). Every part is rejected
    /// until it is fixed.
    Fault,
    /// The program is ending. Every part is rejected.
    Stopped,
}

impl StationState {
    /// The word that the screen shows.
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

/// The part with the latest verdict.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LastPart {
    /// Its number.
    pub part: PartId,
    /// Its verdict.
    pub verdict: Verdict,
}

/// Parts since the start of the program. For decided parts, `triggers = pass + reject + fault +
/// missed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// Decided parts and missed triggers.
    pub triggers: u64,
    /// Parts that passed.
    pub pass: u64,
    /// Rejected parts.
    pub reject: u64,
    /// Faults, except missed triggers.
    pub fault: u64,
    /// Triggers that came while the station was not ready, or whose edges were lost. Their parts
    /// are rejected.
    pub missed: u64,
    /// Decided parts whose verdict or movement was late: the part had already reached the gate.
    pub late: u64,
    /// What the gate did with the parts. It can reject a part with the verdict pass.
    pub gate: GateCounters,
}

/// Parts since the start of the program, by the gate's action. Missed triggers without a part
/// number are not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GateCounters {
    /// Parts that passed the gate.
    pub passed: u64,
    /// Parts that the gate rejected, with any verdict.
    pub rejected: u64,
    /// Rejected parts with the verdict pass.
    pub good_rejected: u64,
    /// How many of `good_rejected` were rejected because a rejected part was at the gate at the
    /// same time.
    pub overlap: u64,
    /// Parts that were not on the line. No line moved for them.
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

    /// Counts the gate's action for one part; `None` for a part that was not on the line. `late`:
    /// the verdict or the movement was late, or its picture was found too late. Returns true if a
    /// good part was rejected together with another one.
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

    /// Counts missed triggers.
    pub fn missed(&mut self, triggers: u64) {
        self.missed = self.missed.saturating_add(triggers);
        self.triggers = self.triggers.saturating_add(triggers);
    }
}

/// Cycle times, from trigger to decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CycleTimes {
    /// The last cycle.
    pub last: Duration,
    /// The longest cycle.
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

    /// The mean of all cycles; zero before the first.
    pub fn mean(&self) -> Duration {
        self.sum.checked_div(self.count).unwrap_or_default()
    }
}

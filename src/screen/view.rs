//! The state of the station as a screen shows it.

use super::thumbnail::Thumbnail;
use crate::control::{Latches, Progress};
use crate::drift::Drifted;
use crate::gate::{Outcome, Rejection};
use crate::language::Language;
use crate::part::{Cause, PartId, Verdict};
use core::time::Duration;
use serde::{Deserialize, Serialize};

/// Everything that a screen can show.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The station's name.
    pub station: &'a str,
    /// The language of the texts.
    pub language: Language,
    /// The recipe that is used; empty if the station has only one.
    pub recipe: &'a str,
    /// The station's state.
    pub state: StationState,
    /// What the operator must know; shown instead of the last verdict.
    pub notice: Option<Notice>,
    /// The part with the latest verdict.
    pub last: Option<LastPart>,
    /// The shift whose parts are counted; empty for all parts since the last reset.
    pub shift: &'a str,
    /// The parts.
    pub counters: Counters,
    /// Their cycle times.
    pub cycle: CycleTimes,
    /// The speed of the belt, if the station has an encoder.
    pub belt: Option<BeltSpeed>,
    /// A measure of the recipe's parts that has drifted; shown with a part that passed.
    pub drift: Option<Drifted>,
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
    /// The mode is `test`: parts are inspected, and the outputs stay at their safe levels.
    Test,
    /// The mode is `stopped`. Every part is rejected.
    Halted,
    /// A challenge runs or is due. Only golden parts can pass.
    Challenge,
    /// READY waits for a reset. Every part is rejected.
    Latched,
    /// The program is ending. Every part is rejected.
    Stopped,
}

impl StationState {
    /// The word in English.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Starting => "STARTING",
            Self::Ready => "READY",
            Self::Busy => "BUSY",
            Self::Fault => "FAULT",
            Self::Test => "TEST",
            Self::Challenge => "CHALLENGE",
            Self::Latched => "LATCHED",
            Self::Halted | Self::Stopped => "STOPPED",
        }
    }
}

/// Why no part passes although nothing is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The mode is `stopped`.
    Stopped {
        /// A command asked for it, and the lines would allow more.
        by_command: bool,
    },
    /// READY waits for a reset, for these causes.
    ResetNeeded(Latches),
    /// The belt does not move as it should.
    Belt,
    /// A challenge runs.
    Challenge(Progress),
    /// The input lines give no recipe's code.
    NoRecipe,
    /// The recipe changes once no part is under way.
    RecipeChanges,
}

/// The speed of the belt in ticks a second, rounded so that it rarely changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BeltSpeed(pub(super) u32);

impl BeltSpeed {
    /// The speed, rounded down to two digits.
    pub const fn rounded(ticks_per_s: u32) -> Self {
        let mut unit = 1;
        while ticks_per_s / unit >= 100 {
            unit *= 10;
        }
        Self(ticks_per_s / unit * unit)
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

/// Parts of a period. For decided parts, `triggers = pass + reject + fault + missed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
// A record of an older version lacks the counters that it did not have.
#[serde(default)]
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
    /// Parts that went the wrong way, by the sensor behind the gate.
    pub unconfirmed: u64,
    /// What the gate did with the parts. It can reject a part with the verdict pass.
    pub gate: GateCounters,
}

/// Parts of a period, by the gate's action. Missed triggers without a part number are not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
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
        let neighbour = matches!(rejection, Rejection::Overlap | Rejection::Gap);
        let overlap = verdict.passes() && neighbour;
        if overlap {
            add(&mut gate.overlap);
        }
        overlap
    }

    /// The sum of two counts.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        self.each(other, u64::saturating_add)
    }

    /// These counts without others that they contain.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        self.each(other, u64::saturating_sub)
    }

    fn each(&self, other: &Self, of: impl Fn(u64, u64) -> u64) -> Self {
        let (gate, other_gate) = (&self.gate, &other.gate);
        Self {
            triggers: of(self.triggers, other.triggers),
            pass: of(self.pass, other.pass),
            reject: of(self.reject, other.reject),
            fault: of(self.fault, other.fault),
            missed: of(self.missed, other.missed),
            late: of(self.late, other.late),
            unconfirmed: of(self.unconfirmed, other.unconfirmed),
            gate: GateCounters {
                passed: of(gate.passed, other_gate.passed),
                rejected: of(gate.rejected, other_gate.rejected),
                good_rejected: of(gate.good_rejected, other_gate.good_rejected),
                overlap: of(gate.overlap, other_gate.overlap),
                not_on_line: of(gate.not_on_line, other_gate.not_on_line),
            },
        }
    }

    /// Counts a part that went the wrong way, by the sensor behind the gate.
    pub fn unconfirmed(&mut self) {
        self.unconfirmed = self.unconfirmed.saturating_add(1);
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
    /// 99 of 100 cycles are at most this long.
    pub p99: Duration,
    /// The longest cycle.
    pub max: Duration,
}

//! The state of the station as a screen shows it.

use super::thumbnail::Thumbnail;
use crate::part::{Cause, PartId, Verdict};
use core::time::Duration;

/// Everything that a screen shows.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Name of the station.
    pub station: &'a str,
    /// What the station is doing.
    pub state: State,
    /// The part that was decided last.
    pub last: Option<Last>,
    /// Parts since the start of the program.
    pub counters: Counters,
    /// Cycle times since the start of the program.
    pub cycle: Cycle,
    /// The last part's picture, with its defects marked. Only the colour screen shows it.
    pub picture: Option<&'a Thumbnail>,
}

/// What the station is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
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

impl State {
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
pub struct Last {
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

    /// Counts triggers that were missed.
    pub fn missed(&mut self, triggers: u64) {
        self.missed = self.missed.saturating_add(triggers);
        self.triggers = self.triggers.saturating_add(triggers);
    }
}

/// Cycle times, trigger to decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cycle {
    /// The last one.
    pub last: Duration,
    /// The longest one.
    pub max: Duration,
    sum: Duration,
    count: u32,
}

impl Cycle {
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

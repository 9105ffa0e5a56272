//! "Ready" and its one owner, [`ReadySwitch`].
//!
//! The switch knows which requirements are met, how many parts are under way and whether the
//! program is stopping. It tells the gate, so that the ready and fault lines always agree with what
//! the trigger thread does.

mod counts;

pub use counts::{PartCounts, Unnumbered};

use crate::gate::{Control, SendError};
use crate::part::{PARTS_MAX, PartId};
use crate::screen::StationState;
use board::Timestamp;
use core::fmt;
use core::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};

/// Why a trigger is missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The engine or the source has not started yet.
    Starting,
    /// The journal takes no records.
    Journal,
    /// Records are not written in time.
    Disk,
    /// The lines would not be made safe if this process died.
    Guard,
    /// The camera does not work.
    Source,
    /// As many parts are undecided as the station file allows.
    Undecided(usize),
    /// As many parts are under way as the gate holds.
    UnderWay(usize),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starting => f.write_str("the station is starting"),
            Self::Journal => f.write_str("the journal cannot be written"),
            Self::Disk => f.write_str("the journal is not written in time"),
            Self::Guard => f.write_str("the lines are not guarded"),
            Self::Source => f.write_str("the camera is not ready"),
            Self::Undecided(count) => write!(f, "{count} undecided"),
            Self::UnderWay(count) => write!(f, "{count} parts under way"),
        }
    }
}

/// What must work before a trigger is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    /// The engine and the source have started.
    Started,
    /// The camera delivers frames.
    Source,
    /// The journal takes records.
    Journal,
    /// Records are written in time.
    Disk,
    /// The guard makes the lines safe if this process dies.
    Guard,
    /// The thread that checks the guard takes its turns.
    Keeper,
}

impl Requirement {
    /// The requirements without which no part passes.
    const TO_PASS: [Self; 4] = [Self::Journal, Self::Disk, Self::Guard, Self::Keeper];

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Decides whether the station is ready, and tells the gate. Usable from any thread.
#[derive(Debug)]
pub struct ReadySwitch<'c> {
    /// Parts and missed triggers that are not recorded yet.
    pub parts: PartCounts,
    /// The bits of the requirements that are not met.
    unmet: AtomicU8,
    stopping: AtomicBool,
    /// Held while the gate is informed, so that the gate's last information is the current state.
    telling: Mutex<()>,
    control: Control<'c>,
}

impl<'c> ReadySwitch<'c> {
    /// All requirements are met except [`Requirement::Started`]. `part` is the number of the next
    /// part.
    pub const fn new(part: PartId, control: Control<'c>) -> Self {
        Self {
            parts: PartCounts::new(part),
            unmet: AtomicU8::new(Requirement::Started.bit()),
            stopping: AtomicBool::new(false),
            telling: Mutex::new(()),
            control,
        }
    }

    /// The engine and the source have started: from now on the station can be ready.
    ///
    /// # Errors
    /// The gate has stopped, and all lines are safe.
    pub fn start(&self) -> Result<(), SendError> {
        self.change(Requirement::Started, true)
    }

    /// Sets whether a requirement is met.
    ///
    /// Triggers are refused before the gate is told that something fails, and taken only after it
    /// is told that everything works. So a part that is taken finds a gate that is ready.
    pub fn set(&self, what: Requirement, met: bool) {
        safe_if_stopped(self.change(what, met));
    }

    /// Tells the gate the current state, after the number of parts under way has changed.
    pub fn refresh(&self) {
        let _turn = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        safe_if_stopped(self.tell(self.unmet.load(Ordering::Acquire), true));
    }

    /// The program stops: the station is not ready from now on, and triggers are missed.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        self.refresh();
    }

    /// Whether the program is stopping.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// Stops the gate: it rejects the waiting parts, puts its lines to their safe levels and ends.
    pub fn stop_gate(&self) {
        self.control.stop();
    }

    /// The gate may be ready until this time. It checks the time itself, so it closes when the
    /// caller is held up.
    pub fn renew(&self, until: Timestamp) {
        self.control.renew(until);
    }

    /// Counts a part that is recorded. Tells the gate if this made space for another part.
    pub fn end_part(&self) {
        if self.parts.end() {
            self.refresh();
        }
    }

    /// Whether a requirement is met.
    pub fn is_met(&self, what: Requirement) -> bool {
        self.unmet.load(Ordering::Acquire) & what.bit() == 0
    }

    /// Why a trigger that comes now is missed; nothing if it is taken. At most `undecided_max`
    /// parts may be undecided.
    pub fn refusal(&self, undecided_max: usize) -> Option<Refusal> {
        let undecided = self.parts.undecided();
        let under_way = self.parts.under_way();
        Some(if !self.is_met(Requirement::Started) {
            Refusal::Starting
        } else if !self.is_met(Requirement::Journal) {
            Refusal::Journal
        } else if !self.is_met(Requirement::Disk) {
            Refusal::Disk
        } else if !self.is_guarded() {
            Refusal::Guard
        } else if !self.is_met(Requirement::Source) {
            Refusal::Source
        } else if undecided >= undecided_max {
            Refusal::Undecided(undecided)
        } else if under_way >= PARTS_MAX {
            Refusal::UnderWay(under_way)
        } else {
            return None;
        })
    }

    /// Whether a part may begin: its record can be written and the lines are guarded.
    pub fn may_begin(&self) -> bool {
        self.is_recording() && self.is_guarded()
    }

    /// Whether the journal takes records, and in time.
    pub fn is_recording(&self) -> bool {
        self.is_met(Requirement::Journal) && self.is_met(Requirement::Disk)
    }

    /// Whether the guard works, as far as is known.
    fn is_guarded(&self) -> bool {
        self.is_met(Requirement::Guard) && self.is_met(Requirement::Keeper)
    }

    /// The state for the operator, the service manager and the watchdogs.
    pub fn state(&self) -> StationState {
        if self.is_stopping() {
            StationState::Stopped
        } else if !(self.may_begin() && self.is_met(Requirement::Source)) {
            StationState::Fault
        } else if !self.is_met(Requirement::Started) {
            StationState::Starting
        } else if self.parts.under_way() > 0 {
            StationState::Busy
        } else {
            StationState::Ready
        }
    }

    fn change(&self, what: Requirement, met: bool) -> Result<(), SendError> {
        let _turn = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        if !met {
            let before = self.unmet.fetch_or(what.bit(), Ordering::AcqRel);
            return self.tell(before | what.bit(), true);
        }
        // The gate is ready before a trigger is taken. The ready line becomes active last: from
        // then on a trigger may come.
        let unmet = self.unmet.load(Ordering::Acquire) & !what.bit();
        let told = self.tell(unmet, false);
        self.unmet.fetch_and(!what.bit(), Ordering::AcqRel);
        told.and_then(|()| self.tell(unmet, true))
    }

    /// Tells the gate. Nothing passes without a journal or a guard. Without a camera, decided parts
    /// pass as usual and no trigger is taken. If `taking` is false the ready line stays inactive.
    fn tell(&self, unmet: u8, taking: bool) -> Result<(), SendError> {
        let met = |what: Requirement| unmet & what.bit() == 0;
        let may_pass = Requirement::TO_PASS.into_iter().all(met);
        let source = met(Requirement::Source);
        let taking = taking && source && self.parts.under_way() < PARTS_MAX;
        self.control.set_fault(!(may_pass && source))?;
        self.control.set_taking(taking)?;
        self.control
            .set_ready(met(Requirement::Started) && may_pass && !self.is_stopping())
    }
}

/// Telling the gate fails only when it has stopped, and then all lines are safe.
fn safe_if_stopped(told: Result<(), SendError>) {
    let _ = told;
}

#[cfg(test)]
mod tests;

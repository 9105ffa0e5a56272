//! "Ready" and its one owner, [`ReadySwitch`].
//!
//! The switch knows which requirements are met, how many parts are under way and whether the
//! program is stopping. It tells the gate, so that the ready and fault lines always agree with what
//! the trigger thread does.

mod begin;
mod challenge;
mod counts;
mod latched;
mod recipes;
mod refusal;

pub use challenge::ChallengeState;
pub use counts::{PartCounts, Unnumbered};
pub use refusal::Refusal;

use crate::control::{Latch, Latches, Mode};
use crate::gate::{Control, SendError};
use crate::part::{PARTS_MAX, PartId};
use crate::screen::StationState;
use board::Timestamp;
use core::sync::atomic::{AtomicBool, AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering};
use recipes::Recipes;
use std::sync::{Mutex, PoisonError};

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
    /// Nothing waits for a reset.
    Reset,
    /// No movement was late, or the station may go on by itself after one.
    OnTime,
    /// The belt moves as it should, as far as the station has an encoder.
    Belt,
    /// The input lines give the code of a recipe.
    Recipe,
}

impl Requirement {
    /// The requirements without which no part passes.
    const TO_PASS: [Self; 8] = [
        Self::Journal,
        Self::Disk,
        Self::Guard,
        Self::Keeper,
        Self::Reset,
        Self::OnTime,
        Self::Belt,
        Self::Recipe,
    ];

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// Decides whether the station is ready, and tells the gate. Usable from any thread.
#[derive(Debug)]
pub struct ReadySwitch<'c> {
    /// Parts and missed triggers that are not recorded yet.
    pub parts: PartCounts,
    /// Which recipe is used, and which one is asked for.
    pub recipes: Recipes,
    /// The bits of the requirements that are not met.
    unmet: AtomicU16,
    /// What waits for a reset.
    latched: AtomicU16,
    /// Faults of the station wait for a reset as well (`limits.latch_faults`).
    latches_faults: bool,
    /// Undecided parts at which no trigger is taken. The gate knows those that it holds, but not
    /// those that it has rejected while they were undecided.
    undecided_max: usize,
    /// The [`ChallengeState`], as a number.
    challenge: AtomicU32,
    /// Whether the station has golden parts.
    has_challenge: bool,
    /// The last challenge failed, and none has passed since then.
    challenge_failed: AtomicBool,
    /// When triggers were last taken again, after a challenge or with another recipe.
    takes_from_ns: AtomicU64,
    /// The [`Mode`], as a number.
    mode: AtomicU8,
    /// A command asked for it, and the lines would allow more.
    mode_by_command: AtomicBool,
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
            recipes: Recipes::new(),
            unmet: AtomicU16::new(Requirement::Started.bit()),
            latched: AtomicU16::new(0),
            latches_faults: false,
            undecided_max: usize::MAX,
            challenge: AtomicU32::new(0),
            has_challenge: true,
            challenge_failed: AtomicBool::new(false),
            takes_from_ns: AtomicU64::new(0),
            mode: AtomicU8::new(Mode::Run as u8),
            mode_by_command: AtomicBool::new(false),
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

    /// At most this many parts may be undecided.
    pub const fn limit_undecided(&mut self, undecided_max: usize) {
        self.undecided_max = undecided_max;
    }

    /// Tells the gate whether the belt should move.
    pub fn set_belt_driven(&self, driven: bool) {
        self.control.set_belt_driven(driven);
    }

    /// The belt's speed in ticks a second, once it is known.
    pub fn ticks_per_s(&self) -> Option<u32> {
        self.control.ticks_per_s()
    }

    /// Whether a requirement is met.
    pub fn is_met(&self, what: Requirement) -> bool {
        self.unmet.load(Ordering::Acquire) & what.bit() == 0
    }

    /// Why a trigger that comes now is missed; nothing if it is taken. At most `undecided_max`
    /// parts may be undecided.
    pub fn refusal_now(&self) -> Option<Refusal> {
        self.refusal(self.undecided_max)
    }

    /// As [`Self::refusal_now`], with another limit of parts without a verdict.
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
        } else if self.mode() == Mode::Stopped {
            Refusal::Stopped
        } else if !self.is_met(Requirement::Reset) {
            Refusal::Latched(self.latched())
        } else if !self.is_met(Requirement::Belt) {
            Refusal::Belt
        } else if self.is_late() {
            Refusal::Late
        } else if !self.is_met(Requirement::Recipe) {
            Refusal::NoRecipe
        } else if self.changes_recipe(self.challenge()) {
            Refusal::Changing
        } else if !self.challenge().takes() {
            Refusal::Challenge
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

    /// Whether the gate is held after a late movement.
    fn is_late(&self) -> bool {
        !self.is_met(Requirement::OnTime) || self.control.is_held_late(Timestamp::now())
    }

    /// Whether the guard works, as far as is known.
    fn is_guarded(&self) -> bool {
        self.is_met(Requirement::Guard) && self.is_met(Requirement::Keeper)
    }

    /// The state for the operator, the service manager and the watchdogs.
    pub fn state(&self) -> StationState {
        if self.is_stopping() {
            StationState::Stopped
        } else if !(self.may_begin()
            && self.is_met(Requirement::Source)
            && self.is_met(Requirement::Belt))
            || self.is_late()
        {
            StationState::Fault
        } else if !self.is_met(Requirement::Started) {
            StationState::Starting
        } else if !self.is_met(Requirement::Recipe) {
            StationState::Fault
        } else if self.mode() == Mode::Stopped {
            StationState::Halted
        } else if !self.is_met(Requirement::Reset) {
            StationState::Latched
        } else if self.mode() == Mode::Test {
            StationState::Test
        } else if self.challenge().is_of_challenge() {
            StationState::Challenge
        } else if self.parts.under_way() > 0 {
            StationState::Busy
        } else {
            StationState::Ready
        }
    }

    fn change(&self, what: Requirement, met: bool) -> Result<(), SendError> {
        let _turn = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        self.apply(what, met)
    }

    /// The caller holds the lock.
    fn apply(&self, what: Requirement, met: bool) -> Result<(), SendError> {
        if !met {
            let bits = what.bit() | self.latch_fault(what);
            let before = self.unmet.fetch_or(bits, Ordering::AcqRel);
            return self.tell(before | bits, true);
        }
        // The gate is ready before a trigger is taken. The ready line becomes active last: from
        // then on a trigger may come.
        let unmet = self.unmet.load(Ordering::Acquire) & !what.bit();
        let told = self.tell(unmet, false);
        self.unmet.fetch_and(!what.bit(), Ordering::AcqRel);
        told.and_then(|()| self.tell(unmet, true))
    }

    /// Tells the gate. Nothing passes without a journal or a guard, while something waits for a
    /// reset, or in another mode than [`Mode::Run`]. Without a camera, decided parts pass as usual
    /// and no trigger is taken. If `taking` is false the ready line stays inactive.
    fn tell(&self, unmet: u16, taking: bool) -> Result<(), SendError> {
        self.tell_as(self.mode(), self.challenge(), unmet, taking)
    }

    /// As [`Self::tell`], in this mode and with a challenge that is this far.
    fn tell_as(
        &self,
        mode: Mode,
        challenge: ChallengeState,
        unmet: u16,
        taking: bool,
    ) -> Result<(), SendError> {
        let met = |what: Requirement| unmet & what.bit() == 0;
        let may_pass = Requirement::TO_PASS.into_iter().all(met);
        let source = met(Requirement::Source);
        let space = self.parts.under_way() < PARTS_MAX;
        let taking = taking && source && space && self.parts.undecided() < self.undecided_max;
        let taking = taking && challenge.takes() && !self.changes_recipe(challenge);
        self.control.set_fault(!(may_pass && source))?;
        self.control.set_taking(taking)?;
        let runs = mode == Mode::Run && challenge.opens() && !self.is_stopping();
        // The outputs are released before the gate opens, and safe only after it has closed.
        if mode != Mode::Test {
            self.control.set_outputs_safe(false)?;
        }
        self.control
            .set_ready(met(Requirement::Started) && may_pass && runs)?;
        self.control.set_outputs_safe(mode == Mode::Test)
    }
}

/// Telling the gate fails only when it has stopped, and then all lines are safe.
fn safe_if_stopped(told: Result<(), SendError>) {
    let _ = told;
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod undecided;

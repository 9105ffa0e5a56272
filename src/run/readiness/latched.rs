//! The mode of the station, and what waits for a reset.

use super::{
    ChallengeState, Latch, Latches, Mode, Ordering, PoisonError, ReadySwitch, Requirement,
    safe_if_stopped,
};
use crate::control::Asker;
use crate::screen::Notice;

/// What a reset did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reset {
    /// What had waited for it, and whose cause is gone.
    pub cleared: Latches,
    /// What still waits, because its cause is still there.
    pub remaining: Latches,
}

impl ReadySwitch<'_> {
    /// Faults of the station wait for a reset from now on.
    pub const fn latch_faults(&mut self) {
        self.latches_faults = true;
    }

    /// What the operator must know: why no part passes, and what to do.
    pub fn notice(&self) -> Option<Notice> {
        let latched = self.latched();
        if self.mode() == Mode::Stopped {
            let by_command = self.mode_by_command.load(Ordering::Acquire);
            Some(Notice::Stopped { by_command })
        } else if !self.is_met(Requirement::Belt) {
            Some(Notice::Belt)
        } else if !latched.is_empty() {
            Some(Notice::ResetNeeded(latched))
        } else if !self.is_met(Requirement::Recipe) && self.is_met(Requirement::Started) {
            Some(Notice::NoRecipe)
        } else if self.challenge() == ChallengeState::Changing {
            Some(Notice::RecipeChanges)
        } else {
            None
        }
    }

    /// Sets whether the lamps are tested.
    pub fn set_lamp_test(&self, active: bool) {
        self.control.set_lamp_test(active);
    }

    /// The mode of the station.
    pub fn mode(&self) -> Mode {
        match self.mode.load(Ordering::Acquire) {
            mode if mode == Mode::Run as u8 => Mode::Run,
            mode if mode == Mode::Test as u8 => Mode::Test,
            _ => Mode::Stopped,
        }
    }

    /// Whether the gate opens, as far as the mode, the latched causes and the challenge go.
    pub fn is_running(&self) -> bool {
        self.may_run() && self.challenge().opens()
    }

    /// As [`Self::is_running`], without the challenge.
    pub fn may_run(&self) -> bool {
        self.mode() == Mode::Run && self.is_met(Requirement::Reset)
    }

    /// Changes the mode. Triggers are refused before the gate is told that nothing passes, and
    /// taken only after it is told that parts may pass.
    pub fn set_mode(&self, mode: Mode, by: Asker) {
        let _turn = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        let unmet = self.unmet.load(Ordering::Acquire);
        if mode == Mode::Run {
            safe_if_stopped(self.tell_as(mode, self.challenge(), unmet, false));
        }
        let by_command = by == Asker::Command;
        self.mode_by_command.store(by_command, Ordering::Release);
        self.mode.store(mode as u8, Ordering::Release);
        safe_if_stopped(self.tell(unmet, true));
    }

    /// What waits for a reset.
    pub fn latched(&self) -> Latches {
        Latches::from_bits(self.latched.load(Ordering::Acquire))
    }

    /// READY stays down, for this cause, until a reset.
    pub fn latch(&self, cause: Latch) {
        let _turn = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        let bits = Latches::of(cause).bits();
        self.latched.fetch_or(bits, Ordering::AcqRel);
        if cause == Latch::Challenge {
            self.challenge_failed.store(true, Ordering::Release);
        }
        safe_if_stopped(self.apply(Requirement::Reset, false));
    }

    /// What outlasts the end of the program: what waits for a reset, and a failed challenge until
    /// one passes.
    pub fn lasting_latches(&self) -> Latches {
        let failed = self.challenge_failed.load(Ordering::Acquire);
        let failed = if failed {
            Latches::of(Latch::Challenge)
        } else {
            Latches::default()
        };
        self.latched().with(failed)
    }

    /// A fault of the station that is no requirement. It waits for a reset if faults do.
    pub fn latch_if_fault(&self, cause: Latch) {
        if self.latches_faults {
            self.latch(cause);
        }
    }

    /// Ends the waiting of everything whose cause is gone. `present` are the causes that the caller
    /// knows to be still there. A failed challenge always is: only one that passes ends it, unless
    /// the station has no golden parts any more.
    pub fn reset(&self, present: Latches) -> Reset {
        let present = if self.has_challenge {
            present.with(Latches::of(Latch::Challenge))
        } else {
            self.challenge_failed.store(false, Ordering::Release);
            present
        };
        let _turn = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        let unmet = self.unmet.load(Ordering::Acquire);
        let unmet = Requirement::FAULTS
            .into_iter()
            .filter(|(what, _)| unmet & what.bit() != 0);
        let present = unmet.fold(present, |all, (_, cause)| all.with(Latches::of(cause)));
        let before = self.latched.fetch_and(present.bits(), Ordering::AcqRel);
        let (before, remaining) = (Latches::from_bits(before), self.latched());
        if remaining.is_empty() && !before.is_empty() {
            safe_if_stopped(self.apply(Requirement::Reset, true));
        }
        Reset {
            cleared: before.without(remaining),
            remaining,
        }
    }

    /// Latches the fault of an unmet requirement, if faults wait for a reset. Returns the bit of
    /// [`Requirement::Reset`] if it is unmet now. The caller holds the lock.
    pub(super) fn latch_fault(&self, what: Requirement) -> u16 {
        // Before the start, a requirement may be unmet because nothing is open yet.
        let may = self.latches_faults && self.is_met(Requirement::Started) && !self.is_stopping();
        let mut faults = Requirement::FAULTS.into_iter();
        match faults.find(|(fault, _)| *fault == what) {
            Some((_, cause)) if may => {
                let bits = Latches::of(cause).bits();
                self.latched.fetch_or(bits, Ordering::AcqRel);
                Requirement::Reset.bit()
            }
            _ => 0,
        }
    }
}

impl Requirement {
    /// The requirements whose loss is a fault of the station.
    const FAULTS: [(Self, Latch); 6] = [
        (Self::Source, Latch::Source),
        (Self::Journal, Latch::Journal),
        (Self::Disk, Latch::Disk),
        (Self::Guard, Latch::Guard),
        (Self::Keeper, Latch::Guard),
        (Self::Belt, Latch::Belt),
    ];
}

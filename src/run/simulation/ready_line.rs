//! When the ready line and the fault line must be active: the table in `docs/architecture.md`.

use super::lines::Wires;
use crate::control::Mode;
use crate::run::readiness::Refusal;
use crate::run::shared::Shared;
use crate::station::file::LineName;

/// What the simulation knows of the causes, each from the moment at which its thread saw it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Causes {
    /// The engine and the source have started.
    pub started: bool,
    /// The last write of the journal failed.
    pub journal_failed: bool,
    /// The guard is gone.
    pub guard_gone: bool,
    /// The bin is full, and no reset came after it was empty again.
    pub bin_full: bool,
    /// The input line `run`.
    pub run: bool,
    /// The input line `test`.
    pub test: bool,
    /// The input line `belt`.
    pub drive: bool,
    /// A command asked for the mode `stop`.
    pub stopped: bool,
    /// The lamps are tested.
    pub lamp_test: bool,
    /// The reject line could not be driven. The station remembers that until it is started again.
    pub line_failed: bool,
    /// The belt must be in doubt.
    pub belt_doubt: bool,
    /// The lines give no recipe's code.
    pub no_recipe: bool,
    /// Another recipe is asked for than the one that is used.
    pub changing: bool,
    /// A challenge is due, runs or has failed.
    pub unproven: bool,
    /// Golden parts are taken.
    pub by_hand: bool,
}

impl Causes {
    /// The mode that the lines and commands ask for.
    fn mode(&self) -> Mode {
        let lines = if self.test {
            Mode::Test
        } else if self.run {
            Mode::Run
        } else {
            Mode::Stopped
        };
        if self.stopped { Mode::Stopped } else { lines }
    }

    /// Compares the lines after a turn of the gate.
    pub fn check(
        &self,
        wires: &Wires,
        shared: &Shared<'_>,
        gate_ready: bool,
        undecided_max: usize,
    ) -> Result<(), String> {
        let ready = wires.is_active(LineName::Ready);
        let fault = wires.is_active(LineName::Fault);
        let refusal = shared.ready.refusal(undecided_max);
        let fails = self.journal_failed
            || self.guard_gone
            || self.bin_full
            || self.line_failed
            || self.belt_doubt
            || self.no_recipe;
        let busy_otherwise = !self.by_hand && (self.changing || self.unproven);
        let may = self.started && !fails && !busy_otherwise && self.mode() == Mode::Run;
        if ready && !may {
            return Err(format!("the ready line is active: {self:?}"));
        }
        if ready && let Some(why) = refusal {
            return Err(format!(
                "the ready line is active, and triggers are missed: {why}"
            ));
        }
        if self.mode() == Mode::Test {
            let lamp = fault == self.lamp_test && wires.is_active(LineName::Busy) == self.lamp_test;
            let safe = wires.is_active(LineName::Reject) || self.line_failed;
            let silent = !ready && !wires.is_active(LineName::Pass);
            if !(lamp && safe && silent) {
                return Err(format!("an output is not safe in the mode test: {self:?}"));
            }
            return Ok(());
        }
        if self.started && (fails || refusal == Some(Refusal::Late)) && !fault {
            return Err(format!(
                "the fault line is not active: {self:?}, {refusal:?}"
            ));
        }
        if may && gate_ready && refusal.is_none() && !ready {
            return Err("the ready line is not active, and a trigger would be taken".to_owned());
        }
        Ok(())
    }
}

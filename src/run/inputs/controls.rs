//! What a change of an input line or a command does to the station. Each change is journalled with
//! who asked for it.

mod challenge;
mod recipe;

use super::{Answer, text};
use crate::bounded::text::Detail;
use crate::control::{Asker, Latch, Latches, Mode, Modes, RecipeCode};
use crate::run::messages::Change;
use crate::run::readiness::Requirement;
use crate::run::shared::Shared;
use crate::station::Station;
use crate::station::file::{ChallengeSettings, InputName};
use board::Timestamp;
use core::time::Duration;

/// A line of which only the level counts.
#[derive(Debug, Clone, Copy)]
enum Selector {
    /// The station has no such line.
    None,
    /// Its level is not known yet.
    Unknown,
    Known(bool),
}

impl Selector {
    const fn of(exists: bool) -> Self {
        if exists { Self::Unknown } else { Self::None }
    }

    const fn level(self) -> Option<bool> {
        match self {
            Self::Known(level) => Some(level),
            Self::None | Self::Unknown => None,
        }
    }
}

/// The states that the lines and commands set.
pub struct Controls<'a> {
    station: &'a Station,
    /// What the lines of the recipe's code say.
    code: RecipeCode,
    challenge: Option<&'a ChallengeSettings>,
    run: Selector,
    test: Selector,
    /// Whether the level of each line is known, in the order of [`InputName::ALL`].
    known: [bool; InputName::ALL.len()],
    bin_full: bool,
    lamp_test: bool,
    modes: Modes,
    shared: &'a Shared<'a>,
}

impl<'a> Controls<'a> {
    pub fn new(station: &'a Station, shared: &'a Shared<'a>) -> Self {
        let inputs = &station.inputs;
        let mut controls = Self {
            station,
            code: RecipeCode::new(
                InputName::RECIPE.map(|name| inputs.input(name).is_some()),
                Duration::from_millis(inputs.recipe_stable_ms.into()),
            ),
            challenge: station.challenge.as_ref(),
            run: Selector::of(inputs.run.is_some()),
            test: Selector::of(inputs.test.is_some()),
            known: [false; InputName::ALL.len()],
            bin_full: false,
            lamp_test: false,
            modes: Modes::default(),
            shared,
        };
        controls.modes.lines = controls.lines_mode();
        // Until the line's level is known, the belt may stand.
        shared.ready.set_belt_driven(inputs.belt.is_none());
        if inputs.choose_recipe() {
            // Until the lines give a code.
            shared.ready.set(Requirement::Recipe, false);
        }
        shared
            .ready
            .set_mode(controls.modes.effective(), Asker::Line);
        controls
    }

    /// What the lines allow. A line whose level is not known yet allows nothing.
    fn lines_mode(&self) -> Mode {
        match (self.run, self.test) {
            (Selector::Unknown, _) | (_, Selector::Unknown) => Mode::Stopped,
            (run, test) => Modes::of_lines(run.level(), test.level()),
        }
    }

    /// A line is active or inactive from this time on.
    pub fn line(&mut self, name: InputName, at: Timestamp, active: bool) {
        // The first level is no edge: a button may be held, or shorted, while the station starts.
        let is_edge = self
            .known
            .get_mut(name as usize)
            .is_some_and(|known| core::mem::replace(known, true));
        match name {
            InputName::Run | InputName::Test => self.selector(name, active),
            InputName::Reset if active && is_edge => {
                self.reset(Asker::Line);
            }
            InputName::LampTest => self.lamp_test(active),
            InputName::BinFull => {
                self.bin_full = active;
                if active {
                    self.shared.ready.latch(Latch::BinFull);
                }
            }
            InputName::Belt => self.shared.ready.set_belt_driven(active),
            InputName::Confirm if active && is_edge => self.shared.confirmed.edge(at),
            InputName::Challenge if active && is_edge => {
                self.challenge(Asker::Line);
            }
            InputName::Recipe0 | InputName::Recipe1 | InputName::Recipe2 | InputName::Recipe3 => {
                let mut bits = InputName::RECIPE.iter();
                if let Some(bit) = bits.position(|bit| *bit == name) {
                    self.code.line(bit, at, active);
                }
            }
            InputName::Reset | InputName::Confirm | InputName::Challenge => {}
        }
    }

    /// A line that selects the mode changes.
    fn selector(&mut self, name: InputName, active: bool) {
        let selector = if name == InputName::Run {
            &mut self.run
        } else {
            &mut self.test
        };
        *selector = Selector::Known(active);
        let modes = Modes {
            lines: self.lines_mode(),
            ..self.modes
        };
        self.follow(modes, Asker::Line);
    }

    /// Carries out a command. Returns what happened.
    pub fn command(&mut self, request: &str) -> Answer {
        if let Some(name) = request.strip_prefix("recipe ") {
            return self.recipe_by_command(name);
        }
        let mode = match request {
            "mode run" => Mode::Run,
            "mode test" => Mode::Test,
            "mode stop" => Mode::Stopped,
            "reset" => return self.reset(Asker::Command),
            "challenge" => return self.challenge(Asker::Command),
            "recipe" => {
                let current = self.shared.ready.recipes.current();
                let what = text(format_args!("{}", self.station.recipe_name(current)));
                return Answer { done: true, what };
            }
            "challenge state" => return self.challenge_state(),
            _ => {
                let what = text(format_args!("unknown request \"{request}\""));
                return Answer { done: false, what };
            }
        };
        let before = self.modes.effective();
        if mode > self.modes.lines {
            let lines = self.modes.lines;
            let what = text(format_args!(
                "the input lines allow no more than {lines}, and a command cannot ask for more; the mode is {before}"
            ));
            return Answer { done: false, what };
        }
        let modes = Modes {
            command: mode,
            ..self.modes
        };
        let done = self.follow(modes, Asker::Command);
        let now = self.modes.effective();
        let what = if !done {
            text(format_args!(
                "the journal is too far behind; the mode is {now}"
            ))
        } else if now == before {
            text(format_args!("the mode is {now}, as before"))
        } else {
            text(format_args!("the mode is {now}; it was {before}"))
        };
        Answer { done, what }
    }

    /// Changes the modes, and journals a change of the effective one. Returns false if that is
    /// impossible. Only a change to a more restrictive mode is made in spite of that.
    fn follow(&mut self, modes: Modes, by: Asker) -> bool {
        let (before, after) = (self.modes.effective(), modes.effective());
        let ready = &self.shared.ready;
        if before != after {
            let detail = text(format_args!("was {before}"));
            let journalled = self.journal(after.word(), by, detail);
            if !journalled && by == Asker::Command && after > before {
                return false;
            }
        }
        self.modes = modes;
        ready.set_mode(after, modes.holder());
        true
    }

    fn reset(&mut self, by: Asker) -> Answer {
        let present = if self.bin_full {
            Latches::of(Latch::BinFull)
        } else {
            Latches::default()
        };
        let reset = self.shared.ready.reset(present);
        let (cleared, remaining) = (reset.cleared, reset.remaining);
        let what = match (cleared.is_empty(), remaining.is_empty()) {
            (true, true) => text(format_args!("nothing waits for a reset")),
            (false, true) => text(format_args!("reset: {cleared}")),
            (true, false) => text(format_args!("still there: {remaining}")),
            (false, false) => text(format_args!("reset: {cleared}; still there: {remaining}")),
        };
        if !cleared.is_empty() {
            self.journal("reset", by, what.clone());
        }
        let done = remaining.is_empty();
        Answer { done, what }
    }

    fn lamp_test(&mut self, active: bool) {
        // The first level of the line is no change unless it is active.
        if core::mem::replace(&mut self.lamp_test, active) == active {
            return;
        }
        self.shared.ready.set_lamp_test(active);
        let detail = text(format_args!("{}", if active { "on" } else { "off" }));
        self.journal("lamp_test", Asker::Line, detail);
    }

    /// Hands a change to the recorder. Returns false if too many wait; then it is printed.
    fn journal(&self, what: &'static str, by: Asker, detail: Detail) -> bool {
        let change = Change::now(what, by, detail);
        let refused = self.shared.changes.send(change).err();
        if let Some(change) = &refused {
            complain!("sluice: not in the journal, which is too far behind: {change}");
        }
        refused.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::Channels;
    use crate::part::PartId;

    #[test]
    fn a_button_that_is_held_at_the_start_resets_nothing() {
        let text = include_str!("../../../board/stations/host.json");
        let station = crate::station::read(text.as_bytes()).unwrap();
        let mut channels = Channels::new().unwrap();
        let control = channels.split().control;
        let shared = Shared::new(PartId::FIRST, Duration::ZERO, control).unwrap();
        let mut controls = Controls::new(&station, &shared);
        shared.ready.latch(Latch::RejectRate);
        let mut button = |active| {
            controls.line(InputName::Reset, Timestamp::now(), active);
            shared.ready.latched().is_empty()
        };
        assert_eq!(
            [button(true), button(false), button(true)],
            [false, false, true]
        );
    }
}

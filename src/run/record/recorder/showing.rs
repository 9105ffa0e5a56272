//! What the recorder shows on the screen.

use super::Recorder;
use crate::bounded::text::{Detail, cut};
use crate::drift::Drifted;
use crate::journal::RecipeName;
use crate::run::record::screen::{PartPicture, Scene};
use crate::screen::{BeltSpeed, Notice, StationState};
use crate::status::Live;
use board::Timestamp;

/// What the screen shows besides the last part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shown {
    state: StationState,
    notice: Option<Notice>,
    periods: u32,
    belt: Option<BeltSpeed>,
    recipe: u8,
    drift: Option<Drifted>,
}

impl Recorder<'_> {
    /// The recipe's name for the screen; empty if the station has only one.
    fn recipe_name(&self, recipe: u8) -> RecipeName {
        let several = !self.station.recipes.is_empty();
        let name = if several {
            self.station.recipe_name(recipe)
        } else {
            ""
        };
        cut(format_args!("{name}"))
    }

    /// Leaves what the station says of itself for the thread `live`.
    pub(super) fn leave_live(&self, now: Timestamp) {
        let Some(live) = &self.live else { return };
        let ready = &self.shared.ready;
        let (refusal, advice) = match ready.refusal_now() {
            Some(refusal) => (
                cut(format_args!("{refusal}")),
                cut(format_args!("{}", refusal.advice())),
            ),
            None => (Detail::new(), Detail::new()),
        };
        let recipe = self.station.recipe_name(ready.recipes.current());
        live.leave(Live {
            station: self.station.station.name.clone(),
            journal: live.journal(),
            state: cut(format_args!("{}", ready.state().word())),
            refusal,
            advice,
            recipe: cut(format_args!("{recipe}")),
            turn_ns: now.as_ns(),
            finished_ns: self.finished_at.map_or(0, Timestamp::as_ns),
        });
    }

    /// Shows what is new: picture, state or period. Returns the number of the scene, or 0.
    pub(super) fn show(&mut self, picture: PartPicture) -> u64 {
        let ready = &self.shared.ready;
        let challenge = || {
            let progress = self.challenge.as_ref()?.notice()?;
            Some(Notice::Challenge(progress))
        };
        let (state, notice) = (ready.state(), ready.notice().or_else(challenge));
        let counted = self.shared.accounting.get();
        let belt = ready.ticks_per_s().map(BeltSpeed::rounded);
        let recipe = ready.recipes.current();
        let drift = self.control.drifted(recipe);
        let shown = Some(Shown {
            state,
            notice,
            periods: counted.periods,
            belt,
            recipe,
            drift,
        });
        if matches!(picture, PartPicture::Same) && self.shown == shown {
            return 0;
        }
        self.shown = shown;
        self.screen.show(Scene {
            state,
            notice,
            last: self.last,
            counters: counted.with_unwritten(&self.counters),
            cycle: counted.with_last(self.last_cycle),
            shift: counted.shift,
            recipe: self.recipe_name(recipe),
            belt,
            drift,
            picture,
        })
    }
}

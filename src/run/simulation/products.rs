//! Which recipe was used when, and when triggers began golden parts.

use super::clock::now_ns;
use super::spans::Spans;
use crate::run::messages::Complete;
use crate::run::readiness::ChallengeState;
use crate::run::shared::Shared;
use std::collections::VecDeque;

const MS: u64 = 1_000_000;
/// Changes that are kept: more than there are while a part is under way.
const KEPT: usize = 256;
/// The trigger's thread takes an edge up to so long after it, unless it is held.
const TAKES: u64 = 10 * MS;

/// The states that decide what a trigger begins, as they were seen after each turn.
#[derive(Debug, Default)]
pub struct Products {
    recipes: VecDeque<(u64, u8)>,
    /// When the state of the challenge changed, and to which.
    challenges: VecDeque<(u64, ChallengeState)>,
}

impl Products {
    /// A station starts, and knows nothing of the time before.
    pub fn start(&mut self, shared: &Shared<'_>) {
        self.recipes = [(0, shared.ready.recipes.current())].into();
        self.challenges = [(0, shared.ready.challenge())].into();
    }

    /// Notes what a turn has changed. Returns whether the recipe has.
    pub fn look(&mut self, shared: &Shared<'_>) -> Result<bool, String> {
        let (now, recipe) = (now_ns(), shared.ready.recipes.current());
        let challenge = shared.ready.challenge();
        if self
            .challenges
            .back()
            .is_none_or(|(_, last)| *last != challenge)
        {
            self.challenges.push_back((now, challenge));
            if self.challenges.len() > KEPT {
                self.challenges.pop_front();
            }
        }
        if self.recipes.back().is_some_and(|(_, last)| *last == recipe) {
            return Ok(false);
        }
        self.recipes.push_back((now, recipe));
        if self.recipes.len() > KEPT {
            self.recipes.pop_front();
        }
        let under_way = shared.ready.parts.under_way();
        if under_way > 0 {
            return Err(format!(
                "the recipe changed with {under_way} parts under way"
            ));
        }
        Ok(true)
    }

    /// A part has its record: its recipe is the one that was used at its edge, and a golden part
    /// came while golden parts were taken. `passed`: the gate was open for it.
    pub fn part(
        &self,
        complete: &Complete,
        passed: bool,
        trigger_behind: &Spans,
    ) -> Result<(), String> {
        let decided = &complete.decided;
        let (part, edge_ns) = (decided.job.part, decided.job.trigger.as_ns());
        if decided.is_missed() {
            return Ok(());
        }
        let recipe = decided.job.recipe;
        let mut recipes = self.recipes.iter().rev();
        let used = recipes.find(|(from, _)| *from <= edge_ns);
        if let Some((_, used)) = used
            && *used != recipe
        {
            return Err(format!(
                "{part} came under recipe {used}, and is judged by recipe {recipe}"
            ));
        }
        if self.recipes.back().is_some_and(|(_, now)| *now != recipe) {
            return Err(format!(
                "{part} began under recipe {recipe}, which is not used any more"
            ));
        }
        let at_edge = self.challenge_at(edge_ns);
        let by_hand = matches!(at_edge, Some(ChallengeState::ByHand { .. }));
        if decided.is_golden() && !by_hand {
            return Err(format!("{part} is golden, and came at {at_edge:?}"));
        }
        let taken = self.challenge_at(edge_ns + TAKES);
        let in_challenge = is_of_challenge(at_edge) && is_of_challenge(taken);
        let behind = trigger_behind.touch(edge_ns, edge_ns + TAKES);
        if passed && !decided.is_golden() && in_challenge && !behind {
            return Err(format!("{part} passed, and came during a challenge"));
        }
        Ok(())
    }

    fn challenge_at(&self, ns: u64) -> Option<ChallengeState> {
        let mut states = self.challenges.iter().rev();
        states
            .find(|(from, _)| *from <= ns)
            .map(|(_, state)| *state)
    }
}

fn is_of_challenge(state: Option<ChallengeState>) -> bool {
    use ChallengeState::{Changing, Proven};
    !matches!(state, None | Some(Proven | Changing))
}

//! Changes the recipe, while READY is off and no part is under way. The recorder does it, because
//! it sees the last part go into the journal.

use crate::bounded::text::cut;
use crate::run::messages::Change;
use crate::run::readiness::ChallengeState;
use crate::run::shared::Shared;
use crate::station::Station;

/// Goes on with the change that was asked for, if there is one. `challenge_runs`: it waits for the
/// end of a challenge.
pub fn turn(station: &Station, challenge_runs: bool, shared: &Shared<'_>) {
    let ready = &shared.ready;
    let (wanted, by) = shared.ready.recipes.wanted();
    let current = shared.ready.recipes.current();
    let state = ready.challenge();
    if wanted == current {
        if state == ChallengeState::Changing {
            // It was asked for the other recipe, and back.
            ready.set_challenge(ChallengeState::Proven);
        }
        return;
    }
    match state {
        _ if challenge_runs => {}
        ChallengeState::Proven => ready.begin_recipe_change(),
        // Closed: a challenge has failed, or has not begun.
        ChallengeState::Changing | ChallengeState::Closed if ready.parts.under_way() == 0 => {
            let detail = cut(format_args!(
                "{}; was {}",
                station.recipe_name(wanted),
                station.recipe_name(current)
            ));
            ready.use_recipe(wanted);
            let change = Change::now("recipe", by, detail);
            if let Err(change) = shared.changes.send(change) {
                complain!("sluice: not in the journal, which is too far behind: {change}");
            }
            if state == ChallengeState::Changing {
                ready.set_challenge(ChallengeState::Proven);
            }
        }
        _ => {}
    }
}

//! What a challenge does to READY and to the gate.

use super::{PoisonError, ReadySwitch, Refusal, Requirement, safe_if_stopped};
use crate::control::{Latch, Latches};
use board::Timestamp;
use core::sync::atomic::Ordering;

/// How far a challenge is, as far as triggers and the gate go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChallengeState {
    /// None runs and none is missing.
    #[default]
    Proven,
    /// No trigger is taken. The parts under way pass as usual.
    Emptying,
    /// No trigger is taken until the recipe has changed. The parts under way pass as usual.
    Changing,
    /// No trigger is taken, and nothing passes.
    Closed,
    /// Triggers are taken, each for a golden part.
    ByHand {
        /// Golden parts that were taken.
        taken: u8,
        /// How many there are.
        of: u8,
    },
}

impl ChallengeState {
    /// The state as a number, for an atomic.
    const fn word(self) -> u32 {
        match self {
            Self::Proven => 0,
            Self::Emptying => 1,
            Self::Closed => 2,
            Self::Changing => 4,
            Self::ByHand { taken, of } => u32::from_be_bytes([3, 0, taken, of]),
        }
    }

    /// The state of a number from [`Self::word`].
    const fn from_word(word: u32) -> Self {
        match word.to_be_bytes() {
            [0, _, _, 0] => Self::Proven,
            [0, _, _, 1] => Self::Emptying,
            [0, _, _, 4] => Self::Changing,
            [3, _, taken, of] => Self::ByHand { taken, of },
            _ => Self::Closed,
        }
    }

    /// Whether a trigger is taken.
    pub(super) const fn takes(self) -> bool {
        match self {
            Self::Proven => true,
            Self::Emptying | Self::Changing | Self::Closed => false,
            Self::ByHand { taken, of } => taken < of,
        }
    }

    /// Whether a challenge runs, is due or has failed.
    pub(super) const fn is_of_challenge(self) -> bool {
        !matches!(self, Self::Proven | Self::Changing)
    }

    /// Whether parts may pass.
    pub(super) const fn opens(self) -> bool {
        !matches!(self, Self::Closed)
    }

    /// The state after a trigger was taken; nothing if none is taken.
    const fn after_trigger(self) -> Option<Self> {
        match self {
            Self::ByHand { taken, of } if taken < of => Some(Self::ByHand {
                taken: taken + 1,
                of,
            }),
            Self::Proven => Some(self),
            _ => None,
        }
    }
}

impl ReadySwitch<'_> {
    /// Triggers are missed and nothing passes until a challenge has passed. For the start.
    pub fn require_challenge(&mut self) {
        *self.challenge.get_mut() = ChallengeState::Closed.word();
    }

    /// How far the challenge is.
    pub fn challenge(&self) -> ChallengeState {
        ChallengeState::from_word(self.challenge.load(Ordering::Acquire))
    }

    /// Changes how far the challenge is. Triggers are refused before the gate is told that nothing
    /// passes, and taken only after it is told that parts may pass.
    pub fn set_challenge(&self, state: ChallengeState) {
        let _turn = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        let unmet = self.unmet.load(Ordering::Acquire);
        if state.opens() {
            safe_if_stopped(self.tell_as(self.mode(), state, unmet, false));
        }
        if state.takes() {
            let now_ns = Timestamp::now().as_ns();
            self.takes_from_ns.store(now_ns, Ordering::Release);
        }
        if state == ChallengeState::Proven {
            self.challenge_failed.store(false, Ordering::Release);
        }
        self.challenge.store(state.word(), Ordering::Release);
        safe_if_stopped(self.tell(unmet, true));
    }

    /// No further trigger is taken, so that the recipe can change. Does nothing during a challenge:
    /// the recipe changes after it.
    pub fn begin_recipe_change(&self) {
        let _turn = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        let (from, to) = (ChallengeState::Proven, ChallengeState::Changing);
        let (set, get) = (Ordering::AcqRel, Ordering::Acquire);
        let changed = self
            .challenge
            .compare_exchange(from.word(), to.word(), set, get);
        if changed.is_ok() {
            safe_if_stopped(self.tell(self.unmet.load(Ordering::Acquire), true));
        }
    }

    /// Whether no trigger is taken because the recipe changes. During a challenge it waits.
    pub(super) fn changes_recipe(&self, challenge: ChallengeState) -> bool {
        match challenge {
            ChallengeState::Changing => true,
            ChallengeState::Proven => self.recipes.is_changing(),
            _ => false,
        }
    }

    /// Admits a trigger with this edge: `Some` number, from 0, of the golden part that it begins,
    /// or nothing for a part of the production. Both follow from one look at the state.
    ///
    /// A part begins when its edge came, however late the caller is. So one from before a change of
    /// the recipe is not judged by the new one, and one from before a challenge is no golden part.
    ///
    /// # Errors
    /// Why the trigger is missed.
    pub fn admit(&self, edge: Timestamp, undecided_max: usize) -> Result<Option<u8>, Refusal> {
        if let Some(refusal) = self.refusal(undecided_max) {
            return Err(refusal);
        }
        let (set, get) = (Ordering::AcqRel, Ordering::Acquire);
        let mut is_before = false;
        let after = |word| {
            let state = ChallengeState::from_word(word).after_trigger()?;
            // Read after the state, which was stored later.
            is_before = edge.as_ns() < self.takes_from_ns.load(get);
            (!is_before).then_some(state.word())
        };
        match self.challenge.fetch_update(set, get, after) {
            Ok(before) => Ok(match ChallengeState::from_word(before) {
                ChallengeState::ByHand { taken, .. } => Some(taken),
                _ => None,
            }),
            Err(_) if is_before => Err(Refusal::Before),
            Err(_) => Err(Refusal::Challenge),
        }
    }

    /// Parts that begin from now on are judged by the recipe at this place. A part that began
    /// before is refused, so its time is stored first.
    pub fn use_recipe(&self, place: u8) {
        let now_ns = Timestamp::now().as_ns();
        self.takes_from_ns.store(now_ns, Ordering::Release);
        self.recipes.set_current(place);
    }

    /// When triggers were last taken again, after a challenge or with another recipe.
    pub fn takes_from(&self) -> Timestamp {
        Timestamp::from_ns(self.takes_from_ns.load(Ordering::Acquire))
    }

    /// A challenge is repeated or has passed: READY waits for no reset because of it any more.
    pub fn end_failed_challenge(&self) {
        let _turn = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = Latches::of(Latch::Challenge).bits();
        let before = self.latched.fetch_and(!failed, Ordering::AcqRel);
        if before == failed {
            safe_if_stopped(self.apply(Requirement::Reset, true));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Asker;
    use crate::gate::Channels;
    use crate::part::PartId;
    use crate::screen::StationState;

    #[test]
    fn a_state_survives_the_way_through_its_number() {
        for state in [
            ChallengeState::Proven,
            ChallengeState::Emptying,
            ChallengeState::Closed,
            ChallengeState::Changing,
            ChallengeState::ByHand { taken: 0, of: 1 },
            ChallengeState::ByHand { taken: 8, of: 8 },
        ] {
            assert_eq!(ChallengeState::from_word(state.word()), state);
        }
    }

    #[test]
    fn by_hand_as_many_triggers_are_taken_as_there_are_golden_parts() {
        let mut channels = Channels::new().unwrap();
        let mut ready = ReadySwitch::new(PartId::FIRST, channels.split().control);
        ready.require_challenge();
        ready.set(Requirement::Started, true);
        assert_eq!(ready.admit(Timestamp::now(), 9), Err(Refusal::Challenge));
        assert_eq!(ready.state(), StationState::Challenge);
        assert!(!ready.is_running() && ready.may_run());
        ready.set_challenge(ChallengeState::ByHand { taken: 0, of: 2 });
        assert!(ready.is_running());
        let taken = [
            ready.admit(Timestamp::now(), 9),
            ready.admit(Timestamp::now(), 9),
            ready.admit(Timestamp::now(), 9),
        ];
        assert_eq!(taken, [Ok(Some(0)), Ok(Some(1)), Err(Refusal::Challenge)]);
        ready.set_challenge(ChallengeState::Proven);
        assert_eq!(
            [
                ready.admit(Timestamp::now(), 9),
                ready.admit(Timestamp::now(), 9)
            ],
            [Ok(None), Ok(None)]
        );
        ready.set_challenge(ChallengeState::Emptying);
        assert_eq!(ready.admit(Timestamp::now(), 9), Err(Refusal::Challenge));
        assert!(ready.is_running(), "parts under way pass");
    }

    #[test]
    fn while_the_recipe_changes_parts_pass_and_no_trigger_is_taken() {
        let mut channels = Channels::new().unwrap();
        let ready = ReadySwitch::new(PartId::FIRST, channels.split().control);
        ready.set(Requirement::Started, true);
        ready.recipes.want(3, Asker::Line);
        assert_eq!(ready.recipes.wanted(), (3, Asker::Line));
        assert_eq!(
            ready.admit(Timestamp::now(), 9),
            Err(Refusal::Changing),
            "at once"
        );
        ready.begin_recipe_change();
        ready.recipes.set_current(3);
        assert_eq!(ready.admit(Timestamp::now(), 9), Err(Refusal::Changing));
        assert!(ready.is_running());
        assert_eq!(ready.state(), StationState::Ready);
        ready.set_challenge(ChallengeState::Closed);
        ready.begin_recipe_change();
        assert_eq!(
            ready.challenge(),
            ChallengeState::Closed,
            "after the challenge"
        );
        ready.set_challenge(ChallengeState::Proven);
        ready.set(Requirement::Recipe, false);
        assert_eq!(ready.admit(Timestamp::now(), 9), Err(Refusal::NoRecipe));
        assert_eq!(ready.state(), StationState::Fault);
    }

    #[test]
    fn an_edge_from_before_a_change_of_the_recipe_or_a_challenge_begins_no_part() {
        let mut channels = Channels::new().unwrap();
        let ready = ReadySwitch::new(PartId::FIRST, channels.split().control);
        ready.set(Requirement::Started, true);
        let edge = Timestamp::now();
        assert_eq!(ready.admit(edge, 9), Ok(None));
        ready.recipes.want(1, Asker::Line);
        ready.begin_recipe_change();
        ready.recipes.set_current(1);
        ready.set_challenge(ChallengeState::Proven);
        assert_eq!(ready.admit(edge, 9), Err(Refusal::Before));
        assert_eq!(ready.admit(Timestamp::now(), 9), Ok(None));
        let edge = Timestamp::now();
        ready.set_challenge(ChallengeState::ByHand { taken: 0, of: 1 });
        assert_eq!(ready.admit(edge, 9), Err(Refusal::Before));
        assert_eq!(ready.admit(Timestamp::now(), 9), Ok(Some(0)), "not taken");
    }

    #[test]
    fn a_reset_does_not_end_a_failed_challenge() {
        let mut channels = Channels::new().unwrap();
        let ready = ReadySwitch::new(PartId::FIRST, channels.split().control);
        ready.set(Requirement::Started, true);
        ready.latch(Latch::Challenge);
        ready.latch(Latch::BinFull);
        let reset = ready.reset(Latches::default());
        assert_eq!(reset.cleared, Latches::of(Latch::BinFull));
        assert_eq!(reset.remaining, Latches::of(Latch::Challenge));
        assert_eq!(ready.state(), StationState::Latched);
        ready.latch(Latch::BinFull);
        ready.end_failed_challenge();
        assert_eq!(ready.latched(), Latches::of(Latch::BinFull));
        assert_eq!(ready.state(), StationState::Latched);
        ready.latch(Latch::Challenge);
        ready.reset(Latches::default());
        ready.end_failed_challenge();
        assert_eq!(ready.state(), StationState::Ready);
    }
}

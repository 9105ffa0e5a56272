//! Asking for a challenge, by line or command.

use super::{Answer, Controls, text};
use crate::control::Asker;
use crate::run::shared::ChallengeResult;
use crate::station::file::ChallengeBy;

impl Controls<'_> {
    /// Asks the recorder for a challenge.
    pub(super) fn challenge(&self, by: Asker) -> Answer {
        let Some(settings) = self.challenge else {
            let what = text(format_args!(
                "the station file has no golden parts (section challenge)"
            ));
            return Answer { done: false, what };
        };
        let count = settings.count();
        let done = self.shared.challenges.ask(by);
        let what = match settings.by {
            _ if !done => {
                let (_, progress) = self.shared.challenges.status();
                text(format_args!("a challenge runs already: {progress}"))
            }
            ChallengeBy::Picture => text(format_args!(
                "the challenge begins: {count} golden pictures"
            )),
            ChallengeBy::Hand => text(format_args!(
                "the challenge begins: once READY is on, put the {count} golden parts on the line, in the order of the station file"
            )),
        };
        Answer { done, what }
    }

    /// How far the challenge is.
    pub(super) fn challenge_state(&self) -> Answer {
        let (result, detail) = self.shared.challenges.status();
        let done = result != ChallengeResult::Failed;
        let what = text(format_args!("{}: {detail}", result.word()));
        Answer { done, what }
    }
}

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

    /// How far the challenge is. Only one that runs or has passed is done.
    pub(super) fn challenge_state(&self) -> Answer {
        let (result, detail) = self.shared.challenges.status();
        let done = matches!(result, ChallengeResult::Running | ChallengeResult::Passed);
        let what = if result == ChallengeResult::None {
            // A client that waits for the end of one asks a station that was restarted meanwhile.
            text(format_args!("none: none has run since the station's start"))
        } else {
            text(format_args!("{}: {detail}", result.word()))
        };
        Answer { done, what }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounded::text::Detail;
    use crate::gate::Channels;
    use crate::part::PartId;
    use crate::run::shared::Shared;
    use core::time::Duration;
    use std::thread;

    const HOST: &str = include_str!("../../../../board/stations/host.json");

    /// The station's answer after a challenge with this result.
    fn answered(result: ChallengeResult) -> Answer {
        let station = crate::station::read(HOST.as_bytes()).unwrap();
        let mut channels = Channels::new().unwrap();
        let control = channels.split().control;
        let shared = Shared::new(PartId::FIRST, Duration::ZERO, control).unwrap();
        shared.challenges.set(result, Detail::new());
        Controls::new(&station, &shared).command("challenge state")
    }

    #[test]
    fn a_station_without_a_challenge_since_its_start_reports_no_success() {
        for (result, word, done) in [
            (ChallengeResult::None, "none: none has run", false),
            (ChallengeResult::Running, "running: ", true),
            (ChallengeResult::Passed, "passed: ", true),
            (ChallengeResult::Failed, "failed: ", false),
        ] {
            // An unoptimised build copies the queues on the stack while it makes them.
            let thread = thread::Builder::new().stack_size(64 << 20);
            let answer = thread.spawn(move || answered(result)).unwrap();
            let answer = answer.join().unwrap();
            assert!(answer.what.starts_with(word), "{answer:?}");
            assert_eq!(answer.done, done, "{answer:?}");
        }
    }
}

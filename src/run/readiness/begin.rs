//! What READY takes over from the station file and from the journal.

use super::ReadySwitch;
use crate::control::{Latch, Latches};
use crate::station::Station;

impl ReadySwitch<'_> {
    /// Takes over the settings, and what waited for a reset when the station ended. Call it before
    /// the threads start.
    pub fn begin(&mut self, station: &Station, latches: Latches) {
        if station.limits.latch_faults {
            self.latch_faults();
        }
        if let Some(trigger) = &station.trigger {
            self.limit_undecided(trigger.undecided_max.into());
        }
        for cause in latches.causes() {
            self.latch(cause);
        }
        let has_failed = latches.causes().any(|cause| cause == Latch::Challenge);
        let challenge = station.challenge.as_ref();
        self.has_challenge = challenge.is_some();
        if challenge.is_some_and(|challenge| challenge.at_start || has_failed) {
            self.require_challenge();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::Channels;
    use crate::part::PartId;
    use crate::run::readiness::ChallengeState;

    const HOST: &str = include_str!("../../../board/stations/host.json");
    const CHALLENGE: &str = r#""challenge": { "by": "picture", "at_start": false, "parts": [
        { "picture": "a.png", "expect": "pass" }, { "picture": "b.png", "expect": "reject" }] }, "lines":"#;

    fn begun<'c>(channels: &'c mut Channels, text: &str, latches: Latches) -> ReadySwitch<'c> {
        let station = crate::station::read(text.as_bytes()).unwrap();
        let mut ready = ReadySwitch::new(PartId::FIRST, channels.split().control);
        ready.begin(&station, latches);
        ready
    }

    #[test]
    fn a_challenge_that_failed_before_the_start_must_pass_before_anything_else() {
        let with = HOST.replacen("\"lines\":", CHALLENGE, 1);
        let (mut channels, failed) = (Channels::new().unwrap(), Latches::of(Latch::Challenge));
        let ready = begun(&mut channels, &with, failed);
        assert_eq!(ready.challenge(), ChallengeState::Closed);
        assert_eq!(ready.reset(Latches::default()).remaining, failed);
        // While it is repeated it is latched no more, but a kill must not end it.
        ready.end_failed_challenge();
        assert!(ready.latched().is_empty() && !ready.is_running());
        assert_eq!(ready.lasting_latches(), failed);
        ready.set_challenge(ChallengeState::Proven);
        assert!(ready.lasting_latches().is_empty() && ready.is_running());
        let mut channels = Channels::new().unwrap();
        let ready = begun(&mut channels, &with, Latches::default());
        assert_eq!(ready.challenge(), ChallengeState::Proven);
    }

    #[test]
    fn without_golden_parts_a_reset_ends_a_challenge_that_failed() {
        let (mut channels, failed) = (Channels::new().unwrap(), Latches::of(Latch::Challenge));
        let ready = begun(&mut channels, HOST, failed);
        assert_eq!(ready.latched(), failed);
        assert_eq!(ready.reset(Latches::default()).cleared, failed);
        assert!(ready.lasting_latches().is_empty() && ready.is_running());
    }
}

//! The recorder sees when the keeper or the inspection hangs, and feeds the watchdogs.

use super::Recorder;
use crate::run::readiness::Requirement;
use crate::run::shared::{Stop, TURN_MAX};
use board::Timestamp;

impl Recorder<'_> {
    /// While the keeper hangs, nothing passes.
    pub(super) fn check_keeper(&mut self, now: Timestamp) {
        let hangs = self.shared.keeper_turns.hangs(now);
        if hangs && !self.keeper_hangs {
            complain!(
                "sluice: the thread keeper (guard, lines.timeline) has not finished its turn for {} ms; no part passes until it does",
                TURN_MAX.as_millis()
            );
            self.shared.ready.set(Requirement::Keeper, false);
        } else if !hangs && self.keeper_hangs {
            complain!("sluice: the thread keeper works again");
            self.shared.ready.set(Requirement::Keeper, true);
        }
        self.keeper_hangs = hangs;
    }

    /// An inspection that hangs ends the program.
    pub(super) fn check_inspection(&self, now: Timestamp) {
        if self.shared.hang_deadline.has_passed(now) && !self.shared.is_stopping() {
            let why =
                "the AscendCL library does not return from a call; the device or its driver hangs";
            self.shared.stop(Stop::Device(why.to_owned()));
        }
    }

    /// Feeds the watchdogs if an inspection has finished and every thread has given a heartbeat.
    pub(super) fn feed_watchdogs(&mut self, now: Timestamp) {
        let finished = self.finished && self.shared.heartbeats.take_all();
        self.finished &= !finished;
        if finished {
            self.finished_at = Some(now);
        }
        let state = self.shared.ready.state();
        if let Err(error) = self.feeder.turn(state, self.counters, finished, now) {
            self.shared.stop(Stop::Broken(error.to_string()));
        }
    }
}

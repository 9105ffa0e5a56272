//! Missed triggers without a number, on their way to the journal.

use super::Recorder;
use crate::run::readiness::Unnumbered;
use crate::run::shared::Record;
use board::Timestamp;
use core::time::Duration;

/// The shortest time between two records of missed triggers without a number.
const MISSED_INTERVAL: Duration = Duration::from_secs(1);

impl Recorder<'_> {
    pub(super) fn take_missed(&mut self) {
        let Unnumbered { triggers, lost } = self.shared.ready.parts.take_unnumbered();
        self.counters.missed(triggers);
        self.missed.triggers = self.missed.triggers.saturating_add(triggers);
        self.missed.lost = self.missed.lost.saturating_add(lost);
    }

    /// Hands the missed triggers without a number to the journal, in one record. At the end
    /// (`closed`) the journal gets them even if it does not work.
    pub(super) fn hand_over_missed(&mut self, closed: bool) {
        let now = Timestamp::now();
        let may = closed || (self.missed_at <= now && self.shared.ready.is_recording());
        let waits = self.unwritten.has_missed() || !self.unwritten.has_space();
        if self.missed.triggers == 0 || !may || waits {
            return;
        }
        let record = Record::Missed(self.missed);
        if self.shared.recording.hand_over(record) {
            self.unwritten.add_missed(now);
            self.missed = Unnumbered::default();
            self.missed_at = now + MISSED_INTERVAL;
        }
    }
}

//! The message about good parts that were rejected because a rejected part was at the gate with
//! them. The first one is reported at once, with the keys to change; later ones together, with
//! their count.

use crate::part::PartId;
use crate::run::pace::Pace;
use board::Timestamp;
use core::time::Duration;

/// How often the message is printed at most.
const INTERVAL: Duration = Duration::from_secs(60);

/// Prints the message.
#[derive(Debug)]
pub struct Overlaps {
    /// `gate.pulse_ms` and `gate.part_interval_ms`.
    pulse_ms: u32,
    part_interval_ms: u32,
    pace: Pace,
}

impl Overlaps {
    pub fn new(pulse_ms: u32, part_interval_ms: u32) -> Self {
        Self {
            pulse_ms,
            part_interval_ms,
            pace: Pace::once_in(INTERVAL),
        }
    }

    /// Reports this good part, unless the last message is too recent. `count` is the number of such
    /// parts so far.
    pub fn print(&mut self, part: PartId, count: u64, now: Timestamp) {
        if self.pace.take(now) {
            complain!(
                "sluice: {part} was good and was rejected, since a rejected part was at the gate less than gate.pulse_ms ({} ms) \
                 before or after it; {count} such parts so far; shorten gate.pulse_ms, or bring the parts further apart than it \
                 (gate.part_interval_ms is {})",
                self.pulse_ms,
                self.part_interval_ms
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_message_puts_off_the_next_one() {
        let mut overlaps = Overlaps::new(400, 100);
        let now = Timestamp::default() + INTERVAL;
        overlaps.print(PartId::FIRST, 1, now);
        assert!(
            !overlaps
                .pace
                .take(now + INTERVAL - Duration::from_millis(1))
        );
        assert!(overlaps.pace.take(now + INTERVAL));
    }
}

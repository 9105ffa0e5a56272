//! The message about good parts that were rejected because a rejected part was at the gate with
//! them. The first one is reported at once, with the keys to change; later ones together, with
//! their count.

use crate::part::PartId;
use crate::run::pace::Pace;
use crate::station::file::GateSettings;
use board::Timestamp;
use core::fmt;
use core::time::Duration;

/// How often the message is printed at most.
const INTERVAL: Duration = Duration::from_secs(60);

/// Prints the message.
#[derive(Debug)]
pub struct Overlaps {
    /// `gate.pulse_ms`, `gate.gap_min_ms` and `gate.part_interval_ms`.
    pulse_ms: u32,
    gap_min_ms: u32,
    part_interval_ms: u32,
    pace: Pace,
}

impl Overlaps {
    pub fn new(gate: &GateSettings) -> Self {
        Self {
            pulse_ms: gate.pulse_ms,
            gap_min_ms: gate.gap_min_ms,
            part_interval_ms: gate.part_interval_ms,
            pace: Pace::once_in(INTERVAL),
        }
    }

    /// Reports this good part, unless the last message is too recent. `count` is the number of such
    /// parts so far.
    pub fn print(&mut self, part: PartId, count: u64, now: Timestamp) {
        if self.pace.take(now) {
            complain!(
                "sluice: {part} was good and was rejected, since a rejected part was at the gate less than gate.pulse_ms ({} ms){} \
                 before or after it; {count} such parts so far; shorten gate.pulse_ms, or bring the parts further apart than it \
                 (gate.part_interval_ms is {})",
                self.pulse_ms,
                Gap(self.gap_min_ms),
                self.part_interval_ms
            );
        }
    }
}

/// The part of the message about `gate.gap_min_ms`, if the station has one.
struct Gap(u32);

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            gap_min_ms => write!(f, " plus gate.gap_min_ms ({gap_min_ms} ms)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_message_puts_off_the_next_one() {
        let mut overlaps = Overlaps {
            pulse_ms: 400,
            gap_min_ms: 0,
            part_interval_ms: 100,
            pace: Pace::once_in(INTERVAL),
        };
        let now = Timestamp::default() + INTERVAL;
        overlaps.print(PartId::FIRST, 1, now);
        assert!(
            !overlaps
                .pace
                .take(now + INTERVAL - Duration::from_millis(1))
        );
        assert!(overlaps.pace.take(now + INTERVAL));
    }

    #[test]
    fn the_message_names_the_gap_if_the_station_has_one() {
        let texts = [0, 5].map(|gap_min_ms| Gap(gap_min_ms).to_string());
        assert_eq!(texts, ["", " plus gate.gap_min_ms (5 ms)"]);
    }
}

//! Good parts that were rejected because a rejected part was at the gate with them. The first is said at once, with the
//! keys that decide it; later ones are said together, with their count.

use crate::part::PartId;
use board::Timestamp;
use core::time::Duration;

/// How soon it is said again.
const AGAIN: Duration = Duration::from_secs(60);

/// When it was said.
#[derive(Debug)]
pub(in crate::run) struct Overlaps {
    /// `gate.pulse_ms` and `gate.part_interval_ms`.
    pulse_ms: u32,
    part_interval_ms: u32,
    again_at: Timestamp,
}

impl Overlaps {
    pub fn new(pulse_ms: u32, part_interval_ms: u32) -> Self {
        Self {
            pulse_ms,
            part_interval_ms,
            again_at: Timestamp::default(),
        }
    }

    /// This good part was rejected, which makes so many.
    pub fn say(&mut self, part: PartId, count: u64, now: Timestamp) {
        if now < self.again_at {
            return;
        }
        self.again_at = now + AGAIN;
        complain!(
            "sluice: {part} was good and was rejected, since a rejected part was at the gate less than gate.pulse_ms ({} ms) \
             before or after it; {count} such parts so far; shorten gate.pulse_ms, or bring the parts further apart than it \
             (gate.part_interval_ms is {})",
            self.pulse_ms,
            self.part_interval_ms
        );
    }
}

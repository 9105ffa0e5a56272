//! Rules over the gate's times.

use super::Found;
use crate::part::PARTS_MAX;
use crate::station::file::{GateStyle, Station};

pub(super) fn check(station: &Station, found: &mut Found<'_>) {
    let gate = &station.gate;
    if gate.deadline_ms > gate.delay_ms {
        found.add(
            "gate.deadline_ms",
            format!(
                "is {}; allowed: up to gate.delay_ms ({}): a decision after the part has reached the gate is too late",
                gate.deadline_ms, gate.delay_ms
            ),
        );
    }
    if station.engine.timeout_ms < gate.deadline_ms {
        found.add(
            "engine.timeout_ms",
            format!(
                "is {}; allowed: gate.deadline_ms ({}) or more: a late part is a fault, a hung device ends the program",
                station.engine.timeout_ms, gate.deadline_ms
            ),
        );
    }
    // Parts between trigger and gate at once, including the one at the gate.
    let under_way = gate.delay_ms / gate.part_interval_ms + 1;
    if usize::try_from(under_way).is_ok_and(|count| count > PARTS_MAX) {
        found.add(
            "gate.part_interval_ms",
            format!(
                "is {}: with gate.delay_ms {} up to {under_way} parts are under way, and the reject queue holds {PARTS_MAX}",
                gate.part_interval_ms, gate.delay_ms
            ),
        );
    }
    if gate.style == GateStyle::Divert && gate.pulse_ms > gate.part_interval_ms {
        found.add(
            "gate.pulse_ms",
            format!(
                "is {}; allowed with \"divert\": up to gate.part_interval_ms ({}), or the gate, open for one part, lets the next through",
                gate.pulse_ms, gate.part_interval_ms
            ),
        );
    }
}

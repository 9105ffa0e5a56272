//! Rules over the gate's times.

use super::Found;
use crate::part::PARTS_MAX;
use crate::station::file::{GateStyle, Station};

pub(super) fn check(station: &Station, found: &mut Found<'_>) {
    let gate = &station.gate;
    // 0: the delay is missing, or in ticks without an encoder, which is a problem of its own.
    if gate.delay_ms > 0 && gate.deadline_ms > gate.delay_ms {
        found.add(
            "gate.deadline_ms",
            format!(
                "is {}; allowed: up to {}: a decision after the part has reached the gate is too late",
                gate.deadline_ms,
                delay_text(station)
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
                "is {}: with {} up to {under_way} parts are under way, and the reject queue holds {PARTS_MAX}",
                gate.part_interval_ms,
                delay_text(station)
            ),
        );
    }
    if gate.style == GateStyle::Divert && gate.pulse_ms > gate.part_interval_ms {
        let in_ticks = in_ms(station, gate.pulse_ticks);
        let (key, pulse) = match in_ticks {
            Some((ticks, text)) => ("gate.pulse_ticks", format!("{ticks}, which takes {text}")),
            None => ("gate.pulse_ms", gate.pulse_ms.to_string()),
        };
        found.add(
            key,
            format!(
                "is {pulse}; allowed with \"divert\": up to gate.part_interval_ms ({}), or the gate, open for one part, lets the next through",
                gate.part_interval_ms
            ),
        );
    }
}

/// The delay with its key, or the sum that turns its ticks into the shortest time.
fn delay_text(station: &Station) -> String {
    match in_ms(station, station.gate.delay_ticks) {
        Some((ticks, text)) => format!("gate.delay_ticks ({ticks}), {text}"),
        None => format!("gate.delay_ms ({})", station.gate.delay_ms),
    }
}

/// A number of ticks, and the sum for its shortest time.
fn in_ms(station: &Station, ticks: Option<u32>) -> Option<(u32, String)> {
    let (ticks, encoder) = (ticks?, station.encoder.as_ref()?);
    let max = encoder.ticks_per_s_max;
    let ms = encoder.shortest_ms(ticks);
    let sum = format!("{ticks} x 1000 / encoder.ticks_per_s_max ({max}) = {ms} ms");
    Some((ticks, sum))
}

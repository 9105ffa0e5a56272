//! Rules over the encoder and what the gate measures in its ticks. Each message shows its sum.

use super::Found;
use crate::station::file::{EncoderSettings, GateSettings, OverlapRule, RECORD_TICKS, Station};
use crate::trigger::EdgeFilter;
use core::time::Duration;

pub(super) fn check(station: &Station, found: &mut Found<'_>) {
    let gate = &station.gate;
    for (in_time, in_ticks, ticks) in [
        ("gate.delay_ms", "gate.delay_ticks", gate.delay_ticks),
        ("gate.pulse_ms", "gate.pulse_ticks", gate.pulse_ticks),
    ] {
        match (found.has(in_time), ticks) {
            (true, Some(ticks)) => found.add(
                in_ticks,
                format!("is {ticks}, and {in_time} is given as well; keep only one"),
            ),
            (false, None) => found.add(
                in_time,
                format!("missing; give it, or {in_ticks} for a belt with an encoder"),
            ),
            (false, Some(ticks)) if station.encoder.is_none() => found.add(
                in_ticks,
                format!(
                    "is {ticks}, and no section encoder counts them; add it, or give {in_time}"
                ),
            ),
            _ => {}
        }
    }
    match &station.encoder {
        Some(encoder) => {
            speeds(encoder, found);
            record(station, encoder, found);
        }
        None if station.inputs.belt.is_some() => found.add(
            "inputs.belt",
            "says when the belt should move, and no section encoder measures it; add it",
        ),
        None => {}
    }
    not_in_ticks(gate, found);
}

fn speeds(encoder: &EncoderSettings, found: &mut Found<'_>) {
    let (min, max) = (encoder.ticks_per_s_min, encoder.ticks_per_s_max);
    let watch_ms = encoder.watch_ms();
    if min > max {
        found.add(
            "encoder.ticks_per_s_min",
            format!("is {min}; allowed: up to encoder.ticks_per_s_max ({max})"),
        );
    } else if u64::from(min) * u64::from(watch_ms) < 2000 {
        found.add(
            "encoder.ticks_per_s_min",
            format!(
                "is {min}, so encoder.watch_ms ({watch_ms}) may have less than two ticks of a belt that moves; allowed: 2000 / encoder.watch_ms = {} or more, or a longer encoder.watch_ms",
                2000_u32.div_ceil(watch_ms.max(1))
            ),
        );
    }
}

/// The position at a trigger must still be known when the gate hears of the part.
fn record(station: &Station, encoder: &EncoderSettings, found: &mut Found<'_>) {
    if station.gate.delay_ticks.is_none() {
        return;
    }
    let kept_ms = encoder.shortest_ms(u32::try_from(RECORD_TICKS).unwrap_or(u32::MAX));
    let (heard_ms, why) = match &station.trigger {
        Some(trigger) => {
            let debounce = Duration::from_micros(trigger.debounce_us.into());
            let heard = EdgeFilter::signal_delay_max(debounce).as_millis();
            (
                u32::try_from(heard).unwrap_or(u32::MAX),
                "50 ms, or ten times trigger.debounce_us, and trigger.debounce_us more",
            )
        }
        None => (
            station.gate.deadline_ms,
            "gate.deadline_ms, since a picture begins a part",
        ),
    };
    if heard_ms > kept_ms {
        found.add(
            "encoder.ticks_per_s_max",
            format!(
                "is {}, so the {RECORD_TICKS} ticks that the station keeps are {kept_ms} ms; a part is known up to {heard_ms} ms after it came ({why}); use an encoder with fewer ticks, or shorten that",
                encoder.ticks_per_s_max
            ),
        );
    }
}

/// What counts in time ahead of a movement does not work if the belt decides when that is.
fn not_in_ticks(gate: &GateSettings, found: &mut Found<'_>) {
    if let Some(ticks) = gate.delay_ticks {
        for (key, ms) in [
            ("gate.dead_time_ms", gate.dead_time_ms),
            ("gate.gap_min_ms", gate.gap_min_ms),
        ] {
            if ms > 0 {
                found.add(
                    key,
                    format!(
                        "is {ms}; allowed with gate.delay_ticks ({ticks}): 0, since the time until the belt is there is unknown"
                    ),
                );
            }
        }
    }
    if let Some(ticks) = gate.pulse_ticks
        && gate.overlap == OverlapRule::Extend
    {
        found.add(
            "gate.overlap",
            format!("is \"extend\"; allowed with gate.pulse_ticks ({ticks}): \"merge\", since the extension counts in time"),
        );
    }
}

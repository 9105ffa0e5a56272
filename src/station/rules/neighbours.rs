//! Rules over parts and movements that come close together. Each message shows its sum.

use super::Found;
use crate::station::file::{AfterPass, GateSettings, GateStyle, OverlapRule, Station};

pub(super) fn check(station: &Station, found: &mut Found<'_>) {
    dead_time(&station.gate, found);
    gap(station, found);
    overlap(&station.gate, found);
    let gate = &station.gate;
    if gate.after_pass == AfterPass::Hold && gate.style == GateStyle::Pulse {
        found.add(
            "gate.after_pass",
            "is \"hold\"; allowed with \"divert\": with \"pulse\" the gate is open at rest and has no side to hold",
        );
    }
}

fn dead_time(gate: &GateSettings, found: &mut Found<'_>) {
    if gate.dead_time_ms == 0 || gate.deadline_ms > gate.delay_ms {
        return;
    }
    let most = gate.delay_ms - gate.deadline_ms;
    if gate.dead_time_ms > most {
        found.add(
            "gate.dead_time_ms",
            format!(
                "is {}; allowed: up to gate.delay_ms ({}) - gate.deadline_ms ({}) = {most} ms: the line moves gate.dead_time_ms before the part is at the gate, and the part is decided by then",
                gate.dead_time_ms, gate.delay_ms, gate.deadline_ms
            ),
        );
    }
}

fn gap(station: &Station, found: &mut Found<'_>) {
    let gate = &station.gate;
    let (gap, pulse, interval) = (gate.gap_min_ms, gate.pulse_ms, gate.part_interval_ms);
    // Without the delay, which is a problem of its own, it is not known how large it may be.
    if gap == 0 || gate.delay_ms == 0 {
        return;
    }
    let debounce_ms = station
        .trigger
        .as_ref()
        .map_or(0, |trigger| trigger.debounce_us.div_ceil(1000));
    let known_ms = gate.line_delay_ms().saturating_sub(debounce_ms);
    let holds = gate.after_pass == AfterPass::Hold;
    let refusal = match gate.style {
        _ if gap > known_ms => format!(
            "gate.delay_ms ({}) - gate.dead_time_ms ({}) - the debounce ({debounce_ms}) = {known_ms} ms, the time for which a part is known before its movement",
            gate.delay_ms, gate.dead_time_ms
        ),
        GateStyle::Pulse => {
            let most = interval.saturating_mul(2).saturating_sub(pulse);
            if gap <= most {
                return;
            }
            format!(
                "2 x gate.part_interval_ms ({interval}) - gate.pulse_ms ({pulse}) = {most} ms, or no good part between two rejected ones ever passes"
            )
        }
        GateStyle::Divert if holds => {
            if gap <= interval {
                return;
            }
            format!(
                "gate.part_interval_ms ({interval}), or the gate cannot change its side from one part to the next"
            )
        }
        GateStyle::Divert => {
            let most = interval.saturating_sub(pulse);
            if gap <= most || pulse > interval {
                return;
            }
            format!(
                "gate.part_interval_ms ({interval}) - gate.pulse_ms ({pulse}) = {most} ms, or the gate cannot open for the second of two good parts"
            )
        }
    };
    found.add(
        "gate.gap_min_ms",
        format!("is {gap}; allowed: up to {refusal}"),
    );
}

fn overlap(gate: &GateSettings, found: &mut Found<'_>) {
    let (pulse, interval) = (gate.pulse_ms, gate.part_interval_ms);
    if gate.overlap == OverlapRule::Merge {
        if let Some(extend_max_ms) = gate.extend_max_ms {
            found.add(
                "gate.extend_max_ms",
                format!("is {extend_max_ms}, which only counts with gate.overlap \"extend\"; set it, or leave this key out"),
            );
        }
        return;
    }
    if gate.style == GateStyle::Divert {
        found.add(
            "gate.overlap",
            "is \"extend\"; allowed with \"pulse\": a divert gate rejects at rest and has no pulse to extend",
        );
    } else if pulse <= interval {
        found.add(
            "gate.overlap",
            format!(
                "is \"extend\", but pulses of gate.pulse_ms ({pulse}) never overlap if parts are gate.part_interval_ms ({interval}) apart; correct one of the two, or leave this key out"
            ),
        );
    } else if gate.extend_max_ms() <= pulse {
        found.add(
            "gate.extend_max_ms",
            format!(
                "is {}; allowed: more than gate.pulse_ms ({pulse}), which each reject holds the gate in any case",
                gate.extend_max_ms()
            ),
        );
    }
}

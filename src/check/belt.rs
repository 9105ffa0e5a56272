//! What the encoder's keys mean in time.

use super::Finding;
use crate::station::Station;
use crate::station::file::EncoderSettings;

/// The times of the gate at the belt's highest and lowest speed, with their sums.
pub(super) fn findings(station: &Station) -> Vec<Finding> {
    let Some(encoder) = &station.encoder else {
        return Vec::new();
    };
    let gate = &station.gate;
    let ticks = [
        ("gate.delay_ticks", gate.delay_ticks),
        ("gate.pulse_ticks", gate.pulse_ticks),
    ];
    let lengths = ticks
        .into_iter()
        .filter_map(|(key, ticks)| Some((key, ticks?)));
    lengths
        .map(|(key, ticks)| Finding::ok(format!("belt: {}", times(encoder, key, ticks))))
        .collect()
}

fn times(encoder: &EncoderSettings, key: &str, ticks: u32) -> String {
    let EncoderSettings {
        ticks_per_s_max: max,
        ticks_per_s_min: min,
        ..
    } = encoder;
    let longest = u64::from(ticks) * 1000 / u64::from(*min).max(1);
    format!(
        "{key} {ticks} x 1000 / encoder.ticks_per_s_max ({max}) = {} ms; at encoder.ticks_per_s_min ({min}) {longest} ms",
        encoder.shortest_ms(ticks)
    )
}

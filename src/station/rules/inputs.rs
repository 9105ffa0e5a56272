//! Rules about the confirmation and the limits: a setting that can never hold, or that cannot tell
//! two parts apart, is refused.

use super::Found;
use crate::control::CONFIRMING_MAX;
use crate::station::file::Station;
use core::time::Duration;

pub(super) fn check(station: &Station, found: &mut Found<'_>) {
    let gate = &station.gate;
    let confirm = match (&gate.confirm, &station.inputs.confirm) {
        (None, None) => return,
        (None, Some(_)) => {
            return found.add(
                "inputs.confirm",
                "is given, but gate.confirm does not say what it must see; add it",
            );
        }
        (Some(_), None) => {
            return found.add(
                "gate.confirm",
                "is given, but there is no sensor; add inputs.confirm",
            );
        }
        (Some(confirm), Some(line)) => {
            let debounce = Duration::from_micros(line.debounce_us.into());
            if debounce >= Duration::from_millis(gate.part_interval_ms.into()) {
                found.add(
                    "inputs.confirm.debounce_us",
                    format!(
                        "is {}; allowed: shorter than gate.part_interval_ms ({}), or two parts look like one",
                        line.debounce_us, gate.part_interval_ms
                    ),
                );
            }
            confirm
        }
    };
    let Some(window_ms) = confirm.max_ms.checked_sub(confirm.min_ms) else {
        return found.add(
            "gate.confirm.max_ms",
            format!(
                "is {}; allowed: gate.confirm.min_ms ({}) or more",
                confirm.max_ms, confirm.min_ms
            ),
        );
    };
    if window_ms >= gate.part_interval_ms {
        found.add(
            "gate.confirm.max_ms",
            format!(
                "is {}: the window, max_ms - min_ms = {window_ms} ms, reaches the next part; allowed: shorter than \
                 gate.part_interval_ms ({})",
                confirm.max_ms, gate.part_interval_ms
            ),
        );
    }
    // Parts between the gate and the sensor at once.
    let parts = confirm.max_ms / gate.part_interval_ms + 1;
    if usize::try_from(parts).is_ok_and(|parts| parts > CONFIRMING_MAX) {
        found.add(
            "gate.confirm.max_ms",
            format!(
                "is {}: with gate.part_interval_ms {}, max_ms / part_interval_ms + 1 = {parts} parts are between gate and \
                 sensor; allowed: {CONFIRMING_MAX}",
                confirm.max_ms, gate.part_interval_ms
            ),
        );
    }
}

//! The trigger's debounce must fit the gate's times: the gate must know of each part before it
//! arrives.

use super::Found;
use crate::station::file::{GateStyle, Station};
use crate::trigger::EdgeFilter;
use core::time::Duration;

pub(super) fn check(station: &Station, found: &mut Found<'_>) {
    let Some(trigger) = &station.trigger else {
        return;
    };
    let gate = &station.gate;
    let debounce = Duration::from_micros(trigger.debounce_us.into());
    let chattering = EdgeFilter::signal_delay_max(debounce);
    let mut refused = |allowed: String| {
        found.add(
            "trigger.debounce_us",
            format!("is {}; allowed: {allowed}", trigger.debounce_us),
        );
    };
    // The shorter of the two, so that one wrong value gives one problem.
    let least_ms = gate.part_interval_ms.min(gate.deadline_ms);
    if debounce >= Duration::from_millis(least_ms.into()) {
        refused(format!(
            "shorter than gate.part_interval_ms ({}) and than gate.deadline_ms ({}), since a trigger is known this long after its edge",
            gate.part_interval_ms, gate.deadline_ms
        ));
    } else if gate.style == GateStyle::Pulse
        && !debounce.is_zero()
        && gate.delay_ms > 0
        && chattering > Duration::from_millis(gate.line_delay_ms().into())
    {
        refused(format!(
            "with \"pulse\", 0, or so short that a line that does not settle is known within gate.delay_ms ({}) less gate.dead_time_ms ({}): that takes 50 ms, or ten times debounce_us, and debounce_us more, which is {} us",
            gate.delay_ms,
            gate.dead_time_ms,
            chattering.as_micros()
        ));
    }
}

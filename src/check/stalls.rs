//! How long a stall the station tolerates, and whether the system lets it avoid stalls.

use super::Finding;
use crate::gate::Stalls;
use crate::scheduling::Granted;
use crate::station::Station;
use board::realtime::RealtimeError;

/// The sums of [`Stalls`], and what the system grants to the user that runs this command.
pub(super) fn findings(station: &Station) -> Vec<Finding> {
    let stalls = Stalls::from(station);
    let text = stalls.to_string();
    let mut findings: Vec<_> = text
        .lines()
        .map(|line| Finding::ok(format!("stalls: {line}")))
        .collect();
    let whole = format!("stalls: {}", stalls.whole_station());
    findings.push(if stalls.is_unbounded() {
        Finding::warn(whole)
    } else {
        Finding::ok(whole)
    });
    findings
}

/// Whether this user gets real-time priority and locked memory.
pub(super) fn real_time() -> Vec<Finding> {
    of_granted(&Granted::probe())
}

fn of_granted(granted: &Granted) -> Vec<Finding> {
    if granted.is_complete() {
        return vec![Finding::ok(format!("real time: {granted}"))];
    }
    let missing = |error: RealtimeError| {
        Finding::warn(format!(
            "real time: {error}; for the user that runs this command; without it a busy machine may move parts late"
        ))
    };
    granted.errors().map(missing).collect()
}

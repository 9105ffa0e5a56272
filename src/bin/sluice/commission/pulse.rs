//! Moves one output line once.

use crate::devices::Chips;
use crate::interrupt::Interrupt;
use board::simulated::TimelineFile;
use core::fmt;
use core::time::Duration;
use embedded_hal::digital::{OutputPin, PinState};
use serde::Serialize;
use sluice::station::Station;

/// Why a line was not moved.
#[derive(Debug)]
pub enum PulseError {
    /// The station file has no such line.
    Unknown(String),
    /// The line cannot be opened or driven.
    Line(String),
    /// A signal ended the pulse; the line is at its safe level.
    Interrupted,
}

/// What was done with a line.
#[derive(Debug, Serialize)]
pub struct Pulsed {
    /// Its key.
    line: &'static str,
    /// How long it moved.
    ms: u32,
    /// The level that it had meanwhile.
    level: &'static str,
    /// Its safe level, which it has again.
    safe: &'static str,
}

impl fmt::Display for Pulsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            ms,
            level,
            safe,
        } = self;
        write!(f, "{line}: {level} for {ms} ms, {safe} again")
    }
}

/// Moves the line `name` (`reject` or `lines.reject`) from its safe level to the other one for `ms`
/// milliseconds and back, and releases it. Returns what was done.
///
/// # Errors
/// There is no such line, another program holds it (a running station does), or it cannot be
/// driven. It is left at its safe level if it can be driven at all.
pub fn pulse(station: &Station, name: &str, ms: u32) -> Result<Pulsed, PulseError> {
    let short = |key: &'static str| key.trim_start_matches("lines.");
    let found = station
        .lines
        .outputs()
        .find(|(key, _)| *key == name || short(key) == name);
    let Some((key, line)) = found else {
        let names: Vec<_> = station.lines.outputs().map(|(key, _)| short(key)).collect();
        return Err(PulseError::Unknown(format!(
            "there is no output line \"{name}\"; the station file has {}",
            names.join(", ")
        )));
    };
    let failed = |error| PulseError::Line(format!("{key}: {error}"));
    // Before the line moves: an unhandled signal would leave it active.
    let interrupt = Interrupt::new().map_err(PulseError::Line)?;
    let (mut chips, mut timeline) = Chips::after(station);
    let mut pin = chips.output(key, line, Duration::ZERO).map_err(failed)?;
    let safe = PinState::from(line.safe);
    pin.set_state(!safe).map_err(failed)?;
    // Written at once, so that a reader of the file sees the line move when it does.
    if let Some(Err(error)) = timeline.as_mut().map(TimelineFile::append) {
        sluice::complain!("sluice: lines.timeline: {error}");
    }
    let interrupted = interrupt.sleep(Duration::from_millis(ms.into()));
    pin.set_state(safe).map_err(failed)?;
    drop((pin, timeline));
    if interrupted {
        return Err(PulseError::Interrupted);
    }
    let level = |level| match level {
        PinState::Low => "low",
        PinState::High => "high",
    };
    Ok(Pulsed {
        line: key,
        ms,
        level: level(!safe),
        safe: level(safe),
    })
}

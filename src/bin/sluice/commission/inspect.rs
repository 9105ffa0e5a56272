//! The lines' part of `sluice check`: whether each exists and is free. It requests no line, so no
//! output changes.

use crate::devices::{Place, open_expander};
use board::gpio::LineInfo;
use board::line::LineError;
use core::time::Duration;
use sluice::check::{self, Computer, Finding};
use sluice::station::Station;

/// What messages call the holder of a line if it is a station.
const RUNS: &str = "a running station";

/// Inspects every line of the station file. On a desk the lines of chips are only listed.
pub fn inspect(station: &Station, computer: Computer) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut look = |key: &str, chip: &str, offset, name: &str| {
        if computer == Computer::Desk
            && let Some((chip, line)) = of_chip(station, chip, offset, name)
        {
            return findings.push(check::elsewhere(key, chip, &line, &["expander", "sysfs"]));
        }
        let place = Place::of(station, chip, offset, name);
        let result = place.and_then(|place| state(station, &place));
        findings.push(match result {
            Ok(text) if text.contains(RUNS) => {
                Finding::warn(format!("{key}: {text}; end it before another one starts"))
            }
            Ok(text) => Finding::ok(format!("{key}: {text}")),
            Err(error) => Finding::wrong(format!("{key}: {error}")),
        });
    };
    for (key, line) in station.lines.outputs() {
        look(key, &line.chip, line.offset, &line.name);
    }
    if let Some(trigger) = &station.trigger {
        look("trigger", &trigger.chip, trigger.offset, &trigger.name);
    }
    if let Some(line) = &station.encoder {
        look("encoder", &line.chip, line.offset, &line.name);
        if let Some(line) = &line.line_b {
            look("encoder.line_b", &line.chip, line.offset, &line.name);
        }
    }
    for (name, line) in station.inputs.inputs() {
        look(name.key(), &line.chip, line.offset, &line.name);
    }
    let display = &station.display;
    for (key, wire) in [
        ("display.data_command", &display.data_command),
        ("display.reset", &display.reset),
        ("display.light", &display.light),
    ] {
        if let Some(wire) = wire {
            look(key, &wire.chip, wire.offset, &wire.name);
        }
    }
    findings
}

/// The chip of a line and what follows it, as the station file names them; nothing for a simulated
/// one.
fn of_chip<'s>(
    station: &'s Station,
    chip: &'s str,
    offset: Option<u32>,
    name: &str,
) -> Option<(&'s str, String)> {
    let chip = if chip.is_empty() {
        station.lines.chip.as_str()
    } else {
        chip
    };
    let line = offset.map_or_else(|| format!(" {name}"), |offset| format!(" {offset}"));
    (chip != "simulated").then_some((chip, line))
}

fn state(station: &Station, place: &Place<'_>) -> Result<String, LineError> {
    match place {
        Place::Simulated(_) => Ok(place.to_string()),
        Place::Gpio { .. } => {
            let line = place.find()?;
            let name = format!("{line}, GPIO interface {}", line.abi());
            describe(&name, &line.info()?)
        }
        Place::Expander(offset) => match open_expander(station, Duration::ZERO) {
            Ok(expander) => {
                let state = expander.state(*offset)?;
                let direction = if state.is_output { "output" } else { "input" };
                Ok(format!("{place}: found; an {direction} now"))
            }
            Err(error) if error.is_taken() => Ok(format!("{place}: {RUNS} holds the bus")),
            Err(error) => Err(error),
        },
    }
}

/// The kernel's state of a line, in words. A line that a station holds will be free for the next
/// station.
fn describe(line: &str, info: &LineInfo) -> Result<String, LineError> {
    let name = match info.name.as_str() {
        "" => String::new(),
        name => format!(" \"{name}\""),
    };
    let direction = if info.is_output { "output" } else { "input" };
    match &info.holder {
        None => Ok(format!("{line}{name}: free; an {direction} now")),
        Some(holder) if holder.starts_with("sluice ") => Ok(format!(
            "{line}{name}: held by \"{holder}\", {RUNS}; an {direction} now"
        )),
        Some(holder) => Err(LineError::taken(format_args!(
            "{line}{name} is held by \"{holder}\"; end that program, or name another line"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info_of(holder: Option<&str>) -> LineInfo {
        LineInfo {
            name: "GATE".to_owned(),
            holder: holder.map(str::to_owned),
            is_output: true,
        }
    }

    #[test]
    fn a_line_is_usable_if_it_is_free_or_a_station_holds_it() {
        let text = |holder| describe("/dev/gpiochip0 line 3", &info_of(holder));
        assert_eq!(
            text(None).unwrap(),
            "/dev/gpiochip0 line 3 \"GATE\": free; an output now"
        );
        let running = text(Some("sluice lines.reject")).unwrap();
        assert!(running.contains("a running station"), "{running}");
        let error = text(Some("sysfs")).unwrap_err();
        assert!(
            error.is_taken() && error.to_string().contains("\"sysfs\""),
            "{error}"
        );
    }
}

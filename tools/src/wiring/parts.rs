//! The parts on the lines of a station, and what each level of a line does at its part.

use super::part::{Kind, Part, Port, word};
use super::pins::{Board, End};
use super::{Error, inputs, pictures};
use sluice::station::Station;
use sluice::station::file::{GateStyle, Level, LineSettings};

/// How long the alive relay must stay on after one edge. It triggers on every second change of the
/// line. Two changes are at most one and a half times `engine.self_check_ms` and the longest
/// inspection that counts apart.
fn alive_hold_ms(station: &Station) -> u64 {
    3 * u64::from(station.engine.self_check_ms) + 2 * u64::from(station.gate.deadline_ms)
}

/// All parts, in the order of the station file.
///
/// # Errors
///
/// A line or bus is not on the board, or cannot drive its part.
pub fn of(station: &Station, board: Board) -> Result<Vec<Part>, Error> {
    let mut parts = Vec::new();
    inputs::add(&mut parts, station, board)?;
    let lines = &station.lines;
    let mut number = 1;
    for (key, colour, line) in [
        ("lines.reject", "#c62828", Some(&lines.reject)),
        ("lines.alive", "#7b1fa2", lines.alive.as_ref()),
        ("lines.pass", "#2e7d32", lines.pass.as_ref()),
        ("lines.ready", "#00796b", lines.ready.as_ref()),
        ("lines.busy", "#8d6e00", lines.busy.as_ref()),
        ("lines.fault", "#ad1457", lines.fault.as_ref()),
    ] {
        let Some(line) = line else { continue };
        let end = board.line(key, station, (&line.chip, line.offset, &line.name))?;
        let name = format!("K{number}");
        number += 1;
        parts.push(if key == "lines.alive" {
            alive(station, line, end, name, colour)
        } else {
            relay(station, (key, line), end, name, colour)?
        });
    }
    parts.extend(pictures::camera(station, board)?);
    parts.extend(pictures::display(station, board)?);
    Ok(parts)
}

fn relay(
    station: &Station,
    (key, line): (&'static str, &LineSettings),
    end: End,
    name: String,
    colour: &'static str,
) -> Result<Part, Error> {
    if end.is_weak() {
        return Err(Error::WeakPin {
            key: key.to_owned(),
            pin: end.words(),
        });
    }
    let on = opposite(line.safe);
    let on_is_active = line.active == on;
    let (on_word, off_word) = (word(on), word(line.safe));
    let undriven = format!("{off_word}, undriven, cable cut or no supply: relay off");
    let pulse = match station.gate.pulse_ticks {
        Some(ticks) => format!("{ticks} ticks of the belt"),
        None => format!("{} ms", station.gate.pulse_ms),
    };
    let (to, normally_open, text) = match key {
        "lines.reject" => {
            let rhythm = match station.gate.style {
                GateStyle::Divert => format!(
                    "It is {on_word} only for {pulse} when a part that passed is at the gate"
                ),
                GateStyle::Pulse => format!(
                    "It is {off_word} for {pulse} when a part that did not pass is at the gate, else {on_word}"
                ),
            };
            (
                "gate circuit",
                true,
                format!(
                    "{on_word} = LET THROUGH: relay on, 11-14 closed.\n{undriven}, 11-14 open = REJECT.\n{rhythm}."
                ),
            )
        }
        "lines.pass" => (
            "PLC input",
            on_is_active,
            format!(
                "{on_word} = relay on for {pulse}: a part that passed is at the gate.\n{undriven} = nothing passed."
            ),
        ),
        "lines.ready" => (
            "PLC input",
            on_is_active,
            format!(
                "{on_word} = relay on: the station takes parts.\n{undriven} = not ready: stop the feed."
            ),
        ),
        "lines.busy" => (
            "PLC input",
            on_is_active,
            if on_is_active {
                format!("{on_word} = relay on: parts wait for their verdict.\n{undriven} = free.")
            } else {
                format!("{on_word} = relay on: free.\n{undriven} = busy: the contact is closed.")
            },
        ),
        _ => (
            "lamp, PLC input",
            on_is_active,
            if on_is_active {
                format!(
                    "{on_word} = relay on: FAULT.\n{undriven} = no fault: A DEAD STATION SHOWS NO FAULT."
                )
            } else {
                format!(
                    "{on_word} = relay on, 11-12 open: no fault.\n{undriven}, 11-12 closed = FAULT: the lamp is on."
                )
            },
        ),
    };
    Ok(Part {
        title: format!("{name}: {key} on {}", end.words()),
        kind: Kind::Relay {
            name,
            on,
            normally_open,
            to,
        },
        ports: vec![Port {
            label: "IN",
            key,
            end,
            // The wire ends at the switched side of the opto-coupler's light: below it when the
            // line sinks the current, above it when the line supplies it.
            y: match on {
                Level::Low => 81,
                Level::High => 45,
            },
            colour,
        }],
        text,
        rows: if key == "lines.reject" { 4 } else { 3 },
    })
}

fn alive(
    station: &Station,
    line: &LineSettings,
    end: End,
    name: String,
    colour: &'static str,
) -> Part {
    let weak = end.is_weak();
    let hold_ms = alive_hold_ms(station);
    let seconds = format!("{}.{} s", hold_ms / 1000, hold_ms % 1000 / 100);
    Part {
        title: format!("{name}: lines.alive on {}", end.words()),
        kind: Kind::Alive {
            name,
            weak,
            safe: line.safe,
            hold_ms,
        },
        ports: vec![Port {
            label: if weak { "" } else { "IN" },
            key: "lines.alive",
            end,
            y: match (weak, line.safe) {
                (true, _) => 99,
                (false, Level::High) => 81,
                (false, Level::Low) => 45,
            },
            colour,
        }],
        text: format!(
            "The line changes with each finished inspection or self-check. The relay must trigger on edges, not on a level: \
             on for {seconds} after each rising edge (3 x self_check_ms + 2 x deadline_ms), off when it is constant at \
             either level."
        ),
        rows: 4,
    }
}

/// The opposite level.
const fn opposite(level: Level) -> Level {
    match level {
        Level::Low => Level::High,
        Level::High => Level::Low,
    }
}

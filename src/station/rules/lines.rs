//! Rules about lines: each entry names one line, no two entries name the same line, and the
//! undriven level is safe.

use super::Found;
use crate::station::file::{LinesSettings, NameText, PathText, Station};

/// A line of any section, with its key.
struct NamedLine<'a> {
    key: &'static str,
    chip: &'a PathText,
    offset: Option<u32>,
    name: &'a NameText,
}

/// All lines that the file names.
fn lines(station: &Station) -> Vec<NamedLine<'_>> {
    let outputs = &station.lines;
    let mut lines = Vec::new();
    let mut add = |key, chip, offset, name| {
        lines.push(NamedLine {
            key,
            chip,
            offset,
            name,
        });
    };
    for (key, line) in outputs.outputs() {
        add(key, &line.chip, line.offset, &line.name);
    }
    if let Some(trigger) = &station.trigger {
        add("trigger", &trigger.chip, trigger.offset, &trigger.name);
    }
    for (input, line) in station.inputs.inputs() {
        add(input.key(), &line.chip, line.offset, &line.name);
    }
    if let Some(line) = &station.encoder {
        add("encoder", &line.chip, line.offset, &line.name);
        if let Some(line) = &line.line_b {
            add("encoder.line_b", &line.chip, line.offset, &line.name);
        }
    }
    let display = &station.display;
    let wires = [
        ("display.data_command", &display.data_command),
        ("display.reset", &display.reset),
        ("display.light", &display.light),
    ];
    for (key, wire) in wires {
        if let Some(wire) = wire {
            add(key, &wire.chip, wire.offset, &wire.name);
        }
    }
    for line in &mut lines {
        if line.chip.is_empty() {
            line.chip = &outputs.chip;
        }
    }
    lines
}

/// Checks all lines of the file.
pub(super) fn check(station: &Station, found: &mut Found<'_>) {
    let lines = lines(station);
    for (index, line) in lines.iter().enumerate() {
        let NamedLine {
            key,
            chip,
            offset,
            name,
        } = line;
        let same = lines
            .iter()
            .take(index)
            .find(|other| other.chip == *chip && other.offset == *offset && other.name == *name);
        match (offset, name.is_empty()) {
            (Some(_), false) => found.add(
                &format!("{key}.name"),
                "conflicts with the offset; keep only one",
            ),
            (None, true) => found.add(key, "names no line; give it an offset or a name"),
            (Some(offset), true) => {
                if let Some(other) = same {
                    found.add(
                        &format!("{key}.offset"),
                        format!("is {offset}, the line of {}; give each its own", other.key),
                    );
                }
                let most = match chip.as_str() {
                    "simulated" => board::simulated::LINES_MAX - 1,
                    "expander" => 15,
                    _ => u32::MAX,
                };
                if *offset > most {
                    found.add(
                        &format!("{key}.offset"),
                        format!("is {offset}; the chip \"{chip}\" has lines 0 to {most}"),
                    );
                }
            }
            (None, false) => {
                if let Some(other) = same {
                    found.add(
                        &format!("{key}.name"),
                        format!(
                            "is \"{name}\", the line of {}; give each its own",
                            other.key
                        ),
                    );
                }
                if matches!(chip.as_str(), "simulated" | "expander" | "sysfs") {
                    found.add(
                        &format!("{key}.name"),
                        format!("is \"{name}\", but lines of the chip \"{chip}\" have no names; give an offset"),
                    );
                }
            }
        }
        if *chip == "expander" {
            if station.expander.is_none() {
                found.add(
                    key,
                    "is on the expander, and there is no section expander; add it",
                );
            }
            let reports_edges = ["trigger", "inputs.", "encoder"];
            if reports_edges.iter().any(|start| key.starts_with(start)) {
                found.add(
                    key,
                    "is on the expander, which reports no edges; use a line of a GPIO chip",
                );
            }
        }
    }
    safe_levels(&station.lines, found);
}

fn safe_levels(lines: &LinesSettings, found: &mut Found<'_>) {
    if lines.reject.safe != lines.reject.active {
        found.add(
            "lines.reject.safe",
            "differs from lines.reject.active: with the line undriven every part would pass; wire it so that the undriven level rejects",
        );
    }
    for (key, line, meaning) in [
        (
            "lines.pass",
            &lines.pass,
            "the undriven line would show that parts pass",
        ),
        (
            "lines.ready",
            &lines.ready,
            "a dead station would look ready",
        ),
    ] {
        if line.as_ref().is_some_and(|line| line.safe == line.active) {
            found.add(
                &format!("{key}.safe"),
                format!("equals {key}.active: {meaning}; invert the wiring"),
            );
        }
    }
}

//! What several keys mean together.

use super::file::{After, DisplayKind, GateStyle, Line, Station};
use super::json::Entry;
use super::problem::Problem;
use crate::gate::PARTS_MAX;

/// Every rule that the file breaks.
pub(super) fn check(station: &Station, entries: &[Entry]) -> Vec<Problem> {
    let mut found = Found {
        entries,
        problems: Vec::new(),
    };
    engine(station, &mut found);
    source(station, &mut found);
    recipe(station, &mut found);
    gate(station, &mut found);
    lines(station, &mut found);
    if station.display.kind != DisplayKind::None && station.display.file.is_empty() {
        found.add(
            "display.file",
            "is empty; a screen that is a PNG file needs a path",
        );
    }
    found.problems
}

/// The problems so far, each with the line of its key.
struct Found<'a> {
    entries: &'a [Entry],
    problems: Vec<Problem>,
}

impl Found<'_> {
    fn add(&mut self, key: &str, text: impl Into<String>) {
        let line = self
            .entries
            .iter()
            .find(|entry| entry.path == key)
            .map_or(0, |entry| entry.line);
        self.problems.push(Problem::new(line, key, text));
    }
}

fn engine(station: &Station, found: &mut Found<'_>) {
    let engine = &station.engine;
    if engine.mask.is_empty() && engine.scores.is_empty() {
        found.add(
            "engine.mask",
            "is empty and so is engine.scores; name at least one output of the model",
        );
    }
    if engine.slots < station.source.workers {
        found.add(
            "engine.slots",
            format!(
                "is {}; allowed: source.workers ({}) or more, since each worker fills a slot",
                engine.slots, station.source.workers
            ),
        );
    }
}

fn source(station: &Station, found: &mut Found<'_>) {
    let source = &station.source;
    if source.after == After::Move {
        if source.move_to.is_empty() {
            found.add(
                "source.move_to",
                "is empty; \"after\": \"move\" needs a directory",
            );
        } else if source.move_to == source.directory {
            found.add(
                "source.move_to",
                "is source.directory itself; name another directory",
            );
        }
    }
}

fn recipe(station: &Station, found: &mut Found<'_>) {
    let size = station.image.size;
    let outside = |x: u16, y: u16, width: u16, height: u16| {
        u32::from(x) + u32::from(width) > size.width
            || u32::from(y) + u32::from(height) > size.height
    };
    let input = format!("the model input is {} x {}", size.width, size.height);
    for (index, class) in station.recipe.classes.iter().enumerate() {
        let key = format!("recipe.classes[{index}]");
        if station
            .recipe
            .classes
            .iter()
            .take(index)
            .any(|other| other.class == class.class)
        {
            found.add(
                &format!("{key}.class"),
                format!("is {} a second time; list each class once", class.class),
            );
        }
        if class.blob_area_max_px.saturating_add(1) < class.blob_area_min_px {
            found.add(
                &format!("{key}.blob_area_max_px"),
                format!(
                    "is {}; allowed: blob_area_min_px - 1 ({}) or more, since smaller blobs do not count",
                    class.blob_area_max_px,
                    class.blob_area_min_px - 1
                ),
            );
        }
    }
    for (index, zone) in station.recipe.zones.iter().enumerate() {
        if outside(zone.x, zone.y, zone.width, zone.height) {
            found.add(
                &format!("recipe.zones[{index}]"),
                format!("reaches outside; {input}"),
            );
        }
    }
    if let Some(present) = &station.recipe.part_present {
        if outside(present.x, present.y, present.width, present.height) {
            found.add("recipe.part_present", format!("reaches outside; {input}"));
        }
        if present.brightness_min > present.brightness_max {
            found.add(
                "recipe.part_present.brightness_min",
                format!("is {}, above brightness_max", present.brightness_min),
            );
        }
    }
}

fn gate(station: &Station, found: &mut Found<'_>) {
    let gate = &station.gate;
    if gate.deadline_ms > gate.delay_ms {
        found.add(
            "gate.deadline_ms",
            format!(
                "is {}; allowed: up to gate.delay_ms ({}): a decision after the part is at the gate comes too late",
                gate.deadline_ms, gate.delay_ms
            ),
        );
    }
    if station.engine.timeout_ms < gate.deadline_ms {
        found.add(
            "engine.timeout_ms",
            format!(
                "is {}; allowed: gate.deadline_ms ({}) or more: a late part is a fault, a hung device ends the program",
                station.engine.timeout_ms, gate.deadline_ms
            ),
        );
    }
    // Parts between trigger and gate at once, the one at the gate included.
    let under_way = gate.delay_ms / gate.part_interval_ms + 1;
    if usize::try_from(under_way).is_ok_and(|count| count > PARTS_MAX) {
        found.add(
            "gate.part_interval_ms",
            format!(
                "is {}: with gate.delay_ms {} up to {under_way} parts are under way, and the reject queue holds {PARTS_MAX}",
                gate.part_interval_ms, gate.delay_ms
            ),
        );
    }
    if gate.style == GateStyle::Divert && gate.pulse_ms > gate.part_interval_ms {
        found.add(
            "gate.pulse_ms",
            format!(
                "is {}; allowed with \"divert\": up to gate.part_interval_ms ({}), or one part's open way lets the next through",
                gate.pulse_ms, gate.part_interval_ms
            ),
        );
    }
}

fn lines(station: &Station, found: &mut Found<'_>) {
    let lines = &station.lines;
    let named: [(&str, Option<Line>); 6] = [
        ("reject", Some(lines.reject)),
        ("pass", lines.pass),
        ("ready", lines.ready),
        ("busy", lines.busy),
        ("fault", lines.fault),
        ("alive", lines.alive),
    ];
    for (index, (name, line)) in named.iter().enumerate() {
        let Some(line) = line else { continue };
        let same = named
            .iter()
            .take(index)
            .find(|(_, other)| other.is_some_and(|other| other.offset == line.offset));
        if let Some((other, _)) = same {
            found.add(
                &format!("lines.{name}.offset"),
                format!(
                    "is {}, the line of lines.{other}; give each its own",
                    line.offset
                ),
            );
        }
    }
    if lines.reject.safe != lines.reject.active {
        found.add(
            "lines.reject.safe",
            "differs from lines.reject.active: with nobody driving the line every part would pass; wire it so that the undriven level rejects",
        );
    }
    if lines.pass.is_some_and(|pass| pass.safe == pass.active) {
        found.add(
            "lines.pass.safe",
            "equals lines.pass.active: with nobody driving the line it would say that parts pass; wire it the other way round",
        );
    }
    if lines.ready.is_some_and(|ready| ready.safe == ready.active) {
        found.add(
            "lines.ready.safe",
            "equals lines.ready.active: a dead station would look ready; wire it the other way round",
        );
    }
}

//! Draws a trace: triggers, verdicts and parts above, the lines below.

use super::scenes::{Finding, Scene};
use super::trace::{Trace, time_ms};
use crate::svg::{Anchor, Point, Svg};
use sluice::gate::{GateReport, Levels, Outcome};
use sluice::station::Station;
use sluice::station::file::GateStyle;

/// Left edge of the time axis, and pixels for each millisecond.
const LEFT: i32 = 190;
const SCALE: i32 = 4;
/// Upper edge of the first row, and height of a row.
const TOP: i32 = 66;
const ROW: i32 = 46;
/// Height of a line's waveform, and of a part.
const HIGH: i32 = 22;
/// Length of a part on the belt.
const PART_MS: u64 = 8;
/// Milliseconds between the marks of the time axis.
const MARK_MS: usize = 20;

const GREEN: &str = "#2e7d32";
const RED: &str = "#c62828";
const GREY: &str = "#757575";
const BLUE: &str = "#1565c0";

/// The diagram of a scene.
pub fn sheet(station: &Station, scene: &Scene, trace: &Trace) -> String {
    let gate = &station.gate;
    let dead_ms = u64::from(gate.dead_time_ms);
    let mut svg = Svg::default();
    svg.text("head", Anchor::Start, (16, 26), scene.title);
    let keys = scene.gate.replace('"', "");
    svg.text("small", Anchor::Start, (16, 46), &format!("gate: {keys}"));
    let closed = match gate.style {
        GateStyle::Pulse => "up: rejects",
        GateStyle::Divert => "up: closed",
    };
    let mut rows = vec![("trigger", ""), ("verdict", ""), ("part at the gate", "")];
    let first_line = rows.len();
    rows.push(("lines.reject", closed));
    if dead_ms > 0 {
        rows.push(("actuator", "dead_time_ms later"));
    }
    rows.push(("lines.pass", "up: a part passes"));
    if !scene.belt.is_empty() {
        rows.push(("belt", "ticks; red: back"));
    }
    let bottom = base(rows.len() - 1) + 12;
    axis(&mut svg, scene.end_ms, bottom);
    for report in &trace.reports {
        let x = x(time_ms(report.due) + dead_ms);
        svg.line("barrier", &[(x, base(2)), (x, bottom)]);
    }
    for (row, (name, meaning)) in rows.iter().enumerate() {
        let y = base(row);
        svg.text("bold", Anchor::Start, (16, y - 8), name);
        svg.text("small", Anchor::Start, (16, y + 6), meaning);
    }
    parts(&mut svg, scene, trace, dead_ms);
    let mut row = first_line;
    let mut draw = |colour, level: fn(&Levels) -> bool, later_ms| {
        wave(
            &mut svg,
            colour,
            row,
            &edges(trace, level, later_ms),
            scene.end_ms,
        );
        row += 1;
    };
    draw(RED, |levels| levels.reject, 0);
    if dead_ms > 0 {
        draw(BLUE, |levels| levels.reject, dead_ms);
    }
    draw(GREEN, |levels| levels.pass, 0);
    for (time_ms, step) in scene.ticks() {
        let colour = if step < 0 { RED } else { BLUE };
        let (x, y) = (x(time_ms), base(rows.len() - 1));
        svg.wire(colour, &[(x, y), (x, y - HIGH / 2)]);
    }
    svg.finish((x(scene.end_ms) + 30, bottom + 40))
}

fn x(time_ms: u64) -> i32 {
    LEFT + SCALE * i32::try_from(time_ms).unwrap_or(i32::MAX / SCALE - LEFT)
}

/// The lower edge of a row.
fn base(row: usize) -> i32 {
    TOP + ROW * i32::try_from(row + 1).unwrap_or_default() - 12
}

fn axis(svg: &mut Svg, end_ms: u64, y: i32) {
    svg.line("part", &[(x(0), y), (x(end_ms), y)]);
    for time_ms in (0..=end_ms).step_by(MARK_MS) {
        let x = x(time_ms);
        svg.line("part", &[(x, y), (x, y + 5)]);
        svg.text("small", Anchor::Middle, (x, y + 19), &time_ms.to_string());
    }
    svg.text("small", Anchor::Start, (16, y + 19), "ms");
}

fn parts(svg: &mut Svg, scene: &Scene, trace: &Trace, dead_ms: u64) {
    for (number, part) in (1_u64..).zip(scene.parts) {
        let (word, colour) = match part.finding {
            Finding::Good => ("PASS", GREEN),
            Finding::Bad => ("REJECT", RED),
            Finding::None => ("", GREY),
        };
        let trigger = x(part.trigger_ms);
        svg.wire(colour, &[(trigger, base(0)), (trigger, base(0) - HIGH)]);
        let label = number.to_string();
        svg.text("small", Anchor::Start, (trigger + 4, base(0) - 4), &label);
        if part.finding != Finding::None {
            let verdict = x(part.trigger_ms + part.inspection_ms);
            svg.wire(colour, &[(verdict, base(1)), (verdict, base(1) - HIGH)]);
            let text = format!("{number} {word}");
            svg.text("small", Anchor::Start, (verdict + 4, base(1) - 4), &text);
        }
        let report = trace
            .reports
            .iter()
            .find(|report| report.part.number() == number);
        let Some(report) = report else { continue };
        let at_gate: Point = (x(time_ms(report.due) + dead_ms), base(2) - HIGH);
        let length = x(PART_MS) - x(0);
        svg.coloured(colour, at_gate, (length, HIGH));
        let middle = (at_gate.0 + length / 2, base(2) - 6);
        svg.text("small", Anchor::Middle, middle, &label);
        let below = (at_gate.0, base(2) + 11);
        svg.text("small", Anchor::Start, below, outcome(report));
    }
}

fn outcome(report: &GateReport) -> &'static str {
    match report.outcome {
        Outcome::Passed => "passed",
        Outcome::Rejected(_) => match report.outcome.code() {
            "verdict" => "rejected",
            code => code,
        },
    }
}

/// The times at which the level changes, from low at the beginning.
fn edges(trace: &Trace, level: fn(&Levels) -> bool, later_ms: u64) -> Vec<u64> {
    let mut edges = Vec::new();
    let mut last = false;
    for (time_ms, levels) in &trace.levels {
        if level(levels) != last {
            last = !last;
            edges.push(if *time_ms == 0 { 0 } else { time_ms + later_ms });
        }
    }
    edges
}

fn wave(svg: &mut Svg, colour: &str, row: usize, edges: &[u64], end_ms: u64) {
    let (low, high) = (base(row), base(row) - HIGH);
    let begins_high = edges.first() == Some(&0);
    let mut y = if begins_high { high } else { low };
    let mut points = vec![(x(0), y)];
    for edge in edges.iter().filter(|edge| (1..=end_ms).contains(*edge)) {
        points.push((x(*edge), y));
        y = low + high - y;
        points.push((x(*edge), y));
    }
    points.push((x(end_ms), y));
    svg.wire(colour, &points);
}

//! The sheet: board on the left, parts in the middle, gate circuit and notes on the right.

use super::draw::{self, WIDTH};
use super::headers::Header;
use super::part::{GRID, Kind, Part};
use super::pins::{Board, End};
use super::route::{self, Wire};
use super::symbols::{contact_down, supply};
use crate::svg::{Anchor, Point, Svg};
use sluice::station::Station;
use sluice::station::file::GateStyle;

/// Upper edge of the board and of the first part.
const TOP: i32 = 96;
/// Left edges of the even and the odd pins; width and height of a pin.
const PINS: [i32; 2] = [30, 146];
const PIN: Point = (108, 26);
/// Left edge of the wires, of their tracks and of the parts.
const LEAVE: i32 = PINS[1] + PIN.0;
const TRACKS: i32 = 400;
const PARTS: i32 = 530;
/// Left edge of the right column.
const NOTES: i32 = PARTS + WIDTH + 24;
const NOTES_WIDTH: i32 = 420;

/// Draws the sheet of a station. `file` is the station file's name.
pub fn sheet(station: &Station, board: Board, file: &str, parts: &mut [Part]) -> String {
    let mut svg = Svg::default();
    if board.header().is_some() {
        // In the order of the pins, so that few wires cross.
        parts.sort_by_key(first_pin);
    }
    let mut places = Vec::new();
    let mut y = TOP;
    for part in parts.iter() {
        places.push(y);
        y += part.rows * GRID;
    }
    let below_parts = y;
    let below_board = match board.header() {
        Some(of) => header(&mut svg, of, parts),
        None => carrier(&mut svg, parts, &places),
    };
    wires(&mut svg, board, parts, &places);
    for (part, y) in parts.iter().zip(&places) {
        let from = draw::supply_of(board, &part.kind);
        draw::part(&mut svg, (PARTS, *y), part, &from);
    }
    let below_notes = notes(&mut svg, station, board, parts);
    let width = NOTES + NOTES_WIDTH + 30;
    svg.text(
        "big",
        Anchor::Start,
        (30, 38),
        &format!("Wiring of the station {}", station.station.name),
    );
    svg.text(
        "",
        Anchor::Start,
        (30, 62),
        &format!(
            "Drawn from {file} by `cargo run -p sluice-tools --bin wiring`; change the file, not the drawing. \
             It has not been tried on hardware yet: commission it as docs/commissioning.md describes."
        ),
    );
    svg.finish((width, below_parts.max(below_board).max(below_notes) + 20))
}

/// The lowest pin number of a part.
fn first_pin(part: &Part) -> u8 {
    let pins = part.ports.iter().map(|port| match port.end {
        End::Pin(pin) => pin.number,
        End::Named(_) => u8::MAX,
    });
    pins.min().unwrap_or(u8::MAX)
}

/// Upper edge of a pin.
fn row(pin: u8) -> i32 {
    TOP + GRID * i32::from((pin.saturating_sub(1)) / 2)
}

/// Draws the header, even pins left, odd pins right. Returns its lower edge.
fn header(svg: &mut Svg, of: &Header, parts: &[Part]) -> i32 {
    svg.text(
        "head",
        Anchor::Start,
        (PINS[0], TOP - 10),
        &format!("{}, 40 pins", of.board),
    );
    let used: Vec<(u8, &str)> = parts
        .iter()
        .flat_map(|part| &part.ports)
        .filter_map(|port| match port.end {
            End::Pin(pin) => Some((pin.number, port.colour)),
            End::Named(_) => None,
        })
        .chain([(1, "#ef6c00"), (17, "#ef6c00"), (9, "#222"), (39, "#222")])
        .collect();
    for pin in (1..).take(of.names.len()) {
        let at = (PINS[usize::from(pin % 2)], row(pin));
        let colour = used.iter().find(|(number, _)| *number == pin);
        match colour {
            Some((_, colour)) => svg.coloured(colour, at, PIN),
            None => svg.rect("tint", at, PIN),
        }
        let class = if colour.is_some() { "bold" } else { "" };
        let name = of.pin(pin).name;
        let y = at.1 + 18;
        if pin % 2 == 0 {
            svg.text(class, Anchor::Start, (at.0 + 8, y), name);
            svg.text(class, Anchor::End, (at.0 + PIN.0 - 8, y), &pin.to_string());
        } else {
            svg.text(class, Anchor::Start, (at.0 + 8, y), &pin.to_string());
            svg.text(class, Anchor::End, (at.0 + PIN.0 - 8, y), name);
        }
    }
    let y = row(39) + GRID + 12;
    svg.lines(
        "small",
        (PINS[0], y),
        36,
        &format!(
            "Pin numbers are {}; find pin 1 on the board before wiring. Coloured pins are used. \
             Connect 3V3 and GND wherever these names appear.",
            of.numbers_are
        ),
    )
}

/// Draws a box for each line of a carrier beside its port. Returns the lower edge of the last.
fn carrier(svg: &mut Svg, parts: &[Part], places: &[i32]) -> i32 {
    svg.text(
        "head",
        Anchor::Start,
        (PINS[0], TOP - 10),
        "Atlas 200 on its carrier",
    );
    let mut last = TOP;
    for (part, y) in parts.iter().zip(places) {
        for port in &part.ports {
            let at = port_y(part, *y, port.y);
            let box_y = at - 8;
            svg.coloured(port.colour, (PINS[0], box_y), (LEAVE - PINS[0], 16));
            svg.text(
                "bold",
                Anchor::Start,
                (PINS[0] + 8, box_y + 12),
                &port.end.words(),
            );
            last = last.max(box_y + 16);
        }
    }
    svg.lines(
        "small",
        (PINS[0], last + 40),
        36,
        "To find the carrier's pin for a line, use its manual, `gpioinfo`, and `sluice pulse` with a meter. This is a template: replace every number.",
    )
}

/// The height at which a port's wire arrives.
const fn port_y(part: &Part, top: i32, y: i32) -> i32 {
    match part.kind {
        Kind::Display(_) | Kind::Camera => top + y + 8,
        _ => top + y,
    }
}

/// Draws all wires, each with its name at the board.
fn wires(svg: &mut Svg, board: Board, parts: &[Part], places: &[i32]) {
    let mut list = Vec::new();
    let mut ports = Vec::new();
    for (part, y) in parts.iter().zip(places) {
        for port in &part.ports {
            let to = (PARTS, port_y(part, *y, port.y));
            let from = match port.end {
                // The wire of an even pin runs below the odd pin beside it.
                End::Pin(pin) if pin.number % 2 == 0 => (LEAVE, row(pin.number) + 31),
                End::Pin(pin) => (LEAVE, row(pin.number) + 13),
                End::Named(_) => (LEAVE, to.1),
            };
            list.push(Wire { from, to });
            ports.push(port);
        }
    }
    for ((points, wire), port) in route::lay(&list, TRACKS).iter().zip(&list).zip(&ports) {
        let mut points = points.clone();
        if let End::Pin(pin) = port.end
            && pin.number % 2 == 0
        {
            let x = PINS[0] + PIN.0;
            points.insert(0, (x + 4, wire.from.1));
            points.insert(0, (x + 4, row(pin.number) + 13));
            points.insert(0, (x, row(pin.number) + 13));
        }
        svg.wire(port.colour, &points);
        svg.text(
            "small",
            Anchor::Start,
            (LEAVE + 6, wire.from.1 - 4),
            port.key,
        );
    }
    if board.header().is_some() {
        for (pin, name) in [(1, "3V3"), (17, "3V3"), (9, "GND"), (39, "GND")] {
            let y = row(pin) + 13;
            svg.line("part", &[(LEAVE, y), (LEAVE + 14, y)]);
            svg.text("bold", Anchor::Start, (LEAVE + 18, y + 4), name);
        }
    }
}

/// Draws the right column. Returns its lower edge.
fn notes(svg: &mut Svg, station: &Station, board: Board, parts: &[Part]) -> i32 {
    let x = NOTES;
    let mut y = gate_circuit(svg, station, parts);
    let source = match (&station.source.directory, &station.source.camera) {
        (Some(directory), _) => format!(
            "PNG files in {}, finished {} to {} ms after the trigger's edge. The program that writes them is not shown. If the camera has a trigger input, the photo-eye drives it too.",
            directory.path, directory.pair_min_ms, directory.pair_max_ms
        ),
        (None, Some(camera)) => format!(
            "USB camera on {}: {} x {}, {} frames a second, on a USB host port of the {}.",
            camera.device,
            camera.width,
            camera.height,
            camera.frames_per_second,
            board.header().map_or("carrier", |_| "board")
        ),
        (None, None) => String::new(),
    };
    let (current, unverified) = match board.header() {
        Some(header) => (header.currents, header.unverified),
        None => (
            "An opto-coupler here takes 8 mA: check that the carrier's lines may sink it, and that each has a resistor to 3.3 V or floats while the board boots.",
            "Everything: which lines and buses the carrier has, their levels while it boots, its USB host.",
        ),
    };
    for (title, text) in [
        ("Pictures", source.as_str()),
        (
            "Supplies",
            "Feed the light of every opto-coupler from the board's 3V3, never from 5 V or 24 V. Otherwise a high or floating line, or a board without supply, may carry current. Never connect the machine's 24 V and 0 V to 3V3 or GND.",
        ),
        ("Currents", current),
        (
            "Opto-couplers",
            "PC817 or an equivalent (1.2 V at the light; 50 % at 5 mA), or a relay module with such inputs and without its jumper between input and coil supply. A coil needs a diode unless the module has one.",
        ),
        ("Not verified", unverified),
        (
            "Crossing lines",
            "Wires that cross are not joined. A dot joins.",
        ),
        (
            "Not for people",
            "This circuit only keeps bad parts out. People need a separate safety circuit.",
        ),
    ] {
        svg.text("bold", Anchor::Start, (x, y), title);
        y = svg.lines("", (x, y + 17), 62, text) + 8;
    }
    y
}

/// Draws the gate circuit. Returns the upper edge of the notes.
fn gate_circuit(svg: &mut Svg, station: &Station, parts: &[Part]) -> i32 {
    let (x, y) = (NOTES, TOP);
    let contacts: Vec<(&str, &str)> = parts
        .iter()
        .filter_map(|part| match &part.kind {
            Kind::Alive { name, .. } => Some((name.as_str(), "alive: edges come")),
            Kind::Relay { name, to, .. } if *to == "gate circuit" => {
                Some((name.as_str(), "reject line says: let through"))
            }
            _ => None,
        })
        .collect();
    let rest = match station.gate.style {
        GateStyle::Divert => "closed at rest, open for a part that passed",
        GateStyle::Pulse => "open at rest, closed for a part that did not pass",
    };
    let column = x + 90;
    let height = 74 + 50 * i32::try_from(contacts.len()).unwrap_or(0) + 100;
    svg.rect("box", (x, y), (NOTES_WIDTH, height));
    svg.text(
        "head",
        Anchor::Start,
        (x + 12, y + 20),
        "Gate circuit, 24 V, drawn without current",
    );
    let mut at = y + 54;
    supply(svg, (column, at), "24 V", true);
    for (name, what) in contacts {
        contact_down(svg, (column, at), name, what);
        at += 50;
    }
    svg.rect("warn", (column - 70, at), (380, 48));
    svg.text(
        "bold",
        Anchor::Start,
        (column - 60, at + 19),
        "Actuator: current = the part goes through",
    );
    svg.text(
        "bold",
        Anchor::Start,
        (column - 60, at + 38),
        "no current = spring or gravity rejects",
    );
    svg.line("part", &[(column, at + 48), (column, at + 60)]);
    supply(svg, (column, at + 60), "0 V", false);
    svg.text(
        "small",
        Anchor::Start,
        (x + 12, y + height - 14),
        &format!("{}: {rest}", style_word(station.gate.style)),
    );
    y + height + 24
}

/// The word for a style in the station file.
const fn style_word(style: GateStyle) -> &'static str {
    match style {
        GateStyle::Divert => "divert",
        GateStyle::Pulse => "pulse",
    }
}

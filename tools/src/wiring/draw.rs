//! Draws the parts beside the board, each in its frame.

use super::part::{GRID, Kind, Part};
use super::pins::Board;
use super::symbols::{arrows, coil, contact, diode, led, resistor, supply, transistor};
use crate::svg::{Anchor, Point, Svg};
use sluice::station::file::Level;

/// Width of a part's frame.
pub const WIDTH: i32 = 700;
/// Left edge of its text, and how many characters fit in a line.
const TEXT: (i32, usize) = (350, 50);

/// The names of the board's supply and ground, with the pin if the board has a header.
pub struct Supply {
    /// 3.3 V.
    pub high: &'static str,
    /// 0 V.
    pub ground: &'static str,
}

/// The supply for a part. Displays use pins away from the relays' currents.
pub const fn supply_of(board: Board, kind: &Kind) -> Supply {
    match (board.header(), kind) {
        (None, _) => Supply {
            high: "3V3",
            ground: "GND",
        },
        (Some(_), Kind::Display(_)) => Supply {
            high: "3V3 pin 1",
            ground: "GND pin 9",
        },
        (Some(_), _) => Supply {
            high: "3V3 pin 17",
            ground: "GND pin 39",
        },
    }
}

/// Draws a part with its upper left corner at `at`. Its ports are on the left edge.
pub fn part(svg: &mut Svg, at: Point, part: &Part, from: &Supply) {
    let (x, y) = at;
    svg.rect("tint", at, (WIDTH, part.rows * GRID - 10));
    svg.text("bold", Anchor::Start, (x + 10, y + 16), &part.title);
    svg.lines("", (x + TEXT.0, y + 38), TEXT.1, &part.text);
    match &part.kind {
        Kind::Relay {
            name,
            on,
            normally_open,
            to,
        } => {
            input(svg, at, *on, from);
            coil(svg, (x + 122, y + 46), name);
            svg.line("barrier", &[(x + 154, y + 57), (x + 226, y + 57)]);
            contact(svg, (x + 196, y + 66), *normally_open);
            svg.text(
                "small",
                Anchor::Start,
                (x + 196, y + 93),
                &format!("to {to}"),
            );
        }
        Kind::Alive {
            name,
            weak,
            safe,
            hold_ms,
        } => {
            let (middle, right) = if *weak {
                gate(svg, at, from);
                (x + 150, x + 262)
            } else {
                let on = match safe {
                    Level::Low => Level::High,
                    Level::High => Level::Low,
                };
                input(svg, at, on, from);
                (x + 110, x + 232)
            };
            let hold = format!("{}.{} s", hold_ms / 1000, hold_ms % 1000 / 100);
            svg.rect("box", (middle, y + 40), (96, 48));
            for (below, text) in [(14, "retriggerable"), (28, "one-shot"), (42, hold.as_str())] {
                svg.text("small", Anchor::Middle, (middle + 48, y + 40 + below), text);
            }
            svg.text("bold", Anchor::Middle, (middle + 48, y + 36), name);
            svg.line("barrier", &[(middle + 96, y + 57), (right + 30, y + 57)]);
            contact(svg, (right, y + 66), true);
            svg.text("small", Anchor::Start, (right, y + 93), "to gate circuit");
        }
        Kind::Input(device) => device_output(svg, at, *device, from),
        Kind::Camera => {
            svg.rect("box", (x + 90, y + 26), (150, part.rows * GRID - 44));
        }
        Kind::Display(supplies) => {
            svg.rect("box", (x + 90, y + 26), (150, part.rows * GRID - 44));
            for (index, name) in (0_i32..).zip(supplies.iter()) {
                let y = y + 39 + 18 * index;
                let net = if *name == "GND" {
                    from.ground
                } else {
                    from.high
                };
                svg.text("small", Anchor::End, (x + 232, y), name);
                svg.line("part", &[(x + 240, y - 4), (x + 256, y - 4)]);
                svg.text("small", Anchor::Start, (x + 260, y), net);
            }
        }
    }
    let label = match part.kind {
        Kind::Display(_) | Kind::Camera => (98, 12),
        _ => (6, -4),
    };
    for port in &part.ports {
        if matches!(part.kind, Kind::Display(_) | Kind::Camera) {
            let y = y + port.y + 8;
            svg.wire(port.colour, &[(x, y), (x + 90, y)]);
        }
        let at = (x + label.0, y + port.y + label.1);
        svg.text("small", Anchor::Start, at, port.label);
    }
}

/// The light of an opto-coupler, between the line and the supply (`on` is low) or ground.
fn input(svg: &mut Svg, (x, y): Point, on: Level, from: &Supply) {
    let column = x + 62;
    match on {
        Level::Low => {
            supply(svg, (column, y + 34), from.high, true);
            svg.line("part", &[(x, y + 81), (column, y + 81), (column, y + 34)]);
            resistor(svg, (column, y + 38), "270R");
            led(svg, (column, y + 60));
        }
        Level::High => {
            svg.line("part", &[(x, y + 45), (column, y + 45), (column, y + 84)]);
            resistor(svg, (column, y + 48), "270R");
            led(svg, (column, y + 67));
            supply(svg, (column, y + 84), from.ground, false);
        }
    }
}

/// A transistor that switches the opto-coupler's light, because the pin's own current is unknown.
fn gate(svg: &mut Svg, (x, y): Point, from: &Supply) {
    let (pull, column) = (x + 26, x + 96);
    svg.line("part", &[(pull, y + 62), (pull, y + 99)]);
    svg.line("part", &[(pull - 8, y + 62), (pull + 8, y + 62)]);
    svg.text("small", Anchor::Start, (x + 8, y + 58), from.high);
    resistor(svg, (pull, y + 68), "4k7");
    svg.line("part", &[(x, y + 99), (column - 24, y + 99)]);
    svg.dot((pull, y + 99));
    svg.line("part", &[(column, y + 38), (column, y + 118)]);
    supply(svg, (column, y + 38), from.high, true);
    resistor(svg, (column, y + 42), "270R");
    led(svg, (column, y + 62));
    svg.rect("box", (column - 24, y + 86), (48, 24));
    svg.text("small", Anchor::Middle, (column, y + 102), "BSS138");
    supply(svg, (column, y + 118), from.ground, false);
}

/// A device with an output of 24 V, and its opto-coupler.
fn device_output(svg: &mut Svg, (x, y): Point, device: [&str; 3], from: &Supply) {
    let (pull, collector, light) = (x + 36, x + 94, x + 148);
    supply(svg, (pull, y + 38), from.high, true);
    svg.line("part", &[(pull, y + 38), (pull, y + 63)]);
    resistor(svg, (pull, y + 43), "4k7");
    svg.line(
        "part",
        &[(x, y + 63), (collector, y + 63), (collector, y + 72)],
    );
    svg.dot((pull, y + 63));
    transistor(svg, (collector, y + 72));
    svg.line("part", &[(collector, y + 88), (collector, y + 108)]);
    supply(svg, (collector, y + 108), from.ground, false);
    svg.rect("barrier", (x + 78, y + 67), (96, 30));
    svg.text("small", Anchor::Start, (x + 178, y + 92), "PC817");
    arrows(svg, (light - 12, y + 76), -1);
    let output = [(x + 232, y + 51), (light, y + 51), (light, y + 108)];
    svg.line("part", &output);
    diode(svg, (light, y + 74));
    supply(svg, (light, y + 108), "0 V", false);
    svg.rect("box", (x + 180, y + 47), (22, 8));
    svg.text("small", Anchor::Middle, (x + 191, y + 42), "2k7");
    svg.rect("box", (x + 232, y + 34), (96, 62));
    for (below, text) in [18, 34, 50].into_iter().zip(device) {
        let at = (x + 280, y + 34 + below);
        svg.text("small", Anchor::Middle, at, text);
    }
}

//! A part of the drawing: a relay, a sensor, a switch, a camera or a display, with its wires.

use super::pins::End;
use sluice::station::file::Level;

/// Height of a row of the sheet. Pins are on this grid, ports between its lines.
pub const GRID: i32 = 36;

/// A wire's end at a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Its label at the part.
    pub label: &'static str,
    /// The line's key in the station file.
    pub key: &'static str,
    /// The wire's end at the board.
    pub end: End,
    /// Height below the part's upper edge.
    pub y: i32,
    /// Colour of the wire.
    pub colour: &'static str,
}

/// The kinds of part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A relay behind an opto-coupler. Undriven, no current flows and the relay is off.
    Relay {
        /// Its name in the drawing.
        name: String,
        /// The level that switches the relay on; the opposite of the safe level.
        on: Level,
        /// Whether the contact in use closes when the relay is on.
        normally_open: bool,
        /// What the contact is connected to.
        to: &'static str,
    },
    /// A relay that stays on only while the line changes.
    Alive {
        /// Its name in the drawing.
        name: String,
        /// Whether a transistor drives the opto-coupler, because the pin must not.
        weak: bool,
        /// The level at which no current flows.
        safe: Level,
        /// How long it stays on after an edge.
        hold_ms: u64,
    },
    /// A sensor, switch or encoder behind an opto-coupler, in three words or lines.
    Input([&'static str; 3]),
    /// A camera on USB.
    Camera,
    /// A display, with its supply pins.
    Display(&'static [&'static str]),
}

/// A part that is wired to the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its first line of text.
    pub title: String,
    /// Its kind.
    pub kind: Kind,
    /// Its wires.
    pub ports: Vec<Port>,
    /// What an electrician must know about it.
    pub text: String,
    /// How many rows of [`GRID`] it takes.
    pub rows: i32,
}

/// The word for a level.
pub const fn word(level: Level) -> &'static str {
    match level {
        Level::Low => "low",
        Level::High => "high",
    }
}

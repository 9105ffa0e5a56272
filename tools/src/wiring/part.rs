//! A part of the drawing: a relay, the photo-eye, a camera or a display, with its wires.

use super::pins::End;
use sluice::station::file::Level;

/// Rows of a sheet are this high; pins stand on its grid and ports between.
pub const GRID: i32 = 36;

/// A wire's end at a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// What the part calls it.
    pub label: &'static str,
    /// What the station file calls the line.
    pub key: &'static str,
    /// The other end.
    pub end: End,
    /// Its height below the part's upper edge.
    pub y: i32,
    /// Colour of its wire.
    pub colour: &'static str,
}

/// What a part is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A relay behind an opto-coupler. Undriven, no current flows and the relay is off.
    Relay {
        /// Its name in the drawing.
        name: String,
        /// The level at which the relay is on, the other one than the safe one.
        on: Level,
        /// The contact that is used closes when the relay is on.
        normally_open: bool,
        /// Where the contact goes.
        to: &'static str,
    },
    /// A relay that stays on only while edges come.
    Alive {
        /// Its name in the drawing.
        name: String,
        /// A transistor drives the opto-coupler, since the pin may not.
        weak: bool,
        /// The level without current.
        safe: Level,
        /// How long it stays on after an edge.
        hold_ms: u64,
    },
    /// A photo-eye behind an opto-coupler.
    Trigger,
    /// A camera on USB.
    Camera,
    /// A display, with its supply pins.
    Display(&'static [&'static str]),
}

/// A part of the station beside the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// First line.
    pub title: String,
    /// What it is.
    pub kind: Kind,
    /// Its wires.
    pub ports: Vec<Port>,
    /// What an electrician must know.
    pub text: String,
    /// Rows of [`GRID`] that it takes.
    pub rows: i32,
}

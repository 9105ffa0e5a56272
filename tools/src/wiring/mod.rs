//! Wiring drawings, made from the station file itself: a drawing cannot say otherwise than the file.
//!
//! `pins` knows where lines come out of a board, `parts` and `pictures` what hangs on each, `route` lays the wires, `draw` and `sheet` put
//! all of it on paper.

mod draw;
mod part;
mod parts;
mod pictures;
mod pins;
mod route;
mod sheet;
mod svg;
mod symbols;

pub use pins::Board;

use sluice::station::{self, Problem};
use std::fmt;

/// The stations of `board/stations` that are drawn, and the board of each.
pub const STATIONS: [(&str, Board); 3] = [
    ("atlas200dk-oled", Board::Atlas200Dk),
    ("atlas200dk-tft", Board::Atlas200Dk),
    ("atlas200-carrier", Board::Carrier),
];

/// Why there is no drawing.
#[derive(Debug)]
pub enum Error {
    /// The station file is not right.
    Station(Vec<Problem>),
    /// A line or bus is not on the board's header.
    NotOnTheBoard {
        /// Its key in the station file.
        key: String,
        /// What the file says.
        place: String,
    },
    /// A relay's line is on a pin whose current is not known.
    WeakPin {
        /// Its key in the station file.
        key: String,
        /// The pin.
        pin: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Station(problems) => {
                for problem in problems {
                    writeln!(f, "{problem}")?;
                }
                f.write_str("correct the station file; `sluice check` reads it too")
            }
            Self::NotOnTheBoard { key, place } => write!(
                f,
                "{key}: {place} is on no pin of this board; see the list in board/stations/README.md"
            ),
            Self::WeakPin { key, pin } => write!(
                f,
                "{key}: {pin} may not drive a relay, its current is not published; use GPIO3 to GPIO7"
            ),
        }
    }
}

impl std::error::Error for Error {}

/// The wiring drawing of a station file as an SVG file. `file` is its name, for the title.
///
/// # Errors
/// The file is not right, or a line of it cannot be on this board.
pub fn drawing(text: &[u8], board: Board, file: &str) -> Result<String, Error> {
    let station = station::read(text).map_err(Error::Station)?;
    let mut parts = parts::of(&station, board)?;
    Ok(sheet::sheet(&station, board, file, &mut parts))
}

#[cfg(test)]
mod tests;

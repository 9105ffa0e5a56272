//! Wiring drawings, made from the station file, so that drawing and file cannot differ.
//!
//! `headers` has the tables of the boards, `pins` finds the pin of each line in them, `parts`,
//! `inputs` and `pictures` the part on it. `route` lays the wires; `draw` and `sheet` draw
//! everything.

mod draw;
mod headers;
mod inputs;
mod part;
mod parts;
mod pictures;
mod pins;
mod route;
mod sheet;
mod symbols;

pub use pins::Board;

use sluice::station::{self, Problem};

/// The stations of `board/stations` that have a drawing, each with its board.
pub const STATIONS: [(&str, Board); 7] = [
    ("atlas200dk-oled", Board::Atlas200Dk),
    ("atlas200dk-tft", Board::Atlas200Dk),
    ("atlas200-carrier", Board::Carrier),
    ("atlas200-carrier-belt", Board::Carrier),
    ("atlas200i-dk-a2", Board::Atlas200IDkA2),
    ("orangepi-aipro", Board::OrangePiAiPro),
    ("raspberry-pi-5", Board::RaspberryPi5),
];

/// Why a drawing could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The station file has errors.
    #[error("{}correct the station file; `sluice check` reads it too", lines(.0))]
    Station(Vec<Problem>),
    /// The board's header has no pin for a line or bus.
    #[error("{key}: {place} is on no pin of this board; see the list in board/stations/README.md")]
    NotOnTheBoard {
        /// Its key in the station file.
        key: String,
        /// Its place as the station file gives it.
        place: String,
    },
    /// A relay's line is on a pin whose maximum current is not published.
    #[error("{key}: {pin} may not drive a relay, its current is not published; use GPIO3 to GPIO7")]
    WeakPin {
        /// Its key in the station file.
        key: String,
        /// The pin.
        pin: String,
    },
}

fn lines(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(|problem| format!("{problem}\n"))
        .collect()
}

/// The wiring drawing of a station file, as SVG. `file` is its name, for the title.
///
/// # Errors
///
/// The file has errors, or the board has no pin for one of its lines.
pub fn drawing(text: &[u8], board: Board, file: &str) -> Result<String, Error> {
    let station = station::read(text).map_err(Error::Station)?;
    let mut parts = parts::of(&station, board)?;
    Ok(sheet::sheet(&station, board, file, &mut parts))
}

#[cfg(test)]
mod tests;

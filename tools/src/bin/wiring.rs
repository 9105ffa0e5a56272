//! Draws the wiring of station files: `wiring`, or `wiring BOARD STATION.json DRAWING.svg`.
#![forbid(unsafe_code)]

use sluice_tools::error::{Error, at};
use sluice_tools::wiring::{Board, STATIONS, drawing};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const HELP: &str = "\
Draws the wiring of a station from its station file.

Usage: wiring                                   the drawings of board/stations, each beside its file
       wiring BOARD STATION.json DRAWING.svg    one of your own

  BOARD   atlas200dk: lines of the 40-pin header of the Atlas 200 DK
          carrier: lines by their chips and numbers
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        [] => STATIONS.iter().try_for_each(|(name, board)| {
            let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../board/stations"));
            let station = folder.join(format!("{name}.json"));
            draw(*board, &station, &station.with_extension("svg"))
        }),
        ["atlas200dk", station, out] => draw(Board::Atlas200Dk, station.as_ref(), out.as_ref()),
        ["carrier", station, out] => draw(Board::Carrier, station.as_ref(), out.as_ref()),
        ["--help" | "-h"] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("{HELP}");
            return ExitCode::FAILURE;
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wiring: {error}");
            ExitCode::FAILURE
        }
    }
}

fn draw(board: Board, station: &Path, out: &Path) -> Result<(), Error> {
    let text = fs::read(station).map_err(at(station))?;
    let name = station.file_name().unwrap_or_default().to_string_lossy();
    let svg = drawing(&text, board, &name)
        .map_err(|error| Error::Program(format!("{}: {error}", station.display())))?;
    fs::write(out, svg).map_err(at(out))
}

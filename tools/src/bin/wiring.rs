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

  BOARD   atlas200dk, atlas200i-dk-a2, orangepi-aipro or raspberry-pi-5: lines of the 40-pin header
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
        ["--help" | "-h"] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        words => match own(words) {
            Some((board, station, out)) => draw(board, station, out),
            None => {
                eprint!("{HELP}");
                return ExitCode::FAILURE;
            }
        },
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wiring: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The board, station file and drawing that the command line names.
fn own<'a>(words: &[&'a str]) -> Option<(Board, &'a Path, &'a Path)> {
    let [board, station, out] = words else {
        return None;
    };
    let (_, board) = Board::NAMED.iter().find(|(name, _)| name == board)?;
    Some((*board, Path::new(*station), Path::new(*out)))
}

fn draw(board: Board, station: &Path, out: &Path) -> Result<(), Error> {
    let text = fs::read(station).map_err(at(station))?;
    let name = station.file_name().unwrap_or_default().to_string_lossy();
    let svg = drawing(&text, board, &name)
        .map_err(|error| Error::Program(format!("{}: {error}", station.display())))?;
    fs::write(out, svg).map_err(at(out))
}

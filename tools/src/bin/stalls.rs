//! Draws what a stall at the gate does: `stalls`, or `stalls STATION.json DRAWING.svg`.
#![forbid(unsafe_code)]

use sluice_tools::error::{Error, at};
use sluice_tools::stalls::drawing;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

const HELP: &str = "\
Draws what a stall at the gate does, from a station file and the station's own schedule.

Usage: stalls                             docs/stalls.svg, for board/stations/host.json
       stalls STATION.json DRAWING.svg    one of your own
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let project = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let result = match words.as_slice() {
        [] => draw(
            &project.join("board/stations/host.json"),
            &project.join("docs/stalls.svg"),
        ),
        [station, out] => draw(station.as_ref(), out.as_ref()),
        _ => {
            print!("{HELP}");
            return ExitCode::FAILURE;
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("stalls: {error}");
            ExitCode::FAILURE
        }
    }
}

fn draw(path: &Path, out: &Path) -> Result<(), Error> {
    let text = fs::read(path).map_err(at(path))?;
    let station = sluice::station::read(&text).map_err(|problems| {
        let first = problems
            .first()
            .map(ToString::to_string)
            .unwrap_or_default();
        Error::Program(format!("{}: {first}", path.display()))
    })?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    fs::write(out, drawing(&station, &name)).map_err(at(out))
}

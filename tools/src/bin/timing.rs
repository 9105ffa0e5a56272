//! Draws the timing diagrams of `docs/gate.md` and `docs/encoder.md`: `timing`, or `timing FOLDER`.
#![forbid(unsafe_code)]

use sluice_tools::error::{Error, at};
use sluice_tools::timing::{SCENES, drawing};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const HELP: &str = "\
Draws the timing diagrams of the gate. The real schedule runs in virtual time.

Usage: timing           the diagrams of docs/timing
       timing FOLDER    into another folder
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let folder = match words.as_slice() {
        [] => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/timing")),
        ["--help" | "-h"] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        [folder] => PathBuf::from(folder),
        _ => {
            eprint!("{HELP}");
            return ExitCode::FAILURE;
        }
    };
    match draw(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("timing: {error}");
            ExitCode::FAILURE
        }
    }
}

fn draw(folder: &Path) -> Result<(), Error> {
    for scene in SCENES {
        let path = folder.join(scene.name).with_extension("svg");
        let svg = drawing(scene).map_err(|error| Error::Program(error.to_string()))?;
        fs::write(&path, svg).map_err(at(&path))?;
    }
    Ok(())
}

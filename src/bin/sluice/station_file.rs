//! The station file of a command: the one named by `--station`, or the one that is built in.

use crate::cli::StationOption;
use crate::devices;
use crate::exit::{STATION, fail};
use sluice::complain;
use sluice::hash::Sha256;
use sluice::station::{self, Station};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The station file that is built in (see `build.rs`).
pub const BUILT_IN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/station.json"));

/// A station file that was read and is right.
pub struct StationFile {
    /// Its content.
    pub station: Station,
    /// Its bytes.
    pub text: Vec<u8>,
    /// The hash of `text`.
    pub sha256: Sha256,
    /// Its path, or "the built-in station file".
    pub origin: String,
    /// Its path, unless it is built in.
    pub path: Option<PathBuf>,
}

/// Reads the station file and gives it to `work`. A file that is missing or wrong is reported, with all its problems.
pub fn with_station(
    option: &StationOption,
    work: impl FnOnce(&StationFile) -> ExitCode,
) -> ExitCode {
    let path = option.station.clone();
    let (text, origin) = match &path {
        None => (BUILT_IN.to_vec(), "the built-in station file".to_owned()),
        Some(path) => match fs::read(path) {
            Ok(text) => (text, path.display().to_string()),
            Err(error) => return fail(STATION, format_args!("{}: {error}", path.display())),
        },
    };
    match station::read(&text) {
        Ok(station) => work(&StationFile {
            station,
            sha256: Sha256::of(&text),
            text,
            origin,
            path,
        }),
        Err(problems) => problems_of(&origin, problems),
    }
}

/// Prints what is wrong with a station file. Returns the exit code.
pub fn problems_of(
    origin: &str,
    problems: impl IntoIterator<Item: core::fmt::Display, IntoIter: ExactSizeIterator>,
) -> ExitCode {
    let problems = problems.into_iter();
    let noun = if problems.len() == 1 {
        "problem"
    } else {
        "problems"
    };
    complain!("sluice: {origin}: {} {noun}", problems.len());
    for problem in problems {
        complain!("  {problem}");
    }
    ExitCode::from(STATION)
}

/// The hash of a station's model, including the files of weights beside it.
///
/// # Errors
/// The file that could not be read, and why.
pub fn model_hash(station: &Station) -> Result<Sha256, (PathBuf, io::Error)> {
    let model = Path::new(station.engine.model.as_str());
    Sha256::of_model(model, &devices::weights_beside(model))
}

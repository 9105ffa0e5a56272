//! The station file of a command: the one named by `--station`, or the one that is built in.

use crate::cli::StationOption;
use crate::devices;
use crate::exit::{STATION, fail};
use sluice::complain;
use sluice::hash::Sha256;
use sluice::station::{LoadError, Station, StationFile};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The station file that is built in (see `build.rs`).
pub const BUILT_IN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/station.json"));

/// Loads the station file and passes it to `work`. Reports a missing or invalid file with all its
/// problems.
pub fn with_station(
    option: &StationOption,
    work: impl FnOnce(&StationFile) -> ExitCode,
) -> ExitCode {
    match StationFile::load(option.station.as_deref(), BUILT_IN) {
        Ok(file) => work(&file),
        Err(LoadError::Invalid { origin, problems }) => problems_of(&origin, problems),
        Err(error) => fail(STATION, error),
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

//! `sluice version`.

use crate::exit::{FAILED, fail};
use crate::output::say;
use crate::station_file::{BUILT_IN, models};
use sluice::hash::Sha256;
use sluice::station;
use std::env;
use std::process::ExitCode;

/// Prints the version, and the hashes of what decides: program, built-in station file, its models.
pub fn run() -> ExitCode {
    say!("sluice {}", env!("CARGO_PKG_VERSION"));
    let engine = if cfg!(feature = "cpu") {
        "linked in"
    } else {
        "not linked in"
    };
    say!("CPU engine: {engine}");
    say!("station file, built in: sha256 {}", Sha256::of(BUILT_IN));
    match env::current_exe().map(|path| Sha256::of_file(&path)) {
        Ok(Ok(hash)) => say!("binary: sha256 {hash}"),
        Ok(Err(error)) | Err(error) => {
            return fail(FAILED, format_args!("reading this program: {error}"));
        }
    }
    if let Ok(station) = station::read(BUILT_IN) {
        match models(&station) {
            Ok(models) => {
                for model in models {
                    say!("model {}: sha256 {}", model.path, model.sha256);
                }
            }
            Err(error) => say!("{error}"),
        }
    }
    ExitCode::SUCCESS
}

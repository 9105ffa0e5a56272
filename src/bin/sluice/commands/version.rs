//! `sluice version`.

use crate::cli::VersionOptions;
use crate::exit::{FAILED, fail};
use crate::json;
use crate::output::say;
use crate::station_file::{BUILT_IN, models};
use serde::Serialize;
use sluice::hash::Sha256;
use sluice::station;
use std::env;
use std::process::ExitCode;

/// What decides.
#[derive(Serialize)]
struct Report {
    version: &'static str,
    has_cpu_engine: bool,
    /// The built-in station file.
    station_sha256: String,
    binary_sha256: String,
    /// The models of the built-in station file.
    models: Vec<Model>,
    /// Why no model is listed.
    models_error: Option<String>,
}

#[derive(Serialize)]
struct Model {
    path: String,
    sha256: String,
}

/// Prints the version, and the hashes of what decides: program, built-in station file, its models.
pub fn run(options: &VersionOptions) -> ExitCode {
    let binary = match env::current_exe().map(|path| Sha256::of_file(&path)) {
        Ok(Ok(hash)) => hash,
        Ok(Err(error)) | Err(error) => {
            return fail(FAILED, format_args!("reading this program: {error}"));
        }
    };
    let models = station::read(BUILT_IN).ok().map(|station| models(&station));
    // A program that was copied alone has no models beside it.
    let (models, error) = match models {
        Some(Ok(models)) => (models, None),
        Some(Err(error)) => (Vec::new(), Some(error)),
        None => (Vec::new(), None),
    };
    let report = Report {
        version: env!("CARGO_PKG_VERSION"),
        has_cpu_engine: cfg!(feature = "cpu"),
        station_sha256: Sha256::of(BUILT_IN).to_string(),
        binary_sha256: binary.to_string(),
        models: models
            .into_iter()
            .map(|model| Model {
                path: model.path.to_string(),
                sha256: model.sha256.to_string(),
            })
            .collect(),
        models_error: error,
    };
    if options.json {
        json::print(&report);
    } else {
        describe(&report);
    }
    ExitCode::SUCCESS
}

fn describe(report: &Report) {
    say!("sluice {}", report.version);
    let engine = if report.has_cpu_engine {
        "linked in"
    } else {
        "not linked in"
    };
    say!("CPU engine: {engine}");
    say!("station file, built in: sha256 {}", report.station_sha256);
    say!("binary: sha256 {}", report.binary_sha256);
    for model in &report.models {
        say!("model {}: sha256 {}", model.path, model.sha256);
    }
    if let Some(error) = &report.models_error {
        say!("{error}");
    }
}

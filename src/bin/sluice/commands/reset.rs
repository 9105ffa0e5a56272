//! `sluice reset`.

use super::mode::request_of;
use crate::cli::control::ResetOptions;
use std::process::ExitCode;

/// Asks the running station to reset what it latched, and prints its answer.
pub fn run(options: &ResetOptions) -> ExitCode {
    request_of(&options.station, "reset", options.json)
}

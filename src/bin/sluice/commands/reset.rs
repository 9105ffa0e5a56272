//! `sluice reset`.

use super::mode::request_of;
use crate::cli::StationOption;
use std::process::ExitCode;

/// Asks the running station to reset what it latched, and prints its answer.
pub fn run(options: &StationOption) -> ExitCode {
    request_of(options, "reset", false)
}

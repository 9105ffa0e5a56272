//! The exit codes, as `sluice help` lists them.

use core::fmt::Display;
use core::time::Duration;
use sluice::console::{self, Priority};
use std::process::ExitCode;

/// A check failed, or part of the work did.
pub const FAILED: u8 = 1;
/// The command line is wrong.
pub const USAGE: u8 = 2;
/// The station file is wrong.
pub const STATION: u8 = 3;
/// The station cannot use something that it needs.
pub const UNUSABLE: u8 = 4;
/// The device failed for good.
pub const DEVICE: u8 = 5;

/// Longest time to print the queued lines when the process ends.
pub const FLUSH_MAX: Duration = Duration::from_millis(150);

/// Prints the error on standard error and returns `code`.
pub fn fail(code: u8, error: impl Display) -> ExitCode {
    console::err_at(Priority::Error, format_args!("sluice: {error}"));
    ExitCode::from(code)
}

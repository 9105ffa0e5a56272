//! `sluice recipe`.

use super::mode::request_of;
use crate::cli::control::RecipeOptions;
use std::process::ExitCode;

/// Asks the running station for another recipe, or which one it uses, and prints its answer.
pub fn run(options: &RecipeOptions) -> ExitCode {
    let request = match &options.name {
        Some(name) => format!("recipe {name}"),
        None => "recipe".to_owned(),
    };
    request_of(&options.station, &request, options.json)
}

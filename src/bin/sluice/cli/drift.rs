//! The options of `sluice drift`.

use super::StationOption;
use clap::Args;
use std::path::PathBuf;

/// What `sluice drift --help` says below the options.
pub const HELP: &str = "\
Needs the section drift of the recipe; without baselines the parts are measured and compared with nothing. Works while
the station runs and when it does not.

Parts that passed count, on the line and in its order. `average` is what the station compares with `normal`, if it had
run without a restart.

A first baseline: run good parts with \"drift\": { \"parts\": 100, \"baselines\": [] } in the recipe, then put what
--baseline prints there. Widen its limits for what a few hours did not show.";

/// The name of a drawing.
fn drawing(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match path.extension() {
        Some(ending) if ending == "svg" => Ok(path),
        _ => Err("not a name that ends in .svg".to_owned()),
    }
}

/// `sluice drift`.
#[derive(Debug, PartialEq, Args)]
pub struct DriftOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// The recipe; without it, the first one
    #[arg(long, value_name = "NAME")]
    pub recipe: Option<String>,
    /// Take only the last N measured parts
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub last: Option<u32>,
    /// Print the section drift for the recipe
    #[arg(long, conflicts_with = "json")]
    pub baseline: bool,
    /// Take only parts from TIME on: an RFC 3339 time in UTC, or its beginning (2026-11-29T14)
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Draw the measures over the parts to FILE.svg; an older drawing is replaced
    #[arg(long, value_name = "FILE.svg", value_parser = drawing)]
    pub plot: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

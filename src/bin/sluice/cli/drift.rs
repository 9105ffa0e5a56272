//! The options of `sluice drift`.

use super::StationOption;
use clap::Args;
use std::path::PathBuf;

/// What `sluice drift --help` says below the options.
pub const HELP: &str = "\
Needs the section drift of the recipe; without baselines the parts are measured and compared with nothing. Works while
the station runs and when it does not.

A first baseline: run good parts with \"drift\": { \"parts\": 100, \"baselines\": [] } in the recipe, then put what
--baseline prints there. It takes the parts that passed; widen its limits for what a few hours did not show.";

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
    /// Print the section drift for the recipe, from the parts that passed
    #[arg(long, conflicts_with = "json")]
    pub baseline: bool,
    /// Draw the measures over the parts to FILE.svg
    #[arg(long, value_name = "FILE.svg")]
    pub plot: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

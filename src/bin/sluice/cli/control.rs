//! The options of the commands that a running station obeys.

use super::StationOption;
use clap::{Args, ValueEnum};

pub(super) const MODE_HELP: &str = "\
The input lines inputs.run and inputs.test come first: a command can ask for less than they allow, never for more. The
order is stop, test, run. What a command asked for lasts until the next command, or until the station ends.

Exit codes: 0 the station did it, 1 it refused and said why, 4 no station answers.";

pub(super) const RECIPE_HELP: &str = "\
READY drops, and the recipe changes once no part is under way. Input lines for the recipe's code come first: then a
command cannot choose.

Exit codes: 0 the station did it or will, 1 it refused and said why, 4 no station answers.";

pub(super) const RESET_HELP: &str = "\
A cause that is still there, such as a full bin, stays latched.

Exit codes: 0 nothing is latched any more, 1 something stays latched, 4 no station answers.";

pub(super) const CHALLENGE_HELP: &str = "\
The golden parts are those of the section challenge of the station file: pictures, or parts that the operator puts on
the line in their order once READY is on. Nothing else passes until all are judged as they must be.

Exit codes: 0 it begins, or has passed with --wait; 1 it failed, or the station refused; 4 no station answers.";

/// `sluice mode`.
#[derive(Debug, PartialEq, Args)]
pub struct ModeOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// The new mode
    #[arg(value_enum)]
    pub mode: ModeWord,
    /// Print the answer of the station as a line of JSON
    #[arg(long)]
    pub json: bool,
}

/// `sluice reset`.
#[derive(Debug, PartialEq, Args)]
pub struct ResetOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// Print the answer of the station as a line of JSON
    #[arg(long)]
    pub json: bool,
}

/// A mode that a command can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ModeWord {
    /// Inspect the parts and move the gate
    Run,
    /// Inspect and record the parts; the outputs stay at their safe levels
    Test,
    /// Take no parts; nothing passes
    Stop,
}

/// `sluice challenge`.
#[derive(Debug, PartialEq, Args)]
pub struct ChallengeOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// Wait until the challenge has passed or failed
    #[arg(long)]
    pub wait: bool,
    /// Print each answer of the station as a line of JSON
    #[arg(long)]
    pub json: bool,
}

/// `sluice recipe`.
#[derive(Debug, PartialEq, Args)]
pub struct RecipeOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// The name of the new recipe; without it, the present one is printed
    pub name: Option<String>,
    /// Print the answer of the station as a line of JSON
    #[arg(long)]
    pub json: bool,
}

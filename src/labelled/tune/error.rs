//! Errors of `sluice tune`.

use crate::labelled::eval::EvalError;
use thiserror::Error;

/// Why a data set gave no proposal.
#[derive(Debug, Error)]
pub enum TuneError {
    /// The engine or the data set as a whole failed.
    #[error(transparent)]
    Eval(EvalError),
    /// The engine or the model's output failed for one part.
    #[error("part {number}: {error}")]
    Part {
        /// The part.
        number: u32,
        /// How.
        #[source]
        error: Box<EvalError>,
    },
    /// The recipe lists several classes, and none was chosen.
    #[error(
        "the recipe lists {} classes; choose one with --class, one after the other: {}",
        names.len(), names.join(", ")
    )]
    WhichClass {
        /// Their names.
        names: Vec<String>,
    },
    /// The recipe does not list the chosen class.
    #[error("the recipe has no class \"{name}\"; it lists {}", names.join(", "))]
    NoSuchClass {
        /// The chosen class.
        name: String,
        /// The names of the classes in the recipe.
        names: Vec<String>,
    },
    /// No usable part is defective.
    #[error(
        "{}{}nothing shows what must be caught; add defective parts with their masks",
        used(*good, "defective", *left_out),
        if *left_out == 0 { "every mask is empty inside image.roi, and " } else { "" }
    )]
    NoneDefective {
        /// Good parts.
        good: u32,
        /// Parts that cannot be used.
        left_out: usize,
    },
    /// No usable part is good.
    #[error(
        "{}{}nothing shows what may pass; add good parts with black masks",
        used(*defective, "good", *left_out),
        if *left_out == 0 { "every mask shows a defect, and " } else { "" }
    )]
    NoneGood {
        /// Defective parts.
        defective: u32,
        /// Parts that were left out.
        left_out: usize,
    },
    /// The new station file would have differed in more than the limits.
    #[error(
        "the station file could not be changed without changing more; insert the lines by hand"
    )]
    Rewrite,
}

/// Begins a message: no used part has the wanted property. If parts were left out, they might have
/// had it.
fn used(count: u32, wanted: &str, left_out: usize) -> String {
    let used = if count == 0 {
        format!("no part could be used ({left_out} left out): ")
    } else {
        format!("none of the {count} parts is {wanted} ({left_out} left out): ")
    };
    let first = if left_out > 0 {
        "fix the parts that were left out, named above, first; among the others "
    } else {
        ""
    };
    used + first
}

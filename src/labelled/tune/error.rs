//! Why no limits can be proposed.

use crate::labelled::eval::EvalError;
use core::fmt;

/// Why a data set gave no proposal.
#[derive(Debug)]
pub enum TuneError {
    /// The engine or the data set as a whole.
    Eval(EvalError),
    /// The engine or the model's output failed with one part.
    Part {
        /// The part.
        number: u32,
        /// How.
        error: Box<EvalError>,
    },
    /// The recipe lists several classes, and none was chosen.
    WhichClass {
        /// Their names.
        names: Vec<String>,
    },
    /// The recipe does not list the chosen class.
    NoSuchClass {
        /// What was asked for.
        name: String,
        /// The names of those it lists.
        names: Vec<String>,
    },
    /// No part that can be used is defective.
    NoneDefective {
        /// Good parts.
        good: u32,
        /// Parts that cannot be used.
        left_out: usize,
    },
    /// No part that can be used is good.
    NoneGood {
        /// Defective parts.
        defective: u32,
        /// Parts that cannot be used.
        left_out: usize,
    },
    /// The station file could not be written anew.
    Rewrite,
}

impl fmt::Display for TuneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Eval(error) => error.fmt(f),
            Self::Part { number, error } => write!(f, "part {number}: {error}"),
            Self::WhichClass { names } => write!(
                f,
                "the recipe lists {} classes; say which one to tune with --class, one after the other: {}",
                names.len(),
                names.join(", ")
            ),
            Self::NoSuchClass { name, names } => write!(
                f,
                "the recipe has no class \"{name}\"; it lists {}",
                names.join(", ")
            ),
            Self::NoneDefective { good, left_out } => {
                none_is(f, *good, "defective", *left_out)?;
                if *left_out == 0 {
                    f.write_str("every mask is empty inside image.roi, and ")?;
                }
                f.write_str(
                    "nothing says what must be caught; add defective parts with their masks",
                )
            }
            Self::NoneGood {
                defective,
                left_out,
            } => {
                none_is(f, *defective, "good", *left_out)?;
                if *left_out == 0 {
                    f.write_str("every mask shows a defect, and ")?;
                }
                f.write_str("nothing says what may pass; add good parts with black masks")
            }
            Self::Rewrite => f.write_str(
                "the station file could not be changed without changing more; put the lines in by hand",
            ),
        }
    }
}

/// How many parts there were. Where some were left out nobody knows what they would have said.
fn none_is(f: &mut fmt::Formatter<'_>, used: u32, wanted: &str, left_out: usize) -> fmt::Result {
    if used == 0 {
        write!(f, "no part could be used ({left_out} left out): ")?;
    } else {
        write!(
            f,
            "none of the {used} parts is {wanted} ({left_out} left out): "
        )?;
    }
    if left_out > 0 {
        f.write_str("mend those that were left out, named above, first; of the others ")?;
    }
    Ok(())
}

impl core::error::Error for TuneError {}

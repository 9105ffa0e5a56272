//! Converts the model's output to one class per pixel.
//!
//! An output is read in place, once and in order, row by row. Its form is checked at start
//! ([`MaskReader::new`]) and its content with every picture. A value that the contract does not
//! allow is an error, and the part a fault. Nothing is guessed from the values.

mod class_reader;
mod contract;
mod error;
mod one_channel;
mod planes;
mod score_reader;
#[cfg(test)]
mod tests;

pub use crate::recipe::ScoreKind;
pub use class_reader::ClassReader;
pub use contract::{Content, DataType, ModelOutput};
pub use error::{ContractError, MaskError};
pub use score_reader::ScoreReader;

use crate::image::Size;
use crate::recipe::Recipe;

/// Largest number of classes: a class is one byte.
pub const MODEL_CLASSES_MAX: usize = 256;

/// Tolerance for the sum of a pixel's probabilities.
///
/// A half-precision score has an error of at most 1/2048 of its value. A device that computes the
/// whole softmax in half precision adds a few of these errors. Logits are not expected to meet the
/// tolerance at all pixels of a picture.
pub const SCORE_SUM_TOLERANCE: f32 = 0.02;

/// Reads one output of the model, whose form was checked at start.
#[derive(Debug, Clone)]
pub enum MaskReader {
    /// The output gives the class of each pixel.
    Classes(ClassReader),
    /// The output gives a score for each class. The recipe's thresholds decide.
    Scores(ScoreReader),
}

impl MaskReader {
    /// Checks an output against the contract and allocates the row buffers. Nothing else allocates.
    ///
    /// `size` is the size of the model's input, and the output must have the same size. For scores,
    /// the number of channels gives the number of classes. A class mask does not give it, so the
    /// recipe's list does: a class above the highest in the list is an error, not background.
    ///
    /// # Errors
    ///
    /// The output's data type or dimensions are not allowed. Or the recipe lists a class twice, the
    /// background, a class that the output does not have, or a minimum score outside 0 to 1.
    pub fn new(
        output: &ModelOutput<'_>,
        content: Content,
        size: Size,
        recipe: &Recipe,
    ) -> Result<Self, ContractError> {
        check_classes(recipe)?;
        match content {
            Content::Classes => ClassReader::new(output, size, recipe).map(Self::Classes),
            Content::Scores(kind) => ScoreReader::new(output, kind, size, recipe).map(Self::Scores),
        }
    }

    /// Length of the output in bytes.
    pub fn output_bytes(&self) -> usize {
        match self {
            Self::Classes(reader) => reader.output_bytes(),
            Self::Scores(reader) => reader.output_bytes(),
        }
    }

    /// Reads the whole `output` into `mask` (height x width, row by row). Passes each finished row,
    /// from the top, to `each_row`, which may change it.
    ///
    /// A pixel of the mask is 0, the background, or a class that the recipe lists. Does not
    /// allocate.
    ///
    /// # Errors
    ///
    /// The first value that the contract does not allow. The rows before it have been passed on,
    /// and `mask` is incomplete.
    pub fn read(
        &mut self,
        output: &[u8],
        mask: &mut [u8],
        each_row: impl FnMut(&mut [u8]),
    ) -> Result<(), MaskError> {
        match self {
            Self::Classes(reader) => reader.read(output, mask, each_row),
            Self::Scores(reader) => reader.read(output, mask, each_row),
        }
    }
}

/// Number of classes of a score output with these dimensions, for an input of this size; 2 for one
/// channel. `None` if no score output has these dimensions.
pub(crate) fn score_classes(dims: &[i64], size: Size) -> Option<usize> {
    contract::score_layout(dims, size).map(|(_, channels)| contract::classes_of(channels))
}

/// Checks that a recipe lists each class once, does not list the background, and has scores that a
/// pixel can reach.
fn check_classes(recipe: &Recipe) -> Result<(), ContractError> {
    for (index, listed) in recipe.classes.iter().enumerate() {
        let class = listed.class;
        if class == 0 {
            return Err(ContractError::Background);
        }
        if recipe
            .classes
            .iter()
            .take(index)
            .any(|other| other.class == class)
        {
            return Err(ContractError::ListedTwice { class });
        }
        if !(0.0..=1.0).contains(&listed.score_min) {
            return Err(ContractError::ScoreMin {
                class,
                score_min: listed.score_min,
            });
        }
    }
    Ok(())
}

/// Width and height of the mask: 1 to 65535 each.
fn dimensions(size: Size) -> Result<(usize, usize), ContractError> {
    match (u16::try_from(size.width), u16::try_from(size.height)) {
        (Ok(width @ 1..), Ok(height @ 1..)) => Ok((usize::from(width), usize::from(height))),
        _ => Err(ContractError::Size(size)),
    }
}

/// Returns an error unless `got` is the length that was agreed at start.
fn check_length(what: &'static str, got: usize, expected: usize) -> Result<(), MaskError> {
    if got == expected {
        Ok(())
    } else {
        Err(MaskError::Length {
            what,
            got,
            expected,
        })
    }
}

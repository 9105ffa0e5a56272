//! From the model's output to one class for each pixel.
//!
//! An output is read where the device left it, once and in order, row by row. Its form is checked at start
//! ([`MaskReader::new`]), its content with every picture: a value that the contract does not allow is an error, and the
//! part a fault. Nothing is guessed from the values.

mod class_reader;
mod contract;
mod error;
mod half;
mod one_channel;
mod planes;
mod score_reader;
#[cfg(test)]
mod tests;

pub use class_reader::ClassReader;
pub use contract::{Content, DataType, ModelOutput, ScoreKind};
pub use error::{ContractError, MaskError};
pub use score_reader::{SCORE_SUM_TOLERANCE, ScoreReader};

use crate::image::Size;
use crate::recipe::Recipe;

/// Classes that a model can have at most: a class is one byte.
pub const MODEL_CLASSES_MAX: usize = 256;

/// Reads one output of the model, in the form that was found at start.
#[derive(Debug, Clone)]
pub enum MaskReader {
    /// The model says the class of each pixel.
    Classes(ClassReader),
    /// The model says the score of each class, and the recipe's thresholds decide.
    Scores(ScoreReader),
}

impl MaskReader {
    /// Checks an output against the contract and sizes the row buffers; this is the only allocation.
    ///
    /// `size` is the size of the model's input; the output must have the same. The number of classes is the number of
    /// score channels, or, for a class mask, which does not tell, what the recipe lists: a class above its highest is an error, and never background.
    ///
    /// # Errors
    ///
    /// The output's data type or dimensions are none of those allowed, or the recipe lists a class twice, the
    /// background, a class that the output does not have, or a score outside 0 to 1.
    pub fn new(
        output: &ModelOutput<'_>,
        content: Content,
        size: Size,
        recipe: &Recipe,
    ) -> Result<Self, ContractError> {
        contract::check_classes(recipe)?;
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

    /// Reads the whole `output` into `mask` (height x width, row by row) and shows each row, from the top, to `each_row`
    /// as soon as it is written; `each_row` may change it.
    ///
    /// A pixel of the mask is 0, the background, or the number of a class that the recipe lists. Does not allocate.
    ///
    /// # Errors
    ///
    /// The first value that the contract does not allow. The rows before it have been shown, and `mask` is unfinished.
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

/// Classes of a score output with these dimensions, for an input of this size; 2 for one channel. `None` if the
/// dimensions fit no score output.
pub(crate) fn score_classes(dims: &[i64], size: Size) -> Option<usize> {
    contract::score_layout(dims, size).map(|(_, channels)| contract::classes_of(channels))
}

/// An error unless `got` is the length that was agreed at start.
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

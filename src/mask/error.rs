//! What can be wrong with an output: its form, at start, and its content, with every picture.

use super::contract::advice;
use super::{Content, DataType, MODEL_CLASSES_MAX, ModelOutput, ScoreKind};
use crate::image::Size;
use core::fmt;

/// Why a model and a recipe do not go together.
#[derive(Debug, Clone, PartialEq)]
pub enum ContractError {
    /// The output has not the form that its content asks for.
    Output {
        /// Its name.
        name: String,
        /// Its dimensions.
        dims: Vec<i64>,
        /// Its type.
        data_type: DataType,
        /// What it should hold.
        content: Content,
        /// Size of the model's input.
        size: Size,
    },
    /// The scores cannot be of the kind that the station file says, with so many channels.
    Kind {
        /// Name of the score output.
        output: String,
        /// Its channels.
        channels: usize,
        /// What `engine.score_kind` says.
        kind: ScoreKind,
    },
    /// The model's input is empty or larger than 65535 pixels on a side.
    Size(Size),
    /// The recipe lists class 0.
    Background,
    /// The recipe lists a class twice.
    ListedTwice {
        /// The class.
        class: u8,
    },
    /// The recipe's score for a class is not between 0 and 1.
    ScoreMin {
        /// The class.
        class: u8,
        /// What the recipe says.
        score_min: f32,
    },
    /// The recipe lists a class that the model does not have.
    NoSuchClass {
        /// The class.
        class: u8,
        /// Name of the score output.
        output: String,
        /// Classes that it has.
        classes: usize,
    },
}

impl ContractError {
    pub(super) fn output(output: &ModelOutput<'_>, content: Content, size: Size) -> Self {
        Self::Output {
            name: output.name.to_owned(),
            dims: output.dims.to_vec(),
            data_type: output.data_type,
            content,
            size,
        }
    }
}

impl fmt::Display for ContractError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Output {
                name,
                dims,
                data_type,
                content,
                size,
            } => {
                let Size { width, height } = size;
                write!(f, "model output \"{name}\" is {data_type} {dims:?}; ")?;
                match content {
                    Content::Classes => write!(
                        f,
                        "a class mask must be uint8, int32 or float32 with dimensions [{height}, {width}], \
                         [1, {height}, {width}], [1, {height}, {width}, 1] or [1, 1, {height}, {width}]"
                    ),
                    Content::Scores(_) => write!(
                        f,
                        "scores must be float32 or float16 with dimensions [1, {height}, {width}, C] or \
                         [1, C, {height}, {width}], C from 1 to {MODEL_CLASSES_MAX} and not equal to both sides"
                    ),
                }?;
                write!(f, "; {}", advice(dims, *data_type, *content, *size))
            }
            Self::Kind {
                output,
                channels: 1,
                kind,
            } => write!(
                f,
                "model output \"{output}\" has 1 channel, and engine.score_kind is \"{kind}\"; say \"sigmoid\" if it holds \
                 the probability of class 1 (the model ends in a sigmoid), \"logits\" if the model ends before the sigmoid; \
                 if it holds the number of the class, name it under engine.mask instead"
            ),
            Self::Kind {
                output,
                channels,
                kind,
            } => write!(
                f,
                "model output \"{output}\" has {channels} channels, and engine.score_kind is \"{kind}\", which is for 1; say \
                 \"softmax\" if the scores of a pixel add up to one, \"logits\" if the model ends before the softmax; a \
                 sigmoid for each of several classes is not read: export a softmax or one channel"
            ),
            Self::Size(Size { width, height }) => write!(
                f,
                "the model's input is {width} x {height}; 1 to 65535 pixels on each side are allowed"
            ),
            Self::Background => {
                f.write_str("the recipe lists class 0, the background; list defect classes only")
            }
            Self::ListedTwice { class } => {
                write!(f, "the recipe lists class {class} twice; list it once")
            }
            Self::ScoreMin { class, score_min } => write!(
                f,
                "score_min of class {class} is {score_min}; 0 to 1 is allowed"
            ),
            Self::NoSuchClass {
                class,
                output,
                classes,
            } => write!(
                f,
                "the recipe lists class {class}, but model output \"{output}\" has classes 0 to {}; take the class out of \
                 recipe.classes, or name a model that has it",
                classes.saturating_sub(1)
            ),
        }
    }
}

impl core::error::Error for ContractError {}

/// Why the output of one picture cannot be used: the part is a fault with [`crate::part::Cause::Output`].
///
/// Positions are in pixels of the model's input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaskError {
    /// A buffer has another length than was agreed at start.
    Length {
        /// Which buffer.
        what: &'static str,
        /// Its length.
        got: usize,
        /// The length that was agreed.
        expected: usize,
    },
    /// A class mask holds a value that is no class.
    Class {
        /// Column.
        x: usize,
        /// Row.
        y: usize,
        /// The value.
        value: f64,
        /// The highest class that the recipe lists.
        highest: u8,
    },
    /// A score is not a number, or infinite.
    NotFinite {
        /// Column.
        x: usize,
        /// Row.
        y: usize,
        /// Class of the score.
        class: usize,
    },
    /// The scores were declared as a softmax or a sigmoid, but here one is negative, they do not add up to one, or that
    /// of one channel exceeds one.
    NotProbabilities {
        /// Column.
        x: usize,
        /// Row.
        y: usize,
        /// Whether the output has one channel.
        one_channel: bool,
    },
    /// The scores were declared as logits, but at every pixel of the picture they are probabilities already.
    NotLogits {
        /// Whether the output has one channel.
        one_channel: bool,
    },
}

impl fmt::Display for MaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length {
                what,
                got,
                expected,
            } => write!(f, "{what} has {got} bytes, {expected} expected"),
            Self::Class { x, y, value, .. } if value.is_finite() && value.fract() != 0.0 => write!(
                f,
                "{value} at ({x}, {y}) is no class; if these are scores, name the output under engine.scores, with \"{}\" \
                 in engine.score_kind",
                if (0.0..=1.0).contains(value) { "sigmoid" } else { "logits" }
            ),
            Self::Class {
                x,
                y,
                value,
                highest,
            } => write!(
                f,
                "class {value} at ({x}, {y}); the recipe knows 0 to {highest}"
            ),
            Self::NotFinite { x, y, class } => {
                write!(f, "score of class {class} at ({x}, {y}) is not finite")
            }
            Self::NotProbabilities {
                x,
                y,
                one_channel: true,
            } => write!(
                f,
                "score at ({x}, {y}) is not from 0 to 1; if the model gives logits, say \"logits\" in engine.score_kind"
            ),
            Self::NotProbabilities { x, y, .. } => write!(
                f,
                "scores at ({x}, {y}) are not probabilities; if the model gives logits, say \"logits\" in engine.score_kind"
            ),
            Self::NotLogits { one_channel: true } => f.write_str(
                "scores are from 0 to 1 at every pixel, but engine.score_kind says \"logits\"; say \"sigmoid\", or end the \
                 export in one",
            ),
            Self::NotLogits { .. } => f.write_str(
                "scores are probabilities at every pixel, but engine.score_kind says \"logits\"; say \"softmax\"",
            ),
        }
    }
}

impl core::error::Error for MaskError {}

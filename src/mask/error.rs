//! Errors of an output: of its form, at start, and of its content, with every picture.

use super::contract::advice;
use super::{Content, DataType, MODEL_CLASSES_MAX, ModelOutput, ScoreKind};
use crate::image::Size;
use core::fmt;
use thiserror::Error;

/// Why a model and a recipe do not fit together.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ContractError {
    /// The output does not have the form that its content requires.
    #[error(
        "model output \"{name}\" is {data_type} {dims:?}; {}; {}",
        form(*content, *size),
        advice(dims, *data_type, *content, *size)
    )]
    Output {
        /// Name of the output.
        name: String,
        /// Dimensions of the output.
        dims: Vec<i64>,
        /// Type of the output's values.
        data_type: DataType,
        /// What the station file says that the output holds.
        content: Content,
        /// Size of the model's input.
        size: Size,
    },
    /// An output with this number of channels cannot hold the kind of scores in the station file.
    #[error("model output \"{output}\" has {}", kind_advice(*channels, *kind))]
    Kind {
        /// Name of the score output.
        output: String,
        /// Number of its channels.
        channels: usize,
        /// `engine.score_kind`.
        kind: ScoreKind,
    },
    /// The model's input is empty or larger than 65535 pixels on a side.
    #[error(
        "the model's input is {} x {}; 1 to 65535 pixels on each side are allowed", .0.width, .0.height
    )]
    Size(Size),
    /// The recipe lists class 0.
    #[error("the recipe lists class 0, the background; list defect classes only")]
    Background,
    /// The recipe lists a class twice.
    #[error("the recipe lists class {class} twice; list it once")]
    ListedTwice {
        /// The class.
        class: u8,
    },
    /// The recipe's minimum score for a class is not between 0 and 1.
    #[error("score_min of class {class} is {score_min}; 0 to 1 is allowed")]
    ScoreMin {
        /// The class.
        class: u8,
        /// Its minimum score.
        score_min: f32,
    },
    /// The recipe lists a class that the model does not have.
    #[error(
        "the recipe lists class {class}, but model output \"{output}\" has classes 0 to {}; take the class out of \
         recipe.classes, or name a model that has it",
        classes.saturating_sub(1)
    )]
    NoSuchClass {
        /// The class.
        class: u8,
        /// Name of the score output.
        output: String,
        /// Number of its classes.
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

/// The forms that an output of this content may have.
fn form(content: Content, Size { width, height }: Size) -> impl fmt::Display {
    fmt::from_fn(move |f| match content {
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
    })
}

/// Which kinds of scores fit this number of channels.
fn kind_advice(channels: usize, kind: ScoreKind) -> impl fmt::Display {
    fmt::from_fn(move |f| match channels {
        1 => write!(
            f,
            "1 channel, and engine.score_kind is \"{kind}\"; say \"sigmoid\" if it holds the probability of class 1 \
             (the model ends in a sigmoid), \"logits\" if the model ends before the sigmoid; if it holds the number of the \
             class, name it under engine.mask instead"
        ),
        _ => write!(
            f,
            "{channels} channels, and engine.score_kind is \"{kind}\", which is for 1; say \"softmax\" if the scores of a \
             pixel add up to one, \"logits\" if the model ends before the softmax; a sigmoid for each of several classes is \
             not supported: export a softmax or one channel"
        ),
    })
}

/// Why the output of one picture cannot be used. The part is a fault with
/// [`crate::part::Cause::Output`].
///
/// Positions are in pixels of the model's input. Displaying an error does not allocate.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum MaskError {
    /// A buffer does not have the length that was agreed at start.
    #[error("{what} has {got} bytes, {expected} expected")]
    Length {
        /// Which buffer.
        what: &'static str,
        /// Its length.
        got: usize,
        /// The length that was agreed.
        expected: usize,
    },
    /// A class mask holds a value that is not a class.
    #[error("{}", not_a_class((*x, *y), *value, *highest))]
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
    #[error("score of class {class} at ({x}, {y}) is not finite")]
    NotFinite {
        /// Column.
        x: usize,
        /// Row.
        y: usize,
        /// Class of the score.
        class: usize,
    },
    /// The scores are declared as a softmax or a sigmoid, but here they are not probabilities.
    ///
    /// One is negative, they do not add up to one, or the only channel exceeds one.
    #[error(
        "{}; if the model gives logits, say \"logits\" in engine.score_kind",
        not_probabilities((*x, *y), *one_channel)
    )]
    NotProbabilities {
        /// Column.
        x: usize,
        /// Row.
        y: usize,
        /// Whether the output has one channel.
        one_channel: bool,
    },
    /// The scores are declared as logits, but they are probabilities at every pixel of the picture.
    #[error("scores are {}", already_probabilities(*one_channel))]
    NotLogits {
        /// Whether the output has one channel.
        one_channel: bool,
    },
}

fn not_a_class((x, y): (usize, usize), value: f64, highest: u8) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        if value.is_finite() && value.fract() != 0.0 {
            let kind = if (0.0..=1.0).contains(&value) {
                ScoreKind::Sigmoid
            } else {
                ScoreKind::Logits
            };
            write!(
                f,
                "{value} at ({x}, {y}) is no class; if these are scores, name the output under engine.scores, with \"{kind}\" \
                 in engine.score_kind"
            )
        } else {
            write!(
                f,
                "class {value} at ({x}, {y}); the recipe knows 0 to {highest}"
            )
        }
    })
}

fn not_probabilities((x, y): (usize, usize), one_channel: bool) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        if one_channel {
            write!(f, "score at ({x}, {y}) is not from 0 to 1")
        } else {
            write!(f, "scores at ({x}, {y}) are not probabilities")
        }
    })
}

const fn already_probabilities(one_channel: bool) -> &'static str {
    if one_channel {
        "from 0 to 1 at every pixel, but engine.score_kind says \"logits\"; say \"sigmoid\", or end the export in one"
    } else {
        "probabilities at every pixel, but engine.score_kind says \"logits\"; say \"softmax\""
    }
}

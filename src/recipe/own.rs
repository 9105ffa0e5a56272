//! What a recipe may have of its own, instead of what all recipes share: a model, its outputs, and
//! a region of the frame.

use crate::image::{ChannelOrder, Interpolation, Roi, Size};
use core::fmt;
use serde::{Deserialize, Serialize};

/// How a frame becomes the input of the recipe's model. What is left out comes from the section
/// `image`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OwnImage {
    /// The region of the frame that is inspected.
    #[serde(default)]
    pub roi: Option<Roi>,
    /// Size of the model's input.
    #[serde(default)]
    pub size: Option<Size>,
    /// Order of the channels in the model's input.
    #[serde(default)]
    pub order: Option<ChannelOrder>,
    /// The rule of the resize.
    #[serde(default)]
    pub resize: Option<Interpolation>,
}

/// What the scores are. The station file declares it (`engine.score_kind`, or
/// `score_kind` of a recipe), and each picture is
/// checked against it.
///
/// The values alone do not show it: the logits of a picture may all be between 0 and 1. A wrong
/// declaration is still detected: see [`crate::mask::MaskError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreKind {
    /// 2 channels or more, one for each class. The model ends in a softmax, so the scores of a
    /// pixel are not negative and add up to one.
    #[default]
    Softmax,
    /// 1 channel. The model ends in a sigmoid, so the score is the probability of class 1, 0 to 1.
    Sigmoid,
    /// The model ends before the softmax or sigmoid. The station applies the softmax, or to 1
    /// channel the sigmoid.
    Logits,
}

impl fmt::Display for ScoreKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Softmax => "softmax",
            Self::Sigmoid => "sigmoid",
            Self::Logits => "logits",
        })
    }
}

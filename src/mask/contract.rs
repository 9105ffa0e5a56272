//! What an output may look like.

use super::{ContractError, MODEL_CLASSES_MAX};
use crate::image::Size;
use crate::recipe::Recipe;
use core::fmt;
use serde::Deserialize;

/// One output as the model describes it.
#[derive(Debug, Clone, Copy)]
pub struct ModelOutput<'a> {
    /// Its name, for messages.
    pub name: &'a str,
    /// Its dimensions, outermost first.
    pub dims: &'a [i64],
    /// The type of one value.
    pub data_type: DataType,
}

/// What an output holds. The station file says it, by naming the output under `engine.scores` or `engine.mask`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// The class of each pixel.
    Classes,
    /// A score for each class and pixel.
    Scores(ScoreKind),
}

/// What the scores are. The station file says it (`engine.score_kind`); what a picture shows is checked against it.
///
/// The values alone cannot decide: logits of one picture can all lie between 0 and 1. A wrong choice does not pass
/// unseen, though: see [`super::OutputError::NotProbabilities`] and [`super::OutputError::NotLogits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreKind {
    /// 2 channels or more, one for each class. The model ends in a softmax: the scores of a pixel are not negative and
    /// add up to one.
    #[default]
    Softmax,
    /// 1 channel: the model ends in a sigmoid, the score is the probability of class 1, 0 to 1.
    Sigmoid,
    /// The model ends before that. The station applies the softmax, or to 1 channel the sigmoid.
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

/// The type of one value, little endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataType {
    /// Unsigned, 1 byte.
    U8,
    /// Signed, 4 bytes.
    I32,
    /// IEEE 754 binary32.
    F32,
    /// IEEE 754 binary16.
    F16,
    /// Another `aclDataType`; no output may have it.
    Other(i32),
}

impl DataType {
    /// From a value of AscendCL's `aclDataType` (acl_base.h: FLOAT 0, FLOAT16 1, INT32 3, UINT8 4).
    pub const fn from_acl(code: i32) -> Self {
        match code {
            0 => Self::F32,
            1 => Self::F16,
            3 => Self::I32,
            4 => Self::U8,
            _ => Self::Other(code),
        }
    }

    /// Bytes of one value; 0 for [`DataType::Other`].
    pub(super) const fn bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::F16 => 2,
            Self::I32 | Self::F32 => 4,
            Self::Other(_) => 0,
        }
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::U8 => f.write_str("uint8"),
            Self::I32 => f.write_str("int32"),
            Self::F32 => f.write_str("float32"),
            Self::F16 => f.write_str("float16"),
            Self::Other(code) => write!(f, "aclDataType {code}"),
        }
    }
}

/// Where the channels of a pixel lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChannelLayout {
    /// [1, H, W, C]: side by side.
    Nhwc,
    /// [1, C, H, W]: one plane for each.
    Nchw,
}

/// Checks that a recipe lists each class once, none of them the background, with a score that can be reached.
pub(super) fn check_classes(recipe: &Recipe) -> Result<(), ContractError> {
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

/// Width and height as the mask counts them: 1 to 65535 each.
pub(super) fn dimensions(size: Size) -> Result<(usize, usize), ContractError> {
    match (u16::try_from(size.width), u16::try_from(size.height)) {
        (Ok(width @ 1..), Ok(height @ 1..)) => Ok((usize::from(width), usize::from(height))),
        _ => Err(ContractError::Size(size)),
    }
}

/// True if the dimensions are those of a class mask of this size.
pub(super) fn is_class_mask(dims: &[i64], size: Size) -> bool {
    let (h, w) = (i64::from(size.height), i64::from(size.width));
    dims == [h, w] || dims == [1, h, w] || dims == [1, h, w, 1] || dims == [1, 1, h, w]
}

/// Layout and number of channels of a score output of this size; `None` if it is not one, or could be read both ways. One
/// channel lies the same way in every layout, and needs no dimension of its own.
pub(super) fn score_layout(dims: &[i64], size: Size) -> Option<(ChannelLayout, usize)> {
    if is_class_mask(dims, size) {
        return Some((ChannelLayout::Nchw, 1));
    }
    let (h, w) = (i64::from(size.height), i64::from(size.width));
    let &[1, d1, d2, d3] = dims else { return None };
    let (layout, channels) = match ((d1, d2) == (h, w), (d2, d3) == (h, w)) {
        (true, false) => (ChannelLayout::Nhwc, d3),
        (false, true) => (ChannelLayout::Nchw, d1),
        _ => return None,
    };
    let channels = usize::try_from(channels).ok()?;
    (2..=MODEL_CLASSES_MAX)
        .contains(&channels)
        .then_some((layout, channels))
}

/// Classes of a score output, the background included: one channel tells two apart.
pub(super) const fn classes_of(channels: usize) -> usize {
    if channels == 1 { 2 } else { channels }
}

/// Whether a score output of so many channels can hold scores of this kind.
pub(super) const fn fits_kind(channels: usize, kind: ScoreKind) -> bool {
    match kind {
        ScoreKind::Softmax => channels > 1,
        ScoreKind::Sigmoid => channels == 1,
        ScoreKind::Logits => true,
    }
}

/// What to change so that an output that breaks the contract keeps it; a sentence without its full stop.
pub(super) fn advice(
    dims: &[i64],
    data_type: DataType,
    content: Content,
    size: Size,
) -> &'static str {
    let (mask, scores) = (
        is_class_mask(dims, size),
        score_layout(dims, size).is_some(),
    );
    let is_float = matches!(data_type, DataType::F32 | DataType::F16);
    match content {
        Content::Classes if mask && is_float => {
            "cast it to int32 in the export; if it holds the probability of one class instead, name it under engine.scores \
             and say \"sigmoid\" in engine.score_kind"
        }
        Content::Classes if mask => "cast it to int32 in the export",
        Content::Classes if scores && is_float => {
            "it looks like scores: name it under engine.scores instead"
        }
        Content::Scores(_) if mask => {
            "it looks like a class mask: name it under engine.mask instead"
        }
        Content::Scores(_) if scores => "cast it to float32 in the export",
        _ if dims.first().is_some_and(|batch| *batch > 1) && dims.len() > 2 => {
            "export the model for one picture at a time"
        }
        _ => {
            "name an output under engine.mask or engine.scores that has such dimensions, or export the model with padded \
             convolutions, so that its output is as large as its input (image.size)"
        }
    }
}

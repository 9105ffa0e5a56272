//! The forms that an output may have.

use super::MODEL_CLASSES_MAX;
use crate::image::Size;
use crate::recipe::ScoreKind;
use core::fmt;

/// One output as the model describes it.
#[derive(Debug, Clone, Copy)]
pub struct ModelOutput<'a> {
    /// Name, for messages.
    pub name: &'a str,
    /// Dimensions, outermost first.
    pub dims: &'a [i64],
    /// Type of its values.
    pub data_type: DataType,
}

/// What an output holds. The station file declares it by naming the output under `engine.scores` or
/// `engine.mask`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// The class of each pixel.
    Classes,
    /// A score for each class and pixel.
    Scores(ScoreKind),
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
    /// Another `aclDataType`, which no output may have.
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

/// Order of an output's dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChannelLayout {
    /// `[1, H, W, C]`: the channels of a pixel are adjacent.
    Nhwc,
    /// `[1, C, H, W]`: each channel is a plane.
    Nchw,
}

/// True if the dimensions are those of a class mask of this size.
pub(super) fn is_class_mask(dims: &[i64], size: Size) -> bool {
    let (h, w) = (i64::from(size.height), i64::from(size.width));
    dims == [h, w] || dims == [1, h, w] || dims == [1, h, w, 1] || dims == [1, 1, h, w]
}

/// Layout and number of channels of a score output of this size. `None` if the dimensions do not
/// fit, or fit both layouts. One channel is the same in both layouts and needs no dimension.
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

/// Number of classes of a score output, including the background. One channel distinguishes two
/// classes.
pub(super) const fn classes_of(channels: usize) -> usize {
    if channels == 1 { 2 } else { channels }
}

/// Whether a score output with this number of channels can hold this kind of scores.
pub(super) const fn fits_kind(channels: usize, kind: ScoreKind) -> bool {
    match kind {
        ScoreKind::Softmax => channels > 1,
        ScoreKind::Sigmoid => channels == 1,
        ScoreKind::Logits => true,
    }
}

/// What to change so that an output fulfils the contract; a sentence without its full stop.
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

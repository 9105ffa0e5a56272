//! What can be wrong with an AIPP configuration.

/// Why an AIPP configuration cannot be used. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AippError {
    /// The text is not `aipp_op { key: value ... }` here.
    #[error("line {line}: found `{found}`, expected {expected}")]
    Syntax {
        /// Line of the unexpected text.
        line: usize,
        /// The unexpected text.
        found: String,
        /// What the grammar allows here.
        expected: &'static str,
    },
    /// The file begins with a byte order mark, which protobuf rejects.
    #[error(
        "line 1: begins with a byte order mark (U+FEFF), which protobuf's text format does not take: save it as UTF-8 without one"
    )]
    ByteOrderMark,
    /// The text ends too early.
    #[error("the file ends where {expected} is expected: complete it")]
    Ended {
        /// What should follow.
        expected: &'static str,
    },
    /// ATC has no such key.
    #[error("line {line}: `{key}` is not a key of aipp_op: correct or remove it")]
    UnknownKey {
        /// Line of the key.
        line: usize,
        /// The key.
        key: String,
    },
    /// The key appears twice.
    #[error("line {line}: `{key}` appears twice: keep one")]
    Repeated {
        /// Line of the second one.
        line: usize,
        /// The key.
        key: String,
    },
    /// The key does not take this value.
    #[error("line {line}: `{key}: {value}`: must be {allowed}")]
    Value {
        /// Line of the key.
        line: usize,
        /// The key.
        key: String,
        /// The value in the file.
        value: String,
        /// What the key takes.
        allowed: &'static str,
    },
    /// ATC accepts this value, this implementation does not.
    #[error("line {line}: `{key}: {value}` is not supported yet on the CPU: {instead}")]
    Unsupported {
        /// Line of the key.
        line: usize,
        /// The key.
        key: String,
        /// The value in the file.
        value: String,
        /// What works instead.
        instead: &'static str,
    },
    /// A required key is missing.
    #[error("`{key}` is missing: add it to aipp_op")]
    Missing {
        /// The key.
        key: &'static str,
    },
    /// Picture, crop window and model do not fit together.
    #[error(
        "{axis}: the window of {size} from {start} must lie in the picture of {source_size} and be the {model} of the model input inside its padding: correct src_image_size, load_start_pos or crop_size"
    )]
    Fit {
        /// `width` or `height`.
        axis: &'static str,
        /// Pixels of the picture.
        source_size: usize,
        /// First pixel of the crop window.
        start: usize,
        /// Pixels of the crop window.
        size: usize,
        /// Pixels of the model input.
        model: usize,
    },
    /// The padding is as large as the model input, or larger.
    #[error(
        "{axis}: {padding} pixels of padding leave nothing of the {model} of the model input: correct the padding sizes"
    )]
    Padding {
        /// `width` or `height`.
        axis: &'static str,
        /// Pixels of padding on both sides.
        padding: usize,
        /// Pixels of the model input.
        model: usize,
    },
    /// A number of pixels is odd but must be even, because each pair of pixels shares its U and V.
    #[error(
        "{axis}: {pixels} is odd, YUV420SP_U8 has pairs of pixels: correct src_image_size, load_start_pos or crop_size"
    )]
    Odd {
        /// `width` or `height`.
        axis: &'static str,
        /// The number.
        pixels: usize,
    },
    /// The model input and the picture have different numbers of channels.
    #[error(
        "input_format gives {format} channels, the model input of [n, {}, {}, {}] has them neither \
         first (NCHW) nor last (NHWC): choose another format, or export the model with as many",
        .dims[0], .dims[1], .dims[2]
    )]
    Channels {
        /// Channels of the picture.
        format: usize,
        /// Dimensions of the model input after the batch.
        dims: [usize; 3],
    },
}

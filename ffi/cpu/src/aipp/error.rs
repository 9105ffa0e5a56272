//! What can be wrong with an AIPP configuration.

use std::fmt;

/// Why an AIPP configuration cannot be used. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AippError {
    /// The text is not `aipp_op { key: value ... }` here.
    Syntax {
        /// Line of the text that was not understood.
        line: usize,
        /// What stands there.
        found: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// The file begins with a byte order mark, which protobuf does not take.
    ByteOrderMark,
    /// The text ends too early.
    Ended {
        /// What should follow.
        expected: &'static str,
    },
    /// ATC has no such key.
    UnknownKey {
        /// Line of the key.
        line: usize,
        /// The key.
        key: String,
    },
    /// The key stands twice.
    Repeated {
        /// Line of the second one.
        line: usize,
        /// The key.
        key: String,
    },
    /// The value is not one that the key takes.
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
    /// ATC takes this, this implementation does not.
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
    /// A key that must be there is not.
    Missing {
        /// The key.
        key: &'static str,
    },
    /// Picture, crop window and model do not fit together.
    Fit {
        /// `width` or `height`.
        axis: &'static str,
        /// Pixels of the picture.
        source: usize,
        /// First pixel of the crop window.
        start: usize,
        /// Pixels of the crop window.
        size: usize,
        /// Pixels of the model input.
        model: usize,
    },
    /// There is more padding than model input.
    Padding {
        /// `width` or `height`.
        axis: &'static str,
        /// Pixels of padding on both sides.
        padding: usize,
        /// Pixels of the model input.
        model: usize,
    },
    /// A number of pixels is odd that has to be even, as U and V are there for pairs of pixels.
    Odd {
        /// `width` or `height`.
        axis: &'static str,
        /// The number.
        pixels: usize,
    },
    /// The model input has not the channels of the picture.
    Channels {
        /// Channels of the picture.
        format: usize,
        /// Dimensions of the model input, behind the batch.
        dims: [usize; 3],
    },
}

impl fmt::Display for AippError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax {
                line,
                found,
                expected,
            } => write!(f, "line {line}: found `{found}`, expected {expected}"),
            Self::ByteOrderMark => write!(
                f,
                "line 1: begins with a byte order mark (U+FEFF), which ATC does not take either: save it as UTF-8 without one"
            ),
            Self::Ended { expected } => {
                write!(f, "the file ends where {expected} is expected: complete it")
            }
            Self::UnknownKey { line, key } => {
                write!(
                    f,
                    "line {line}: `{key}` is not a key of aipp_op: correct or remove it"
                )
            }
            Self::Repeated { line, key } => {
                write!(f, "line {line}: `{key}` stands twice: keep one")
            }
            Self::Value {
                line,
                key,
                value,
                allowed,
            } => write!(f, "line {line}: `{key}: {value}`: must be {allowed}"),
            Self::Unsupported {
                line,
                key,
                value,
                instead,
            } => write!(
                f,
                "line {line}: `{key}: {value}` is not supported yet on the CPU: {instead}"
            ),
            Self::Missing { key } => write!(f, "`{key}` is missing: add it to aipp_op"),
            Self::Fit {
                axis,
                source,
                start,
                size,
                model,
            } => write!(
                f,
                "{axis}: the window of {size} from {start} must lie in the picture of {source} and be the {model} of the model input inside its padding: correct src_image_size, load_start_pos or crop_size"
            ),
            Self::Padding {
                axis,
                padding,
                model,
            } => write!(
                f,
                "{axis}: {padding} pixels of padding leave nothing of the {model} of the model input: correct the padding sizes"
            ),
            Self::Odd { axis, pixels } => write!(
                f,
                "{axis}: {pixels} is odd, YUV420SP_U8 has pairs of pixels: correct src_image_size, load_start_pos or crop_size"
            ),
            Self::Channels {
                format,
                dims: [first, second, third],
            } => write!(
                f,
                "input_format gives {format} channels, the model input of [n, {first}, {second}, {third}] has them neither \
                 first (NCHW) nor last (NHWC): choose another format, or export the model with as many"
            ),
        }
    }
}

impl std::error::Error for AippError {}

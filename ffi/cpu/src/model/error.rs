//! What can be wrong with a model.

use std::fmt;

use super::onnx::OnnxError;
use crate::aipp::AippError;

/// Why a model cannot be loaded or run.
#[derive(Debug)]
pub(crate) enum ModelError {
    /// An offline model of ATC.
    ForDevice,
    /// The model cannot be computed as ONNX says.
    Onnx(OnnxError),
    /// rten does not take the model.
    Rten(String),
    /// An input or output without a name.
    Nameless,
    /// No shape is declared for this tensor.
    Shape(String),
    /// This tensor has a dimension with a symbol instead of a number.
    Symbol(String, String),
    /// The tensor is empty or too large.
    Size(String, Vec<usize>),
    /// The element type is none that can be shown.
    Element(String),
    /// The AIPP configuration cannot be used.
    Aipp(AippError),
    /// AIPP is for this input, the model has that many.
    AippInput(usize, usize),
    /// AIPP is for this input, which is no picture of floats.
    AippTensor(String, Vec<usize>),
    /// Inputs of the model, inputs given.
    InputCount(usize, usize),
    /// Outputs of the model, index asked for.
    OutputCount(usize, usize),
    /// Declared and computed dims of an output.
    OutputShape(String, Vec<usize>, Vec<usize>),
    /// An output came in another type than declared.
    OutputElement(String),
    /// NaN went into this operator, which would hide it.
    Nan(String),
    /// This output holds NaN or an infinite number.
    NotFinite(String),
    /// rten's message.
    Run(String),
}

impl From<OnnxError> for ModelError {
    fn from(error: OnnxError) -> Self {
        Self::Onnx(error)
    }
}

impl From<AippError> for ModelError {
    fn from(error: AippError) -> Self {
        Self::Aipp(error)
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ForDevice => write!(
                f,
                "this is an offline model (.om) for the device: the CPU runs the ONNX file it was made from, so give that one"
            ),
            Self::Onnx(error) => write!(f, "{error}"),
            Self::Rten(reason) => write!(f, "not an ONNX model that rten can load: {reason}"),
            Self::Nameless => write!(f, "an input or output has no name: name it in the export"),
            Self::Shape(tensor) => {
                write!(f, "`{tensor}` has no declared shape: export it with one")
            }
            Self::Symbol(tensor, symbol) => write!(
                f,
                "`{tensor}` has the dimension `{symbol}`: export the model with fixed dimensions"
            ),
            Self::Size(tensor, dims) => {
                write!(
                    f,
                    "`{tensor}` has dims {dims:?}: empty or too large, export it anew"
                )
            }
            Self::Element(tensor) => write!(
                f,
                "`{tensor}` has an element type other than FLOAT, INT32, INT64, INT8, UINT8 or BOOL: export it as one of these"
            ),
            Self::Aipp(error) => write!(f, "AIPP configuration: {error}"),
            Self::AippInput(input, count) => write!(
                f,
                "AIPP configuration: related_input_rank {input}, but the model has {count} inputs: correct it"
            ),
            Self::AippTensor(tensor, dims) => write!(
                f,
                "AIPP needs a float input of dims [n, channels, height, width] or [n, height, width, channels]; `{tensor}` has {dims:?}: correct related_input_rank or the export"
            ),
            Self::InputCount(model, given) => {
                write!(f, "{given} inputs given, the model has {model}")
            }
            Self::OutputCount(model, index) => {
                write!(f, "output {index} asked for, the model has {model}")
            }
            Self::OutputShape(tensor, declared, computed) => write!(
                f,
                "`{tensor}` came out with dims {computed:?}, the file declares {declared:?}: export the model anew"
            ),
            Self::OutputElement(tensor) => write!(
                f,
                "`{tensor}` came out in another element type than the file declares: export the model anew"
            ),
            Self::Nan(place) => write!(
                f,
                "NaN went into {place}, so the result of this run says nothing: look for what makes it (division by 0, numbers beyond the range of FLOAT) and train or export the model again"
            ),
            Self::NotFinite(tensor) => write!(
                f,
                "`{tensor}` came out with numbers that are not finite, so this run says nothing: train or export the model again"
            ),
            Self::Run(reason) => write!(f, "the run failed: {reason}"),
        }
    }
}

impl std::error::Error for ModelError {}

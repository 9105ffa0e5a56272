//! What can be wrong with a model.

use std::error::Error;

use super::onnx::OnnxError;
use crate::aipp::AippError;

/// Why a model cannot be loaded or run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ModelError {
    /// An offline model of ATC.
    #[error(
        "this is an offline model (.om) for the device: the CPU runs the ONNX file it was made from, so give that one"
    )]
    ForDevice,
    /// The model cannot be computed as ONNX says.
    #[error(transparent)]
    Onnx(#[from] OnnxError),
    /// rten rejects the model.
    #[error("not an ONNX model that rten can load: {0}")]
    Rten(#[source] rten::LoadError),
    /// An input or output without a name.
    #[error("an input or output has no name: name it in the export")]
    Nameless,
    /// No shape is declared for this tensor.
    #[error("`{0}` has no declared shape: export it with one")]
    Shape(String),
    /// This output has a dimension that neither the file nor the operators determine.
    #[error(
        "the size of output `{0}` is unknown before the model runs (`{1}`), and the file does not declare it: declare it in the export, or export with constant sizes"
    )]
    Symbol(String, String),
    /// The tensor is empty or too large.
    #[error("`{0}` has dims {1:?}: empty or too large, export it again")]
    Size(String, Vec<usize>),
    /// The ABI has no name for the element type.
    #[error(
        "`{0}` has an element type other than FLOAT, INT32, INT64, INT8, UINT8 or BOOL: export it as one of these"
    )]
    Element(String),
    /// The AIPP configuration cannot be used.
    #[error("AIPP configuration: {0}")]
    Aipp(#[from] AippError),
    /// The input that AIPP is for, and how many inputs the model has.
    #[error("AIPP configuration: related_input_rank {0}, but the model has {1} inputs: correct it")]
    AippInput(usize, usize),
    /// The input that AIPP is for is not a picture of floats.
    #[error(
        "AIPP needs a float input of dims [n, channels, height, width] or [n, height, width, channels]; `{0}` has {1:?}: correct related_input_rank or the export"
    )]
    AippTensor(String, Vec<usize>),
    /// Declared and computed dims of an output.
    #[error("`{0}` came out with dims {2:?}, the file declares {1:?}: export the model again")]
    OutputShape(String, Vec<usize>, Vec<usize>),
    /// The run gave this output a type that the file does not declare.
    #[error(
        "`{0}` came out in another element type than the file declares: export the model again"
    )]
    OutputElement(String),
    /// NaN went into this operator, which would hide it.
    #[error(
        "NaN went into {0}, so the result of this run is meaningless: look for what makes it (division by 0, numbers beyond the range of FLOAT) and train or export the model again"
    )]
    Nan(String),
    /// This output holds NaN or an infinite number.
    #[error(
        "`{0}` came out with numbers that are not finite, so the result of this run is meaningless: train or export the model again"
    )]
    NotFinite(String),
    /// The executor cannot plan the model.
    #[error("{0}: export the model again")]
    Plan(#[from] unet_executor::NetworkError),
    /// The threads that should compute, and the system's error.
    #[error("no {0} threads to compute with: {1}; take fewer, or raise the limit of threads")]
    Threads(usize, #[source] std::io::Error),
    /// The engine's run failed.
    #[error("the run failed: {0}")]
    Run(#[source] Box<dyn Error + Send + Sync>),
}

//! Why an ONNX model is refused before the engine sees it.

use std::fmt;
use std::path::PathBuf;

use super::element::ElementType;

/// A node as a person finds it in a viewer: operator and name, or the name of its first output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) operator: String,
    pub(crate) node: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.operator, self.node)
    }
}

/// Why a model is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(crate) enum OnnxError {
    /// The bytes are not an ONNX model; the reader's reason.
    #[error("not an ONNX model ({0}): give the .onnx file as the export wrote it")]
    Damaged(String),
    /// Reading the file failed.
    #[error("the file cannot be read to its end: {0}; check its disk")]
    Unread(String),
    /// The model declares no version of the default operator set.
    #[error("the file does not say which operator set it uses (opset_import): export it again")]
    Opset,
    /// A tensor in the file whose numbers do not fit its dims.
    #[error(
        "the dims of `{0}` do not match its number of elements: the file is damaged, export it again"
    )]
    Tensor(String),
    /// The weights of this tensor are in another file, which cannot be used.
    #[error("the weights of `{tensor}` are in `{file}`, {reason}")]
    External {
        tensor: String,
        file: String,
        reason: ExternalReason,
    },
    /// A number that is not finite: where, which element, its value.
    #[error(
        "{place}: element {index} is {value}, no finite 32-bit float, which is refused because it can silently make the scores of every picture wrong: {}",
        remedy(.value)
    )]
    NotFinite {
        place: String,
        index: usize,
        value: f64,
    },
    /// An INT64 constant beyond 32 bits.
    #[error(
        "{place} holds {value}, and the CPU engine computes INT64 in 32 bits: keep it from -2147483648 to 2147483647"
    )]
    Wide { place: String, value: i64 },
    /// A sparse tensor: the file leaves its zeros out.
    #[error(
        "`{0}` is a sparse tensor, which the CPU engine does not read: export the weights dense"
    )]
    Sparse(String),
    /// A constant of a type that the engine does not know.
    #[error(
        "{place} is of type {element}, which the CPU engine does not compute with: export it as FLOAT"
    )]
    Element { place: String, element: ElementType },
    /// No input, weight or earlier node gives this input of a node.
    #[error(
        "{node} takes `{input}`, which no input, weight or node before it gives: export the model again"
    )]
    Unsorted { node: Place, input: String },
    /// Two nodes give a value of this name.
    #[error("two nodes give `{0}`: export the model again, each value under its own name")]
    Twice(String),
    /// An input without a tensor type.
    #[error("input `{0}` declares no tensor type: export it with one")]
    Untyped(String),
    /// A dimension of an input that the file leaves open: input, index, symbol.
    #[error(
        "dimension {index} of input `{input}` is free (`{symbol}`): export with fixed sizes (torch.onnx.export without dynamic_axes or dynamic_shapes), or fix it: python -m onnxruntime.tools.make_dynamic_shape_fixed --input_name {input} --input_shape N,C,H,W in.onnx out.onnx"
    )]
    Free {
        input: String,
        index: usize,
        symbol: String,
    },
    /// The operator belongs to an operator set other than ai.onnx.
    #[error(
        "{node} is of the operator set `{domain}`: the CPU engine computes operators of ai.onnx only, export with those"
    )]
    Domain { node: Place, domain: String },
    /// The operator is not in the table.
    #[error(
        "{node}: the CPU engine has not been shown to compute {} as ONNX says: export the model without it",
        .node.operator
    )]
    Operator { node: Place },
    /// The operator is in the table but not this use of it: what differs, and what to do about it.
    #[error("{node}: {what}: {way_out}")]
    Use {
        node: Place,
        what: String,
        way_out: String,
    },
}

/// What is wrong with a file of weights.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ExternalReason {
    /// The model was given as bytes.
    #[error(
        "and a model that is loaded from memory has no directory to look in: load it from its file, or export with torch.onnx.export(..., external_data=False)"
    )]
    InMemory,
    /// Its name leads out of the model's directory.
    #[error(
        "which leads out of the model's directory: put the file beside the model under a plain name, or export with torch.onnx.export(..., external_data=False)"
    )]
    Outside,
    /// It cannot be read; the system's reason.
    #[error("and {path} cannot be read ({1}): {TWO_WAYS}", path = .0.display())]
    Unreadable(PathBuf, String),
    /// The size of the file and the size that the tensor needs, bytes.
    #[error(
        "and {path} has {1} bytes where {2} are needed: copy it whole, as the export wrote it with this model; or export with torch.onnx.export(..., external_data=False)",
        path = .0.display()
    )]
    Short(PathBuf, u64, u64),
    /// `offset` or `length` is not a number, or does not match the dims.
    #[error("with {0}, which does not fit the tensor: export the model again")]
    Range(String),
}

/// What to do about a number that is not finite.
fn remedy(value: &f64) -> &'static str {
    if value.is_infinite() {
        INTENDED
    } else {
        RETRAIN
    }
}

const RETRAIN: &str = "train or export it again from a checkpoint that computes finite scores";
/// What to do about an infinite number. An exporter may write one on purpose, for the edge of a
/// pool or a mask of attention.
const INTENDED: &str = "if infinity is intended, export a large number in its place, such as -1e30; else train or export it again from a checkpoint that computes finite scores";
/// What to do about numbers in other files.
const TWO_WAYS: &str = "put the file beside the model under that name, or export with torch.onnx.export(..., external_data=False)";

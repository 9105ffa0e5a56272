//! Why an ONNX model is refused before the engine sees it.

use std::fmt;
use std::path::PathBuf;

use super::element::ElementType;

/// A node, as a person finds it in a viewer: operator and name, or the name of its first output.
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
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum OnnxError {
    /// The bytes are no ONNX model; the reader's reason.
    Damaged(String),
    /// The model declares no version of the default operator set.
    Opset,
    /// A tensor in the file whose numbers do not fit its dims.
    Tensor(String),
    /// The weights of this tensor are in another file, which cannot be used.
    External {
        tensor: String,
        file: String,
        reason: ExternalReason,
    },
    /// A number that is not finite: where, which element, its value.
    NotFinite {
        place: String,
        index: usize,
        value: f64,
    },
    /// An INT64 constant beyond 32 bits.
    Wide { place: String, value: i64 },
    /// A tensor whose zeros are left out.
    Sparse(String),
    /// A constant of a type that the engine does not know.
    Element { place: String, element: ElementType },
    /// A node's input that no node before it gives.
    Unsorted { node: Place, input: String },
    /// Two nodes give a value of this name.
    Twice(String),
    /// An input without a tensor type.
    Untyped(String),
    /// A dimension of an input that the file leaves open: input, index, symbol.
    Free {
        input: String,
        index: usize,
        symbol: String,
    },
    /// The operator is not in the table.
    Operator { node: Place, domain: String },
    /// The operator is in the table, this use is not: what differs, and what to do about it.
    Use {
        node: Place,
        what: String,
        way_out: String,
    },
}

/// What is wrong with a file of weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ExternalReason {
    /// The model was given as bytes.
    InMemory,
    /// Its name leads out of the model's directory.
    Outside,
    /// It cannot be read; the system's reason.
    Unreadable(PathBuf, String),
    /// It has that many bytes, needed are so many.
    Short(PathBuf, u64, u64),
    /// `offset` or `length` is no number, or differs from what the dims need.
    Range(String),
}

/// What to do about numbers that are not finite.
const RETRAIN: &str = "train or export it again from a checkpoint that computes finite scores";
/// What to do about an infinite number, which an exporter may write on purpose (the edge of a pool, a mask of attention).
const MEANT: &str = "if infinity is meant, export a large number in its place, as -1e30; else train or export it again from a checkpoint that computes finite scores";
/// What to do about numbers in other files.
const TWO_WAYS: &str = "put the file beside the model under that name, or export with torch.onnx.export(..., external_data=False)";

impl fmt::Display for OnnxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged(reason) => write!(
                f,
                "not an ONNX model ({reason}): give the .onnx file as the export wrote it"
            ),
            Self::Opset => write!(
                f,
                "the file does not say which operator set it uses (opset_import): export it anew"
            ),
            Self::Tensor(tensor) => write!(
                f,
                "`{tensor}` has not as many numbers as its dims say: the file is damaged, export it anew"
            ),
            Self::External {
                tensor,
                file,
                reason,
            } => write!(f, "the weights of `{tensor}` are in `{file}`, {reason}"),
            Self::NotFinite {
                place,
                index,
                value,
            } => write!(
                f,
                "{place}: element {index} is {value}, no finite 32-bit float, which is refused because it can make wrong scores of every picture without a sign: {}",
                if value.is_infinite() { MEANT } else { RETRAIN }
            ),
            Self::Wide { place, value } => write!(
                f,
                "{place} holds {value}, and the CPU engine computes INT64 in 32 bits: keep it from -2147483648 to 2147483647"
            ),
            Self::Sparse(tensor) => write!(
                f,
                "`{tensor}` is a sparse tensor, which the CPU engine does not read: export the weights dense"
            ),
            Self::Element { place, element } => write!(
                f,
                "{place} is of type {element}, which the CPU engine does not compute with: export it as FLOAT"
            ),
            Self::Unsorted { node, input } => write!(
                f,
                "{node} takes `{input}`, which no input, weight or node before it gives: export the model anew"
            ),
            Self::Twice(value) => write!(
                f,
                "two nodes give `{value}`: export the model anew, each value under its own name"
            ),
            Self::Untyped(input) => write!(
                f,
                "input `{input}` declares no tensor type: export it with one"
            ),
            Self::Free {
                input,
                index,
                symbol,
            } => write!(
                f,
                "dimension {index} of input `{input}` is free (`{symbol}`): export with fixed sizes (torch.onnx.export without dynamic_axes or dynamic_shapes), or fix it: python -m onnxruntime.tools.make_dynamic_shape_fixed --input_name {input} --input_shape N,C,H,W in.onnx out.onnx"
            ),
            Self::Operator { node, domain } if !domain.is_empty() => write!(
                f,
                "{node} is of the operator set `{domain}`: the CPU engine computes operators of ai.onnx only, export with those"
            ),
            Self::Operator { node, .. } => write!(
                f,
                "{node}: the CPU engine has not been shown to compute {} as ONNX says: export the model without it",
                node.operator
            ),
            Self::Use {
                node,
                what,
                way_out,
            } => write!(f, "{node}: {what}: {way_out}"),
        }
    }
}

impl fmt::Display for ExternalReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InMemory => write!(
                f,
                "and a model that is loaded from memory has no directory to look in: load it from its file, or export with torch.onnx.export(..., external_data=False)"
            ),
            Self::Outside => write!(
                f,
                "which leads out of the model's directory: put the file beside the model under a plain name, or export with torch.onnx.export(..., external_data=False)"
            ),
            Self::Unreadable(path, reason) => {
                write!(
                    f,
                    "and {} cannot be read ({reason}): {TWO_WAYS}",
                    path.display()
                )
            }
            Self::Short(path, bytes, needed) => write!(
                f,
                "and {} has {bytes} bytes where {needed} are needed: copy it whole, as the export wrote it with this model; or export with torch.onnx.export(..., external_data=False)",
                path.display()
            ),
            Self::Range(text) => write!(
                f,
                "with {text}, which does not fit the tensor: export the model anew"
            ),
        }
    }
}

impl std::error::Error for OnnxError {}

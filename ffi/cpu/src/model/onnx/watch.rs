//! Finds where operators would hide NaN during a run. rten turns NaN into finite numbers in some
//! operators: Relu and Clip give 0, MaxPool ignores it. Others have no floating-point output at all
//! (ArgMax). Such an operator's input is summed first: the sum is NaN if any number is NaN.
//!
//! Not detected: NaN inside the subgraphs of If, NaN that an operator drops by definition (Slice,
//! Gather, Where), and infinite numbers that do not reach an output.

use super::element::ElementType;
use super::fact::Fact;
use super::shapes::Call;

/// What an operator does with NaN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nan {
    /// NaN stays NaN, and other numbers never become NaN.
    Kept,
    /// NaN stays NaN. Other numbers may become NaN: infinite ones, or by 0/0, roots and logarithms.
    Made,
    /// NaN may become another number.
    Hidden,
}

/// Operators in neither list may hide NaN.
fn of(call: &Call<'_>) -> Nan {
    match call.node.operator() {
        "Concat" | "Split" | "Slice" | "Transpose" | "Reshape" | "Flatten" | "Squeeze"
        | "Unsqueeze" | "Expand" | "Tile" | "Gather" | "GatherElements" | "GatherND"
        | "DepthToSpace" | "Identity" | "Dropout" | "Pad" | "Where" | "Abs" | "Neg" | "Floor"
        | "Ceil" | "Round" | "Exp" | "Sigmoid" | "Tanh" | "Erf" | "Atan" | "HardSigmoid"
        | "Shape" | "Size" | "Constant" | "ConstantOfShape" | "Range" => Nan::Kept,
        "Conv"
        | "ConvTranspose"
        | "AveragePool"
        | "GlobalAveragePool"
        | "BatchNormalization"
        | "InstanceNormalization"
        | "LayerNormalization"
        | "RMSNormalization"
        | "LpNormalization"
        | "LeakyRelu"
        | "PRelu"
        | "Elu"
        | "HardSwish"
        | "Gelu"
        | "Softsign"
        | "Softmax"
        | "LogSoftmax"
        | "Add"
        | "Sub"
        | "Mul"
        | "Div"
        | "Pow"
        | "Sqrt"
        | "Log"
        | "Reciprocal"
        | "Sin"
        | "Cos"
        | "Sum"
        | "Mean"
        | "MatMul"
        | "Gemm"
        | "ReduceMean"
        | "ReduceSum"
        | "Resize"
        | "Upsample"
        | "If" => Nan::Made,
        _ => Nan::Hidden,
    }
}

/// The names of the node's inputs that a run must sum.
pub(super) fn inputs<'a>(call: &Call<'a>) -> Vec<&'a str> {
    let is_cast = call.node.operator() == "Cast";
    let to = ElementType::of(i32::try_from(call.node.integer("to", 0)).unwrap_or(0));
    if of(call) != Nan::Hidden || is_cast && to.is_float() {
        return Vec::new();
    }
    let inputs = call.node.input.iter().zip(&call.inputs);
    let inputs = inputs.filter(|(_, fact)| fact.is_some_and(|fact| fact.may_be_nan));
    let mut names: Vec<&str> = inputs.map(|(name, _)| name.as_str()).collect();
    names.dedup();
    names
}

/// Whether an output of this type may be NaN even though the values of [`inputs`] are checked.
pub(super) fn may_be_nan(call: &Call<'_>, element: ElementType) -> bool {
    let is_taken = || {
        let facts: Vec<&Fact> = call.inputs.iter().flatten().copied().collect();
        facts.iter().any(|fact| fact.may_be_nan)
    };
    element.is_float()
        && match of(call) {
            Nan::Kept => is_taken(),
            Nan::Made => true,
            Nan::Hidden => call.node.operator() == "Cast" && is_taken(),
        }
}

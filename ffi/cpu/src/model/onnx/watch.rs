//! Where NaN would be hidden while the model runs. In some operators rten makes finite numbers of it: Relu and Clip
//! give 0, MaxPool leaves it out. Others give no floating-point numbers at all (ArgMax). Before each such operator its
//! input is summed: the sum is NaN if one of the numbers is.
//!
//! Not detected: NaN inside the subgraphs of If, NaN that an operator drops by its meaning (Slice, Gather, Where), and
//! infinite numbers that do not reach an output.

use super::element::ElementType;
use super::fact::Fact;
use super::shapes::Call;

/// What becomes of NaN in an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nan {
    /// NaN stays NaN, and none is made of other numbers.
    Kept,
    /// NaN stays NaN, and may be made: of infinite numbers, by 0/0, roots and logarithms.
    Made,
    /// NaN may become something else.
    Hidden,
}

/// Of operators that are in neither list, NaN may be hidden.
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

/// Names of the node's inputs that have to be looked at when the model runs.
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

/// Whether an output of the node, of this type, may be NaN although all that [`inputs`] names was looked at.
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

//! Computes the dims of a node's outputs from those of its inputs. They are `None` if they depend
//! on the picture or this module does not know the operator. They are also `None` for a damaged
//! node, which the engine refuses.

mod floats;
mod known;
pub(in crate::model) mod lists;
pub(in crate::model) mod window;

use super::fact::Fact;
use super::proto::NodeProto;

/// Dims, and the numbers of small lists.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Shape {
    pub(super) dims: Option<Vec<usize>>,
    pub(super) integers: Option<Vec<i64>>,
    pub(super) floats: Option<Vec<f64>>,
}

impl Shape {
    fn dims(dims: Option<Vec<usize>>) -> Self {
        Self {
            dims,
            ..Self::default()
        }
    }
}

/// A node and what is known of its inputs; `None` for an absent input.
pub(in crate::model) struct Call<'a> {
    pub(in crate::model) node: &'a NodeProto,
    pub(in crate::model) opset: i64,
    pub(in crate::model) inputs: Vec<Option<&'a Fact>>,
}

impl Call<'_> {
    pub(in crate::model) fn input(&self, index: usize) -> Option<&Fact> {
        self.inputs.get(index).copied().flatten()
    }

    pub(in crate::model) fn dims(&self, index: usize) -> Option<&[usize]> {
        self.input(index)?.dims.as_deref()
    }

    pub(in crate::model) fn integers(&self, index: usize) -> Option<&[i64]> {
        self.input(index)?.integers.as_deref()
    }

    /// A list that is an attribute in old operator sets and an input in new ones. `Ok(None)` if it
    /// is absent, `Err(())` if it is unknown.
    pub(in crate::model) fn list(
        &self,
        attribute: &str,
        input: usize,
    ) -> Result<Option<Vec<i64>>, ()> {
        if let Some(list) = self.node.integers(attribute) {
            return Ok(Some(list.to_vec()));
        }
        if self.node.input_name(input).is_none() {
            return Ok(None);
        }
        match self.integers(input) {
            Some(list) => Ok(Some(list.to_vec())),
            None => Err(()),
        }
    }
}

/// An axis as an index; a negative axis counts from the end.
pub(in crate::model) fn axis(axis: i64, rank: usize) -> Option<usize> {
    let axis = if axis < 0 {
        axis.checked_add(i64::try_from(rank).ok()?)?
    } else {
        axis
    };
    usize::try_from(axis).ok().filter(|axis| *axis < rank)
}

/// The shapes of the node's outputs, in their order.
pub(super) fn infer(call: &Call<'_>) -> Vec<Shape> {
    let outputs = call.node.output.len();
    if call.node.operator() == "Split" {
        return split(call).unwrap_or_else(|| vec![Shape::default(); outputs]);
    }
    let mut shape = Shape::dims(dims(call));
    if let Some(integers) = known::evaluate(call) {
        shape.integers = Some(integers);
    } else {
        shape.floats = floats::evaluate(call);
    }
    let mut shapes = vec![Shape::default(); outputs];
    // All outputs of these have the dims of the first.
    let count = match call.node.operator() {
        "Dropout" | "MaxPool" => outputs,
        _ => 1,
    };
    for place in shapes.iter_mut().take(count) {
        *place = shape.clone();
    }
    shapes
}

fn dims(call: &Call<'_>) -> Option<Vec<usize>> {
    let node = call.node;
    let same = || call.dims(0).map(<[usize]>::to_vec);
    match node.operator() {
        "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Mod" | "Greater" | "Less" | "GreaterOrEqual"
        | "LessOrEqual" | "Equal" | "And" | "Or" | "Xor" | "Where" | "Max" | "Min" | "Sum"
        | "Mean" => broadcast_all(call),
        "PRelu"
        | "Relu"
        | "LeakyRelu"
        | "Elu"
        | "Selu"
        | "ThresholdedRelu"
        | "GroupNormalization"
        | "Sigmoid"
        | "HardSigmoid"
        | "HardSwish"
        | "Tanh"
        | "Softplus"
        | "Softsign"
        | "Erf"
        | "Gelu"
        | "Swish"
        | "Mish"
        | "Clip"
        | "Softmax"
        | "LogSoftmax"
        | "Sqrt"
        | "Exp"
        | "Log"
        | "Abs"
        | "Neg"
        | "Reciprocal"
        | "Floor"
        | "Ceil"
        | "Round"
        | "Sign"
        | "Not"
        | "Sin"
        | "Cos"
        | "Cast"
        | "Identity"
        | "Dropout"
        | "BatchNormalization"
        | "InstanceNormalization"
        | "LayerNormalization"
        | "QuantizeLinear"
        | "DequantizeLinear"
        | "IsNaN"
        | "IsInf"
        | "CumSum"
        | "Trilu"
        | "LpNormalization"
        | "CastLike" => same(),
        "Conv" | "ConvTranspose" | "MaxPool" | "AveragePool" | "LpPool" => window::dims(call),
        "GlobalAveragePool" | "GlobalMaxPool" => {
            let dims = call.dims(0)?;
            Some(
                dims.iter()
                    .enumerate()
                    .map(|(index, dim)| if index < 2 { *dim } else { 1 })
                    .collect(),
            )
        }
        "MatMul" => matmul(call.dims(0)?, call.dims(1)?),
        "Gemm" => {
            let (a, b) = (call.dims(0)?, call.dims(1)?);
            let row = usize::from(node.integer("transA", 0) != 0);
            let column = usize::from(node.integer("transB", 0) == 0);
            Some(vec![*a.get(row)?, *b.get(column)?])
        }
        "ArgMax" | "ArgMin" => {
            let dims = call.dims(0)?;
            let axis = axis(node.integer("axis", 0), dims.len())?;
            Some(reduced(dims, &[axis], node.integer("keepdims", 1) != 0))
        }
        name if name.starts_with("Reduce") => reduce(call),
        "Resize" | "Upsample" => window::resized(call),
        "Pad" => window::padded(call),
        "DepthToSpace" | "SpaceToDepth" => window::blocks(call),
        "Concat" => {
            let mut dims = call.dims(0)?.to_vec();
            let axis = axis(node.integer("axis", 1), dims.len())?;
            let mut sum = 0_usize;
            for index in 0..call.inputs.len() {
                sum = sum.checked_add(*call.dims(index)?.get(axis)?)?;
            }
            *dims.get_mut(axis)? = sum;
            Some(dims)
        }
        _ => lists::dims(call),
    }
}

/// The broadcast dims of two tensors.
pub(super) fn broadcast(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let at = |dims: &[usize], index: usize| {
        let missing = rank - dims.len();
        index
            .checked_sub(missing)
            .and_then(|index| dims.get(index))
            .copied()
            .unwrap_or(1)
    };
    (0..rank)
        .map(|index| match (at(a, index), at(b, index)) {
            (1, other) | (other, 1) => Some(other),
            (a, b) if a == b => Some(a),
            _ => None,
        })
        .collect()
}

fn broadcast_all(call: &Call<'_>) -> Option<Vec<usize>> {
    let mut dims = call.dims(0)?.to_vec();
    for index in 1..call.inputs.len() {
        dims = broadcast(&dims, call.dims(index)?)?;
    }
    Some(dims)
}

fn matmul(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let (&[ref a_batch @ .., rows, _], &[ref b_batch @ .., _, columns]) = (a, b) else {
        return None;
    };
    let mut dims = broadcast(a_batch, b_batch)?;
    dims.extend([rows, columns]);
    Some(dims)
}

fn reduced(dims: &[usize], axes: &[usize], is_kept: bool) -> Vec<usize> {
    let dims = dims.iter().enumerate();
    dims.filter_map(|(index, dim)| match axes.contains(&index) {
        true => is_kept.then_some(1),
        false => Some(*dim),
    })
    .collect()
}

fn reduce(call: &Call<'_>) -> Option<Vec<usize>> {
    let dims = call.dims(0)?;
    let axes = call.list("axes", 1).ok()?.filter(|axes| !axes.is_empty());
    if axes.is_none() && call.node.integer("noop_with_empty_axes", 0) != 0 {
        return Some(dims.to_vec());
    }
    let axes = match axes {
        None => (0..dims.len()).collect(),
        Some(axes) => axes
            .into_iter()
            .map(|number| axis(number, dims.len()))
            .collect::<Option<Vec<_>>>()?,
    };
    Some(reduced(dims, &axes, call.node.integer("keepdims", 1) != 0))
}

fn split(call: &Call<'_>) -> Option<Vec<Shape>> {
    let dims = call.dims(0)?;
    let axis = axis(call.node.integer("axis", 0), dims.len())?;
    let whole = *dims.get(axis)?;
    let outputs = call.node.output.len();
    let sizes: Vec<usize> = match call.list("split", 1).ok()? {
        Some(sizes) => sizes
            .into_iter()
            .map(|size| usize::try_from(size).ok())
            .collect::<Option<_>>()?,
        None => {
            let each = whole.div_ceil(outputs.max(1));
            let before = |index: usize| whole.min(each.saturating_mul(index));
            (0..outputs)
                .map(|index| before(index + 1) - before(index))
                .collect()
        }
    };
    if sizes.len() != outputs {
        return None;
    }
    let shapes = sizes.into_iter().map(|size| {
        let mut dims = dims.to_vec();
        *dims.get_mut(axis)? = size;
        Some(Shape::dims(Some(dims)))
    });
    shapes.collect()
}

//! The translation of a checked ONNX graph into a graph of the executor for the U-Net family.
//!
//! The whole graph is translated, or none of it: the first node that the executor does not compute
//! makes the model run on rten. A node that no output needs does not count.
//!
//! An ONNX tensor of one picture is a value of the executor, which has channels, rows and columns.
//! [`Planes`] says which axis each dimension of the tensor holds. So Transpose, Reshape, Squeeze
//! and the like only rename axes, and cost nothing.
//!
//! Some operators join others, if nothing else reads what is between them. Scale and offset of each
//! channel (batch normalisation, arithmetic with constants) join the convolution before them: they
//! are computed in 64 bits, and each weight is rounded once. Zeros of a Pad join the convolution
//! after it.
//!
//! Other operators become several of the executor:
//!
//! - `a > b` is the ArgMax of `b` and `a`, because ArgMax takes the first of equal numbers.
//! - MatMul and Gemm with a constant are convolutions with a kernel of one number.
//! - DepthToSpace is a transposed convolution whose weights are 0 and 1.
//! - A division by a constant that is no power of two stays a division, because a product would
//!   round differently.
//!
//! # Numbers that are not finite
//!
//! In the executor NaN stays NaN in each operator up to the outputs, and ArgMax reports it. So the
//! sums that detect NaN for rten are not needed. Two things can still hide a number that is not
//! finite. Slice, Split, Gather and negative pads drop numbers by definition. Sigmoid, HardSigmoid,
//! Softmax, Clip and the comparisons make a finite number of an infinite one, as IEEE 754 says.

mod activations;
mod arithmetic;
mod arrange;
mod blocks;
mod classes;
mod comparison;
mod constants;
mod late;
mod norm;
mod pending;
mod planes;
mod product;
mod reason;
mod relabel;
mod repeat;
mod resize;
mod values;
mod windows;
mod with_constant;

use std::collections::{HashMap, HashSet};

use unet_executor::{BufferLayout, Element, Graph, Shape};

use self::constants::Constant;
use self::planes::{Axis, Planes};
pub(super) use self::reason::Reason;
use self::values::{Values, output};
use super::onnx::proto::NodeProto;
use super::onnx::{Call, Declared, ElementType, Place, Prepared};

/// A model of the family.
#[derive(Debug)]
pub(super) struct Family {
    /// Its inputs and outputs are those of the model, in their order.
    pub(super) graph: Graph,
    /// The order of each input's axes in the caller's buffer.
    pub(super) inputs: Vec<BufferLayout>,
}

/// The first node that the executor does not compute.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{node}: {reason}")]
pub(super) struct Outside {
    pub(super) node: Place,
    pub(super) reason: Reason,
}

/// Translates a model. `layout` is that of its inputs if it is known.
///
/// The file does not say whether an input of four dimensions is NCHW or NHWC, so both are tried.
pub(super) fn translate(model: &Prepared, layout: Option<BufferLayout>) -> Result<Family, Outside> {
    if let Some(layout) = layout {
        return attempt(model, layout).map_err(|(outside, _)| outside);
    }
    let (first, reached) = match attempt(model, BufferLayout::Planar) {
        Ok(family) => return Ok(family),
        Err(outside) => outside,
    };
    match attempt(model, BufferLayout::Interleaved) {
        Ok(family) => Ok(family),
        // The layout with which more nodes can be translated is the right one.
        Err((second, further)) if further > reached => Err(second),
        Err(_) => Err(first),
    }
}

/// Translates a model whose inputs have this layout. If that fails, also returns how many nodes
/// come before the one that it fails at.
fn attempt(model: &Prepared, layout: BufferLayout) -> Result<Family, (Outside, usize)> {
    let needed = needed(model);
    let mut values = Values::new(model, readers(model, &needed));
    let at = |place: &Place, count| {
        let place = place.clone();
        move |reason| match reason {
            Reason::Before(node, reason) => (
                Outside {
                    node,
                    reason: *reason,
                },
                count,
            ),
            reason => (
                Outside {
                    node: place,
                    reason,
                },
                count,
            ),
        }
    };
    let mut inputs = Vec::with_capacity(model.inputs.len());
    for declared in &model.inputs {
        let place = place("input", declared);
        let input = input(declared, layout, &mut values).map_err(at(&place, 0))?;
        values.name(&declared.name, input);
        inputs.push(layout);
    }
    for (index, node) in model.nodes.iter().enumerate() {
        if needed.contains(&index) {
            let call = call(node, model);
            operator(&call, &mut values).map_err(at(&node.place(), index))?;
        }
    }
    for declared in &model.outputs {
        let place = place("output", declared);
        let count = model.nodes.len();
        export(declared, &mut values).map_err(at(&place, count))?;
    }
    Ok(Family {
        graph: values.graph,
        inputs,
    })
}

fn place(operator: &str, declared: &Declared) -> Place {
    Place {
        operator: operator.to_owned(),
        node: declared.name.clone(),
    }
}

fn call<'a>(node: &'a NodeProto, model: &'a Prepared) -> Call<'a> {
    let inputs = node.input.iter().map(|name| model.facts.get(name));
    Call {
        node,
        opset: model.opset,
        inputs: inputs.collect(),
    }
}

/// The indices of the nodes that give a value which an output needs, except those whose integers
/// are known.
fn needed(model: &Prepared) -> HashSet<usize> {
    let mut wanted: HashSet<&str> = HashSet::new();
    wanted.extend(model.outputs.iter().map(|output| output.name.as_str()));
    let mut needed = HashSet::new();
    for (index, node) in model.nodes.iter().enumerate().rev() {
        let is_wanted = |name: &String| wanted.contains(name.as_str());
        let is_known = |name: &String| {
            let fact = model.facts.get(name);
            fact.is_some_and(|fact| fact.integers.is_some())
        };
        if node.output.iter().any(is_wanted) && !node.output.iter().all(is_known) {
            wanted.extend(node.input.iter().map(String::as_str));
            needed.insert(index);
        }
    }
    needed
}

/// How many of these nodes and of the outputs read each value.
fn readers<'a>(model: &'a Prepared, needed: &HashSet<usize>) -> HashMap<&'a str, usize> {
    let mut readers: HashMap<&str, usize> = HashMap::new();
    let nodes = model.nodes.iter().enumerate();
    let nodes = nodes.filter(|(index, _)| needed.contains(index));
    let names = nodes.flat_map(|(_, node)| node.input.iter());
    let outputs = model.outputs.iter().map(|output| &output.name);
    for name in names.chain(outputs) {
        *readers.entry(name.as_str()).or_default() += 1;
    }
    readers
}

/// Adds an input.
fn input(
    declared: &Declared,
    layout: BufferLayout,
    values: &mut Values<'_>,
) -> Result<Planes, Reason> {
    let name = &declared.name;
    let dims = declared.dims.clone();
    let dims = dims.ok_or_else(|| Reason::Size(name.clone()))?;
    let whole = match declared.element {
        ElementType::F32 => None,
        ElementType::U8 => Some(0xFF),
        other => return Err(Reason::Element(other)),
    };
    let (shape, order) = match (dims.as_slice(), layout) {
        (&[1, channels, height, width], BufferLayout::Planar) => (
            Shape::new(channels, height, width),
            [Axis::Channel, Axis::Row, Axis::Column],
        ),
        (&[1, height, width, channels], BufferLayout::Interleaved) => (
            Shape::new(channels, height, width),
            [Axis::Row, Axis::Column, Axis::Channel],
        ),
        (&[_, _, _, _], _) => return Err(Reason::Batch(name.clone(), dims)),
        _ => return Err(Reason::Axes(name.clone(), dims)),
    };
    if values.is_unread(name) {
        return Err(Reason::Unread);
    }
    let value = values.graph.input(shape)?;
    let mut planes = values.tensor(name, value, &order)?;
    planes.whole = whole;
    Ok(planes)
}

/// Names a value as the graph's next output.
fn export(declared: &Declared, values: &mut Values<'_>) -> Result<(), Reason> {
    let name = &declared.name;
    let planes = values.planes(name)?;
    let layout = planes.axes.layout();
    let layout = layout.ok_or_else(|| planes.axes.misfit(name))?;
    let element = match declared.element {
        ElementType::F32 => Element::F32,
        ElementType::I32 | ElementType::I64 | ElementType::Bool => Element::I32,
        ElementType::U8 => Element::U8,
        other => return Err(Reason::Element(other)),
    };
    values.graph.output(planes.value, layout, element);
    Ok(())
}

/// Translates one node.
fn operator<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    if let Some(constant) = constant(call, values) {
        values.name_constant(output(call), constant);
        return Ok(());
    }
    let name = call.node.operator();
    if let Some(fact) = call.input(0)
        && fact.element != ElementType::F32
        && !WITHOUT_ARITHMETIC.contains(&name)
    {
        return Err(Reason::Element(fact.element));
    }
    match name {
        "Conv" | "ConvTranspose" => windows::convolution(call, values),
        "MaxPool" | "AveragePool" => windows::pool(call, values),
        "GlobalAveragePool" | "GlobalMaxPool" | "ReduceMean" | "ReduceMax" => {
            windows::whole_planes(call, values)
        }
        "BatchNormalization" => norm::batch(call, values),
        "Relu" | "LeakyRelu" | "Sigmoid" | "HardSigmoid" | "HardSwish" | "Clip" => {
            activations::activation(call, values)
        }
        "PRelu" => activations::prelu(call, values),
        "Neg" | "Abs" => activations::sign(call, values),
        "Add" | "Sub" | "Mul" | "Div" | "Max" | "Min" | "Sum" => arithmetic::pair(call, values),
        "Greater" | "GreaterOrEqual" | "Less" | "LessOrEqual" => comparison::compare(call, values),
        "Not" => comparison::not(call, values),
        "MatMul" | "Gemm" => product::matrix(call, values),
        "Softmax" => classes::softmax(call, values),
        "ArgMax" => classes::argmax(call, values),
        "Cast" => relabel::cast(call, values),
        "Identity" | "Dropout" => relabel::same(call, values),
        "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze" => relabel::reshape(call, values),
        "Transpose" => relabel::transpose(call, values),
        "Concat" => arrange::concat(call, values),
        "Slice" => arrange::slice(call, values),
        "Split" => arrange::split(call, values),
        "Gather" => arrange::gather(call, values),
        "Tile" => repeat::tile(call, values),
        "Expand" => resize::expand(call, values),
        "DepthToSpace" => blocks::depth_to_space(call, values),
        "Pad" => arrange::pad(call, values),
        "Resize" | "Upsample" => resize::resize(call, values),
        _ => Err(Reason::Operator),
    }
}

/// Operators that take whole numbers as they take others.
const WITHOUT_ARITHMETIC: [&str; 15] = [
    "Cast",
    "Not",
    "Identity",
    "Dropout",
    "Reshape",
    "Flatten",
    "Squeeze",
    "Unsqueeze",
    "Transpose",
    "Concat",
    "Slice",
    "Split",
    "Gather",
    "Expand",
    "Tile",
];

/// The value of a node whose inputs are constants.
fn constant<'a>(call: &Call<'a>, values: &Values<'a>) -> Option<Constant<'a>> {
    if call.node.operator() == "Constant" {
        return Constant::of_node(call.node);
    }
    if let Some(constant) = values.small(output(call)) {
        return Some(constant);
    }
    let input = values.constant(call.node.input_name(0)?)?;
    match call.node.operator() {
        "Identity" => Some(input.clone()),
        "Cast" if call.node.integer("to", 0) == i64::from(ElementType::F32.number()) => {
            Some(input.clone())
        }
        "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze" => {
            Some(input.reshaped(values.dims(output(call)).ok()?))
        }
        "Transpose" => input.transposed(&relabel::permutation(call, input.dims.len())),
        _ => None,
    }
}

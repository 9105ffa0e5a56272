//! Rewrites nodes for which rten deviates from ONNX, or which it does not support. Each rewrite is
//! exact; a node without an exact rewrite is refused.

mod choice;
mod composed;
mod quantise;
mod window;

use std::collections::HashSet;

use super::element::ElementType;
use super::error::OnnxError;
use super::proto::{GraphProto, ModelProto, NodeProto, TensorProto};
use super::shapes::Call;

/// Makes names for added values; none of them is in the model.
pub(super) struct Names {
    prefix: String,
    count: usize,
}

impl Names {
    pub(super) fn new(model: &ModelProto) -> Self {
        let mut taken = HashSet::new();
        if let Some(graph) = &model.graph {
            collect(graph, &mut taken);
        }
        let mut prefix = "sluice.".to_owned();
        while taken.iter().any(|name| name.starts_with(&prefix)) {
            prefix.push('.');
        }
        Self { prefix, count: 0 }
    }

    pub(super) fn fresh(&mut self) -> String {
        self.count += 1;
        format!("{}{}", self.prefix, self.count)
    }
}

fn collect<'a>(graph: &'a GraphProto, names: &mut HashSet<&'a str>) {
    let tensors = graph
        .initializer
        .iter()
        .filter_map(|tensor| tensor.name.as_deref());
    names.extend(tensors);
    let inputs = graph.input.iter().filter_map(|input| input.name.as_deref());
    names.extend(inputs);
    for node in &graph.node {
        names.extend(node.output.iter().map(String::as_str));
        for attribute in &node.attribute {
            for graph in attribute.g.iter().chain(&attribute.graphs) {
                collect(graph, names);
            }
        }
    }
}

/// The nodes that replace a node.
struct Replacement<'a> {
    names: &'a mut Names,
    nodes: &'a mut Vec<NodeProto>,
}

impl Replacement<'_> {
    /// Adds a node with a new name; returns the name of its value.
    fn add(&mut self, operator: &str, inputs: &[&str], set: impl FnOnce(&mut NodeProto)) -> String {
        let name = self.names.fresh();
        let mut node = NodeProto::new(operator, inputs, &name);
        set(&mut node);
        self.nodes.push(node);
        name
    }

    fn constant(&mut self, make: impl FnOnce(&str) -> TensorProto) -> String {
        let name = self.names.fresh();
        let mut node = NodeProto::new("Constant", &[], &name);
        node.set_tensor("value", make(&name));
        self.nodes.push(node);
        name
    }

    fn integers(&mut self, numbers: &[i64]) -> String {
        self.constant(|name| TensorProto::of_integers(name, numbers))
    }

    /// An INT64 scalar.
    fn scalar(&mut self, number: i64) -> String {
        self.constant(|name| TensorProto {
            dims: Vec::new(),
            ..TensorProto::of_integers(name, &[number])
        })
    }

    /// A FLOAT tensor.
    fn tensor(&mut self, dims: Vec<i64>, numbers: Vec<f32>) -> String {
        self.constant(|name| TensorProto {
            dims,
            data_type: Some(ElementType::F32.number()),
            float_data: numbers,
            name: Some(name.to_owned()),
            ..TensorProto::default()
        })
    }

    /// A FLOAT tensor with one dimension.
    fn floats(&mut self, numbers: &[f32]) -> String {
        let count = i64::try_from(numbers.len()).unwrap_or(i64::MAX);
        self.tensor(vec![count], numbers.to_vec())
    }

    /// A FLOAT scalar.
    fn float(&mut self, number: f32) -> String {
        self.tensor(Vec::new(), vec![number])
    }

    fn number(&mut self, number: i8, element: ElementType) -> String {
        self.constant(|name| TensorProto::of_number(name, number, element))
    }

    /// Adds the last node, whose value has the name of the rewritten node's output.
    fn finish(
        &mut self,
        operator: &str,
        inputs: &[&str],
        call: &Call<'_>,
        set: impl FnOnce(&mut NodeProto),
    ) {
        let output = call
            .node
            .output
            .first()
            .map(String::as_str)
            .unwrap_or_default();
        let mut node = NodeProto::new(operator, inputs, output);
        node.name.clone_from(&call.node.name);
        set(&mut node);
        self.nodes.push(node);
    }
}

fn refuse<T>(
    call: &Call<'_>,
    what: impl Into<String>,
    way_out: impl Into<String>,
) -> Result<T, OnnxError> {
    Err(OnnxError::Use {
        node: call.node.place(),
        what: what.into(),
        way_out: way_out.into(),
    })
}

/// Adds the node, rewritten if necessary.
pub(super) fn node(
    call: &Call<'_>,
    names: &mut Names,
    nodes: &mut Vec<NodeProto>,
) -> Result<(), OnnxError> {
    let mut out = Replacement { names, nodes };
    match call.node.operator() {
        "Conv" | "ConvTranspose" => window::convolution(call, &mut out),
        "MaxPool" | "AveragePool" => window::pool(call, &mut out),
        "Pad" => window::pad(call, &mut out),
        "Resize" => window::resize(call, &mut out),
        "Dropout" => dropout(call, &mut out),
        "Softmax" | "LogSoftmax" => softmax(call, &mut out),
        "ArgMax" | "ArgMin" => choice::arg(call, &mut out),
        "Cast" => choice::cast(call, &mut out),
        "Softplus" => composed::softplus(call, &mut out),
        "Mish" => composed::mish(call, &mut out),
        "Selu" => composed::selu(call, &mut out),
        "ThresholdedRelu" => composed::thresholded(call, &mut out),
        "Sign" => composed::sign(call, &mut out),
        "SpaceToDepth" => composed::space_to_depth(call, &mut out),
        "GroupNormalization" => composed::group_norm(call, &mut out),
        "QuantizeLinear" => quantise::quantize(call, &mut out),
        "DequantizeLinear" => quantise::dequantize(call, &mut out),
        "BatchNormalization" => batch_normalization(call, &mut out),
        _ => {
            out.nodes.push(call.node.clone());
            Ok(())
        }
    }
}

/// At inference Dropout passes its input through, and its mask is all true.
fn dropout(call: &Call<'_>, out: &mut Replacement<'_>) -> Result<(), OnnxError> {
    let training = call.input(2).map(|fact| fact.integers.as_deref());
    if training.is_some_and(|mode| mode != Some(&[0])) {
        return refuse(
            call,
            "training_mode is not false, so its result is random",
            "export the model for inference (model.eval())",
        );
    }
    let input = call.node.input_name(0).unwrap_or_default();
    if let Some(mask) = call.node.output.get(1).filter(|name| !name.is_empty()) {
        let same = out.add("Equal", &[input, input], |_| {});
        let mut node = NodeProto::new("Cast", &[&same], mask);
        node.set_integer("to", i64::from(ElementType::Bool.number()));
        out.nodes.push(node);
    }
    out.finish("Identity", &[input], call, |_| {});
    Ok(())
}

/// Before operator set 13 these operate on the axis and all following axes, from 13 on only on the
/// axis.
fn softmax(call: &Call<'_>, out: &mut Replacement<'_>) -> Result<(), OnnxError> {
    let mut node = call.node.clone();
    if call.opset >= 13 {
        node.set_integer("axis", call.node.integer("axis", -1));
        out.nodes.push(node);
        return Ok(());
    }
    let Some(rank) = call.input(0).and_then(|fact| fact.rank()) else {
        return refuse(
            call,
            "the number of dimensions depends on the picture, so its axes are unknown",
            "export with opset_version 13 or later",
        );
    };
    let number = call.node.integer("axis", 1);
    let Some(axis) = super::shapes::axis(number, rank) else {
        return refuse(
            call,
            format!("axis={number} of {rank} dimensions"),
            "export the model again",
        );
    };
    if axis + 1 == rank {
        node.set_integer("axis", -1);
        out.nodes.push(node);
        return Ok(());
    }
    let input = call.node.input_name(0).unwrap_or_default();
    let shape = out.add("Shape", &[input], |_| {});
    let split = i64::try_from(axis).unwrap_or(0);
    let flat = out.add("Flatten", &[input], |node| node.set_integer("axis", split));
    let scores = out.add(call.node.operator(), &[&flat], |node| {
        node.set_integer("axis", -1)
    });
    out.finish("Reshape", &[&scores, &shape], call, |_| {});
    Ok(())
}

/// Divides by the square root of variance + epsilon, which must be positive.
fn batch_normalization(call: &Call<'_>, out: &mut Replacement<'_>) -> Result<(), OnnxError> {
    let epsilon = f64::from(call.node.number("epsilon", 1e-5));
    let variances = call.input(4).and_then(|fact| fact.floats.as_deref());
    let is_wrong = |variance: &f64| *variance + epsilon <= 0.0;
    if let Some(variance) = variances.and_then(|all| all.iter().find(|one| is_wrong(one))) {
        return refuse(
            call,
            format!(
                "variance {variance} + epsilon {epsilon} is not positive, so its scores would not be finite"
            ),
            "train or export the model again",
        );
    }
    out.nodes.push(call.node.clone());
    Ok(())
}

//! Removes infinite bounds of Clip, which exporters write for "no bound". The check for finite
//! numbers would refuse them.

use super::element::ElementType;
use super::proto::{GraphProto, NodeProto, TensorProto};

/// Removes a lower bound of minus infinity and an upper bound of infinity from the graph's Clips,
/// and constants that only these bounds used. An upper bound of minus infinity and a lower one of
/// infinity stay: they are defects of the model.
pub(super) fn leave_out(graph: &mut GraphProto) {
    let mut dropped = Vec::new();
    for index in 0..graph.node.len() {
        let bounds = |node: &NodeProto| {
            [(1, f64::NEG_INFINITY), (2, f64::INFINITY)].map(|(place, none)| {
                let name = node.input.get(place).filter(|name| !name.is_empty());
                name.filter(|name| constant(graph, name) == Some(none))
                    .map(|name| (place, name.clone()))
            })
        };
        let Some(node) = graph.node.get(index).filter(|node| is_clip(node)) else {
            continue;
        };
        let bounds = bounds(node);
        let Some(node) = graph.node.get_mut(index) else {
            continue;
        };
        for (place, name) in bounds.into_iter().flatten() {
            if let Some(input) = node.input.get_mut(place) {
                input.clear();
            }
            dropped.push(name);
        }
        while node.input.last().is_some_and(String::is_empty) {
            node.input.pop();
        }
        node.attribute.retain(|attribute| {
            let bound = (attribute.name.as_deref(), attribute.f);
            !matches!(bound, (Some("min"), Some(f32::NEG_INFINITY)))
                && !matches!(bound, (Some("max"), Some(f32::INFINITY)))
        });
    }
    // A subgraph may use a constant of the graph around it.
    if graph.has_subgraph() {
        return;
    }
    dropped.retain(|name| !graph.is_read(name));
    let is_dropped = |name: &String| dropped.contains(name);
    let weights = &mut graph.initializer;
    weights.retain(|weight| !weight.name.as_ref().is_some_and(is_dropped));
    graph.node.retain(|node| {
        node.op_type.as_deref() != Some("Constant") || !node.output.iter().any(is_dropped)
    });
}

fn is_clip(node: &NodeProto) -> bool {
    node.operator() == "Clip" && node.operator_set().is_empty()
}

/// The only number of the constant `name`: a weight that is not an input of the graph, or a
/// Constant.
fn constant(graph: &GraphProto, name: &str) -> Option<f64> {
    let is_input = |input: &super::proto::ValueInfoProto| input.name.as_deref() == Some(name);
    if graph.input.iter().any(is_input) {
        return None;
    }
    let mut weights = graph.initializer.iter();
    if let Some(weight) = weights.find(|weight| weight.name.as_deref() == Some(name)) {
        return number(weight);
    }
    let mut nodes = graph.node.iter();
    let node = nodes.find(|node| node.output.iter().any(|output| output == name))?;
    let mut attributes = node.attribute.iter();
    attributes
        .find(|attribute| attribute.name.as_deref() == Some("value"))
        .filter(|_| node.op_type.as_deref() == Some("Constant"))
        .and_then(|value| number(value.t.as_ref()?))
}

fn number(tensor: &TensorProto) -> Option<f64> {
    if tensor.element() != ElementType::F32 {
        return None;
    }
    match tensor.floats()?.as_slice() {
        [number] => Some(*number),
        _ => None,
    }
}

//! Refuses INT64 constants that rten cannot hold in 32 bits.

use super::element::ElementType;
use super::error::OnnxError;
use super::proto::{AttributeProto, GraphProto, NodeProto, TensorProto};

/// Refuses INT64 constants beyond 32 bits, except the bounds of Slice: rten uses the nearest 32-bit
/// number, which is beyond the end as well.
pub(super) fn check(graph: &GraphProto) -> Result<(), OnnxError> {
    in_graph(graph, &mut Vec::new())
}

/// `wide` lists the wide constants that nodes of this graph can use, each with its first such
/// number.
fn in_graph<'a>(graph: &'a GraphProto, wide: &mut Vec<(&'a str, i64)>) -> Result<(), OnnxError> {
    let before = wide.len();
    for tensor in &graph.initializer {
        note(tensor.name.as_deref(), tensor, wide);
    }
    for node in &graph.node {
        let name = node.output.first().map(String::as_str);
        if node.operator() == "Constant" {
            node.attribute
                .iter()
                .for_each(|value| of_attribute(name, value, wide));
            continue;
        }
        for (index, input) in node.input.iter().enumerate() {
            let is_bound = node.operator() == "Slice" && (index == 1 || index == 2);
            let found = wide.iter().find(|(name, _)| name == input);
            if let Some((_, value)) = found.filter(|_| !is_bound) {
                return Err(refusal(node, input, *value));
            }
        }
        for graph in node
            .attribute
            .iter()
            .flat_map(|value| value.g.iter().chain(&value.graphs))
        {
            in_graph(graph, wide)?;
        }
        for attribute in &node.attribute {
            let mut numbers = attribute.ints.iter().chain(&attribute.i);
            let is_slice = node.operator() == "Slice";
            if let Some(value) = numbers.find(|value| i32::try_from(**value).is_err() && !is_slice)
            {
                return Err(refusal(
                    node,
                    attribute.name.as_deref().unwrap_or_default(),
                    *value,
                ));
            }
        }
    }
    for output in &graph.output {
        let name = output.name.as_deref().unwrap_or_default();
        if let Some((_, value)) = wide.iter().find(|(wide, _)| *wide == name) {
            return Err(OnnxError::Wide {
                place: format!("output `{name}`"),
                value: *value,
            });
        }
    }
    wide.truncate(before);
    Ok(())
}

fn refusal(node: &NodeProto, what: &str, value: i64) -> OnnxError {
    OnnxError::Wide {
        place: format!("{}, `{what}`", node.place()),
        value,
    }
}

fn note<'a>(name: Option<&'a str>, tensor: &TensorProto, wide: &mut Vec<(&'a str, i64)>) {
    if tensor.element() != ElementType::I64 {
        return;
    }
    let numbers = tensor.integers().unwrap_or_default();
    of_numbers(name, &numbers, wide);
}

fn of_numbers<'a>(name: Option<&'a str>, numbers: &[i64], wide: &mut Vec<(&'a str, i64)>) {
    let found = numbers
        .iter()
        .find(|number| i32::try_from(**number).is_err());
    if let (Some(name), Some(number)) = (name, found) {
        wide.push((name, *number));
    }
}

fn of_attribute<'a>(name: Option<&'a str>, value: &AttributeProto, wide: &mut Vec<(&'a str, i64)>) {
    if let Some(tensor) = &value.t {
        note(name, tensor, wide);
    }
    of_numbers(name, &value.ints, wide);
    of_numbers(name, value.i.as_slice(), wide);
}

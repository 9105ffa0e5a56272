//! The mask of Dropout and the indices of MaxPool, where the model does not read them: some exporters write them always.

use super::proto::{GraphProto, NodeProto, ValueInfoProto};

/// Leaves these outputs out. A graph with subgraphs stays as it is: they may read what is around them.
pub(super) fn leave_out(graph: &mut GraphProto) {
    let has_subgraph = graph.node.iter().any(|node| {
        let mut attributes = node.attribute.iter();
        attributes.any(|attribute| attribute.g.is_some() || !attribute.graphs.is_empty())
    });
    if has_subgraph {
        return;
    }
    for index in 0..graph.node.len() {
        let second = graph.node.get(index).and_then(second_output);
        if second.is_some_and(|name| !is_read(graph, name))
            && let Some(node) = graph.node.get_mut(index)
        {
            node.output.truncate(1);
        }
    }
}

fn second_output(node: &NodeProto) -> Option<&String> {
    let is_default = matches!(node.domain.as_deref(), None | Some("" | "ai.onnx"));
    match (node.op_type.as_deref(), node.output.as_slice()) {
        (Some("Dropout" | "MaxPool"), [_, second]) if is_default => Some(second),
        _ => None,
    }
}

fn is_read(graph: &GraphProto, name: &String) -> bool {
    let is_it = |output: &ValueInfoProto| output.name.as_ref() == Some(name);
    graph.output.iter().any(is_it) || graph.node.iter().any(|node| node.input.contains(name))
}

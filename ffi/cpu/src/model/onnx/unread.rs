//! Removes the mask of Dropout and the indices of MaxPool if the model does not read them. Some
//! exporters always write them.

use super::proto::{GraphProto, NodeProto};

/// Removes these outputs. A graph with subgraphs stays as it is, because they may read its values.
pub(super) fn leave_out(graph: &mut GraphProto) {
    if graph.has_subgraph() {
        return;
    }
    for index in 0..graph.node.len() {
        let second = graph.node.get(index).and_then(second_output);
        if second.is_some_and(|name| !graph.is_read(name))
            && let Some(node) = graph.node.get_mut(index)
        {
            node.output.truncate(1);
        }
    }
}

fn second_output(node: &NodeProto) -> Option<&String> {
    let is_default = node.operator_set().is_empty();
    match (node.op_type.as_deref(), node.output.as_slice()) {
        (Some("Dropout" | "MaxPool"), [_, second]) if is_default => Some(second),
        _ => None,
    }
}

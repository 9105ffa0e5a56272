//! Visits every tensor of a model.

use super::error::OnnxError;
use super::proto::{
    AttributeProto, GraphProto, ModelProto, NodeProto, SparseTensorProto, TensorProto,
};

/// Calls `visit` with each tensor of the model and a description of its place. Tensors are in
/// initialisers and sparse initialisers of graphs and subgraphs, in attributes of nodes, and in
/// functions.
pub(super) fn each(
    model: &mut ModelProto,
    visit: &mut impl FnMut(&str, &mut TensorProto) -> Result<(), OnnxError>,
) -> Result<(), OnnxError> {
    if let Some(graph) = &mut model.graph {
        in_graph(graph, visit)?;
    }
    for function in &mut model.functions {
        for node in &mut function.node {
            in_node(node, visit)?;
        }
        for attribute in &mut function.attribute_proto {
            in_attribute("a function", attribute, visit)?;
        }
    }
    Ok(())
}

fn in_graph(
    graph: &mut GraphProto,
    visit: &mut impl FnMut(&str, &mut TensorProto) -> Result<(), OnnxError>,
) -> Result<(), OnnxError> {
    for tensor in &mut graph.initializer {
        let place = format!("weight `{}`", tensor.name.as_deref().unwrap_or_default());
        visit(&place, tensor)?;
    }
    for sparse in &mut graph.sparse_initializer {
        in_sparse("sparse weight", sparse, visit)?;
    }
    for node in &mut graph.node {
        in_node(node, visit)?;
    }
    Ok(())
}

fn in_node(
    node: &mut NodeProto,
    visit: &mut impl FnMut(&str, &mut TensorProto) -> Result<(), OnnxError>,
) -> Result<(), OnnxError> {
    let place = node.place().to_string();
    for attribute in &mut node.attribute {
        in_attribute(&place, attribute, visit)?;
    }
    Ok(())
}

fn in_attribute(
    node: &str,
    attribute: &mut AttributeProto,
    visit: &mut impl FnMut(&str, &mut TensorProto) -> Result<(), OnnxError>,
) -> Result<(), OnnxError> {
    let place = format!("{node}, {}", attribute.name.as_deref().unwrap_or_default());
    for tensor in attribute.t.iter_mut().chain(&mut attribute.tensors) {
        visit(&place, tensor)?;
    }
    let sparse = &mut attribute.sparse_tensor;
    for sparse in sparse.iter_mut().chain(&mut attribute.sparse_tensors) {
        in_sparse(&place, sparse, visit)?;
    }
    for graph in attribute.g.iter_mut().chain(&mut attribute.graphs) {
        in_graph(graph, visit)?;
    }
    Ok(())
}

fn in_sparse(
    place: &str,
    sparse: &mut SparseTensorProto,
    visit: &mut impl FnMut(&str, &mut TensorProto) -> Result<(), OnnxError>,
) -> Result<(), OnnxError> {
    for tensor in sparse.values.iter_mut().chain(&mut sparse.indices) {
        let name = tensor.name.as_deref().unwrap_or_default();
        let place = format!("{place} `{name}`");
        visit(&place, tensor)?;
    }
    Ok(())
}

//! Refuses weights that are not finite. Later operators would hide them: Relu, Clip and MaxPool
//! turn NaN into finite numbers, ArgMax into a class. Then every part would pass.

use super::element::{ElementType, fits_f32};
use super::error::OnnxError;
use super::proto::{AttributeProto, GraphProto, ModelProto, NodeProto};
use super::tensors;

/// Refuses a model with a number that is not finite, or becomes infinite in 32 bits, and a model
/// with damaged tensors.
pub(super) fn check(model: &mut ModelProto) -> Result<(), OnnxError> {
    tensors::each(model, &mut |place, tensor| {
        if !tensor.is_whole() {
            return Err(OnnxError::Tensor(place.to_owned()));
        }
        match tensor.not_finite() {
            None => Ok(()),
            Some((index, value)) => Err(OnnxError::NotFinite {
                place: format!("{place} ({})", tensor.element()),
                index,
                value,
            }),
        }
    })?;
    if let Some(graph) = &model.graph {
        in_graph(graph)?;
    }
    for function in &model.functions {
        function.node.iter().try_for_each(in_node)?;
        let attributes = function.attribute_proto.iter();
        for attribute in attributes {
            in_attribute("a function", attribute)?;
        }
    }
    Ok(())
}

fn in_graph(graph: &GraphProto) -> Result<(), OnnxError> {
    graph.node.iter().try_for_each(in_node)
}

fn in_node(node: &NodeProto) -> Result<(), OnnxError> {
    let place = node.place().to_string();
    let attributes = node.attribute.iter();
    for attribute in attributes {
        in_attribute(&place, attribute)?;
    }
    Ok(())
}

fn in_attribute(node: &str, attribute: &AttributeProto) -> Result<(), OnnxError> {
    let numbers = attribute.f.iter().chain(&attribute.floats);
    for (index, number) in numbers.enumerate() {
        let value = f64::from(*number);
        if !fits_f32(value) {
            let name = attribute.name.as_deref().unwrap_or_default();
            return Err(OnnxError::NotFinite {
                place: format!("{node}, {name} ({})", ElementType::F32),
                index,
                value,
            });
        }
    }
    let graphs = attribute.g.iter().chain(&attribute.graphs);
    for graph in graphs {
        in_graph(graph)?;
    }
    Ok(())
}

//! The inputs and outputs that the file declares.

use std::collections::HashSet;

use super::element::ElementType;
use super::error::OnnxError;
use super::fact::Fact;
use super::proto::{DimensionProto, GraphProto, ValueInfoProto};

/// An input or output of the model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Declared {
    pub(crate) name: String,
    pub(crate) element: ElementType,
    /// `None` if neither the file nor the operators determine them.
    pub(crate) dims: Option<Vec<usize>>,
}

/// Sets a free batch size to 1, because a station gives one picture at a time. The batch is the
/// first of several dimensions of an input. Refuses other free dimensions. Returns the symbols that
/// are now 1.
pub(super) fn fix_batch(graph: &mut GraphProto) -> Result<HashSet<String>, OnnxError> {
    let mut ones = HashSet::new();
    let initializer = &graph.initializer;
    let is_weight =
        |input: &ValueInfoProto| initializer.iter().any(|tensor| tensor.name == input.name);
    for input in graph.input.iter_mut().filter(|input| !is_weight(input)) {
        let name = input.name.clone().unwrap_or_default();
        let kind = input
            .r#type
            .as_mut()
            .and_then(|kind| kind.tensor_type.as_mut());
        let shape = kind.and_then(|kind| kind.shape.as_mut());
        let shape = shape.ok_or_else(|| OnnxError::Untyped(name.clone()))?;
        let rank = shape.dim.len();
        for (index, dim) in shape.dim.iter_mut().enumerate() {
            if dim.dim_value.is_some_and(|size| size >= 0) {
                continue;
            }
            let symbol = dim.dim_param.take();
            if index > 0 || rank < 2 {
                let symbol = symbol.unwrap_or_else(|| "?".to_owned());
                return Err(OnnxError::Free {
                    input: name,
                    index,
                    symbol,
                });
            }
            dim.dim_value = Some(1);
            ones.extend(symbol);
        }
    }
    Ok(ones)
}

/// The main graph's inputs.
pub(super) fn inputs(graph: &GraphProto) -> Vec<Declared> {
    let inputs = graph.input.iter().map(|input| Declared {
        name: input.name.clone().unwrap_or_default(),
        element: element(input).unwrap_or(ElementType::Other(0)),
        dims: dims(input, &HashSet::new()),
    });
    inputs.collect()
}

/// The main graph's outputs. Their dims follow from the operators, or else from the file; their
/// element types follow from the operators.
pub(super) fn outputs(
    graph: &GraphProto,
    facts: Vec<Fact>,
    ones: &HashSet<String>,
) -> Vec<Declared> {
    let outputs = graph
        .output
        .iter()
        .zip(facts)
        .map(|(output, fact)| Declared {
            name: output.name.clone().unwrap_or_default(),
            element: fact.element,
            dims: fact.dims.or_else(|| dims(output, ones)),
        });
    outputs.collect()
}

fn element(value: &ValueInfoProto) -> Option<ElementType> {
    let tensor = value.r#type.as_ref()?.tensor_type.as_ref()?;
    tensor.elem_type.map(ElementType::of)
}

fn dims(value: &ValueInfoProto, ones: &HashSet<String>) -> Option<Vec<usize>> {
    let shape = value
        .r#type
        .as_ref()?
        .tensor_type
        .as_ref()?
        .shape
        .as_ref()?;
    let size = |dim: &DimensionProto| match (dim.dim_value, &dim.dim_param) {
        (Some(size), _) => usize::try_from(size).ok(),
        (None, Some(symbol)) if ones.contains(symbol) => Some(1),
        (None, _) => None,
    };
    shape.dim.iter().map(size).collect()
}

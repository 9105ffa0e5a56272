//! Constants in place of nodes whose numbers are known before the model runs.

use super::element::ElementType;
use super::fact::Fact;
use super::proto::{NodeProto, TensorProto};

/// A Constant with the numbers of a node's output; `None` if they are unknown.
pub(super) fn constant(node: &NodeProto, fact: &Fact) -> Option<NodeProto> {
    let (numbers, dims) = (fact.integers.as_ref()?, fact.dims.as_ref()?);
    let name = node.output.first()?;
    let mut tensor = TensorProto::of_integers(name, numbers);
    tensor.dims = dims
        .iter()
        .map(|dim| i64::try_from(*dim).ok())
        .collect::<Option<_>>()?;
    if tensor.count() != Some(numbers.len()) {
        return None;
    }
    if fact.element == ElementType::I32 {
        tensor.int32_data = numbers
            .iter()
            .map(|number| i32::try_from(*number).ok())
            .collect::<Option<_>>()?;
        tensor.int64_data.clear();
        tensor.data_type = Some(ElementType::I32.number());
    } else if fact.element != ElementType::I64 {
        return None;
    }
    let mut held = NodeProto::new("Constant", &[], name);
    held.set_tensor("value", tensor);
    Some(held)
}

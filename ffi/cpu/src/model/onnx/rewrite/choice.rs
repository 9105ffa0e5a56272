//! How ArgMax and ArgMin resolve ties, and Cast to BOOL.

use super::{Replacement, refuse};
use crate::model::onnx::element::ElementType;
use crate::model::onnx::error::OnnxError;
use crate::model::onnx::shapes::{Call, axis};

/// Of equal numbers ONNX selects the first, or the last if `select_last_index` is set. rten selects
/// the last. For the first, the axis is reversed and the index counted from its end.
pub(super) fn arg(call: &Call<'_>, out: &mut Replacement<'_>) -> Result<(), OnnxError> {
    let wants_last = call.node.integer("select_last_index", 0) != 0;
    let mut node = call.node.clone();
    node.remove("select_last_index");
    if wants_last {
        out.nodes.push(node);
        return Ok(());
    }
    let number = call.node.integer("axis", 0);
    let size = call
        .dims(0)
        .and_then(|dims| dims.get(axis(number, dims.len())?));
    let Some(size) = size
        .and_then(|size| i64::try_from(*size).ok())
        .filter(|size| *size > 0)
    else {
        return refuse(
            call,
            "the size of its axis depends on the picture, so its choice among equal numbers is unknown",
            "export with fixed sizes",
        );
    };
    let input = call.node.input_name(0).unwrap_or_default();
    let order: Vec<i64> = (0..size).rev().collect();
    let order = out.integers(&order);
    let reversed = out.add("Gather", &[input, &order], |node| {
        node.set_integer("axis", number)
    });
    let found = out.add(call.node.operator(), &[&reversed], |node| {
        node.set_integer("axis", number);
        node.set_integer("keepdims", call.node.integer("keepdims", 1));
    });
    let last = out.scalar(size - 1);
    out.finish("Sub", &[&last, &found], call, |_| {});
    Ok(())
}

/// In ONNX every number except zero is true; rten truncates the number first.
pub(super) fn cast(call: &Call<'_>, out: &mut Replacement<'_>) -> Result<(), OnnxError> {
    let to = i32::try_from(call.node.integer("to", 0)).map(ElementType::of);
    let from = call.input(0).map(|fact| fact.element);
    let input = call.node.input_name(0).unwrap_or_default();
    match (from, to) {
        (Some(from), Ok(ElementType::Bool)) if from != ElementType::Bool => {
            // rten cannot compare 8-bit numbers.
            let (input, from) = match from {
                ElementType::U8 | ElementType::I8 => {
                    let to = i64::from(ElementType::I32.number());
                    let wide = out.add("Cast", &[input], |node| node.set_integer("to", to));
                    (wide, ElementType::I32)
                }
                other => (input.to_owned(), other),
            };
            let zero = out.number(0, from);
            let is_zero = out.add("Equal", &[&input, &zero], |_| {});
            out.finish("Not", &[&is_zero], call, |_| {});
        }
        _ => out.nodes.push(call.node.clone()),
    }
    Ok(())
}

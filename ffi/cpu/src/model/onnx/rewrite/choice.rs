//! ArgMax and ArgMin, which of equals; Cast to BOOL.

use super::{Place, refuse};
use crate::model::onnx::element::ElementType;
use crate::model::onnx::error::OnnxError;
use crate::model::onnx::shapes::{Call, axis};

/// ONNX wants the first of equals, or the last where `select_last_index` says so. rten gives the last; for the first the
/// axis is reversed in front and the index counted from its end.
pub(super) fn arg(call: &Call<'_>, place: &mut Place<'_>) -> Result<(), OnnxError> {
    let wants_last = call.node.integer("select_last_index", 0) != 0;
    let mut node = call.node.clone();
    node.remove("select_last_index");
    if wants_last {
        place.nodes.push(node);
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
            "the size of its axis depends on the picture, so which of equals it gives cannot be told",
            "export with fixed sizes",
        );
    };
    let input = call.node.input_name(0).unwrap_or_default();
    let order: Vec<i64> = (0..size).rev().collect();
    let order = place.integers(&order);
    let reversed = place.add("Gather", &[input, &order], |node| {
        node.set_integer("axis", number)
    });
    let found = place.add(call.node.operator(), &[&reversed], |node| {
        node.set_integer("axis", number);
        node.set_integer("keepdims", call.node.integer("keepdims", 1));
    });
    let last = place.scalar(size - 1);
    place.finish("Sub", &[&last, &found], call, |_| {});
    Ok(())
}

/// ONNX calls every number but zero true; rten cuts the fraction off first.
pub(super) fn cast(call: &Call<'_>, place: &mut Place<'_>) -> Result<(), OnnxError> {
    let to = i32::try_from(call.node.integer("to", 0)).map(ElementType::of);
    let from = call.input(0).map(|fact| fact.element);
    let input = call.node.input_name(0).unwrap_or_default();
    match (from, to) {
        (Some(from), Ok(ElementType::Bool)) if from != ElementType::Bool => {
            // rten compares no numbers of 8 bits.
            let (input, from) = match from {
                ElementType::U8 | ElementType::I8 => {
                    let to = i64::from(ElementType::I32.number());
                    let wide = place.add("Cast", &[input], |node| node.set_integer("to", to));
                    (wide, ElementType::I32)
                }
                other => (input.to_owned(), other),
            };
            let zero = place.number(0, from);
            let is_zero = place.add("Equal", &[&input, &zero], |_| {});
            place.finish("Not", &[&is_zero], call, |_| {});
        }
        _ => place.nodes.push(call.node.clone()),
    }
    Ok(())
}

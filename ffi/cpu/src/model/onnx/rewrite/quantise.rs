//! QuantizeLinear and DequantizeLinear.

use super::{Replacement, refuse};
use crate::model::onnx::element::ElementType;
use crate::model::onnx::error::OnnxError;
use crate::model::onnx::shapes::{self, Call};

/// ONNX's default axis is 1; rten needs it explicitly.
pub(super) fn dequantize(call: &Call<'_>, out: &mut Replacement<'_>) -> Result<(), OnnxError> {
    refuse_zero_scale(call)?;
    let mut node = call.node.clone();
    if call.opset >= 13 && call.node.attribute("axis").is_none() {
        node.set_integer("axis", 1);
    }
    out.nodes.push(node);
    Ok(())
}

/// ONNX divides by the scale, rounds half to even, adds the zero point and saturates. rten
/// multiplies by 1/scale, so some numbers between two steps are rounded to the other one, and it
/// requires a zero point. The rewrite uses ONNX's formula.
pub(super) fn quantize(call: &Call<'_>, out: &mut Replacement<'_>) -> Result<(), OnnxError> {
    refuse_zero_scale(call)?;
    let Some(scales) = call.input(1).and_then(|fact| fact.floats.as_deref()) else {
        return refuse(
            call,
            "its scales are too many or damaged",
            "quantise the model again",
        );
    };
    let zeros = match call.input(2) {
        None => vec![0; scales.len()],
        Some(fact) => fact.integers.clone().unwrap_or_default(),
    };
    if zeros.len() != scales.len() {
        return refuse(
            call,
            format!(
                "has {} scales and {} zero points",
                scales.len(),
                zeros.len()
            ),
            "quantise the model again",
        );
    }
    let (dims, size) = along(call, scales.len())?;
    let element = call.input(2).map_or(ElementType::U8, |fact| fact.element);
    let (least, most) = match element {
        ElementType::I8 => (-128.0, 127.0),
        _ => (0.0, 255.0),
    };

    let input = call.node.input_name(0).unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, reason = "were 32-bit floats")]
    let scales = scales.iter().map(|scale| *scale as f32).cycle().take(size);
    let scales = out.tensor(dims.clone(), scales.collect());
    let steps = out.add("Div", &[input, &scales], |_| {});
    let mut steps = out.add("Round", &[&steps], |_| {});
    if zeros.iter().any(|zero| *zero != 0) {
        #[expect(clippy::cast_precision_loss, reason = "numbers of 8 bits")]
        let zeros = zeros.iter().map(|zero| *zero as f32).cycle().take(size);
        let zeros = out.tensor(dims, zeros.collect());
        steps = out.add("Add", &[&steps, &zeros], |_| {});
    }
    let least = out.float(least);
    let most = out.float(most);
    let steps = out.add("Clip", &[&steps, &least, &most], |_| {});
    out.finish("Cast", &[&steps], call, |node| {
        node.set_integer("to", i64::from(element.number()));
    });
    Ok(())
}

fn refuse_zero_scale(call: &Call<'_>) -> Result<(), OnnxError> {
    let scales = call.input(1).and_then(|fact| fact.floats.as_deref());
    if scales.is_some_and(|scales| scales.contains(&0.0)) {
        return refuse(call, "a scale is 0", "quantise the model again");
    }
    Ok(())
}

/// The dims of a constant with one number for each index of an axis, and the size of that axis.
/// rten divides by a single number by multiplying with its reciprocal. So a single scale is
/// repeated along an axis with more than one index.
fn along(call: &Call<'_>, scales: usize) -> Result<(Vec<i64>, usize), OnnxError> {
    let axis = call.node.integer("axis", 1);
    let place = call.dims(0).and_then(|dims| {
        let at = match scales {
            1 => dims.iter().position(|size| *size > 1)?,
            _ => shapes::axis(axis, dims.len())?,
        };
        let size = *dims.get(at)?;
        (scales == 1 || scales == size).then_some((at, size, dims.len()))
    });
    let Some((at, size, rank)) = place else {
        return refuse(
            call,
            format!("has {scales} scales, which do not match its input and axis={axis}"),
            "export with fixed sizes, or quantise the model again",
        );
    };
    let count = i64::try_from(size).unwrap_or(i64::MAX);
    let dims = (0..rank).map(|dim| if dim == at { count } else { 1 });
    Ok((dims.collect(), size))
}

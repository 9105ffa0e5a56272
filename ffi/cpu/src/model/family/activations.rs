//! Functions of each number.

use unet_executor::{Function, Pairing};

use super::reason::Reason;
use super::values::Values;
use super::with_constant::{Operands, spread};
use crate::model::onnx::Call;

/// Relu, LeakyRelu, Sigmoid, HardSigmoid, HardSwish and Clip.
pub(super) fn activation<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let number = |name, otherwise| call.node.number(name, otherwise);
    let of = match call.node.operator() {
        "Relu" => Function::Relu,
        "LeakyRelu" => Function::LeakyRelu {
            slope: number("alpha", 0.01),
        },
        "Sigmoid" => Function::Sigmoid,
        "HardSigmoid" => Function::HardSigmoid {
            slope: number("alpha", 0.2),
            offset: number("beta", 0.5),
        },
        "HardSwish" => Function::HardSwish,
        _ => clip(call, values)?,
    };
    values.function(call, 0, of)
}

/// PRelu: another slope for each channel below 0.
pub(super) fn prelu<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let [value, constant] = call.node.input.as_slice() else {
        return Err(Reason::Operator);
    };
    let operands = Operands {
        value,
        constant,
        is_reversed: false,
    };
    let slopes = spread(values, operands)?;
    if let Some(slope) = slopes.first()
        && slopes.iter().all(|other| other == slope)
    {
        return values.function(call, 0, Function::LeakyRelu { slope: *slope });
    }
    let input = values.input(call)?;
    let graph = &mut values.graph;
    let above = graph.function(input.value, Function::Relu)?;
    let bounds = Function::Clip {
        low: f32::NEG_INFINITY,
        high: 0.0,
    };
    let below = graph.function(input.value, bounds)?;
    let offset = vec![0.0; slopes.len()];
    let below = graph.affine(below, slopes, offset)?;
    let value = graph.pair(Pairing::Add, above, below)?;
    values.give(call, value, &input.axes.order())
}

/// Neg and Abs, which is the larger of a number and its negative.
pub(super) fn sign<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let input = values.input(call)?;
    let channels = values.graph.shape(input.value).channels;
    let (scale, offset) = (vec![-1.0; channels], vec![0.0; channels]);
    let mut value = values.graph.affine(input.value, scale, offset)?;
    if call.node.operator() == "Abs" {
        value = values.graph.pair(Pairing::Max, input.value, value)?;
    }
    values.give(call, value, &input.axes.order())
}

/// The bounds of Clip. An absent bound is infinite.
fn clip<'a>(call: &Call<'a>, values: &Values<'a>) -> Result<Function, Reason> {
    let bound = |attribute, index, none: f32| {
        if call.opset < 11 {
            return Ok(call.node.number(attribute, none));
        }
        let Some(name) = call.node.input_name(index) else {
            return Ok(none);
        };
        let bound = values.constant(name).and_then(|bound| bound.number());
        bound.ok_or(Reason::Computed("bound"))
    };
    let low = bound("min", 1, f32::NEG_INFINITY)?;
    let high = bound("max", 2, f32::INFINITY)?;
    // If the bounds are in the wrong order, every number becomes the upper one.
    Ok(Function::Clip {
        low: low.min(high),
        high,
    })
}

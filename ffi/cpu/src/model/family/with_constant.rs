//! Arithmetic of a value and a constant that has one number, or one for each channel.

use unet_executor::{Function, Graph, GraphError, Pairing, Value};

use super::pending::narrow;
use super::planes::{Axis, Planes};
use super::reason::Reason;
use super::values::Values;
use crate::model::onnx::Call;

/// A value and a constant, which are the two inputs of a node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operands<'a> {
    pub(super) value: &'a str,
    pub(super) constant: &'a str,
    /// Whether the constant is the first input.
    pub(super) is_reversed: bool,
}

impl<'a> Operands<'a> {
    /// The two inputs of a node, if one is a constant.
    pub(super) fn of(call: &Call<'a>, values: &Values<'a>) -> Option<Self> {
        let [first, second] = call.node.input.as_slice() else {
            return None;
        };
        let is_reversed = values.constant(second).is_none();
        let (value, constant) = match is_reversed {
            true => (second, first),
            false => (first, second),
        };
        values.constant(constant)?;
        Some(Self {
            value,
            constant,
            is_reversed,
        })
    }
}

/// Pairs a value and a constant.
pub(super) fn pair<'a>(
    call: &Call<'a>,
    values: &mut Values<'a>,
    of: Pairing,
    operands: Operands<'a>,
) -> Result<(), Reason> {
    let numbers = spread(values, operands)?;
    let each = |number: fn(f64) -> f64| -> Vec<f64> {
        let numbers = numbers.iter();
        numbers.map(|one| number(f64::from(*one))).collect()
    };
    let all = |number: f64| vec![number; numbers.len()];
    // A convolution's weights are rounded once, whether they are divided or multiplied.
    let is_scale = || are_powers_of_two(&numbers) || values.is_convolution(operands.value);
    let (scale, offset) = match (of, operands.is_reversed) {
        (Pairing::Add, _) => (all(1.0), each(|c| c)),
        (Pairing::Sub, false) => (all(1.0), each(|c| -c)),
        (Pairing::Sub, true) => (all(-1.0), each(|c| c)),
        (Pairing::Mul, _) => (each(|c| c), all(0.0)),
        (Pairing::Div, false) if is_scale() => (each(|c| 1.0 / c), all(0.0)),
        (Pairing::Div | Pairing::Max | Pairing::Min, is_reversed) => {
            let planes = wide(values, operands.value, numbers.len())?;
            let constant = constant(&mut values.graph, planes.value, &numbers)?;
            let (first, second) = match is_reversed {
                true => (constant, planes.value),
                false => (planes.value, constant),
            };
            let value = values.graph.pair(of, first, second)?;
            return values.give(call, value, &planes.axes.order_with_channels());
        }
    };
    affine(call, values, operands.value, &scale, &offset)
}

/// Scales each channel of a value and adds an offset, in the convolution before it if nothing else
/// reads that.
pub(super) fn affine<'a>(
    call: &Call<'a>,
    values: &mut Values<'a>,
    name: &str,
    scale: &[f64],
    offset: &[f64],
) -> Result<(), Reason> {
    if values.is_convolution(name)
        && values.axes(name)?.1 == scale.len()
        && let Some(mut pending) = values.take_convolution(name)
    {
        pending.join(scale, offset);
        return values.give_convolution(call, pending);
    }
    let planes = wide(values, name, scale.len())?;
    let scale = scale.iter().map(|number| narrow(*number)).collect();
    let offset = offset.iter().map(|number| narrow(*number)).collect();
    let value = values.graph.affine(planes.value, scale, offset)?;
    values.give(call, value, &planes.axes.order_with_channels())
}

/// The constant's number for each channel of the result.
pub(super) fn spread(values: &Values<'_>, operands: Operands<'_>) -> Result<Vec<f32>, Reason> {
    let constant = values.constant(operands.constant);
    let constant = constant.ok_or(Reason::Computed("constant"))?;
    let numbers = constant.numbers().ok_or(Reason::Computed("constant"))?;
    let (axes, channels) = values.axes(operands.value)?;
    for (place, dim) in constant.dims.iter().enumerate() {
        let index = (place + axes.dims().len()).checked_sub(constant.dims.len());
        let is_channel = index.is_some_and(|index| axes.axis(index) == Some(Axis::Channel));
        if *dim > 1 && !is_channel {
            return Err(Reason::Varies(operands.constant.to_owned()));
        }
    }
    match numbers.first() {
        Some(number) if numbers.len() == 1 => Ok(vec![*number; channels]),
        _ if channels == 1 || numbers.len() == channels => Ok(numbers.into_owned()),
        _ => Err(GraphError::Count(numbers.len(), channels).into()),
    }
}

/// A value with this number of channels; all have the numbers of the only one.
fn wide(values: &mut Values<'_>, name: &str, channels: usize) -> Result<Planes, Reason> {
    let mut planes = values.planes(name)?;
    if values.graph.shape(planes.value).channels == 1 && channels > 1 {
        planes.value = values.graph.concat(vec![planes.value; channels])?;
    }
    Ok(planes)
}

/// Whether dividing by these numbers equals multiplying by their inverses.
fn are_powers_of_two(numbers: &[f32]) -> bool {
    let is_power = |number: &f32| {
        let mantissa = number.to_bits() & 0x007F_FFFF;
        mantissa == 0 && number.is_normal() && number.recip().is_normal()
    };
    numbers.iter().all(is_power)
}

/// One number per channel as a value. It is made of any value with these channels:
/// `clip(x, 0, 0) + number`, which is NaN if `x` is.
fn constant(graph: &mut Graph, from: Value, numbers: &[f32]) -> Result<Value, Reason> {
    let mut shape = graph.shape(from);
    (shape.height, shape.width) = (1, 1);
    let corner = graph.slice(from, [0, 0, 0], shape)?;
    let bounds = Function::Clip {
        low: 0.0,
        high: 0.0,
    };
    let zero = graph.function(corner, bounds)?;
    Ok(graph.affine(zero, vec![1.0; numbers.len()], numbers.to_vec())?)
}

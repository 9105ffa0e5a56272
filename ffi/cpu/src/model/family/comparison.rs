//! Comparisons. ArgMax takes the first of equal numbers, so `a > b` is the ArgMax of `b` and `a`.

use unet_executor::{Function, Graph, Value};

use super::planes::Planes;
use super::reason::Reason;
use super::values::{Values, output};
use super::with_constant::{Operands, spread};
use crate::model::onnx::Call;

/// Greater, GreaterOrEqual, Less and LessOrEqual of two values of the same dims, or of a value and
/// a constant. The results are 0 and 1.
pub(super) fn compare<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let (planes, mut pairs) = match Operands::of(call, values) {
        Some(operands) => with_constant(values, operands)?,
        None => of_two(call, values)?,
    };
    let (is_swapped, is_negated) = match call.node.operator() {
        "Greater" => (true, false),
        "LessOrEqual" => (true, true),
        "Less" => (false, false),
        _ => (false, true),
    };
    let mut parts = Vec::with_capacity(pairs.len());
    for pair in &mut pairs {
        if is_swapped {
            pair.reverse();
        }
        let pair = values.graph.concat(pair.to_vec())?;
        parts.push(values.graph.argmax(pair)?);
    }
    let mut value = match parts.as_slice() {
        &[part] => part,
        _ => values.graph.concat(parts)?,
    };
    if is_negated {
        value = negated(&mut values.graph, value)?;
    }
    give(call, values, value, &planes)
}

/// Not.
pub(super) fn not<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let planes = values.input(call)?;
    if planes.whole != Some(1) {
        return Err(Reason::Operator);
    }
    let value = negated(&mut values.graph, planes.value)?;
    give(call, values, value, &planes)
}

/// For each channel the two numbers to compare.
type Pairs = Vec<[Value; 2]>;

fn with_constant(
    values: &mut Values<'_>,
    operands: Operands<'_>,
) -> Result<(Planes, Pairs), Reason> {
    let numbers = spread(values, operands)?;
    let planes = values.planes(operands.value)?;
    let channels = channels(&mut values.graph, planes.value)?;
    if channels.len() != numbers.len() {
        return Err(Reason::Varies(operands.constant.to_owned()));
    }
    let mut pairs = Vec::with_capacity(channels.len());
    for (channel, number) in channels.into_iter().zip(numbers) {
        // NaN stays NaN, and every other number becomes the constant.
        let bounds = Function::Clip {
            low: number,
            high: number,
        };
        let constant = values.graph.function(channel, bounds)?;
        pairs.push(match operands.is_reversed {
            true => [constant, channel],
            false => [channel, constant],
        });
    }
    Ok((planes, pairs))
}

fn of_two<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(Planes, Pairs), Reason> {
    let first = values.input(call)?;
    let name = call.node.input_name(1).unwrap_or_default();
    let second = values.planes(name)?;
    if first.axes != second.axes {
        return Err(second.axes.misfit(name));
    }
    let (a, b) = (
        channels(&mut values.graph, first.value)?,
        channels(&mut values.graph, second.value)?,
    );
    let pairs = a.into_iter().zip(b).map(<[Value; 2]>::from);
    Ok((first, pairs.collect()))
}

/// Each channel of a value by itself.
fn channels(graph: &mut Graph, value: Value) -> Result<Vec<Value>, Reason> {
    let shape = graph.shape(value);
    if shape.channels == 1 {
        return Ok(vec![value]);
    }
    let one = unet_executor::Shape {
        channels: 1,
        ..shape
    };
    let parts = (0..shape.channels).map(|channel| graph.slice(value, [channel, 0, 0], one));
    Ok(parts.collect::<Result<_, _>>()?)
}

fn negated(graph: &mut Graph, value: Value) -> Result<Value, Reason> {
    let channels = graph.shape(value).channels;
    Ok(graph.affine(value, vec![-1.0; channels], vec![1.0; channels])?)
}

fn give<'a>(
    call: &Call<'a>,
    values: &mut Values<'a>,
    value: Value,
    like: &Planes,
) -> Result<(), Reason> {
    let mut planes = values.tensor(output(call), value, &like.axes.order())?;
    planes.whole = Some(1);
    values.name(output(call), planes);
    Ok(())
}

//! Operators that join, cut and pad pictures.

use unet_executor::{Border, Shape, Value};

use super::late::Padded;
use super::planes::{Axes, Axis, size};
use super::reason::Reason;
use super::values::{Values, output};
use crate::model::onnx::{Call, axis, lists, window};

/// The axes along which a picture can be cut.
const AXES: &str = "channels, rows or columns";

/// Concat along the channels.
pub(super) fn concat<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let mut parts = Vec::with_capacity(call.node.input.len());
    let (mut order, mut whole) = (Vec::new(), Some(0));
    for name in &call.node.input {
        let planes = values.planes(name)?;
        let at = axis(call.node.integer("axis", 1), planes.axes.dims().len());
        if at.and_then(|at| planes.axes.axis(at)) != Some(Axis::Channel) {
            return Err(Reason::Axis("the channels"));
        }
        // A part with one channel says nothing about the place of the channels.
        let here = planes
            .axes
            .whole_order()
            .ok_or_else(|| planes.axes.misfit(name))?;
        if !order.is_empty() && order != here {
            return Err(planes.axes.misfit(name));
        }
        order = here;
        whole = whole.max(planes.whole).filter(|_| planes.whole.is_some());
        parts.push(planes.value);
    }
    let value = match parts.as_slice() {
        &[part] => part,
        _ => values.graph.concat(parts)?,
    };
    let mut planes = values.tensor(output(call), value, &order)?;
    planes.whole = whole;
    values.name(output(call), planes);
    Ok(())
}

/// Slice. Channels may come in any order; rows and columns only one after the other.
pub(super) fn slice<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let input = values.input(call)?;
    let slices = lists::slices(call).ok_or(Reason::Computed("range"))?;
    let mut value = input.value;
    for (index, range) in slices {
        let dim = input.axes.dims().get(index).copied().unwrap_or(0);
        let places = range.places(dim).ok_or(Reason::Computed("range"))?;
        if places.iter().copied().eq(0..dim) {
            continue;
        }
        let axis = input.axes.axis(index).ok_or(Reason::Axis(AXES))?;
        value = take(values, value, axis, &places)?;
    }
    give_part(call, values, value, &input.axes, input.whole)
}

/// Split.
pub(super) fn split<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let input = values.input(call)?;
    let at = axis(call.node.integer("axis", 0), input.axes.dims().len());
    let at = at.ok_or(Reason::Axis(AXES))?;
    let axis = input.axes.axis(at).ok_or(Reason::Axis(AXES))?;
    let mut start = 0;
    for name in &call.node.output {
        let count = values.dims(name)?.get(at).copied().unwrap_or(0);
        let places: Vec<usize> = (start..start + count).collect();
        start += count;
        let value = take(values, input.value, axis, &places)?;
        let mut planes = values.tensor(name, value, &input.axes.order())?;
        planes.whole = input.whole;
        values.name(name, planes);
    }
    Ok(())
}

/// Gather with constant indices.
pub(super) fn gather<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let input = values.input(call)?;
    let indices = call.integers(1).ok_or(Reason::Computed("index"))?;
    let at = axis(call.node.integer("axis", 0), input.axes.dims().len());
    let at = at.ok_or(Reason::Axis(AXES))?;
    let dim = input.axes.dims().get(at).copied().unwrap_or(0);
    let places = indices.iter().map(|index| axis(*index, dim));
    let places: Option<Vec<usize>> = places.collect();
    let places = places.ok_or(Reason::Computed("index"))?;
    let along = input.axes.axis(at).ok_or(Reason::Axis(AXES))?;
    let value = take(values, input.value, along, &places)?;
    give_part(call, values, value, &input.axes, input.whole)
}

/// The part of a value at these places of an axis, in their order.
pub(super) fn take(
    values: &mut Values<'_>,
    value: Value,
    axis: Axis,
    places: &[usize],
) -> Result<Value, Reason> {
    let runs: Vec<&[usize]> = places.chunk_by(|a, b| a + 1 == *b).collect();
    let shape = values.graph.shape(value);
    let mut parts = Vec::with_capacity(runs.len());
    for run in runs {
        let start = run.first().copied().unwrap_or(0);
        let (starts, shape) = match axis {
            Axis::Batch => return Err(Reason::Axis(AXES)),
            Axis::Channel => (
                [start, 0, 0],
                Shape {
                    channels: run.len(),
                    ..shape
                },
            ),
            Axis::Row => (
                [0, start, 0],
                Shape {
                    height: run.len(),
                    ..shape
                },
            ),
            Axis::Column => (
                [0, 0, start],
                Shape {
                    width: run.len(),
                    ..shape
                },
            ),
        };
        parts.push(values.graph.slice(value, starts, shape)?);
    }
    match (parts.as_slice(), axis) {
        (&[part], _) => Ok(part),
        (_, Axis::Channel) => Ok(values.graph.concat(parts)?),
        _ => Err(Reason::Attribute(
            "steps",
            "other than 1 along rows or columns".to_owned(),
        )),
    }
}

/// Pad of rows and columns. Negative pads cut.
pub(super) fn pad<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let input = values.input(call)?;
    let pads = window::full_pads(call).ok_or(Reason::Computed("pads"))?;
    let rank = input.axes.dims().len();
    let mut sides = [0_i64; 4];
    for index in 0..rank {
        let pads = (pads.get(index).copied(), pads.get(index + rank).copied());
        let (before, after) = (pads.0.unwrap_or(0), pads.1.unwrap_or(0));
        match input.axes.axis(index) {
            _ if (before, after) == (0, 0) => {}
            Some(Axis::Row) => (sides[0], sides[1]) = (before, after),
            Some(Axis::Column) => (sides[2], sides[3]) = (before, after),
            _ => return Err(Reason::Axis("rows and columns")),
        }
    }
    let border = border(call, values)?;
    let shape = values.graph.shape(input.value);
    let cut = sides.map(|side| usize::try_from(-side).unwrap_or(0));
    let added = sides.map(|side| usize::try_from(side).unwrap_or(0));
    let mut value = input.value;
    if cut != [0; 4] {
        let rest = |axis, before: usize, after: usize| {
            size(shape, axis)
                .saturating_sub(before)
                .saturating_sub(after)
        };
        let height = rest(Axis::Row, cut[0], cut[1]);
        let width = rest(Axis::Column, cut[2], cut[3]);
        let shape = Shape {
            height,
            width,
            ..shape
        };
        value = values.graph.slice(value, [0, cut[0], cut[2]], shape)?;
    }
    let order = input.axes.whole_order();
    let order = order.unwrap_or_else(|| input.axes.order());
    if added != [0; 4] && border == Border::Constant(0.0) {
        let padded = Padded {
            place: call.node.place(),
            value,
            sides: added,
        };
        return values.give_padded(call, padded, &order);
    }
    if added != [0; 4] {
        value = values.graph.pad(value, border, added)?;
    }
    values.give(call, value, &order)
}

/// What the pads hold.
fn border<'a>(call: &Call<'a>, values: &Values<'a>) -> Result<Border, Reason> {
    match call.node.text("mode") {
        "" | "constant" => {}
        "edge" => return Ok(Border::Edge),
        "reflect" => return Ok(Border::Reflect),
        other => return Err(Reason::Attribute("mode", other.to_owned())),
    }
    if call.opset < 11 {
        return Ok(Border::Constant(call.node.number("value", 0.0)));
    }
    let Some(name) = call.node.input_name(2) else {
        return Ok(Border::Constant(0.0));
    };
    let number = values.constant(name).and_then(|value| value.number());
    let number = number.ok_or(Reason::Computed("value"))?;
    Ok(Border::Constant(number))
}

fn give_part<'a>(
    call: &Call<'a>,
    values: &mut Values<'a>,
    value: Value,
    axes: &Axes,
    whole: Option<usize>,
) -> Result<(), Reason> {
    let mut planes = values.tensor(output(call), value, &axes.order())?;
    planes.whole = whole;
    values.name(output(call), planes);
    Ok(())
}

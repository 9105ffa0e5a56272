//! Resize and Upsample as tables of neighbours. The arithmetic is ONNX Runtime's, in 32 bits.

use unet_executor::Tap;

use super::planes::Axis;
use super::reason::Reason;
use super::values::{Values, output};
use crate::model::onnx::{Call, axis, window};

/// An axis before and after.
#[derive(Debug, Clone, Copy)]
struct Side {
    from: usize,
    to: usize,
    scale: f32,
}

/// Resize and Upsample of rows and columns.
pub(super) fn resize<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let input = values.input(call)?;
    let dims = values.dims(output(call))?;
    let shape = values.graph.shape(input.value);
    let (mut rows, mut columns) = (same(shape.height), same(shape.width));
    let sides = sides(call, input.axes.dims(), dims)?;
    for (index, side) in sides.into_iter().enumerate() {
        match input.axes.axis(index) {
            Some(Axis::Row) => rows = taps(call, side)?,
            Some(Axis::Column) => columns = taps(call, side)?,
            _ if side.from == side.to => {}
            _ => return Err(Reason::Axis("rows and columns")),
        }
    }
    let mut value = input.value;
    if rows != same(shape.height) || columns != same(shape.width) {
        value = values.graph.resize(value, rows, columns)?;
    }
    // A side of one number may have become longer.
    let order: Vec<Axis> = match input.axes.whole_order() {
        Some(order) => order,
        None => {
            return Err(input
                .axes
                .misfit(call.node.input_name(0).unwrap_or_default()));
        }
    };
    let mut planes = values.tensor(output(call), value, &order)?;
    planes.whole = input.whole.filter(|_| is_nearest(call));
    values.name(output(call), planes);
    Ok(())
}

/// Expand: a side of one number gets as many as the result has.
pub(super) fn expand<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let input = values.input(call)?;
    let dims = values.dims(output(call))?;
    let shape = values.graph.shape(input.value);
    let (mut rows, mut columns) = (same(shape.height), same(shape.width));
    let misfit = || {
        input
            .axes
            .misfit(call.node.input_name(0).unwrap_or_default())
    };
    let more = dims.len().saturating_sub(input.axes.dims().len());
    let mut value = input.value;
    for (index, to) in dims.iter().enumerate() {
        let at = index.checked_sub(more);
        let from = at.and_then(|at| input.axes.dims().get(at)).unwrap_or(&1);
        if from == to {
            continue;
        }
        match at.and_then(|at| input.axes.axis(at)) {
            Some(Axis::Row) => rows = first(*to),
            Some(Axis::Column) => columns = first(*to),
            Some(Axis::Channel) => value = values.graph.concat(vec![value; *to])?,
            _ => return Err(misfit()),
        }
    }
    if rows != same(shape.height) || columns != same(shape.width) {
        value = values.graph.resize(value, rows, columns)?;
    }
    let order = input.axes.whole_order().ok_or_else(misfit)?;
    let mut planes = values.tensor(output(call), value, &order)?;
    planes.whole = input.whole;
    values.name(output(call), planes);
    Ok(())
}

/// The first number of an axis, many times.
fn first(count: usize) -> Vec<Tap> {
    let tap = Tap {
        near: 0,
        far: 0,
        share: 0.0,
    };
    vec![tap; count]
}

fn is_nearest(call: &Call<'_>) -> bool {
    matches!(call.node.text("mode"), "" | "nearest")
}

/// Each dimension of the tensor before and after.
fn sides(call: &Call<'_>, from: &[usize], to: &[usize]) -> Result<Vec<Side>, Reason> {
    let mut scales = vec![None; from.len()];
    let (place, _) = window::resize_inputs(call);
    let attribute = call.node.attribute("scales");
    let given: Vec<f32> = match (
        call.input(place).and_then(|fact| fact.floats.as_ref()),
        attribute,
    ) {
        #[expect(clippy::cast_possible_truncation, reason = "scales are FLOAT")]
        (Some(list), _) => list.iter().map(|scale| *scale as f32).collect(),
        (None, Some(attribute)) => attribute.floats.clone(),
        (None, None) => Vec::new(),
    };
    let axes: Vec<usize> = match call.node.integers("axes") {
        None => (0..from.len()).collect(),
        Some(axes) => {
            let axes = axes.iter().map(|number| axis(*number, from.len()));
            let axes: Option<_> = axes.collect();
            axes.ok_or(Reason::Axis("rows and columns"))?
        }
    };
    for (axis, scale) in axes.into_iter().zip(given) {
        if let Some(place) = scales.get_mut(axis) {
            *place = Some(scale);
        }
    }
    let sides = from.iter().zip(to).zip(scales);
    let sides = sides.map(|((from, to), scale)| Side {
        from: *from,
        to: *to,
        scale: scale.unwrap_or(float(*to) / float(*from)),
    });
    Ok(sides.collect())
}

/// The neighbours of each number of an axis.
fn taps(call: &Call<'_>, side: Side) -> Result<Vec<Tap>, Reason> {
    #[expect(clippy::float_cmp, reason = "any other scale resizes")]
    if side.scale == 1.0 && side.from == side.to {
        return Ok(same(side.to));
    }
    let modes = (
        call.node.text("coordinate_transformation_mode"),
        call.node.text("nearest_mode"),
    );
    let (transformation, rounding) = match call.node.operator() {
        "Upsample" if side.scale < 1.0 => ("asymmetric", "ceil"),
        "Upsample" => ("asymmetric", "floor"),
        _ => modes,
    };
    let last = side.from.saturating_sub(1);
    let taps = (0..side.to).map(|index| {
        let place = source(transformation, index, side)?;
        if is_nearest(call) {
            let index = whole(nearest(rounding, place)?.clamp(0.0, float(last)));
            return Ok(Tap {
                near: index,
                far: index,
                share: 0.0,
            });
        }
        let place = place.clamp(0.0, float(last));
        let near = whole(place);
        Ok(Tap {
            near,
            far: last.min(near + 1),
            share: place - float(near),
        })
    });
    taps.collect()
}

fn same(len: usize) -> Vec<Tap> {
    let taps = (0..len).map(|index| Tap {
        near: index,
        far: index,
        share: 0.0,
    });
    taps.collect()
}

/// The place in the input of a number of the result.
fn source(transformation: &str, index: usize, side: Side) -> Result<f32, Reason> {
    let Side { from, to, scale } = side;
    let index = float(index);
    Ok(match transformation {
        "" | "half_pixel" => (index + 0.5) / scale - 0.5,
        "pytorch_half_pixel" if to > 1 => (index + 0.5) / scale - 0.5,
        "align_corners" if to > 1 => index * (float(from) - 1.0) / (float(to) - 1.0),
        "pytorch_half_pixel" | "align_corners" => 0.0,
        "asymmetric" => index / scale,
        other => {
            return Err(Reason::Attribute(
                "coordinate_transformation_mode",
                other.to_owned(),
            ));
        }
    })
}

/// The number of the input that is nearest to a place.
fn nearest(rounding: &str, place: f32) -> Result<f32, Reason> {
    /// ONNX Runtime takes a place for the middle of two numbers if it is this close. That was found
    /// by comparison: with it, version 1.32 gives these results for 900 random sizes and scales.
    const MIDDLE: f32 = 1e-6;
    let is_middle = (place.fract().abs() - 0.5).abs() < MIDDLE;
    Ok(match rounding {
        "" | "round_prefer_floor" if is_middle => place.floor(),
        "round_prefer_ceil" if is_middle => place.ceil(),
        "" | "round_prefer_floor" | "round_prefer_ceil" => place.round(),
        "floor" => place.floor(),
        "ceil" => place.ceil(),
        other => return Err(Reason::Attribute("nearest_mode", other.to_owned())),
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sizes of pictures are below 2^24"
)]
fn float(number: usize) -> f32 {
    number as f32
}

/// The whole part of a number that is not negative.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number is an index"
)]
fn whole(number: f32) -> usize {
    number as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected numbers are those of ONNX Runtime 1.32.
    #[test]
    fn a_place_almost_in_the_middle_counts_as_the_middle() {
        let chosen = |rounding, index, from, to, scale| {
            let side = Side { from, to, scale };
            let place = source("half_pixel", index, side).unwrap();
            nearest(rounding, place).unwrap()
        };
        // At 14.500001.
        assert_eq!(chosen("round_prefer_floor", 19, 20, 26, 1.3), 14.0);
        // At 54.500004.
        assert_eq!(chosen("round_prefer_floor", 71, 97, 126, 1.3), 55.0);
        // At 13.499999.
        let scale = 326.0 / 56.0;
        assert_eq!(chosen("round_prefer_ceil", 81, 56, 326, scale), 14.0);
    }
}

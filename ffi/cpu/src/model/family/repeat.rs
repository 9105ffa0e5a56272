//! Tile, as TensorFlow's exporter writes an upsampling to the nearest: a new dimension after rows
//! or columns, numbers repeated along it, and a Reshape that joins the two.

use unet_executor::Tap;

use super::late::Repeated;
use super::planes::{Axes, Axis, Planes};
use super::reason::Reason;
use super::resize;
use super::values::{Values, output};
use crate::model::onnx::Call;

/// Tile of dimensions of size 1.
pub(super) fn tile<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let planes = values.input(call)?;
    let (from, to) = (planes.axes.dims(), values.dims(output(call))?);
    let pairs = from.iter().zip(to).enumerate();
    let mut longer = pairs.filter(|(_, (from, to))| from != to);
    let (first, second) = (longer.next(), longer.next());
    if let (Some((index, (1, times))), None, 5) = (first, second, from.len()) {
        let times = *times;
        let repeated = Repeated {
            planes,
            index,
            times,
        };
        values.name_repeated(output(call), repeated);
        return Ok(());
    }
    resize::expand(call, values)
}

/// The axis in front of a dimension.
fn repeated_axis(planes: &Planes, index: usize) -> Option<Axis> {
    match planes.axes.groups().get(index.checked_sub(1)?)?.as_slice() {
        [axis @ (Axis::Row | Axis::Column)] => Some(*axis),
        _ => None,
    }
}

/// A Transpose of the repeated numbers.
pub(super) fn transpose<'a>(
    call: &Call<'a>,
    values: &mut Values<'a>,
    mut repeated: Repeated,
    perm: &[usize],
) -> Result<(), Reason> {
    let Planes { value, axes, .. } = &repeated.planes;
    let misfit = || axes.misfit(call.node.input_name(0).unwrap_or_default());
    let dims = perm.iter().filter_map(|index| axes.dims().get(*index));
    let dims: Vec<usize> = dims.copied().collect();
    let index = perm.iter().position(|index| *index == repeated.index);
    let shape = values.graph.shape(*value);
    let turned = Axes::new(shape, &axes.permuted(perm), &dims).ok_or_else(misfit)?;
    repeated.index = index.ok_or_else(misfit)?;
    repeated.planes.axes = turned;
    values.name_repeated(output(call), repeated);
    Ok(())
}

/// The Reshape that joins the repeated numbers.
pub(super) fn join<'a>(
    call: &Call<'a>,
    values: &mut Values<'a>,
    repeated: &Repeated,
) -> Result<(), Reason> {
    let Repeated {
        planes,
        index,
        times,
    } = repeated;
    let misfit = || {
        let name = call.node.input_name(0).unwrap_or_default();
        planes.axes.misfit(name)
    };
    let axis = repeated_axis(planes, *index).ok_or_else(misfit)?;
    let mut joined = planes.axes.dims().to_vec();
    joined.remove(*index);
    joined[index - 1] *= times;
    if values.dims(output(call))? != joined {
        return Err(misfit());
    }
    let shape = values.graph.shape(planes.value);
    let taps = |len: usize, times: usize| -> Vec<Tap> {
        let taps = (0..len * times).map(|index| Tap {
            near: index / times,
            far: index / times,
            share: 0.0,
        });
        taps.collect()
    };
    let (rows, columns) = match axis {
        Axis::Row => (*times, 1),
        _ => (1, *times),
    };
    let rows = taps(shape.height, rows);
    let columns = taps(shape.width, columns);
    let value = values.graph.resize(planes.value, rows, columns)?;
    values.give(call, value, &planes.axes.order())
}

//! Arithmetic of two values, or of a value and a constant.

use unet_executor::Pairing;

use super::planes::{Axes, Planes};
use super::reason::Reason;
use super::values::{Values, output};
use super::with_constant::{self, Operands};
use crate::model::onnx::Call;

/// Add, Sub, Mul, Div, and Max, Min and Sum of any number of inputs.
pub(super) fn pair<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let of = match call.node.operator() {
        "Add" | "Sum" => Pairing::Add,
        "Sub" => Pairing::Sub,
        "Mul" => Pairing::Mul,
        "Div" => Pairing::Div,
        "Max" => Pairing::Max,
        _ => Pairing::Min,
    };
    if let Some(operands) = Operands::of(call, values) {
        return with_constant::pair(call, values, of, operands);
    }
    let mut result = values.input(call)?;
    for name in call.node.input.iter().skip(1) {
        let other = values.planes(name)?;
        result = of_two(values, of, &result, &other, name)?;
    }
    values.name(output(call), result);
    Ok(())
}

/// Pairs two values; dimensions are aligned at their ends.
fn of_two(
    values: &mut Values<'_>,
    of: Pairing,
    first: &Planes,
    second: &Planes,
    name: &str,
) -> Result<Planes, Reason> {
    let misfit = || second.axes.misfit(name);
    let rank = first.axes.dims().len().max(second.axes.dims().len());
    let (mut order, mut dims) = (Vec::new(), Vec::new());
    for from_end in (1..=rank).rev() {
        let group = |planes: &Planes| {
            let index = planes.axes.dims().len().checked_sub(from_end);
            let group = index.and_then(|index| planes.axes.groups().get(index));
            group.cloned().unwrap_or_default()
        };
        let dim = |planes: &Planes| {
            let index = planes.axes.dims().len().checked_sub(from_end);
            let dim = index.and_then(|index| planes.axes.dims().get(index));
            dim.copied().unwrap_or(1)
        };
        let (a, b) = (group(first), group(second));
        dims.push(dim(first).max(dim(second)));
        match (a.is_empty(), b.is_empty()) {
            (_, true) => order.extend(a),
            (true, false) => order.extend(b),
            (false, false) if a == b => order.extend(a),
            (false, false) => return Err(misfit()),
        }
    }
    let value = values.graph.pair(of, first.value, second.value)?;
    // An axis that stands at two places makes the order longer than the value has axes.
    let axes = Axes::new(values.graph.shape(value), &order, &dims).ok_or_else(misfit)?;
    Ok(Planes {
        value,
        axes,
        whole: None,
    })
}

//! Operators that name the same numbers in another way. The executor does nothing for them.

use super::planes::{Axis, Planes};
use super::reason::Reason;
use super::repeat;
use super::values::{Values, output};
use crate::model::onnx::{Call, ElementType};

/// Identity and Dropout.
pub(super) fn same<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let planes = values.input(call)?;
    values.name(output(call), planes);
    Ok(())
}

/// Reshape, Flatten, Squeeze and Unsqueeze.
pub(super) fn reshape<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    if let Some(repeated) = values.repeated(call.node.input_name(0).unwrap_or_default()) {
        return repeat::join(call, values, &repeated);
    }
    let input = values.input(call)?;
    with_order(call, values, &input, &input.axes.order())
}

/// Transpose.
pub(super) fn transpose<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    if let Some(repeated) = values.repeated(call.node.input_name(0).unwrap_or_default()) {
        let perm = permutation(call, repeated.planes.axes.dims().len());
        return repeat::transpose(call, values, repeated, &perm);
    }
    let input = values.input(call)?;
    let order = input
        .axes
        .permuted(&permutation(call, input.axes.dims().len()));
    with_order(call, values, &input, &order)
}

/// The index of the input's dimension for each dimension of a Transpose.
pub(super) fn permutation(call: &Call<'_>, rank: usize) -> Vec<usize> {
    match call.node.integers("perm").filter(|perm| !perm.is_empty()) {
        None => (0..rank).rev().collect(),
        Some(perm) => {
            let perm = perm.iter();
            perm.map(|place| usize::try_from(*place).unwrap_or(rank))
                .collect()
        }
    }
}

/// Cast between types that hold the same numbers.
pub(super) fn cast<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let input = values.input(call)?;
    let to = ElementType::of(i32::try_from(call.node.integer("to", 0)).unwrap_or(0));
    let fits = |most: usize| input.whole.is_some_and(|whole| whole <= most);
    let is_free = match to {
        ElementType::F32 => true,
        ElementType::I32 | ElementType::I64 => fits(0x00FF_FFFF),
        ElementType::U8 => fits(0xFF),
        ElementType::I8 => fits(0x7F),
        ElementType::Bool => fits(1),
        _ => false,
    };
    if !is_free {
        return Err(Reason::Cast(to));
    }
    values.name(output(call), input);
    Ok(())
}

fn with_order<'a>(
    call: &Call<'a>,
    values: &mut Values<'a>,
    input: &Planes,
    order: &[Axis],
) -> Result<(), Reason> {
    let mut planes = values.tensor(output(call), input.value, order)?;
    planes.whole = input.whole;
    values.name(output(call), planes);
    Ok(())
}

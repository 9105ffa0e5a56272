//! Integers that are known before the model runs: the arithmetic of shapes and pads that exporters
//! write (Shape, Gather, Concat, Mul; ConstantOfShape, Slice and Transpose of the pads).

use super::{Call, axis, floats, lists};
use crate::model::onnx::element::ElementType;

/// A larger tensor is not a shape.
const NUMBERS_MAX: usize = 64;

/// The numbers of the node's output, in row-major order.
pub(super) fn evaluate(call: &Call<'_>) -> Option<Vec<i64>> {
    let node = call.node;
    let copy = || numbers(call, 0).map(<[i64]>::to_vec);
    match node.operator() {
        "Shape" => {
            let dims = lists::shape_range(call)?.iter();
            dims.map(|dim| i64::try_from(*dim).ok()).collect()
        }
        "Identity" | "Squeeze" | "Unsqueeze" | "Reshape" => copy(),
        "Cast" => {
            let fits = |number: &i64| i32::try_from(*number).is_ok();
            match ElementType::of(i32::try_from(node.integer("to", 0)).ok()?) {
                ElementType::I64 => copy().or_else(|| floats::truncated(call)),
                ElementType::I32 => copy()
                    .or_else(|| floats::truncated(call))
                    .filter(|list| list.iter().all(fits)),
                _ => None,
            }
        }
        "ConstantOfShape" => {
            let value = node.attribute("value")?.t.as_ref()?;
            if !is_whole(value.element()) {
                return None;
            }
            let count = lists::product(&lists::dims(call)?)?;
            let number = *value.integers()?.first()?;
            (count <= NUMBERS_MAX).then(|| vec![number; count])
        }
        "Gather" if node.integer("axis", 0) == 0 => {
            let numbers = list(call, 0)?;
            let indices = list(call, 1)?.iter();
            indices
                .map(|index| numbers.get(axis(*index, numbers.len())?).copied())
                .collect()
        }
        "Concat" => {
            let mut all = Vec::new();
            for index in 0..call.inputs.len() {
                all.extend(list(call, index)?);
            }
            Some(all)
        }
        "Slice" => rows(call),
        "Transpose" => turned(call),
        "Neg" => {
            let numbers = numbers(call, 0)?.iter();
            numbers.map(|number| number.checked_neg()).collect()
        }
        "Add" => pairs(call, i64::checked_add),
        "Sub" => pairs(call, i64::checked_sub),
        "Mul" => pairs(call, i64::checked_mul),
        "Div" => pairs(call, i64::checked_div),
        // The result has the sign of the divisor.
        "Mod" if node.integer("fmod", 0) == 0 => pairs(call, |a, b| {
            let rest = a.checked_rem(b)?;
            match rest != 0 && (rest < 0) != (b < 0) {
                true => rest.checked_add(b),
                false => Some(rest),
            }
        }),
        _ => None,
    }
}

fn is_whole(element: ElementType) -> bool {
    matches!(element, ElementType::I64 | ElementType::I32)
}

/// The numbers of an input, if they are integers and few.
fn numbers<'a>(call: &'a Call<'_>, index: usize) -> Option<&'a [i64]> {
    let fact = call.input(index).filter(|fact| is_whole(fact.element))?;
    let numbers = fact.integers.as_deref()?;
    (numbers.len() <= NUMBERS_MAX).then_some(numbers)
}

/// Like `numbers`, for a list or a scalar.
fn list<'a>(call: &'a Call<'_>, index: usize) -> Option<&'a [i64]> {
    let is_list = call.dims(index).is_some_and(|dims| dims.len() <= 1);
    numbers(call, index).filter(|_| is_list)
}

/// A Slice along the first axis.
fn rows(call: &Call<'_>) -> Option<Vec<i64>> {
    let (&first, rest) = call.dims(0)?.split_first()?;
    let width = lists::product(rest)?;
    let slices = lists::slices(call)?;
    let [(0, range)] = slices.as_slice() else {
        return None;
    };
    let numbers = numbers(call, 0)?;
    let mut taken = Vec::new();
    for place in range.places(first)? {
        let start = place.checked_mul(width)?;
        taken.extend(numbers.get(start..start.checked_add(width)?)?);
    }
    Some(taken)
}

/// A Transpose of two dimensions.
fn turned(call: &Call<'_>) -> Option<Vec<i64>> {
    let &[rows, columns] = call.dims(0)? else {
        return None;
    };
    let numbers = numbers(call, 0)?;
    match call.node.integers("perm") {
        Some([0, 1]) => Some(numbers.to_vec()),
        None | Some([] | [1, 0]) => (0..columns)
            .flat_map(|column| (0..rows).map(move |row| (row, column)))
            .map(|(row, column)| {
                let place = row.checked_mul(columns)?.checked_add(column)?;
                numbers.get(place).copied()
            })
            .collect(),
        Some(_) => None,
    }
}

/// Combines two lists of the same length, or a list and a single number.
fn pairs(call: &Call<'_>, compute: fn(i64, i64) -> Option<i64>) -> Option<Vec<i64>> {
    let (a, b) = (list(call, 0)?, list(call, 1)?);
    let count = match (a.len(), b.len()) {
        (1, count) | (count, 1) => count,
        (a, b) if a == b => a,
        _ => return None,
    };
    let at =
        |list: &[i64], index: usize| list.get(if list.len() == 1 { 0 } else { index }).copied();
    (0..count)
        .map(|index| compute(at(a, index)?, at(b, index)?))
        .collect()
}

//! Floating-point numbers that are known before the model runs: exporters compute pads and sizes
//! with them (Cast, Mul, Ceil, Clip). Computed in 32 bits, as a run would.

use super::Call;
use crate::model::onnx::element::ElementType;

/// A larger tensor is not a pad or a size.
const NUMBERS_MAX: usize = 64;

/// The numbers of the node's output, in row-major order.
pub(super) fn evaluate(call: &Call<'_>) -> Option<Vec<f64>> {
    match call.node.operator() {
        "Identity" | "Squeeze" | "Unsqueeze" | "Reshape" => copied(call),
        "Cast" if to(call) == Some(ElementType::F32) => {
            let integers = call.input(0)?.integers.as_ref();
            match integers {
                #[expect(clippy::cast_precision_loss, reason = "a Cast to FLOAT rounds")]
                Some(integers) => (integers.len() <= NUMBERS_MAX)
                    .then(|| integers.iter().map(|one| f64::from(*one as f32)).collect()),
                None => copied(call),
            }
        }
        "Ceil" => unary(call, f32::ceil),
        "Floor" => unary(call, f32::floor),
        "Neg" => unary(call, |number| -number),
        "Clip" if call.opset >= 11 => {
            let bound = |index, none: f32| match call.node.input_name(index) {
                None => Some(none),
                Some(_) => numbers(call, index)?.first().copied(),
            };
            let (low, high) = (bound(1, f32::MIN)?, bound(2, f32::MAX)?);
            unary(call, |number| number.max(low).min(high))
        }
        "Concat" => {
            let mut all = Vec::new();
            for index in 0..call.inputs.len() {
                all.extend(list(call, index)?.into_iter().map(f64::from));
            }
            (all.len() <= NUMBERS_MAX).then_some(all)
        }
        "Add" => pairs(call, |a, b| a + b),
        "Sub" => pairs(call, |a, b| a - b),
        "Mul" => pairs(call, |a, b| a * b),
        "Div" => pairs(call, |a, b| a / b),
        _ => None,
    }
}

/// The type that a Cast gives.
fn to(call: &Call<'_>) -> Option<ElementType> {
    let number = i32::try_from(call.node.integer("to", 0)).ok()?;
    Some(ElementType::of(number))
}

/// The numbers of a Cast to whole numbers, without their fractions.
pub(super) fn truncated(call: &Call<'_>) -> Option<Vec<i64>> {
    let numbers = numbers(call, 0)?;
    let whole = numbers.iter().map(|number| {
        let number = number.trunc();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a whole number in this range"
        )]
        let whole = number as i64;
        (number.abs() < 16_777_216.0).then_some(whole)
    });
    whole.collect()
}

/// The numbers of an input, if they are FLOAT and few.
fn numbers(call: &Call<'_>, index: usize) -> Option<Vec<f32>> {
    let fact = call.input(index)?;
    let floats = fact.floats.as_ref()?;
    let is_small = floats.len() <= NUMBERS_MAX && fact.element == ElementType::F32;
    #[expect(clippy::cast_possible_truncation, reason = "the numbers are FLOAT")]
    let narrow = |number: &f64| *number as f32;
    is_small.then(|| floats.iter().map(narrow).collect())
}

fn copied(call: &Call<'_>) -> Option<Vec<f64>> {
    unary(call, |number| number)
}

fn unary(call: &Call<'_>, compute: impl Fn(f32) -> f32) -> Option<Vec<f64>> {
    let numbers = numbers(call, 0)?.into_iter();
    Some(numbers.map(|number| f64::from(compute(number))).collect())
}

/// Like `numbers`, for a list or a scalar.
fn list(call: &Call<'_>, index: usize) -> Option<Vec<f32>> {
    let is_list = call.dims(index).is_some_and(|dims| dims.len() <= 1);
    numbers(call, index).filter(|_| is_list)
}

/// Combines two lists of the same length, or a list and a single number.
fn pairs(call: &Call<'_>, compute: fn(f32, f32) -> f32) -> Option<Vec<f64>> {
    let (a, b) = (list(call, 0)?, list(call, 1)?);
    let count = match (a.len(), b.len()) {
        (1, count) | (count, 1) => count,
        (a, b) if a == b => a,
        _ => return None,
    };
    let at =
        |list: &[f32], index: usize| list.get(if list.len() == 1 { 0 } else { index }).copied();
    (0..count)
        .map(|index| Some(f64::from(compute(at(&a, index)?, at(&b, index)?))))
        .collect()
}

//! Conversions between the bytes of the caller's buffers and rten's tensors.

use std::borrow::Cow;

use rten::{Value, ValueOrView, ValueView};
use rten_tensor::{Tensor, TensorView};

use crate::model::error::ModelError;
use crate::model::port::EngineType;

/// Exactly `len` bytes of `data`, with zeros in place of missing ones.
pub(super) fn whole(data: &[u8], len: usize) -> Cow<'_, [u8]> {
    match data.get(..len) {
        Some(data) => Cow::Borrowed(data),
        None => {
            let mut owned = data.to_vec();
            owned.resize(len, 0);
            Cow::Owned(owned)
        }
    }
}

/// A tensor view of a slice.
pub(super) fn view<'a, T>(dims: &[usize], numbers: &'a [T]) -> Result<ValueView<'a>, ModelError>
where
    ValueView<'a>: From<TensorView<'a, T>>,
{
    match TensorView::try_from_data(dims, numbers) {
        Ok(tensor) => Ok(tensor.into()),
        Err(error) => Err(ModelError::Run(error.into())),
    }
}

/// An input tensor with the caller's bytes. It uses the buffer in place if that is aligned and long
/// enough, and a copy otherwise.
pub(super) fn value<'a>(
    dims: &[usize],
    element: EngineType,
    data: &'a [u8],
) -> Result<ValueOrView<'a>, ModelError> {
    match element {
        EngineType::F32 => numbers(dims, data, f32::from_ne_bytes),
        EngineType::I32 => numbers(dims, data, i32::from_ne_bytes),
        EngineType::I8 => numbers(dims, data, i8::from_ne_bytes),
        EngineType::U8 => numbers(dims, data, u8::from_ne_bytes),
    }
}

/// Types for which every bit pattern is a valid value.
trait Number: Copy + 'static {}
impl Number for f32 {}
impl Number for i32 {}
impl Number for i8 {}
impl Number for u8 {}

fn numbers<'a, T: Number, const N: usize>(
    dims: &[usize],
    data: &'a [u8],
    read: fn([u8; N]) -> T,
) -> Result<ValueOrView<'a>, ModelError>
where
    ValueView<'a>: From<TensorView<'a, T>>,
    Value: From<Tensor<T>>,
{
    let count: usize = dims.iter().product();
    // SAFETY: every bit pattern is a valid `Number`, and `align_to` returns only the aligned
    // middle.
    let (head, middle, _) = unsafe { data.align_to::<T>() };
    if let (true, Some(numbers)) = (head.is_empty(), middle.get(..count)) {
        return Ok(view(dims, numbers)?.into());
    }
    let data = whole(data, count * N);
    let copy = data.as_chunks::<N>().0.iter().map(|bytes| read(*bytes));
    let tensor = Tensor::try_from_data(dims, copy.collect::<Vec<_>>());
    let tensor = tensor.map_err(|error| ModelError::Run(error.into()))?;
    Ok(Value::from(tensor).into())
}

/// Whether all numbers are finite.
pub(super) fn are_finite(numbers: TensorView<'_, f32>) -> bool {
    match numbers.data() {
        Some(numbers) => numbers.iter().all(|number| number.is_finite()),
        None => numbers.iter().all(|number| number.is_finite()),
    }
}

/// Writes a tensor's numbers in row-major order, as many as fit.
pub(super) fn store<T: Copy, const N: usize>(
    tensor: TensorView<'_, T>,
    buffer: &mut [u8],
    write: fn(&T) -> [u8; N],
) {
    let out = buffer.as_chunks_mut::<N>().0.iter_mut();
    match tensor.data() {
        Some(numbers) => out
            .zip(numbers)
            .for_each(|(bytes, number)| *bytes = write(number)),
        None => out
            .zip(tensor.iter())
            .for_each(|(bytes, number)| *bytes = write(number)),
    }
}

//! Floating-point numbers that are known when the model is loaded.

use std::borrow::Cow;

use unet_executor::Weights;

use crate::model::onnx::ElementType;
use crate::model::onnx::proto::{NodeProto, TensorProto};

/// The numbers of a constant. Those of a weight stay in the file's bytes until they are used.
#[derive(Debug, Clone)]
enum Numbers<'a> {
    Tensor(&'a TensorProto),
    List(Vec<f32>),
}

/// A constant of FLOAT, FLOAT16 or DOUBLE numbers, which all count as FLOAT.
#[derive(Debug, Clone)]
pub(super) struct Constant<'a> {
    pub(super) dims: Vec<usize>,
    numbers: Numbers<'a>,
}

impl<'a> Constant<'a> {
    /// A weight, or the value of a Constant; `None` for other types than floating-point numbers.
    pub(super) fn of(tensor: &'a TensorProto) -> Option<Self> {
        let dims = tensor.sizes().filter(|_| tensor.element().is_float())?;
        let numbers = Numbers::Tensor(tensor);
        Some(Self { dims, numbers })
    }

    /// The value of a Constant.
    pub(super) fn of_node(node: &'a NodeProto) -> Option<Self> {
        if let Some(value) = node.attribute("value") {
            return Self::of(value.t.as_ref()?);
        }
        if let Some(list) = node.attribute("value_floats") {
            return Some(Self::list(vec![list.floats.len()], list.floats.clone()));
        }
        let number = node.attribute("value_float")?.f.unwrap_or(0.0);
        Some(Self::list(Vec::new(), vec![number]))
    }

    pub(super) fn list(dims: Vec<usize>, numbers: Vec<f32>) -> Self {
        let numbers = Numbers::List(numbers);
        Self { dims, numbers }
    }

    /// The same numbers with other dims.
    pub(super) fn reshaped(&self, dims: &[usize]) -> Self {
        Self {
            dims: dims.to_vec(),
            numbers: self.numbers.clone(),
        }
    }

    /// The numbers in row-major order; `None` if the tensor is damaged.
    pub(super) fn numbers(&self) -> Option<Cow<'_, [f32]>> {
        match &self.numbers {
            Numbers::List(list) => Some(Cow::Borrowed(list)),
            Numbers::Tensor(tensor) => floats(tensor).map(Cow::Owned),
        }
    }

    /// The numbers as weights, which are read from the file's bytes when they are needed.
    pub(super) fn weights(&self) -> Option<Weights> {
        match &self.numbers {
            Numbers::List(list) => Some(list.clone().into()),
            Numbers::Tensor(tensor) => match &tensor.raw_data {
                Some(raw) if is_raw(tensor) => {
                    let raw = raw.clone();
                    let len = raw.len() / size_of::<f32>();
                    Some(Weights::later(len, move || read(&raw)))
                }
                _ => floats(tensor).map(Into::into),
            },
        }
    }

    /// The only number of a constant.
    pub(super) fn number(&self) -> Option<f32> {
        if self.dims.iter().product::<usize>() != 1 {
            return None;
        }
        self.numbers()?.first().copied()
    }

    /// The constant with its axes in another order.
    pub(super) fn transposed(&self, order: &[usize]) -> Option<Self> {
        let numbers = self.numbers()?;
        let dims = order.iter().map(|axis| self.dims.get(*axis).copied());
        let dims: Vec<usize> = dims.collect::<Option<_>>()?;
        let mut strides = vec![1; self.dims.len()];
        for axis in (1..self.dims.len()).rev() {
            strides[axis - 1] = strides[axis] * self.dims[axis];
        }
        let mut turned = Vec::with_capacity(numbers.len());
        let mut place = vec![0; dims.len()];
        for _ in 0..numbers.len() {
            let steps = order.iter().zip(&place);
            let index: usize = steps.map(|(axis, at)| strides[*axis] * at).sum();
            turned.push(*numbers.get(index)?);
            for (at, dim) in place.iter_mut().zip(&dims).rev() {
                *at += 1;
                if *at < *dim {
                    break;
                }
                *at = 0;
            }
        }
        Some(Self::list(dims, turned))
    }
}

/// Whether a tensor's numbers are FLOAT, and as many as its dims say.
fn is_raw(tensor: &TensorProto) -> bool {
    tensor.element() == ElementType::F32 && tensor.is_whole()
}

fn read(raw: &[u8]) -> Vec<f32> {
    let (numbers, _) = raw.as_chunks();
    numbers
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect()
}

/// The numbers of a floating-point tensor.
fn floats(tensor: &TensorProto) -> Option<Vec<f32>> {
    if is_raw(tensor) {
        return Some(match &tensor.raw_data {
            Some(raw) => read(raw),
            None => tensor.float_data.clone(),
        });
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "ONNX rounds to the nearest FLOAT"
    )]
    let narrow = |number: &f64| *number as f32;
    Some(tensor.floats()?.iter().map(narrow).collect())
}

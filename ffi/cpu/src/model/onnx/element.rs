//! Element types of ONNX tensors and the numbers in `TensorProto`.

use std::fmt;

use half::{bf16, f16};
use prost::bytes::Bytes;

use super::proto::TensorProto;

/// The element type of a tensor. `Other` is the number of a type that the engine does not support.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ElementType {
    F32,
    U8,
    I8,
    I32,
    I64,
    Bool,
    F16,
    F64,
    Other(i32),
}

impl ElementType {
    /// The type with this number in `TensorProto.DataType`.
    pub(crate) fn of(number: i32) -> Self {
        match number {
            1 => Self::F32,
            2 => Self::U8,
            3 => Self::I8,
            6 => Self::I32,
            7 => Self::I64,
            9 => Self::Bool,
            10 => Self::F16,
            11 => Self::F64,
            other => Self::Other(other),
        }
    }

    /// The number in `TensorProto.DataType`.
    pub(crate) fn number(self) -> i32 {
        match self {
            Self::F32 => 1,
            Self::U8 => 2,
            Self::I8 => 3,
            Self::I32 => 6,
            Self::I64 => 7,
            Self::Bool => 9,
            Self::F16 => 10,
            Self::F64 => 11,
            Self::Other(other) => other,
        }
    }

    /// The type with this name in the table of operators.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "f32" => Self::F32,
            "u8" => Self::U8,
            "i8" => Self::I8,
            "i32" => Self::I32,
            "i64" => Self::I64,
            "bool" => Self::Bool,
            "f16" => Self::F16,
            "f64" => Self::F64,
            _ => return None,
        })
    }

    /// Whether this is a floating-point type that the engine supports.
    pub(crate) fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F16 | Self::F64)
    }

    /// Bits of one element in `raw_data`; `None` for text and unknown types.
    fn bits(self) -> Option<usize> {
        Some(match self {
            Self::U8 | Self::I8 | Self::Bool => 8,
            Self::F16 => 16,
            Self::F32 | Self::I32 => 32,
            Self::I64 | Self::F64 => 64,
            // Numbers of TensorProto.DataType: 16 bits (4, 5, 16), 32 (12), 64 (13, 14), 128 (15),
            // 8 (17 to 20, 24), 4 (21 to 23).
            Self::Other(4 | 5 | 16) => 16,
            Self::Other(12) => 32,
            Self::Other(13 | 14) => 64,
            Self::Other(15) => 128,
            Self::Other(17..=20 | 24) => 8,
            Self::Other(21..=23) => 4,
            Self::Other(_) => return None,
        })
    }
}

impl fmt::Display for ElementType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::F32 => "FLOAT",
            Self::U8 => "UINT8",
            Self::I8 => "INT8",
            Self::I32 => "INT32",
            Self::I64 => "INT64",
            Self::Bool => "BOOL",
            Self::F16 => "FLOAT16",
            Self::F64 => "DOUBLE",
            Self::Other(4) => "UINT16",
            Self::Other(5) => "INT16",
            Self::Other(8) => "STRING",
            Self::Other(12) => "UINT32",
            Self::Other(13) => "UINT64",
            Self::Other(14) => "COMPLEX64",
            Self::Other(15) => "COMPLEX128",
            Self::Other(16) => "BFLOAT16",
            Self::Other(17..=20 | 24) => "FLOAT8",
            Self::Other(21) => "UINT4",
            Self::Other(22) => "INT4",
            Self::Other(23) => "FLOAT4",
            Self::Other(number) => return write!(f, "type {number}"),
        })
    }
}

impl TensorProto {
    /// The type of the elements.
    pub(crate) fn element(&self) -> ElementType {
        ElementType::of(self.data_type.unwrap_or(0))
    }

    /// The dims as sizes; `None` if one is negative.
    pub(crate) fn sizes(&self) -> Option<Vec<usize>> {
        let sizes = self.dims.iter().map(|dim| usize::try_from(*dim).ok());
        sizes.collect()
    }

    /// The number of elements by the dims. `None` if one is negative or the product overflows, even
    /// if another is 0: the engine multiplies them in an order of its own.
    pub(crate) fn count(&self) -> Option<usize> {
        let sizes = self.sizes()?;
        let is_empty = sizes.contains(&0);
        let mut others = sizes.into_iter().filter(|size| *size > 0);
        let count = others.try_fold(1_usize, usize::checked_mul)?;
        Some(if is_empty { 0 } else { count })
    }

    /// The number of bytes that `raw_data` must have.
    pub(crate) fn raw_bytes(&self) -> Option<usize> {
        let bits = self.count()?.checked_mul(self.element().bits()?)?;
        Some(bits.div_ceil(8))
    }

    /// Whether the number of elements matches the dims.
    pub(crate) fn is_whole(&self) -> bool {
        if let Some(raw) = &self.raw_data {
            return self.raw_bytes() == Some(raw.len());
        }
        let numbers = match self.element() {
            ElementType::F32 => self.float_data.len(),
            ElementType::F64 => self.double_data.len(),
            ElementType::I64 => self.int64_data.len(),
            ElementType::U8
            | ElementType::I8
            | ElementType::I32
            | ElementType::Bool
            | ElementType::F16 => self.int32_data.len(),
            ElementType::Other(_) => return self.count().is_some(),
        };
        self.count() == Some(numbers)
    }

    /// The index and value of the first element that the engine could not represent as a finite
    /// number: NaN, infinite, or beyond the range of 32-bit floats. `None` for types without such
    /// numbers.
    pub(crate) fn not_finite(&self) -> Option<(usize, f64)> {
        let raw = self.raw_data.as_ref();
        match self.element() {
            ElementType::F32 => match raw {
                Some(raw) => first(raw, |bytes| f64::from(f32::from_le_bytes(bytes))),
                None => first_of(self.float_data.iter().map(|number| f64::from(*number))),
            },
            ElementType::F64 => match raw {
                Some(raw) => first(raw, f64::from_le_bytes),
                None => first_of(self.double_data.iter().copied()),
            },
            ElementType::F16 => match raw {
                Some(raw) => first(raw, |bytes| f16::from_le_bytes(bytes).to_f64()),
                None => first_of(self.low_halves().map(|bits| f16::from_bits(bits).to_f64())),
            },
            // BFLOAT16.
            ElementType::Other(16) => match raw {
                Some(raw) => first(raw, |bytes| bf16::from_le_bytes(bytes).to_f64()),
                None => first_of(self.low_halves().map(|bits| bf16::from_bits(bits).to_f64())),
            },
            // COMPLEX64 and COMPLEX128: pairs of numbers.
            ElementType::Other(14) => match raw {
                Some(raw) => first(raw, |bytes| f64::from(f32::from_le_bytes(bytes))),
                None => first_of(self.float_data.iter().map(|number| f64::from(*number))),
            },
            ElementType::Other(15) => match raw {
                Some(raw) => first(raw, f64::from_le_bytes),
                None => first_of(self.double_data.iter().copied()),
            },
            _ => None,
        }
    }

    fn low_halves(&self) -> impl Iterator<Item = u16> {
        let bytes = self.int32_data.iter().map(|number| number.to_le_bytes());
        bytes.map(|[low, high, _, _]| u16::from_le_bytes([low, high]))
    }

    /// The numbers of an INT64, INT32, INT8, UINT8 or BOOL tensor; `None` for other types and
    /// damaged tensors.
    pub(crate) fn integers(&self) -> Option<Vec<i64>> {
        if !self.is_whole() {
            return None;
        }
        let raw = self.raw_data.as_ref();
        Some(match (self.element(), raw) {
            (ElementType::I64, Some(raw)) => all(raw, i64::from_le_bytes),
            (ElementType::I64, None) => self.int64_data.clone(),
            (ElementType::I32, Some(raw)) => all(raw, |bytes| i64::from(i32::from_le_bytes(bytes))),
            (ElementType::U8 | ElementType::Bool, Some(raw)) => {
                raw.iter().map(|byte| i64::from(*byte)).collect()
            }
            (ElementType::I8, Some(raw)) => all(raw, |bytes| i64::from(i8::from_le_bytes(bytes))),
            (ElementType::I32 | ElementType::U8 | ElementType::I8 | ElementType::Bool, None) => {
                self.int32_data
                    .iter()
                    .map(|number| i64::from(*number))
                    .collect()
            }
            _ => return None,
        })
    }

    /// The numbers of a FLOAT, DOUBLE or FLOAT16 tensor; `None` for other types and damaged
    /// tensors.
    pub(crate) fn floats(&self) -> Option<Vec<f64>> {
        if !self.is_whole() {
            return None;
        }
        let raw = self.raw_data.as_ref();
        Some(match (self.element(), raw) {
            (ElementType::F32, Some(raw)) => all(raw, |bytes| f64::from(f32::from_le_bytes(bytes))),
            (ElementType::F32, None) => self.float_data.iter().map(|n| f64::from(*n)).collect(),
            (ElementType::F64, Some(raw)) => all(raw, f64::from_le_bytes),
            (ElementType::F64, None) => self.double_data.clone(),
            (ElementType::F16, Some(raw)) => all(raw, |bytes| f16::from_le_bytes(bytes).to_f64()),
            (ElementType::F16, None) => {
                let numbers = self.low_halves().map(|bits| f16::from_bits(bits).to_f64());
                numbers.collect()
            }
            _ => return None,
        })
    }

    /// A one-dimensional INT64 tensor.
    pub(crate) fn of_integers(name: &str, numbers: &[i64]) -> Self {
        Self {
            dims: vec![i64::try_from(numbers.len()).unwrap_or(i64::MAX)],
            data_type: Some(ElementType::I64.number()),
            int64_data: numbers.to_vec(),
            name: Some(name.to_owned()),
            ..Self::default()
        }
    }

    /// A scalar of a FLOAT, DOUBLE, FLOAT16 or integer type.
    pub(crate) fn of_number(name: &str, number: i8, element: ElementType) -> Self {
        let mut tensor = Self {
            data_type: Some(element.number()),
            name: Some(name.to_owned()),
            ..Self::default()
        };
        match element {
            ElementType::F32 => tensor.float_data = vec![f32::from(number)],
            ElementType::F64 => tensor.double_data = vec![f64::from(number)],
            ElementType::F16 => {
                tensor.int32_data = vec![i32::from(f16::from_f32(f32::from(number)).to_bits())];
            }
            ElementType::I64 => tensor.int64_data = vec![i64::from(number)],
            _ => tensor.int32_data = vec![i32::from(number)],
        }
        tensor
    }
}

fn all<T, const N: usize>(raw: &Bytes, read: impl Fn([u8; N]) -> T) -> Vec<T> {
    let (numbers, _) = raw.as_chunks::<N>();
    numbers.iter().map(|bytes| read(*bytes)).collect()
}

fn first<const N: usize>(raw: &Bytes, read: impl Fn([u8; N]) -> f64) -> Option<(usize, f64)> {
    let (numbers, _) = raw.as_chunks::<N>();
    first_of(numbers.iter().map(|bytes| read(*bytes)))
}

fn first_of(numbers: impl Iterator<Item = f64>) -> Option<(usize, f64)> {
    numbers.enumerate().find(|(_, number)| !fits_f32(*number))
}

/// Whether the number is finite as a 32-bit float.
pub(crate) fn fits_f32(number: f64) -> bool {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the check needs the narrowed number"
    )]
    let narrow = number as f32;
    narrow.is_finite()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(dims: &[i64]) -> Option<usize> {
        let tensor = TensorProto {
            dims: dims.to_vec(),
            ..TensorProto::default()
        };
        tensor.count()
    }

    #[test]
    fn dims_whose_product_overflows_have_no_count_with_a_zero_among_them_either() {
        assert_eq!(count(&[]), Some(1));
        assert_eq!(count(&[2, 3, 4]), Some(24));
        assert_eq!(count(&[2, 0, 4]), Some(0));
        assert_eq!(count(&[2, -1]), None);
        assert_eq!(count(&[i64::MAX, 3]), None);
        assert_eq!(count(&[0, i64::MAX, 3]), None);
        assert_eq!(count(&[i64::MAX, 3, 0]), None);
    }
}

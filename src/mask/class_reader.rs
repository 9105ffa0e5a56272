//! Reads an output that gives the class of each pixel.

use super::contract::is_class_mask;
use super::{Content, ContractError, DataType, MaskError, ModelOutput, check_length, dimensions};
use crate::image::Size;
use crate::recipe::Recipe;

/// Reads a class mask: uint8, int32 or float32.
#[derive(Debug, Clone)]
pub struct ClassReader {
    data_type: DataType,
    width: usize,
    height: usize,
    /// The highest class that the recipe lists. Higher classes are errors.
    highest: u8,
    /// For each class of the model: the class itself if the recipe lists it, else 0.
    listed: [u8; 256],
    /// Whether the recipe lists every class up to the highest, so that no class becomes background.
    all_listed: bool,
}

impl ClassReader {
    pub(super) fn new(
        output: &ModelOutput<'_>,
        size: Size,
        recipe: &Recipe,
    ) -> Result<Self, ContractError> {
        let (width, height) = dimensions(size)?;
        if matches!(output.data_type, DataType::F16 | DataType::Other(_))
            || !is_class_mask(output.dims, size)
        {
            return Err(ContractError::output(output, Content::Classes, size));
        }
        let mut listed = [0; 256];
        let mut highest = 0;
        for limits in &recipe.classes {
            listed[usize::from(limits.class)] = limits.class;
            highest = highest.max(limits.class);
        }
        Ok(Self {
            data_type: output.data_type,
            width,
            height,
            highest,
            listed,
            all_listed: recipe.classes.len() == usize::from(highest),
        })
    }

    /// Length of the output in bytes.
    pub fn output_bytes(&self) -> usize {
        self.width * self.height * self.data_type.bytes()
    }

    /// See [`super::MaskReader::read`].
    ///
    /// # Errors
    ///
    /// A buffer has the wrong length, or a value is not a class from 0 to the highest that the
    /// recipe lists.
    pub fn read(
        &mut self,
        output: &[u8],
        mask: &mut [u8],
        mut each_row: impl FnMut(&mut [u8]),
    ) -> Result<(), MaskError> {
        self.each_row(output, mask, |row| {
            if !self.all_listed {
                for pixel in row.iter_mut() {
                    *pixel = self.listed[usize::from(*pixel)];
                }
            }
            each_row(row);
        })
    }

    /// Writes the whole picture to `mask` as the model gives it, including classes that the recipe
    /// does not list. Does not allocate.
    ///
    /// # Errors
    ///
    /// As [`ClassReader::read`].
    pub fn classes(&self, output: &[u8], mask: &mut [u8]) -> Result<(), MaskError> {
        self.each_row(output, mask, |_| {})
    }

    /// Converts each row, from the top, and passes it to `then`.
    fn each_row(
        &self,
        output: &[u8],
        mask: &mut [u8],
        mut then: impl FnMut(&mut [u8]),
    ) -> Result<(), MaskError> {
        check_length("class mask", output.len(), self.output_bytes())?;
        check_length("mask", mask.len(), self.width * self.height)?;
        let input = output.chunks_exact(self.width * self.data_type.bytes());
        for (y, (input, row)) in input.zip(mask.chunks_exact_mut(self.width)).enumerate() {
            let invalid = match self.data_type {
                DataType::U8 => self.row::<1>(input, row, |v| Some(v[0])),
                DataType::I32 => {
                    self.row::<4>(input, row, |v| u8::try_from(i32::from_le_bytes(v)).ok())
                }
                _ => self.row::<4>(input, row, |v| whole(f32::from_le_bytes(v))),
            };
            if let Some(x) = invalid {
                return Err(MaskError::Class {
                    x,
                    y,
                    value: self.value(input, x),
                    highest: self.highest,
                });
            }
            then(row);
        }
        Ok(())
    }

    /// Converts a row. Returns the column of the first value that is not a known class.
    fn row<const N: usize>(
        &self,
        input: &[u8],
        row: &mut [u8],
        class: impl Fn([u8; N]) -> Option<u8>,
    ) -> Option<usize> {
        let known = |value: &[u8; N]| class(*value).filter(|&c| c <= self.highest);
        let (values, _) = input.as_chunks::<N>();
        let mut valid = true;
        for (pixel, value) in row.iter_mut().zip(values) {
            let class = known(value);
            valid &= class.is_some();
            *pixel = class.unwrap_or(0);
        }
        if valid {
            None
        } else {
            values.iter().position(|value| known(value).is_none())
        }
    }

    /// The value at column `x` of a row, for messages.
    fn value(&self, input: &[u8], x: usize) -> f64 {
        let word = input.as_chunks::<4>().0.get(x).copied();
        match (self.data_type, word) {
            (DataType::I32, Some(word)) => f64::from(i32::from_le_bytes(word)),
            (DataType::F32, Some(word)) => f64::from(f32::from_le_bytes(word)),
            _ => input.get(x).copied().map_or(f64::NAN, f64::from),
        }
    }
}

/// Converts a float that is a whole number from 0 to 255.
fn whole(value: f32) -> Option<u8> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates, and a value that it changed is refused"
    )]
    let class = value as u8;
    (f32::from(class) == value).then_some(class)
}

//! Writes arrays as NumPy's `.npy` files, for `sluice eval`.
//!
//! Format version 1.0 (numpy.lib.format): the magic string, two version bytes, the header's length
//! as a little-endian u16, the header, and then the values. The header is a Python dictionary.
//! Spaces and a final newline pad it, so that the data begins at a multiple of 64 bytes.

use std::io::{self, Write};

/// Bytes before the header: magic string, version, length.
const PREFIX_BYTES: usize = 10;
/// The offset of the data is a multiple of this, in bytes.
const ALIGNMENT: usize = 64;

/// A type of array element.
pub trait Element: Copy {
    /// NumPy's name of the type.
    const DESCR: &str;

    /// Writes one value, little endian.
    ///
    /// # Errors
    ///
    /// The errors of `to`.
    fn write(self, to: &mut impl Write) -> io::Result<()>;
}

impl Element for u8 {
    const DESCR: &str = "|u1";
    fn write(self, to: &mut impl Write) -> io::Result<()> {
        to.write_all(&[self])
    }
}

impl Element for i32 {
    const DESCR: &str = "<i4";
    fn write(self, to: &mut impl Write) -> io::Result<()> {
        to.write_all(&self.to_le_bytes())
    }
}

impl Element for f32 {
    const DESCR: &str = "<f4";
    fn write(self, to: &mut impl Write) -> io::Result<()> {
        to.write_all(&self.to_le_bytes())
    }
}

/// Writes `values` as an array of this shape; the last dimension varies fastest. It writes one
/// value at a time, so pass a buffered writer. Allocates the header.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] if the shape does not have as many values, or if its header
/// would be longer than 65535 bytes. Otherwise the errors of `to`.
pub fn write<T: Element>(to: &mut impl Write, shape: &[usize], values: &[T]) -> io::Result<()> {
    let count = shape
        .iter()
        .try_fold(1usize, |count, &length| count.checked_mul(length));
    if count != Some(values.len()) {
        let message = format!("shape {shape:?} does not have {} values", values.len());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let header = header(T::DESCR, shape);
    let length = u16::try_from(header.len())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "too many dimensions"))?;
    to.write_all(b"\x93NUMPY\x01\x00")?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(header.as_bytes())?;
    for value in values {
        value.write(to)?;
    }
    Ok(())
}

fn header(descr: &str, shape: &[usize]) -> String {
    let mut lengths: String = shape.iter().map(|length| format!("{length}, ")).collect();
    // A tuple with one element keeps its trailing comma; longer tuples do not.
    match shape.len() {
        0 => {}
        1 => lengths.truncate(lengths.len() - 1),
        _ => lengths.truncate(lengths.len() - 2),
    }
    let mut header =
        format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({lengths}), }}");
    let end = PREFIX_BYTES + header.len() + 1;
    let padding = end.next_multiple_of(ALIGNMENT) - end;
    header.extend(core::iter::repeat_n(' ', padding));
    header.push('\n');
    header
}

//! The first directory of a TIFF file: numbers by tag (TIFF 6.0, section 2).

use super::{broken, unread};
use crate::frame::FrameError;

/// The bytes of a directory's entry: tag, type, count, and the values or where they are.
const ENTRY_BYTES: usize = 12;

/// The most numbers of a tag that has one for each channel.
const CHANNELS_MAX: usize = 64;

/// A directory within its file.
#[derive(Clone, Copy, Debug)]
pub struct Directory<'a> {
    file: &'a [u8],
    is_big_endian: bool,
    entries: &'a [[u8; ENTRY_BYTES]],
}

/// The numbers of one tag. They are looked up one by one, so that a long list needs no memory.
#[derive(Clone, Copy, Debug)]
pub struct Numbers<'a> {
    bytes: &'a [u8],
    number_bytes: usize,
    is_big_endian: bool,
}

impl<'a> Directory<'a> {
    /// The first directory of a whole file.
    ///
    /// # Errors
    /// The file ends before, or is a BigTIFF.
    pub fn first(file: &'a [u8]) -> Result<Directory<'a>, FrameError> {
        let truncated = FrameError::Truncated {
            at_byte: file.len() as u64,
        };
        let is_big_endian = file.starts_with(b"MM");
        match file.get(2..4) {
            Some(b"*\0" | b"\0*") => {}
            Some(_) => return Err(unread("with 64-bit offsets (BigTIFF)")),
            None => return Err(truncated),
        }
        let whole = Directory {
            file,
            is_big_endian,
            entries: &[],
        };
        let found = whole.u32_at(4).map(|at| at as usize).and_then(|at| {
            let count = usize::from(whole.u16_at(at)?);
            let entries = file.get(at.checked_add(2)?..)?.get(..count * ENTRY_BYTES)?;
            Some(entries.as_chunks().0)
        });
        let entries = found.ok_or(truncated)?;
        Ok(Directory { entries, ..whole })
    }

    /// Whether numbers have their highest byte first.
    pub const fn is_big_endian(&self) -> bool {
        self.is_big_endian
    }

    /// The numbers of a tag; `None` if the directory does not have it.
    ///
    /// # Errors
    /// The values are not unsigned integers, or the file ends before the last one.
    pub fn numbers(&self, tag: u16) -> Result<Option<Numbers<'a>>, FrameError> {
        let is_it = |entry: &&[u8; ENTRY_BYTES]| self.order_u16([entry[0], entry[1]]) == tag;
        let Some(entry) = self.entries.iter().find(is_it) else {
            return Ok(None);
        };
        let [_, _, t0, t1, c0, c1, c2, c3, values @ ..] = entry;
        let number_bytes = match self.order_u16([*t0, *t1]) {
            1 => 1,
            3 => 2,
            4 => 4,
            _ => return Err(broken(0, "a tag's values are no unsigned integers")),
        };
        let count = self.order_u32([*c0, *c1, *c2, *c3]) as usize;
        let bytes = count.checked_mul(number_bytes).and_then(|length| {
            if length <= values.len() {
                return values.get(..length);
            }
            let at = self.order_u32(*values) as usize;
            self.file.get(at..)?.get(..length)
        });
        Ok(Some(Numbers {
            bytes: bytes.ok_or(FrameError::Truncated {
                at_byte: self.file.len() as u64,
            })?,
            number_bytes,
            is_big_endian: self.is_big_endian,
        }))
    }

    /// The single number of a tag; `default` if the directory does not have the tag.
    ///
    /// # Errors
    /// As [`Self::numbers`]. All numbers of the tag must be the same.
    pub fn number(&self, tag: u16, default: Option<u32>) -> Result<u32, FrameError> {
        let Some(numbers) = self.numbers(tag)? else {
            return default.ok_or_else(|| broken(4, "a tag is missing"));
        };
        if numbers.len() > CHANNELS_MAX {
            return Err(broken(
                4,
                "a tag has more numbers than a picture has channels",
            ));
        }
        let first = numbers.get(0);
        let is_same = (0..numbers.len()).all(|index| numbers.get(index) == first);
        match first {
            Some(number) if is_same => Ok(number),
            _ => Err(unread("whose channels differ in their bits or type")),
        }
    }

    fn order_u16(&self, bytes: [u8; 2]) -> u16 {
        if self.is_big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        }
    }

    fn order_u32(&self, bytes: [u8; 4]) -> u32 {
        if self.is_big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    }

    fn u16_at(&self, at: usize) -> Option<u16> {
        Some(self.order_u16(*self.file.get(at..)?.first_chunk()?))
    }

    fn u32_at(&self, at: usize) -> Option<u32> {
        Some(self.order_u32(*self.file.get(at..)?.first_chunk()?))
    }
}

impl Numbers<'_> {
    /// How many there are.
    pub const fn len(&self) -> usize {
        self.bytes.len() / self.number_bytes
    }

    /// One of them.
    pub fn get(&self, index: usize) -> Option<u32> {
        let start = index.checked_mul(self.number_bytes)?;
        let bytes = self.bytes.get(start..)?.get(..self.number_bytes)?;
        let add = |number: u32, byte: &u8| number << 8 | u32::from(*byte);
        Some(if self.is_big_endian {
            bytes.iter().fold(0, add)
        } else {
            bytes.iter().rev().fold(0, add)
        })
    }
}

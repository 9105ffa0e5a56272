//! The memory of a network: one arena, in which each stored value is a ring of rows.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr::NonNull;

use crate::error::NetworkError;
use crate::graph::Shape;
use crate::kernels::{Row, RowMut};
use crate::lanes::MOST_LANES;

/// Numbers behind the last one that a kernel may read: it always reads whole vectors.
const SLACK: usize = 16 * MOST_LANES;

/// Numbers behind each value that no other one has. A kernel reads up to 48 columns behind a row;
/// another thread may be writing the next value at that time.
const GAP: usize = 4 * MOST_LANES;

/// The byte alignment of the arena and of all that begins in it: a cache line.
const ALIGNMENT: usize = 64;

/// Memory for `f32` numbers.
#[derive(Debug)]
pub(crate) struct Arena {
    first: NonNull<f32>,
    bytes: usize,
    /// Set if the arena allocated its memory.
    owned: Option<Layout>,
}

// SAFETY: the arena owns its memory. Accesses through its pointers are the steps of one run, which
// touch disjoint numbers or are ordered.
unsafe impl Send for Arena {}
// SAFETY: as above; the arena itself has no method that reads or writes.
unsafe impl Sync for Arena {}

impl Arena {
    /// An arena of `count` zeros and the slack.
    ///
    /// # Errors
    ///
    /// [`NetworkError::Memory`] if the system does not give this much.
    pub(crate) fn new(count: usize) -> Result<Self, NetworkError> {
        let bytes = Self::bytes(count);
        let refused = NetworkError::Memory(bytes);
        let layout = Layout::from_size_align(bytes, ALIGNMENT).map_err(|_| refused.clone())?;
        // SAFETY: the size is not 0 because of the slack.
        let first = unsafe { alloc_zeroed(layout) }.cast::<f32>();
        Ok(Self {
            first: NonNull::new(first).ok_or(refused)?,
            bytes,
            owned: Some(layout),
        })
    }

    /// An arena of `count` numbers in other memory of at least [`Arena::bytes`], of any alignment
    /// and any contents.
    ///
    /// # Safety
    ///
    /// The memory is valid, and nothing else accesses it, for as long as the arena lives.
    pub(crate) unsafe fn within(memory: NonNull<u8>, count: usize) -> Self {
        let skipped = memory.align_offset(ALIGNMENT);
        let bytes = Self::bytes(count) - skipped;
        // SAFETY: `bytes` counts the alignment, and the caller guarantees the memory.
        let first = unsafe { memory.add(skipped) };
        Self {
            first: first.cast(),
            bytes,
            owned: None,
        }
    }

    /// Sets numbers to zero, up to `end`; `None` means the end of the slack.
    pub(crate) fn clear(&self, start: usize, end: Option<usize>) {
        let most = self.bytes / size_of::<f32>();
        let end = end.unwrap_or(most).min(most);
        // SAFETY: the range is in the arena. No reference to its numbers exists while a network is
        // made.
        unsafe { self.at(start).write_bytes(0, end.saturating_sub(start)) };
    }

    /// Bytes of an arena of `count` numbers, at any alignment.
    pub(crate) fn bytes(count: usize) -> usize {
        let numbers = count.saturating_add(SLACK);
        numbers
            .saturating_mul(size_of::<f32>())
            .saturating_add(ALIGNMENT)
    }

    /// Writes NaN.
    #[cfg(test)]
    pub(crate) fn poison(&self, offsets: std::ops::Range<usize>) {
        for offset in offsets {
            // SAFETY: the offsets are inside the arena, and no run uses it yet.
            unsafe { self.at(offset).write(f32::NAN) };
        }
    }

    /// The bits of a number.
    #[cfg(test)]
    pub(crate) fn bits(&self, offset: usize) -> u32 {
        // SAFETY: the offset is inside the arena, and no run uses it.
        unsafe { self.at(offset).read() }.to_bits()
    }

    /// The number at an offset of the arena, at most its count.
    pub(crate) fn at(&self, offset: usize) -> *mut f32 {
        debug_assert!(offset * size_of::<f32>() <= self.bytes);
        self.first.as_ptr().wrapping_add(offset)
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        if let Some(layout) = self.owned {
            // SAFETY: `new` allocated this memory with this layout.
            unsafe { dealloc(self.first.as_ptr().cast(), layout) }
        }
    }
}

/// Gives out parts of an arena before it exists.
#[derive(Debug, Default)]
pub(crate) struct Offsets {
    used: usize,
}

impl Offsets {
    /// The offset of `count` numbers, aligned to a cache line.
    pub(crate) fn take(&mut self, count: usize) -> usize {
        let offset = self.used;
        self.used += count.next_multiple_of(MOST_LANES);
        offset
    }

    /// Numbers given out.
    pub(crate) fn used(&self) -> usize {
        self.used
    }
}

/// A stored value: the last rows that were made.
///
/// A row holds all planes, one behind the other, `pitch` numbers apart. The numbers between two
/// planes are always zero: they are the pads after the one and before the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ring {
    /// Column 0 of the first plane of row 0.
    offset: usize,
    rows: usize,
    row_len: usize,
    pitch: usize,
}

impl Ring {
    /// Places a value that keeps `rows` rows, with `before` and `after` zeros around each plane.
    pub(crate) fn new(
        offsets: &mut Offsets,
        shape: Shape,
        rows: usize,
        (before, after): (usize, usize),
    ) -> Self {
        let mut pitch = (shape.width + before.max(after)).next_multiple_of(MOST_LANES);
        // Planes at a distance of 2 KiB or 4 KiB would compete for the same lines of the cache.
        if pitch.is_multiple_of(512) {
            pitch += MOST_LANES;
        }
        let row_len = pitch * shape.channels;
        let lead = before.next_multiple_of(MOST_LANES);
        let offset = offsets.take(lead + rows * row_len + GAP) + lead;
        Self {
            offset,
            rows,
            row_len,
            pitch,
        }
    }

    /// A row from a channel on. It must be among the rows that exist.
    pub(crate) fn row(&self, arena: &Arena, row: usize, channel: usize) -> Row {
        Row {
            first: arena.at(self.at(row, channel)),
            plane: self.pitch,
        }
    }

    /// A row to write, from a channel on.
    pub(crate) fn row_mut(&self, arena: &Arena, row: usize, channel: usize) -> RowMut {
        RowMut {
            first: arena.at(self.at(row, channel)),
            plane: self.pitch,
        }
    }

    /// The offsets of all planes of all rows.
    #[cfg(test)]
    pub(crate) fn planes(self, shape: Shape) -> impl Iterator<Item = std::ops::Range<usize>> {
        let planes = (0..self.rows).flat_map(move |row| {
            let channels = 0..shape.channels;
            channels.map(move |channel| self.at(row, channel))
        });
        planes.map(move |first| first..first + shape.width)
    }

    fn at(&self, row: usize, channel: usize) -> usize {
        self.offset + row % self.rows * self.row_len + channel * self.pitch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A kernel reads up to 48 columns behind the last plane.
    #[test]
    fn behind_a_value_are_numbers_that_no_other_value_has() {
        for (width, margins) in [(1, (0, 0)), (16, (3, 1)), (31, (0, 40)), (496, (16, 0))] {
            let mut offsets = Offsets::default();
            let shape = Shape::new(3, 9, width);
            let ring = Ring::new(&mut offsets, shape, 2, margins);
            let last = ring.at(1, 2) + width.next_multiple_of(MOST_LANES);
            let next = Ring::new(&mut offsets, shape, 2, (0, 0));
            assert!(ring.at(0, 0) >= margins.0, "{width}");
            assert!(last + 3 * MOST_LANES <= next.at(0, 0), "{width}");
        }
    }
}

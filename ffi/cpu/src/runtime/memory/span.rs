//! Ranges of memory that tasks and models use.

use std::ptr::NonNull;
use std::sync::Arc;

use super::{Block, Kind};
use crate::runtime::process::RunMode;

/// Zeros of this many bytes take no memory: the pages of fewer are soon written anyway.
const GIVEN_BACK_MIN: usize = 1 << 20;

/// A range of memory that the implementation may access. It keeps its block alive.
pub(crate) struct Span {
    pub(super) data: *mut u8,
    pub(super) len: usize,
    pub(super) block: Option<Arc<Block>>,
}

/// The geometry of a copy of rows. [`Rows::len`] is the length of each span.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows {
    /// Target bytes from one row to the next, at least `width`.
    pub(crate) target_pitch: usize,
    /// Source bytes from one row to the next, at least `width`.
    pub(crate) source_pitch: usize,
    /// Bytes of a row.
    pub(crate) width: usize,
    /// The number of rows.
    pub(crate) height: usize,
}

impl Rows {
    /// Bytes from the start of the first row to the end of the last one; `None` if this overflows.
    pub(crate) fn len(&self, pitch: usize) -> Option<usize> {
        let before = pitch.checked_mul(self.height.checked_sub(1)?)?;
        before.checked_add(self.width)
    }
}

// SAFETY: a span is an address range that a task uses later. The ABI's contract forbids the caller
// to use the range until then.
unsafe impl Send for Span {}
// SAFETY: as for `Send`. The methods that access the memory say what their callers guarantee.
unsafe impl Sync for Span {}

impl Span {
    /// The kind of its block; `None` for memory of the caller.
    pub(crate) fn kind(&self) -> Option<Kind> {
        self.block.as_ref().map(|block| block.kind)
    }

    /// Whether the device can access it: device memory, and in device mode host memory, too, which
    /// is the same there.
    pub(crate) fn on_device(&self) -> bool {
        self.block
            .as_ref()
            .is_some_and(|block| block.kind == Kind::Device || block.run_mode == RunMode::Device)
    }

    /// Whether the two ranges have bytes in common.
    pub(in crate::runtime) fn overlaps(&self, other: &Self) -> bool {
        let (start, end) = (self.data.addr(), self.data.addr() + self.len);
        let (other_start, other_end) = (other.data.addr(), other.data.addr() + other.len);
        start < other_end && other_start < end
    }

    /// The address of the first byte. It is not null.
    pub(in crate::runtime) fn start(&self) -> NonNull<u8> {
        NonNull::new(self.data).unwrap_or(NonNull::dangling())
    }

    /// Bytes of the range.
    pub(in crate::runtime) fn len(&self) -> usize {
        self.len
    }

    /// Has the system bring the pages.
    pub(in crate::runtime) fn populate(&self) {
        if let Some(block) = &self.block {
            let offset = self.data.addr() - block.mapping.data().addr().get();
            block.mapping.populate(offset, self.len);
        }
    }

    /// Copies the first `len` bytes to another span; the two may overlap.
    pub(crate) fn copy_to(&self, target: &Self, len: usize) {
        let len = len.min(self.len).min(target.len);
        // SAFETY: both ranges are mapped: `locate` found them in their blocks, or the caller of the
        // ABI guarantees it.
        unsafe { self.data.copy_to(target.data, len) };
    }

    /// Copies rows to another span; the two may overlap.
    pub(crate) fn copy_rows_to(&self, target: &Self, rows: Rows) {
        for row in 0..rows.height {
            let (from, to) = (row * rows.source_pitch, row * rows.target_pitch);
            if from + rows.width > self.len || to + rows.width > target.len {
                return;
            }
            // SAFETY: both rows are inside their spans, as checked above; the spans are mapped as
            // in `copy_to`.
            unsafe { self.data.add(from).copy_to(target.data.add(to), rows.width) };
        }
    }

    /// Sets the first `len` bytes to `value`. Zeros in whole pages take no memory until they are
    /// overwritten.
    pub(crate) fn fill(&self, value: u8, len: usize) {
        let len = len.min(self.len);
        let (mut done, mut behind) = (0, 0);
        if let (0, Some(block)) = (value, &self.block)
            && len >= GIVEN_BACK_MIN
        {
            let offset = self.data.addr() - block.mapping.data().addr().get();
            // SAFETY: the span is in the mapping, and the ABI forbids other accesses during a fill.
            if let Some((first, zeros)) = unsafe { block.mapping.give_back(offset, len) } {
                done = first - offset;
                behind = done + zeros;
            }
        }
        // SAFETY: the ranges are mapped as in `copy_to`.
        unsafe {
            self.data.write_bytes(value, done);
            self.data.add(behind).write_bytes(value, len - behind);
        }
    }

    /// The first bytes, at most `max`.
    ///
    /// # Safety
    ///
    /// Nothing may write to this memory while the slice lives.
    pub(crate) unsafe fn bytes(&self, max: usize) -> &[u8] {
        // SAFETY: the range is mapped as in `copy_to`; the caller of this function guarantees the
        // rest.
        unsafe { std::slice::from_raw_parts(self.data, self.len.min(max)) }
    }

    /// The first bytes, at most `max`.
    ///
    /// # Safety
    ///
    /// Nothing else may access this memory while the slice lives.
    pub(crate) unsafe fn bytes_mut(&mut self, max: usize) -> &mut [u8] {
        // SAFETY: the range is mapped as in `copy_to`; the caller of this function guarantees the
        // rest.
        unsafe { std::slice::from_raw_parts_mut(self.data, self.len.min(max)) }
    }
}

//! The kernels: each computes one row of an operator's result. They know neither the graph nor
//! where the rows are kept.
//!
//! # Contract
//!
//! A row of a value is one row of each of its planes; the planes are the same distance apart. A
//! kernel takes it as a [`Row`] with a number of channels, or plane by plane as a pointer to column
//! 0. For each kernel the caller guarantees:
//!
//! - Each row that is read has `width` numbers, and memory behind them that may be read: up to the
//!   next multiple of [`MOST_LANES`](crate::lanes::MOST_LANES) columns, and `2 * MOST_LANES`
//!   columns more. What is read there does not matter.
//! - Each row that is written has space for `width` numbers, rounded up to `MOST_LANES` columns,
//!   and no other thread uses that space.
//! - A row that is written overlaps no row that is read, unless the kernel says that it may be the
//!   same one.
//! - The processor has the instruction set `isa`.
//!
//! A kernel writes whole vectors. From column `width` to the end of the last vector it leaves +0,
//! and it writes nothing behind. Each kernel gives the same bits with every instruction set; only
//! the payload of a NaN may differ.

pub(crate) mod argmax;
pub(crate) mod convolution;
pub(crate) mod copy;
pub(crate) mod global;
pub(crate) mod output;
pub(crate) mod phases;
pub(crate) mod pointwise;
pub(crate) mod pool;
pub(crate) mod resize;
mod row;
pub(crate) mod softmax;
#[cfg(test)]
mod testing;
pub(crate) mod winograd;

/// One row of all planes of a value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// Column 0 of the first plane.
    pub(crate) first: *const f32,
    /// Numbers from plane to plane; 0 for a row whose planes are all the same.
    pub(crate) plane: usize,
}

impl Row {
    /// Column 0 of a plane.
    ///
    /// # Safety
    ///
    /// The value has this channel.
    #[inline(always)]
    pub(crate) unsafe fn channel(self, index: usize) -> *const f32 {
        // SAFETY: the caller guarantees that the row has this plane.
        unsafe { self.first.add(index * self.plane) }
    }
}

/// One row of all planes of a value, to write.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowMut {
    /// Column 0 of the first plane.
    pub(crate) first: *mut f32,
    /// Numbers from plane to plane.
    pub(crate) plane: usize,
}

impl RowMut {
    /// Column 0 of a plane.
    ///
    /// # Safety
    ///
    /// The value has this channel.
    #[inline(always)]
    pub(crate) unsafe fn channel(self, index: usize) -> *mut f32 {
        // SAFETY: the caller guarantees that the row has this plane.
        unsafe { self.first.add(index * self.plane) }
    }
}

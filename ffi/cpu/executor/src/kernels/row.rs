//! The loop over the columns of a row, and what it may write.

use crate::lanes::Lanes;

/// What a row is to hold, as a function of the column.
pub(super) trait Columns: Copy {
    /// The numbers of the columns from `column` on.
    ///
    /// # Safety
    ///
    /// The processor has the instruction set of `L`, and the rows that `self` reads have these
    /// columns as the contract of [`kernels`](crate::kernels) demands.
    unsafe fn at<L: Lanes>(self, column: usize) -> L;
}

/// Writes a row, whole vectors from column 0 on.
///
/// # Safety
///
/// The contract of [`kernels`](crate::kernels). A row that `columns` reads may be `to` if it reads
/// the same columns as it gives.
#[inline(always)]
pub(super) unsafe fn write_row<L: Lanes>(to: *mut f32, width: usize, columns: impl Columns) {
    let whole = width - width % L::COUNT;
    let mut column = 0;
    // SAFETY: the caller guarantees space for `width` numbers, rounded up to whole vectors.
    unsafe {
        while column < whole {
            columns.at::<L>(column).store(to.add(column));
            column += L::COUNT;
        }
        if column < width {
            let last = columns.at::<L>(column).keep_first(width - column);
            last.store(to.add(column));
        }
    }
}

/// Writes +0 from column `width` to the end of the vector of `L`.
///
/// # Safety
///
/// The row has space for `width` numbers, rounded up to whole vectors.
#[inline(always)]
pub(super) unsafe fn write_end<L: Lanes>(to: *mut f32, width: usize) {
    for column in width..width.next_multiple_of(L::COUNT) {
        // SAFETY: the caller guarantees the space.
        unsafe { to.add(column).write(0.0) };
    }
}

/// The numbers of a row.
#[derive(Clone, Copy)]
pub(super) struct Numbers(pub(super) *const f32);

impl Columns for Numbers {
    #[inline(always)]
    unsafe fn at<L: Lanes>(self, column: usize) -> L {
        // SAFETY: the caller guarantees that the row has these columns.
        unsafe { L::load(self.0.add(column)) }
    }
}

/// The same number in all columns.
#[derive(Clone, Copy)]
pub(super) struct Same(pub(super) f32);

impl Columns for Same {
    #[inline(always)]
    unsafe fn at<L: Lanes>(self, _column: usize) -> L {
        // SAFETY: the caller guarantees the instruction set of `L`.
        unsafe { L::splat(self.0) }
    }
}

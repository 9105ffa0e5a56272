//! Copies of a row, with pads, and rows of one number.

#[cfg(test)]
mod tests;

use super::row::{Same, write_end, write_row};
use crate::graph::Border;
use crate::isa::dispatch;
use crate::lanes::Lanes;

dispatch! {
    /// `to[x] = number`.
    ///
    /// # Safety
    ///
    /// The contract of [`kernels`](crate::kernels).
    pub(crate) unsafe fn fill(number: f32, to: *mut f32, width: usize) = fill_lanes;
}

dispatch! {
    /// Copies a row of `width` columns, with columns of the border before and after it.
    ///
    /// # Safety
    ///
    /// The contract of [`kernels`](crate::kernels); `to` has `before + width + after` columns. With
    /// [`Border::Reflect`] there are fewer columns before and after than `width`.
    pub(crate) unsafe fn pad(
        border: Border,
        before: usize,
        after: usize,
        from: *const f32,
        width: usize,
        to: *mut f32,
    ) = pad_lanes;
}

#[inline(always)]
unsafe fn fill_lanes<L: Lanes>(number: f32, to: *mut f32, width: usize) {
    // SAFETY: the caller upholds the contract.
    unsafe { write_row::<L>(to, width, Same(number)) }
}

#[inline(always)]
unsafe fn pad_lanes<L: Lanes>(
    border: Border,
    before: usize,
    after: usize,
    from: *const f32,
    width: usize,
    to: *mut f32,
) {
    debug_assert!(border != Border::Reflect || before.max(after) < width);
    // SAFETY: the caller guarantees the columns of both rows; mirrored columns are in the row
    // because there are fewer than `width`.
    unsafe {
        from.copy_to_nonoverlapping(to.add(before), width);
        let (first, last) = (to.add(before), to.add(before + width - 1));
        for distance in 1..=before {
            let number = match border {
                Border::Constant(number) => number,
                Border::Edge => first.read(),
                Border::Reflect => first.add(distance).read(),
            };
            first.sub(distance).write(number);
        }
        for distance in 1..=after {
            let number = match border {
                Border::Constant(number) => number,
                Border::Edge => last.read(),
                Border::Reflect => last.sub(distance).read(),
            };
            last.add(distance).write(number);
        }
        write_end::<L>(to, before + width + after);
    }
}

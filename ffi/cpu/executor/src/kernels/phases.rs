//! Takes every n-th number of a row, or interleaves rows, for windows with a stride.

use crate::isa::dispatch;
use crate::lanes::Lanes;

dispatch! {
    /// Copies `count` numbers that are `stride` apart.
    ///
    /// # Safety
    ///
    /// `from` is good for `count` strides and two vectors, `to` for `count` numbers. They do not
    /// overlap.
    pub(crate) unsafe fn split_row(from: *const f32, stride: usize, count: usize, to: *mut f32) = kernel;
}

#[inline(always)]
unsafe fn kernel<L: Lanes>(from: *const f32, stride: usize, count: usize, to: *mut f32) {
    let mut done = 0;
    // SAFETY: all indices are below `count` strides; a vector of even numbers reads one number
    // more.
    unsafe {
        if stride == 2 {
            while done + L::COUNT <= count {
                L::load_even(from.add(2 * done)).store(to.add(done));
                done += L::COUNT;
            }
        }
        while done < count {
            to.add(done).write(from.add(done * stride).read());
            done += 1;
        }
    }
}

dispatch! {
    /// Writes `width` numbers: one of each phase in turn. The phases are `distance` numbers apart.
    ///
    /// # Safety
    ///
    /// Each phase is good for its share of `width` numbers, `to` for `width`.
    pub(crate) unsafe fn join_row(from: *const f32, distance: usize, stride: usize, width: usize, to: *mut f32) = join;
}

#[inline(always)]
unsafe fn join<L: Lanes>(
    from: *const f32,
    distance: usize,
    stride: usize,
    width: usize,
    to: *mut f32,
) {
    let mut done = 0;
    // SAFETY: all indices are below `width`.
    unsafe {
        if stride == 2 {
            while done + 2 * L::COUNT <= width {
                let even = from.add(done / 2);
                L::store_interleaved(L::load(even), L::load(even.add(distance)), to.add(done));
                done += 2 * L::COUNT;
            }
        }
        while done < width {
            to.add(done)
                .write(from.add(done % stride * distance + done / stride).read());
            done += 1;
        }
    }
}

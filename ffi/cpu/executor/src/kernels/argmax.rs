//! The index of the largest channel.

#[cfg(test)]
mod tests;

use super::Row;
use crate::isa::dispatch;
use crate::lanes::Lanes;

dispatch! {
    /// The index of the largest number of each column over the channels, the first of equals, as a
    /// number. +0 and -0 are equal.
    ///
    /// Returns whether any number was NaN; the indices of its column then mean nothing. `to` may be
    /// a plane of `from`.
    ///
    /// # Safety
    ///
    /// The contract of [`kernels`](crate::kernels). There are 1 to 2^24 channels.
    pub(crate) unsafe fn argmax(
        from: Row,
        channels: usize,
        to: *mut f32,
        width: usize,
    ) -> bool = argmax_lanes;
}

#[inline(always)]
unsafe fn argmax_lanes<L: Lanes>(from: Row, channels: usize, to: *mut f32, width: usize) -> bool {
    let mut column = 0;
    // SAFETY: the caller guarantees both rows with these channels and columns.
    unsafe {
        let (zero, one) = (L::splat(0.0), L::splat(1.0));
        // 1 in a lane that has seen NaN.
        let mut spoilt = zero;
        while column < width {
            let mut most = L::load(from.first.add(column));
            let mut spoilt_here = L::select(most.is_nan(), one, zero);
            let (mut index, mut next) = (zero, zero);
            for channel in 1..channels {
                let number = L::load(from.channel(channel).add(column));
                spoilt_here = L::select(number.is_nan(), one, spoilt_here);
                next = next.add(one);
                let is_larger = most.lt(number);
                most = L::select(is_larger, number, most);
                index = L::select(is_larger, next, index);
            }
            spoilt = spoilt.add(spoilt_here.keep_first(width - column));
            index.keep_first(width - column).store(to.add(column));
            column += L::COUNT;
        }
        L::any(zero.lt(spoilt))
    }
}

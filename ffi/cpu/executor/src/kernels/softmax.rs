//! The softmax over the channels.

#[cfg(test)]
mod tests;

use super::{Row, RowMut};
use crate::isa::dispatch;
use crate::lanes::Lanes;
use crate::math;

dispatch! {
    /// The softmax of each column over the channels: `exp(x - m)`, with the largest number `m` of
    /// the column, divided by the sum of these over the channels, first to last.
    ///
    /// A column that holds NaN or +infinity, or nothing but -infinity, becomes NaN. `to` may be
    /// `from`.
    ///
    /// # Safety
    ///
    /// The contract of [`kernels`](crate::kernels). There is at least one channel.
    pub(crate) unsafe fn softmax(
        from: Row,
        channels: usize,
        to: RowMut,
        width: usize,
    ) = softmax_lanes;
}

#[inline(always)]
unsafe fn softmax_lanes<L: Lanes>(from: Row, channels: usize, to: RowMut, width: usize) {
    let mut column = 0;
    // SAFETY: the caller guarantees both rows with these channels and columns.
    unsafe {
        while column < width {
            let mut most = L::load(from.first.add(column));
            for channel in 1..channels {
                most = math::max(most, L::load(from.channel(channel).add(column)));
            }
            let mut sum = L::splat(0.0);
            for channel in 0..channels {
                let number = L::load(from.channel(channel).add(column));
                let power = math::exp(number.sub(most));
                power.store(to.channel(channel).add(column));
                sum = sum.add(power);
            }
            for channel in 0..channels {
                let at = to.channel(channel).add(column);
                let share = L::load(at).div(sum);
                share.keep_first(width - column).store(at);
            }
            column += L::COUNT;
        }
    }
}

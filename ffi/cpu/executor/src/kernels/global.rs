//! Sums and largest numbers of whole planes, collected row by row.

#[cfg(test)]
mod tests;

use super::Row;
use crate::isa::dispatch;
use crate::lanes::{Lanes, MOST_LANES};
use crate::math;

dispatch! {
    /// Adds the sum of each channel's row to `sums`, which are 0 before the first row.
    ///
    /// The order is the same everywhere: 16 sums in double precision, of the columns with the same
    /// remainder by 16, then the halves of these are added until there is one, which is added to
    /// the plane's. So a number takes part in at most `width / 16 + height + 5` additions, each
    /// with an error of at most 2^-53.
    ///
    /// # Safety
    ///
    /// The contract of [`kernels`](crate::kernels).
    pub(crate) unsafe fn add(from: Row, width: usize, sums: &mut [f64]) = add_lanes;
}

dispatch! {
    /// Raises `largest`, which are -infinity before the first row, to the largest number of each
    /// channel's row; NaN once any number is NaN. A zero becomes +0.
    ///
    /// # Safety
    ///
    /// The contract of [`kernels`](crate::kernels).
    pub(crate) unsafe fn raise(from: Row, width: usize, largest: &mut [f32]) = raise_lanes;
}

#[inline(always)]
unsafe fn add_lanes<L: Lanes>(from: Row, width: usize, sums: &mut [f64]) {
    for (channel, sum) in sums.iter_mut().enumerate() {
        let mut parts = [0_f64; MOST_LANES];
        let whole = width - width % MOST_LANES;
        // SAFETY: the caller guarantees the channel and its columns.
        unsafe {
            let row = from.channel(channel);
            let mut column = 0;
            while column < whole {
                for (lane, part) in parts.iter_mut().enumerate() {
                    *part += f64::from(row.add(column + lane).read());
                }
                column += MOST_LANES;
            }
            for (lane, part) in parts.iter_mut().enumerate().take(width - whole) {
                *part += f64::from(row.add(whole + lane).read());
            }
        }
        let mut half = MOST_LANES / 2;
        while half > 0 {
            for lane in 0..half {
                parts[lane] += parts[lane + half];
            }
            half /= 2;
        }
        *sum += parts[0];
    }
}

#[inline(always)]
unsafe fn raise_lanes<L: Lanes>(from: Row, width: usize, largest: &mut [f32]) {
    for (channel, most) in largest.iter_mut().enumerate() {
        // SAFETY: the caller guarantees the channel and its columns; the array has a vector's
        // numbers.
        unsafe {
            let row = from.channel(channel);
            let mut lanes = L::splat(*most);
            let whole = width - width % L::COUNT;
            let mut column = 0;
            while column < whole {
                lanes = math::max(lanes, L::load(row.add(column)));
                column += L::COUNT;
            }
            let mut numbers = [*most; MOST_LANES];
            lanes.store(numbers.as_mut_ptr());
            for column in whole..width {
                numbers[column - whole] = larger(numbers[column - whole], row.add(column).read());
            }
            // The order of the lanes decides between +0 and -0, so both become +0.
            *most = numbers.into_iter().fold(*most, larger) + 0.0;
        }
    }
}

/// The larger number; NaN if either is NaN.
#[inline(always)]
fn larger(first: f32, second: f32) -> f32 {
    if second.is_nan() || first < second {
        second
    } else {
        first
    }
}

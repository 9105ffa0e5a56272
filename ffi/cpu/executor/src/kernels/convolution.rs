//! One row of a convolution: up to eight channels of the result at a time.
//!
//! Vectors lie along the row. A tile of channels x vectors stays in registers while the kernel
//! walks over the input channels and the window. Each number of the result is
//!
//! ```text
//! sum = bias
//! for each input channel, for each ky, for each kx: sum = fma(input, weight, sum)
//! ```
//!
//! This order is a contract: it gives the same bits with every instruction set, tile and number of
//! threads. Pads take part as zeros.

use super::{Row, RowMut};
use crate::isa::dispatch;
use crate::lanes::{Lanes, MOST_LANES};

/// Channels of the result that are computed together, and the weights of one tap that are packed
/// side by side.
pub(crate) const BLOCK: usize = 8;

/// A block of channels of one row of the result.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BlockRow<'a> {
    /// For each segment of the input: its channels.
    pub(crate) channels: &'a [usize],
    /// For each segment the rows under the window, from the first ky on.
    pub(crate) rows: &'a [Row],
    /// Where the numbers of each kx are, from column 0 of the row.
    pub(crate) offsets: &'a [isize],
    /// For each input channel, ky and kx: `stride` weights.
    pub(crate) weights: *const f32,
    /// Weights of one tap: 1, 2, 4 or 8.
    pub(crate) stride: usize,
    /// One number for each channel of the block, `stride` in all.
    pub(crate) bias: *const f32,
    /// Channels to write: at most `stride`.
    pub(crate) count: usize,
    /// The first channel of the block.
    pub(crate) to: RowMut,
    /// Columns of the result.
    pub(crate) width: usize,
    /// Whether numbers below 0 become 0.
    pub(crate) is_relu: bool,
}

dispatch! {
    /// Computes a block of one row.
    ///
    /// # Safety
    ///
    /// `rows` has the window's rows for each segment. Each row holds the numbers of all channels at
    /// all offsets, and may be read beyond its width for 8 whole vectors. `to` has space for
    /// `count` channels, each up to the next multiple of 16 columns.
    pub(crate) unsafe fn block_row(of: &BlockRow<'_>) = kernel;
}

#[inline(always)]
unsafe fn kernel<L: Lanes>(of: &BlockRow<'_>) {
    // SAFETY: the contract is the same.
    unsafe {
        match of.offsets.len() {
            1 => window::<L, 1>(of),
            3 => window::<L, 3>(of),
            _ => window::<L, 0>(of),
        }
    }
}

/// `KX` is the window's width; 0 means any width.
#[inline(always)]
unsafe fn window<L: Lanes, const KX: usize>(of: &BlockRow<'_>) {
    // SAFETY: the contract is the same. A tile of 2 channels leaves out the other weights.
    unsafe {
        match of.stride {
            1 => tiles::<L, 1, 8, KX>(of),
            4 if L::REGISTERS >= 32 => tiles::<L, 4, 3, KX>(of),
            8 if L::REGISTERS >= 32 => tiles::<L, 8, 3, KX>(of),
            // 12 sums, 2 weights and 1 vector of input. With 4 channels and 3 vectors, 16 registers
            // are just enough, and the compiler keeps a sum in memory.
            _ => tiles::<L, 2, 6, KX>(of),
        }
    }
}

/// All tiles of a row, of nearly equal size.
#[inline(always)]
unsafe fn tiles<L: Lanes, const CHANNELS: usize, const MOST: usize, const KX: usize>(
    of: &BlockRow<'_>,
) {
    let vectors = of.width.div_ceil(L::COUNT);
    let mut left = vectors.div_ceil(MOST);
    let mut vector = 0;
    while vector < vectors {
        let size = (vectors - vector).div_ceil(left);
        let column = vector * L::COUNT;
        // SAFETY: the contract is the same, and the tile ends with the last vector of the row.
        unsafe {
            match size {
                1 => channels::<L, CHANNELS, 1, KX>(of, column),
                2 => channels::<L, CHANNELS, 2, KX>(of, column),
                3 => channels::<L, CHANNELS, 3, KX>(of, column),
                4 if MOST > 3 => channels::<L, CHANNELS, 4, KX>(of, column),
                5 if MOST > 4 => channels::<L, CHANNELS, 5, KX>(of, column),
                6 if MOST > 4 => channels::<L, CHANNELS, 6, KX>(of, column),
                7 if MOST > 4 => channels::<L, CHANNELS, 7, KX>(of, column),
                8 if MOST > 4 => channels::<L, CHANNELS, 8, KX>(of, column),
                _ => {}
            }
        }
        vector += size;
        left -= 1;
    }
}

/// The tiles of all channels of the block, one below the other: they read the same input, which is
/// near after the first.
#[inline(always)]
unsafe fn channels<L: Lanes, const CHANNELS: usize, const VECTORS: usize, const KX: usize>(
    of: &BlockRow<'_>,
    column: usize,
) {
    for skip in (0..of.count).step_by(CHANNELS) {
        // SAFETY: the contract is the same.
        unsafe { tile::<L, CHANNELS, VECTORS, KX>(of, skip, column) };
    }
}

/// Repeats a block for each index below a constant, which is at most 8.
///
/// A loop over an array of sums may stay a loop; then the compiler keeps the array in memory, which
/// takes three times as long.
macro_rules! unroll {
    ($index:ident < $count:expr, $body:block) => {
        unroll!(@ $index, $count, $body, 0, 1, 2, 3, 4, 5, 6, 7)
    };
    (@ $index:ident, $count:expr, $body:block, $($number:literal),*) => {
        $(
            if $number < $count {
                let $index: usize = $number;
                $body
            }
        )*
    };
}

pub(crate) use unroll;

/// A tile of the block's channels from `skip` on.
#[inline(always)]
unsafe fn tile<L: Lanes, const CHANNELS: usize, const VECTORS: usize, const KX: usize>(
    of: &BlockRow<'_>,
    skip: usize,
    column: usize,
) {
    // SAFETY: every pointer stays inside the rows, weights and biases of the contract.
    unsafe {
        let mut sums = [[L::splat(0.0); VECTORS]; CHANNELS];
        unroll!(channel < CHANNELS, {
            sums[channel] = [L::splat(*of.bias.add(skip + channel)); VECTORS];
        });
        let mut weights = of.weights.add(skip);
        let window_rows = of.rows.len() / of.channels.len();
        let mut rows = of.rows.as_ptr();
        for channels in of.channels {
            for channel in 0..*channels {
                for ky in 0..window_rows {
                    let row = *rows.add(ky);
                    let numbers = row.first.add(channel * row.plane + column);
                    // The other rows are in the cache, because the row above needed them, too.
                    if ky + 1 == window_rows && skip == 0 {
                        let tile = VECTORS * L::COUNT;
                        prefetch::<L>(numbers.wrapping_add(tile), tile);
                    }
                    if KX == 0 {
                        for offset in of.offsets {
                            let numbers = numbers.offset(*offset);
                            tap::<L, CHANNELS, VECTORS>(&mut sums, numbers, weights);
                            weights = weights.add(of.stride);
                        }
                    } else {
                        unroll!(kx < KX, {
                            let numbers = numbers.offset(*of.offsets.as_ptr().add(kx));
                            tap::<L, CHANNELS, VECTORS>(&mut sums, numbers, weights);
                            weights = weights.add(of.stride);
                        });
                    }
                }
            }
            rows = rows.add(window_rows);
        }
        let is_full = column + VECTORS * L::COUNT <= of.width;
        unroll!(channel < CHANNELS, {
            if skip + channel < of.count {
                let to = of.to.first.add((skip + channel) * of.to.plane + column);
                unroll!(vector < VECTORS, {
                    let at = vector * L::COUNT;
                    let mut sum = sums[channel][vector];
                    if of.is_relu {
                        sum = sum.not_below_0();
                    }
                    if !is_full {
                        sum = sum.keep_first(of.width - column - at);
                    }
                    sum.store(to.add(at));
                });
            }
        });
    }
}

/// Asks for numbers of the next tile. The processor itself follows fewer rows at a time than a
/// convolution reads, and skips come from far away.
#[inline(always)]
unsafe fn prefetch<L: Lanes>(numbers: *const f32, count: usize) {
    for number in (0..count).step_by(MOST_LANES) {
        // SAFETY: the caller's processor has the instruction set; the address may be any.
        unsafe { L::prefetch(numbers.wrapping_add(number)) };
    }
}

/// Adds one tap of the window to all sums.
///
/// # Safety
///
/// There are `VECTORS` vectors of numbers and `CHANNELS` weights.
#[inline(always)]
pub(super) unsafe fn tap<L: Lanes, const CHANNELS: usize, const VECTORS: usize>(
    sums: &mut [[L; VECTORS]; CHANNELS],
    numbers: *const f32,
    weights: *const f32,
) {
    // SAFETY: the caller's tile covers these numbers and weights.
    unsafe {
        if CHANNELS < VECTORS {
            let mut factors = [L::splat(0.0); CHANNELS];
            unroll!(channel < CHANNELS, {
                factors[channel] = L::splat(*weights.add(channel));
            });
            unroll!(vector < VECTORS, {
                let input = L::load(numbers.add(vector * L::COUNT));
                unroll!(channel < CHANNELS, {
                    sums[channel][vector] = input.fma(factors[channel], sums[channel][vector]);
                });
            });
        } else {
            let mut inputs = [L::splat(0.0); VECTORS];
            unroll!(vector < VECTORS, {
                inputs[vector] = L::load(numbers.add(vector * L::COUNT));
            });
            unroll!(channel < CHANNELS, {
                let weight = L::splat(*weights.add(channel));
                unroll!(vector < VECTORS, {
                    sums[channel][vector] = inputs[vector].fma(weight, sums[channel][vector]);
                });
            });
        }
    }
}

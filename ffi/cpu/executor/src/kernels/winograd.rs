//! Convolutions of 3 by 3 numbers with fewer multiplications: Winograd's minimal filtering, F(2x2,
//! 3x3), from A. Lavin and S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2015.
//!
//! The result is divided into tiles of 2 by 2 numbers. A tile takes 4 by 4 numbers `d` of each
//! input channel. With the matrices of the paper
//!
//! ```text
//! V = B' d B      of each input channel: differences and sums of the numbers
//! M = sum of U V  over the input channels, from 0, one fused multiply-add each; U from the weights
//! y = A' M A      then the bias is added
//! ```
//!
//! This takes 16 multiplications a tile and channel where the direct sum takes 36. The order of all
//! operations is fixed as written in the code; columns come before rows in each transform. So the
//! bits are the same everywhere. A number that is not finite spreads to the whole tile.

mod weights;

pub(crate) use weights::{TAPS, plain_len, plain_place, transform_weights, transformed};

use super::RowMut;
use super::convolution::{BLOCK, tap, unroll};
use crate::isa::dispatch;
use crate::lanes::{Lanes, MOST_LANES};

/// Positions of a transformed tile.
pub(crate) const POSITIONS: usize = 16;

/// Vectors of tiles that are multiplied together.
const fn most<L: Lanes>() -> usize {
    if L::REGISTERS >= 32 { 3 } else { 6 }
}

/// Numbers in the largest of these with any instruction set.
const MOST_NUMBERS: usize = 3 * MOST_LANES;

/// Rows from one position to the next, of the transformed input and of the transformed weights. The
/// number is odd: with a power of two, all positions would compete for the same lines of the cache.
pub(crate) fn apart(inputs: usize) -> usize {
    inputs | 1
}

/// Numbers of the transformed input of `inputs` channels and `tiles` tiles.
pub(crate) fn transformed_len(inputs: usize, tiles: usize) -> usize {
    POSITIONS * apart(inputs) * tiles.next_multiple_of(MOST_LANES)
}

/// Numbers of the transformed weights of a block, without its biases.
pub(crate) fn weights_len(inputs: usize) -> usize {
    POSITIONS * apart(inputs) * BLOCK
}

/// Numbers of scratch for the products of a block.
pub(crate) const PRODUCTS_LEN: usize = POSITIONS * BLOCK * MOST_NUMBERS;

dispatch! {
    /// Transforms one input channel of a row of tiles.
    ///
    /// `rows` are the four rows of the tiles, from the first number that the first tile takes. `to`
    /// has [`transformed_len`] numbers for `inputs` channels.
    ///
    /// # Safety
    ///
    /// The contract of [`kernels`](crate::kernels), for rows of `2 * tiles + 2` columns.
    pub(crate) unsafe fn transform(
        rows: &[*const f32; 4],
        tiles: usize,
        inputs: usize,
        channel: usize,
        to: *mut f32,
    ) = transform_lanes;
}

#[inline(always)]
unsafe fn transform_lanes<L: Lanes>(
    rows: &[*const f32; 4],
    tiles: usize,
    inputs: usize,
    channel: usize,
    to: *mut f32,
) {
    let mut parts = Parts::new::<L>(tiles);
    while let Some((first, size)) = parts.following() {
        for vector in 0..size {
            // SAFETY: the caller's rows have all columns of the tiles, and the transformed input
            // has space for all vectors.
            unsafe {
                let column = 2 * (first + vector) * L::COUNT;
                // Columns first: V's column positions of each row.
                let [a, b, c, d] = [
                    across::<L>(rows[0].add(column)),
                    across::<L>(rows[1].add(column)),
                    across::<L>(rows[2].add(column)),
                    across::<L>(rows[3].add(column)),
                ];
                let start = to.add(place(first, size, vector, channel, inputs) * L::COUNT);
                let step = apart(inputs) * size * L::COUNT;
                unroll!(x < 4, {
                    a[x].sub(c[x]).store(start.add(x * step));
                    b[x].add(c[x]).store(start.add((4 + x) * step));
                    c[x].sub(b[x]).store(start.add((8 + x) * step));
                    b[x].sub(d[x]).store(start.add((12 + x) * step));
                });
            }
        }
    }
}

/// The column transform of one row.
#[inline(always)]
unsafe fn across<L: Lanes>(from: *const f32) -> [L; 4] {
    // SAFETY: the caller's row has these columns.
    unsafe {
        let [(d0, d1), (d2, d3)] = [L::load_pairs(from), L::load_pairs(from.add(2))];
        [d0.sub(d2), d1.add(d2), d2.sub(d1), d1.sub(d3)]
    }
}

/// A block of channels of two rows of the result.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BlockTiles {
    /// The transformed input.
    pub(crate) from: *const f32,
    /// Input channels.
    pub(crate) inputs: usize,
    /// For each position and input channel 8 transformed weights.
    pub(crate) weights: *const f32,
    /// A number for each channel of the block, 8 in all.
    pub(crate) bias: *const f32,
    /// Channels to write, at most 8.
    pub(crate) count: usize,
    /// The first channel of the block in the upper and, if there is one, the lower row.
    pub(crate) to: [Option<RowMut>; 2],
    /// Columns of the result.
    pub(crate) width: usize,
    /// Whether numbers below 0 become 0.
    pub(crate) is_relu: bool,
    /// Space for [`PRODUCTS_LEN`] numbers.
    pub(crate) products: *mut f32,
}

dispatch! {
    /// Multiplies a block and transforms it back.
    ///
    /// # Safety
    ///
    /// The contract of [`kernels`](crate::kernels). The transformed input, the weights and the
    /// products have the sizes that [`BlockTiles`] names.
    pub(crate) unsafe fn block_tiles(of: &BlockTiles) = block_lanes;
}

#[inline(always)]
unsafe fn block_lanes<L: Lanes>(of: &BlockTiles) {
    let mut parts = Parts::new::<L>(of.width.div_ceil(2));
    while let Some((first, size)) = parts.following() {
        // SAFETY: the contract is the same.
        unsafe {
            match size {
                1 => part::<L, 1>(of, first),
                2 => part::<L, 2>(of, first),
                3 => part::<L, 3>(of, first),
                4 if most::<L>() > 3 => part::<L, 4>(of, first),
                5 if most::<L>() > 3 => part::<L, 5>(of, first),
                6 if most::<L>() > 3 => part::<L, 6>(of, first),
                _ => {}
            }
        }
    }
}

/// The tiles of `VECTORS` vectors.
#[inline(always)]
unsafe fn part<L: Lanes, const VECTORS: usize>(of: &BlockTiles, first: usize) {
    // SAFETY: the caller's transformed input, weights and products have these numbers.
    unsafe {
        for position in 0..POSITIONS {
            let from = of
                .from
                .add(place(first, VECTORS, 0, position * apart(of.inputs), of.inputs) * L::COUNT);
            let weights = of.weights.add(position * apart(of.inputs) * BLOCK);
            let to = of.products.add(position * BLOCK * VECTORS * L::COUNT);
            if L::REGISTERS >= 32 {
                multiply::<L, 8, VECTORS>(from, weights, of.inputs, to);
            } else {
                for channel in (0..of.count).step_by(2) {
                    let to = to.add(channel * VECTORS * L::COUNT);
                    multiply::<L, 2, VECTORS>(from, weights.add(channel), of.inputs, to);
                }
            }
        }
        for channel in 0..of.count {
            let bias = L::splat(*of.bias.add(channel));
            for vector in 0..VECTORS {
                let from = of.products.add((channel * VECTORS + vector) * L::COUNT);
                let column = 2 * (first + vector) * L::COUNT;
                back::<L>(
                    of,
                    from.cast_const(),
                    BLOCK * VECTORS * L::COUNT,
                    bias,
                    channel,
                    column,
                );
            }
        }
    }
}

/// The sums over the input channels at one position, for some channels.
#[inline(always)]
unsafe fn multiply<L: Lanes, const CHANNELS: usize, const VECTORS: usize>(
    from: *const f32,
    weights: *const f32,
    inputs: usize,
    to: *mut f32,
) {
    // SAFETY: the caller gives `inputs` vectors and weights, and space for the sums.
    unsafe {
        let mut sums = [[L::splat(0.0); VECTORS]; CHANNELS];
        for input in 0..inputs {
            let numbers = from.add(input * VECTORS * L::COUNT);
            tap::<L, CHANNELS, VECTORS>(&mut sums, numbers, weights.add(input * BLOCK));
        }
        unroll!(channel < CHANNELS, {
            unroll!(vector < VECTORS, {
                sums[channel][vector].store(to.add((channel * VECTORS + vector) * L::COUNT));
            });
        });
    }
}

/// Transforms a vector of tiles back and writes it.
#[inline(always)]
unsafe fn back<L: Lanes>(
    of: &BlockTiles,
    from: *const f32,
    step: usize,
    bias: L,
    channel: usize,
    column: usize,
) {
    // SAFETY: the products have all positions, and the rows have space for the width.
    unsafe {
        // Columns first: the even and the odd column of each row of positions.
        let mut even = [bias; 4];
        let mut odd = [bias; 4];
        unroll!(row < 4, {
            let at = from.add(4 * row * step);
            let [m0, m1] = [L::load(at), L::load(at.add(step))];
            let [m2, m3] = [L::load(at.add(2 * step)), L::load(at.add(3 * step))];
            even[row] = m0.add(m1).add(m2);
            odd[row] = m1.sub(m2).sub(m3);
        });
        for (row, to) in of.to.iter().enumerate() {
            let Some(to) = to else { continue };
            let (mut even, mut odd) = (one_row(&even, row).add(bias), one_row(&odd, row).add(bias));
            if of.is_relu {
                (even, odd) = (even.not_below_0(), odd.not_below_0());
            }
            let to = to.first.add(channel * to.plane + column);
            let left = of.width - column;
            if left >= 2 * L::COUNT {
                L::store_pairs(even, odd, to);
            } else {
                let mut numbers = [0.0; 2 * MOST_LANES];
                L::store_pairs(even, odd, numbers.as_mut_ptr());
                to.copy_from_nonoverlapping(numbers.as_ptr(), left);
            }
        }
    }
}

/// The upper or the lower row of tiles whose columns are transformed back.
#[inline(always)]
unsafe fn one_row<L: Lanes>(m: &[L; 4], row: usize) -> L {
    // SAFETY: the caller guarantees the instruction set of `L`.
    unsafe {
        match row {
            0 => m[0].add(m[1]).add(m[2]),
            _ => m[1].sub(m[2]).sub(m[3]),
        }
    }
}

/// The parts of a row of tiles: of nearly equal sizes, at most [`most`] vectors each.
struct Parts {
    first: usize,
    vectors: usize,
    left: usize,
}

impl Parts {
    #[inline(always)]
    fn new<L: Lanes>(tiles: usize) -> Self {
        let vectors = tiles.div_ceil(L::COUNT);
        Self {
            first: 0,
            vectors,
            left: vectors.div_ceil(most::<L>()),
        }
    }

    /// The first vector of the next part, and its number of vectors.
    #[inline(always)]
    fn following(&mut self) -> Option<(usize, usize)> {
        if self.left == 0 {
            return None;
        }
        let first = self.first;
        let size = (self.vectors - first).div_ceil(self.left);
        self.first += size;
        self.left -= 1;
        Some((first, size))
    }
}

/// Where a vector of the transformed input is, in vectors: part by part, then position by position,
/// channel by channel. `row` is the position times the channels plus the channel.
#[inline(always)]
fn place(first: usize, size: usize, vector: usize, row: usize, inputs: usize) -> usize {
    first * POSITIONS * apart(inputs) + row * size + vector
}

#[cfg(test)]
mod tests {
    use std::array;

    use super::*;

    #[test]
    fn a_tile_is_the_direct_sum() {
        let g: [f64; 9] = array::from_fn(|index| (index * index % 7) as f64 - 2.5);
        let d: [[f64; 4]; 4] = array::from_fn(|y| array::from_fn(|x| ((y * 5 + x * 3) % 8) as f64));
        #[expect(clippy::cast_possible_truncation, reason = "small halves")]
        let u = transformed(&g.map(|weight| weight as f32)).map(f64::from);
        let across = |d: [f64; 4]| [d[0] - d[2], d[1] + d[2], d[2] - d[1], d[1] - d[3]];
        let rows = d.map(across);
        let mut m = [[0.0; 4]; 4];
        for x in 0..4 {
            let column = across([rows[0][x], rows[1][x], rows[2][x], rows[3][x]]);
            for y in 0..4 {
                m[y][x] = column[y] * u[y * 4 + x];
            }
        }
        let pair = |m: [f64; 4]| [m[0] + m[1] + m[2], m[1] - m[2] - m[3]];
        let m = m.map(pair);
        for x in 0..2 {
            let column = pair([m[0][x], m[1][x], m[2][x], m[3][x]]);
            for y in 0..2 {
                let direct: f64 = (0..9).map(|tap| g[tap] * d[y + tap / 3][x + tap % 3]).sum();
                assert!((column[y] - direct).abs() < 1e-12);
            }
        }
    }
}

//! The transform of the weights, when a network is made or in a run: the bits are the same.

use super::{POSITIONS, apart};
use crate::isa::dispatch;
use crate::kernels::convolution::BLOCK;
use crate::lanes::{Lanes, MOST_LANES, Scalar};

/// Weights of a window.
pub(crate) const TAPS: usize = 9;

/// Inputs whose weights are side by side: as many as fill the largest vector.
const PAIR: usize = MOST_LANES / BLOCK;

/// Weights of a block that is not transformed.
pub(crate) fn plain_len(inputs: usize) -> usize {
    TAPS * inputs.next_multiple_of(PAIR) * BLOCK
}

/// Where a weight is in a block that is not transformed, in groups of eight channels.
pub(crate) fn plain_place(input: usize, tap: usize) -> usize {
    (input / PAIR * TAPS + tap) * PAIR + input % PAIR
}

dispatch! {
    /// Transforms the weights of a block.
    ///
    /// # Safety
    ///
    /// `from` has [`plain_len`] numbers and `to` space for [`weights_len`](super::weights_len);
    /// they do not overlap.
    pub(crate) unsafe fn transform_weights(from: *const f32, inputs: usize, to: *mut f32) = lanes;
}

#[inline(always)]
unsafe fn lanes<L: Lanes>(from: *const f32, inputs: usize, to: *mut f32) {
    let step = apart(inputs) * BLOCK;
    for pair in 0..inputs.div_ceil(PAIR) {
        for part in 0..MOST_LANES / L::COUNT {
            // SAFETY: the caller gives the numbers of all inputs. The last pair may have one input
            // only; then `apart` leaves no space, so its second half is not written.
            unsafe {
                let lane = part * L::COUNT;
                let from = from.add(pair * TAPS * MOST_LANES + lane);
                let to = to.add(pair * MOST_LANES + lane);
                let is_whole = pair * PAIR + PAIR <= inputs;
                if !is_whole && lane >= BLOCK {
                    continue;
                }
                if is_whole || L::COUNT <= BLOCK {
                    one::<L>(from, MOST_LANES, to, step);
                } else {
                    for lane in 0..BLOCK {
                        one::<Scalar>(from.add(lane), MOST_LANES, to.add(lane), step);
                    }
                }
            }
        }
    }
}

/// `G g G'` of one window in each lane. The taps are `apart` numbers from each other, the positions
/// `step`.
#[inline(always)]
unsafe fn one<L: Lanes>(from: *const f32, apart: usize, to: *mut f32, step: usize) {
    // SAFETY: the caller gives nine taps and space for sixteen positions.
    unsafe {
        let row = |ky: usize| {
            let from = from.add(3 * ky * apart);
            along(
                L::load(from),
                L::load(from.add(apart)),
                L::load(from.add(2 * apart)),
            )
        };
        let [a, b, c] = [row(0), row(1), row(2)];
        for x in 0..4 {
            let column = along(a[x], b[x], c[x]);
            for (y, weight) in column.into_iter().enumerate() {
                weight.store(to.add((4 * y + x) * step));
            }
        }
    }
}

/// The transformed weights of one window `g[ky * 3 + kx]`.
pub(crate) fn transformed(g: &[f32; TAPS]) -> [f32; POSITIONS] {
    let mut weights = [0.0; POSITIONS];
    // SAFETY: `Scalar` needs no instruction set; both arrays have their numbers side by side.
    unsafe { one::<Scalar>(g.as_ptr(), 1, weights.as_mut_ptr(), 1) };
    weights
}

/// `G` of one row or column. Each operation is rounded; sums go from left to right.
#[inline(always)]
unsafe fn along<L: Lanes>(a: L, b: L, c: L) -> [L; 4] {
    // SAFETY: the caller guarantees the instruction set of `L`.
    unsafe {
        let half = L::splat(0.5);
        [a, a.add(b).add(c).mul(half), a.sub(b).add(c).mul(half), c]
    }
}

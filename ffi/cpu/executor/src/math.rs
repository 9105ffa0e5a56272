//! Functions of one or two numbers, for each lane of a vector.
//!
//! Each is a fixed sequence of [`Lanes`] operations, so all instruction sets give the same bits.
//! A vector of `L` needs a processor with that instruction set; there is no other condition.

#![expect(
    clippy::undocumented_unsafe_blocks,
    reason = "every block has one reason: the caller upholds the contract of `Lanes`, above"
)]

use std::f32::consts::LOG2_E;

use crate::lanes::Lanes;

#[cfg(test)]
mod tests;

/// 1.5 * 2^23. An f32 of this size counts in ones, so adding it rounds to an integer, and the
/// low bits of the sum are that integer in two's complement.
const MAGIC: f32 = 12_582_912.0;

/// ln 2 to 15 bits: its product with an integer of 8 bits is exact.
const LN_2_HIGH: f32 = 0.693_145_75;
/// ln 2 - `LN_2_HIGH`.
const LN_2_LOW: f32 = 1.428_606_8e-6;

/// Coefficients of r^6 to r^2; those of r and 1 are 1. They minimise the largest relative error
/// for |r| <= 0.34658, which is 3.2e-9 (0.05 units of the last place).
///
/// They come from weighted least squares in f64: `(exp(r) - 1 - r) / exp(r)` as a sum of the terms
/// `c * r^k / exp(r)` at 4,000 Chebyshev nodes. Each of 3,000 rounds multiplied each node's weight
/// by its error (Lawson's algorithm). Then the coefficient of r^2 was rounded to f32 and the others
/// were fitted again, and so on up to r^6.
const COEFFICIENTS: [f32; 5] = [
    1.381_830_4e-3,
    8.368_532e-3,
    4.166_829_2e-2,
    0.166_665_23,
    0.499_999_94,
];

/// `e` to the power `x`; NaN for NaN.
///
/// The error is below 0.9 units of the last place, measured for every f32 against f64's `exp`.
/// Results below 2^-126 are subnormal and as exact as those can be. The result is infinity for
/// each `x` above 88.722839 and +0 for each below -103.97208, where f32 has no nearer number.
#[inline(always)]
pub(crate) unsafe fn exp<L: Lanes>(x: L) -> L {
    unsafe {
        // Outside these bounds the result is 0 or infinity, as it is at the bounds.
        let (low, high) = (L::splat(-104.0), L::splat(89.0));
        let within = clip(x, low, high);
        // x = integer * ln 2 + r
        let magic = L::splat(MAGIC);
        let shifted = within.fma(L::splat(LOG2_E), magic);
        let integer = shifted.sub(magic);
        let r = integer.fma(L::splat(-LN_2_HIGH), within);
        let r = integer.fma(L::splat(-LN_2_LOW), r);
        let [first, rest @ ..] = COEFFICIENTS;
        let mut sum = L::splat(first);
        for coefficient in rest {
            sum = sum.fma(r, L::splat(coefficient));
        }
        let one = L::splat(1.0);
        let power = sum.fma(r, one).fma(r, one);
        // Two factors, integer +- 64 and -+ 64. The first product is a normal number. The second
        // one rounds to a subnormal number, to 0 or to infinity where it must.
        let is_negative = x.lt(L::splat(0.0));
        let nearer = L::select(is_negative, L::splat(64.0), L::splat(-64.0));
        let power = power.scale_by_low_bits(shifted.add(nearer));
        let two_pow_64 = 18_446_744_073_709_551_616.0;
        let back = L::select(
            is_negative,
            L::splat(1.0 / two_pow_64),
            L::splat(two_pow_64),
        );
        // The scaling may turn a NaN into a number.
        L::select(x.is_nan(), x, power.mul(back))
    }
}

/// `1 / (1 + exp(-x))`, for negative `x` as `exp(x) / (1 + exp(x))`; NaN for NaN.
///
/// So no `x` overflows, and small results keep their accuracy. The error is below 2.5 units of the
/// last place, measured for every f32.
#[inline(always)]
pub(crate) unsafe fn sigmoid<L: Lanes>(x: L) -> L {
    unsafe {
        let one = L::splat(1.0);
        let zero = L::splat(0.0);
        let is_negative = x.lt(zero);
        let small = exp(L::select(is_negative, x, zero.sub(x)));
        L::select(is_negative, small, one).div(small.add(one))
    }
}

/// +0 if `x` is below 0, else `x`; so -0 stays -0, and NaN stays NaN.
#[inline(always)]
pub(crate) unsafe fn relu<L: Lanes>(x: L) -> L {
    unsafe { x.not_below_0() }
}

/// `x * slope` if `x` is below 0, else `x`; NaN for NaN.
#[inline(always)]
pub(crate) unsafe fn leaky_relu<L: Lanes>(x: L, slope: L) -> L {
    unsafe { L::select(x.lt(L::splat(0.0)), x.mul(slope), x) }
}

/// `low` if `x` is below it, then `high` if that is above `high`; NaN for NaN.
///
/// A bound that equals `x` changes nothing, so -0 stays -0 with bounds of 0. A bound that is NaN
/// does not bound.
#[inline(always)]
pub(crate) unsafe fn clip<L: Lanes>(x: L, low: L, high: L) -> L {
    unsafe {
        let x = L::select(x.lt(low), low, x);
        L::select(high.lt(x), high, x)
    }
}

/// `slope * x + offset`, rounded once, clipped to 0 to 1; NaN for NaN.
#[inline(always)]
pub(crate) unsafe fn hard_sigmoid<L: Lanes>(x: L, slope: L, offset: L) -> L {
    unsafe { clip(x.fma(slope, offset), L::splat(0.0), L::splat(1.0)) }
}

/// `x * hard_sigmoid(x)` with slope 1 / 6, rounded to f32, and offset 1 / 2.
///
/// -0 for each `x` up to -3; NaN for negative infinity, whose factor is 0, and for NaN.
#[inline(always)]
pub(crate) unsafe fn hard_swish<L: Lanes>(x: L) -> L {
    unsafe { x.mul(hard_sigmoid(x, L::splat(1.0 / 6.0), L::splat(0.5))) }
}

/// The larger number; `a` if they are equal, which zeros of both signs are. NaN if either is NaN.
#[inline(always)]
pub(crate) unsafe fn max<L: Lanes>(a: L, b: L) -> L {
    unsafe { L::select(b.is_nan(), b, L::select(a.lt(b), b, a)) }
}

/// The smaller number; `a` if they are equal, which zeros of both signs are. NaN if either is NaN.
#[inline(always)]
pub(crate) unsafe fn min<L: Lanes>(a: L, b: L) -> L {
    unsafe { L::select(b.is_nan(), b, L::select(b.lt(a), b, a)) }
}

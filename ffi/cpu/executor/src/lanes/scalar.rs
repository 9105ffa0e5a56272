//! One lane, without vector instructions: the reference for all others.

use super::Lanes;

/// A single number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scalar(f32);

impl Lanes for Scalar {
    const COUNT: usize = 1;
    const REGISTERS: usize = 16;
    type Mask = bool;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self(value)
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller gives one readable number; pointers need no alignment.
        Self(unsafe { from.read_unaligned() })
    }

    #[inline(always)]
    unsafe fn prefetch(_: *const f32) {}

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller gives space for one number; pointers need no alignment.
        unsafe { to.write_unaligned(self.0) }
    }

    #[inline(always)]
    unsafe fn load_even(from: *const f32) -> Self {
        // SAFETY: as for `load`.
        unsafe { Self::load(from) }
    }

    #[inline(always)]
    unsafe fn store_interleaved(even: Self, odd: Self, to: *mut f32) {
        // SAFETY: the caller gives space for two numbers.
        unsafe {
            even.store(to);
            odd.store(to.add(1));
        }
    }

    #[inline(always)]
    unsafe fn load_pairs(from: *const f32) -> (Self, Self) {
        // SAFETY: the contract is the same, and both are within the numbers of the pairs.
        unsafe { (Self::load_even(from), Self::load_even(from.add(1))) }
    }

    #[inline(always)]
    unsafe fn store_pairs(even: Self, odd: Self, to: *mut f32) {
        // SAFETY: the contract is the same.
        unsafe { Self::store_interleaved(even, odd, to) }
    }

    #[inline(always)]
    unsafe fn keep_first(self, count: usize) -> Self {
        Self(if count == 0 { 0.0 } else { self.0 })
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }

    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }

    #[inline(always)]
    unsafe fn div(self, other: Self) -> Self {
        Self(self.0 / other.0)
    }

    #[inline(always)]
    unsafe fn fma(self, factor: Self, addend: Self) -> Self {
        Self(self.0.mul_add(factor.0, addend.0))
    }

    #[inline(always)]
    unsafe fn not_below_0(self) -> Self {
        Self(if self.0 < 0.0 { 0.0 } else { self.0 })
    }

    #[inline(always)]
    unsafe fn lt(self, other: Self) -> bool {
        self.0 < other.0
    }

    #[inline(always)]
    unsafe fn is_nan(self) -> bool {
        self.0.is_nan()
    }

    #[inline(always)]
    unsafe fn select(mask: bool, yes: Self, no: Self) -> Self {
        if mask { yes } else { no }
    }

    #[inline(always)]
    unsafe fn any(mask: bool) -> bool {
        mask
    }

    #[inline(always)]
    unsafe fn scale_by_low_bits(self, integer: Self) -> Self {
        Self(f32::from_bits(
            self.0.to_bits().wrapping_add(integer.0.to_bits() << 23),
        ))
    }
}

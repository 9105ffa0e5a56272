//! Four lanes with Advanced SIMD (NEON).

use std::arch::aarch64::{
    float32x4_t, float32x4x2_t, uint32x4_t, vaddq_f32, vaddq_u32, vandq_u32, vbslq_f32, vceqq_f32,
    vcltq_f32, vcltq_u32, vcltzq_f32, vdivq_f32, vdupq_n_f32, vdupq_n_u32, vfmaq_f32, vld1q_f32,
    vld1q_u32, vld2q_f32, vmaxvq_u32, vmulq_f32, vmvnq_u32, vreinterpretq_f32_u32,
    vreinterpretq_u32_f32, vshlq_n_u32, vst1q_f32, vst2q_f32, vsubq_f32,
};
use std::arch::asm;

use super::Lanes;

/// A 128-bit vector register.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Neon(float32x4_t);

// SAFETY of every block below: every 64-bit ARM processor has NEON. Where there is a pointer, the
// caller of the `Lanes` function guarantees that it is good for the numbers that the function's
// documentation names.
#[expect(
    clippy::undocumented_unsafe_blocks,
    reason = "the comment above gives the one reason of all"
)]
impl Lanes for Neon {
    const COUNT: usize = 4;
    const REGISTERS: usize = 32;
    /// All bits of a lane are set, or none.
    type Mask = uint32x4_t;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self(unsafe { vdupq_n_f32(value) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        Self(unsafe { vld1q_f32(from) })
    }

    #[inline(always)]
    unsafe fn prefetch(at: *const f32) {
        unsafe {
            asm!("prfm pldl1keep, [{at}]", at = in(reg) at,
                options(nostack, readonly, preserves_flags));
        }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        unsafe { vst1q_f32(to, self.0) }
    }

    #[inline(always)]
    unsafe fn load_even(from: *const f32) -> Self {
        Self(unsafe { vld2q_f32(from).0 })
    }

    #[inline(always)]
    unsafe fn store_interleaved(even: Self, odd: Self, to: *mut f32) {
        unsafe { vst2q_f32(to, float32x4x2_t(even.0, odd.0)) }
    }

    #[inline(always)]
    unsafe fn load_pairs(from: *const f32) -> (Self, Self) {
        unsafe { (Self::load_even(from), Self::load_even(from.add(1))) }
    }

    #[inline(always)]
    unsafe fn store_pairs(even: Self, odd: Self, to: *mut f32) {
        unsafe { Self::store_interleaved(even, odd, to) }
    }

    #[inline(always)]
    unsafe fn keep_first(self, count: usize) -> Self {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        unsafe {
            let index = vld1q_u32([0, 1, 2, 3].as_ptr());
            let mask = vcltq_u32(index, vdupq_n_u32(count));
            let kept = vandq_u32(vreinterpretq_u32_f32(self.0), mask);
            Self(vreinterpretq_f32_u32(kept))
        }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        Self(unsafe { vaddq_f32(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        Self(unsafe { vsubq_f32(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        Self(unsafe { vmulq_f32(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn div(self, other: Self) -> Self {
        Self(unsafe { vdivq_f32(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn fma(self, factor: Self, addend: Self) -> Self {
        // The addend comes first.
        Self(unsafe { vfmaq_f32(addend.0, self.0, factor.0) })
    }

    #[inline(always)]
    unsafe fn not_below_0(self) -> Self {
        // `vmaxq_f32` would make +0 of -0.
        unsafe { Self(vbslq_f32(vcltzq_f32(self.0), vdupq_n_f32(0.0), self.0)) }
    }

    #[inline(always)]
    unsafe fn lt(self, other: Self) -> uint32x4_t {
        unsafe { vcltq_f32(self.0, other.0) }
    }

    #[inline(always)]
    unsafe fn is_nan(self) -> uint32x4_t {
        unsafe { vmvnq_u32(vceqq_f32(self.0, self.0)) }
    }

    #[inline(always)]
    unsafe fn select(mask: uint32x4_t, yes: Self, no: Self) -> Self {
        Self(unsafe { vbslq_f32(mask, yes.0, no.0) })
    }

    #[inline(always)]
    unsafe fn any(mask: uint32x4_t) -> bool {
        unsafe { vmaxvq_u32(mask) != 0 }
    }

    #[inline(always)]
    unsafe fn scale_by_low_bits(self, integer: Self) -> Self {
        unsafe {
            let shifted = vshlq_n_u32::<23>(vreinterpretq_u32_f32(integer.0));
            let sum = vaddq_u32(vreinterpretq_u32_f32(self.0), shifted);
            Self(vreinterpretq_f32_u32(sum))
        }
    }
}

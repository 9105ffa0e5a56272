//! Sixteen lanes with AVX-512.

use std::arch::x86_64::{
    __m512, __mmask16, _CMP_LT_OQ, _CMP_UNORD_Q, _MM_HINT_T0, _mm_prefetch, _mm512_add_epi32,
    _mm512_add_ps, _mm512_castps_si512, _mm512_castsi512_ps, _mm512_cmp_ps_mask, _mm512_div_ps,
    _mm512_fmadd_ps, _mm512_loadu_ps, _mm512_mask_blend_ps, _mm512_maskz_mov_ps, _mm512_max_ps,
    _mm512_mul_ps, _mm512_permutex2var_ps, _mm512_set1_ps, _mm512_setr_epi32, _mm512_setzero_ps,
    _mm512_slli_epi32, _mm512_storeu_ps, _mm512_sub_ps,
};

use super::Lanes;

/// A ZMM register.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Avx512(__m512);

// SAFETY of every block below: the caller of a `Lanes` function guarantees AVX-512 and, where there
// is a pointer, that it is good for the numbers that the function's documentation names.
#[expect(
    clippy::undocumented_unsafe_blocks,
    reason = "the comment above gives the one reason of all"
)]
impl Lanes for Avx512 {
    const COUNT: usize = 16;
    const REGISTERS: usize = 32;
    type Mask = __mmask16;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self(unsafe { _mm512_set1_ps(value) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        Self(unsafe { _mm512_loadu_ps(from) })
    }

    #[inline(always)]
    unsafe fn prefetch(at: *const f32) {
        unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        unsafe { _mm512_storeu_ps(to, self.0) }
    }

    #[inline(always)]
    unsafe fn load_even(from: *const f32) -> Self {
        unsafe {
            let (low, high) = (_mm512_loadu_ps(from), _mm512_loadu_ps(from.add(16)));
            let even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
            Self(_mm512_permutex2var_ps(low, even, high))
        }
    }

    #[inline(always)]
    unsafe fn store_interleaved(even: Self, odd: Self, to: *mut f32) {
        unsafe {
            let low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            let high =
                _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
            _mm512_storeu_ps(to, _mm512_permutex2var_ps(even.0, low, odd.0));
            _mm512_storeu_ps(to.add(16), _mm512_permutex2var_ps(even.0, high, odd.0));
        }
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
        let mask = if count >= 16 {
            0xFFFF
        } else {
            (1 << count) - 1
        };
        Self(unsafe { _mm512_maskz_mov_ps(mask, self.0) })
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        Self(unsafe { _mm512_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        Self(unsafe { _mm512_sub_ps(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        Self(unsafe { _mm512_mul_ps(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn div(self, other: Self) -> Self {
        Self(unsafe { _mm512_div_ps(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn fma(self, factor: Self, addend: Self) -> Self {
        Self(unsafe { _mm512_fmadd_ps(self.0, factor.0, addend.0) })
    }

    #[inline(always)]
    unsafe fn not_below_0(self) -> Self {
        // The second operand is the result if both are zero or one is NaN.
        Self(unsafe { _mm512_max_ps(_mm512_setzero_ps(), self.0) })
    }

    #[inline(always)]
    unsafe fn lt(self, other: Self) -> __mmask16 {
        unsafe { _mm512_cmp_ps_mask::<_CMP_LT_OQ>(self.0, other.0) }
    }

    #[inline(always)]
    unsafe fn is_nan(self) -> __mmask16 {
        unsafe { _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(self.0, self.0) }
    }

    #[inline(always)]
    unsafe fn select(mask: __mmask16, yes: Self, no: Self) -> Self {
        Self(unsafe { _mm512_mask_blend_ps(mask, no.0, yes.0) })
    }

    #[inline(always)]
    unsafe fn any(mask: __mmask16) -> bool {
        mask != 0
    }

    #[inline(always)]
    unsafe fn scale_by_low_bits(self, integer: Self) -> Self {
        unsafe {
            let shifted = _mm512_slli_epi32::<23>(_mm512_castps_si512(integer.0));
            let sum = _mm512_add_epi32(_mm512_castps_si512(self.0), shifted);
            Self(_mm512_castsi512_ps(sum))
        }
    }
}

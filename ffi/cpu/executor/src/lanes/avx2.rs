//! Eight lanes with AVX2 and FMA.

use std::arch::x86_64::{
    __m256, _CMP_LT_OQ, _CMP_UNORD_Q, _MM_HINT_T0, _mm_prefetch, _mm256_add_epi32, _mm256_add_ps,
    _mm256_and_ps, _mm256_blendv_ps, _mm256_castpd_ps, _mm256_castps_pd, _mm256_castps_si256,
    _mm256_castsi256_ps, _mm256_cmp_ps, _mm256_cmpgt_epi32, _mm256_div_ps, _mm256_fmadd_ps,
    _mm256_loadu_ps, _mm256_max_ps, _mm256_movemask_ps, _mm256_mul_ps, _mm256_permute2f128_ps,
    _mm256_permute4x64_pd, _mm256_set1_epi32, _mm256_set1_ps, _mm256_setr_epi32, _mm256_setzero_ps,
    _mm256_shuffle_ps, _mm256_slli_epi32, _mm256_storeu_ps, _mm256_sub_ps, _mm256_unpackhi_ps,
    _mm256_unpacklo_ps,
};

use super::Lanes;

/// A YMM register.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Avx2(__m256);

// SAFETY of every block below: the caller of a `Lanes` function guarantees AVX2 and FMA and, where
// there is a pointer, that it is good for the numbers that the function's documentation names.
#[expect(
    clippy::undocumented_unsafe_blocks,
    reason = "the comment above gives the one reason of all"
)]
impl Lanes for Avx2 {
    const COUNT: usize = 8;
    const REGISTERS: usize = 16;
    /// All bits of a lane are set, or none.
    type Mask = __m256;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self(unsafe { _mm256_set1_ps(value) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        Self(unsafe { _mm256_loadu_ps(from) })
    }

    #[inline(always)]
    unsafe fn prefetch(at: *const f32) {
        unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        unsafe { _mm256_storeu_ps(to, self.0) }
    }

    #[inline(always)]
    unsafe fn load_even(from: *const f32) -> Self {
        unsafe {
            let (low, high) = (_mm256_loadu_ps(from), _mm256_loadu_ps(from.add(8)));
            // 0 2 8 10 and 4 6 12 14; then the middle pairs change places.
            let even = _mm256_castps_pd(_mm256_shuffle_ps::<0b10_00_10_00>(low, high));
            Self(_mm256_castpd_ps(_mm256_permute4x64_pd::<0b11_01_10_00>(
                even,
            )))
        }
    }

    #[inline(always)]
    unsafe fn store_interleaved(even: Self, odd: Self, to: *mut f32) {
        unsafe {
            // Pairs 0 1 4 5 and 2 3 6 7.
            let first = _mm256_unpacklo_ps(even.0, odd.0);
            let second = _mm256_unpackhi_ps(even.0, odd.0);
            _mm256_storeu_ps(to, _mm256_permute2f128_ps::<0x20>(first, second));
            _mm256_storeu_ps(to.add(8), _mm256_permute2f128_ps::<0x31>(first, second));
        }
    }

    #[inline(always)]
    unsafe fn load_pairs(from: *const f32) -> (Self, Self) {
        unsafe {
            // The lanes are 0 1 4 5 2 3 6 7: without a step across the halves of the register.
            let (low, high) = (_mm256_loadu_ps(from), _mm256_loadu_ps(from.add(8)));
            let even = _mm256_shuffle_ps::<0b10_00_10_00>(low, high);
            let odd = _mm256_shuffle_ps::<0b11_01_11_01>(low, high);
            (Self(even), Self(odd))
        }
    }

    #[inline(always)]
    unsafe fn store_pairs(even: Self, odd: Self, to: *mut f32) {
        unsafe {
            _mm256_storeu_ps(to, _mm256_unpacklo_ps(even.0, odd.0));
            _mm256_storeu_ps(to.add(8), _mm256_unpackhi_ps(even.0, odd.0));
        }
    }

    #[inline(always)]
    unsafe fn keep_first(self, count: usize) -> Self {
        let count = i32::try_from(count).unwrap_or(i32::MAX);
        unsafe {
            let index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
            let mask = _mm256_cmpgt_epi32(_mm256_set1_epi32(count), index);
            Self(_mm256_and_ps(self.0, _mm256_castsi256_ps(mask)))
        }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        Self(unsafe { _mm256_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        Self(unsafe { _mm256_sub_ps(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        Self(unsafe { _mm256_mul_ps(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn div(self, other: Self) -> Self {
        Self(unsafe { _mm256_div_ps(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn fma(self, factor: Self, addend: Self) -> Self {
        Self(unsafe { _mm256_fmadd_ps(self.0, factor.0, addend.0) })
    }

    #[inline(always)]
    unsafe fn not_below_0(self) -> Self {
        // The second operand is the result if both are zero or one is NaN.
        Self(unsafe { _mm256_max_ps(_mm256_setzero_ps(), self.0) })
    }

    #[inline(always)]
    unsafe fn lt(self, other: Self) -> __m256 {
        unsafe { _mm256_cmp_ps::<_CMP_LT_OQ>(self.0, other.0) }
    }

    #[inline(always)]
    unsafe fn is_nan(self) -> __m256 {
        unsafe { _mm256_cmp_ps::<_CMP_UNORD_Q>(self.0, self.0) }
    }

    #[inline(always)]
    unsafe fn select(mask: __m256, yes: Self, no: Self) -> Self {
        Self(unsafe { _mm256_blendv_ps(no.0, yes.0, mask) })
    }

    #[inline(always)]
    unsafe fn any(mask: __m256) -> bool {
        unsafe { _mm256_movemask_ps(mask) != 0 }
    }

    #[inline(always)]
    unsafe fn scale_by_low_bits(self, integer: Self) -> Self {
        unsafe {
            let shifted = _mm256_slli_epi32::<23>(_mm256_castps_si256(integer.0));
            let sum = _mm256_add_epi32(_mm256_castps_si256(self.0), shifted);
            Self(_mm256_castsi256_ps(sum))
        }
    }
}

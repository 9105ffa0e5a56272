//! Both passes in 256-bit vectors.

use core::arch::x86_64::{
    __m128i, __m256i, _mm256_add_epi16, _mm256_add_epi32, _mm256_blend_epi16,
    _mm256_castsi128_si256, _mm256_castsi256_si128, _mm256_extracti128_si256,
    _mm256_inserti128_si256, _mm256_madd_epi16, _mm256_mulhi_epi16, _mm256_packus_epi16,
    _mm256_packus_epi32, _mm256_permute4x64_epi64, _mm256_set1_epi16, _mm256_set1_epi32,
    _mm256_shuffle_epi8, _mm256_slli_epi32, _mm256_srli_epi16, _mm256_srli_epi32,
    _mm256_unpackhi_epi16, _mm256_unpacklo_epi16, _mm256_xor_si256,
};

use fearless_simd::{i8x32, i16x16, prelude::*, u8x16, u8x32, u16x8, u16x16};

use super::{GROUP, Group, SPAN, WINDOW, Weights};
use crate::image::CHANNELS;
use crate::image::resample::horizontal::DROPPED_BITS;
use crate::image::resample::shares::{self, Columns};
use crate::image::resample::taps::RowPair;
use crate::image::resample::vertical;

const SHIFT: i32 = DROPPED_BITS.cast_signed();
/// The lanes of a group, and with the two more that its last store overwrites.
const LANES: usize = GROUP * CHANNELS;
const TOUCHED: usize = LANES + 2;

/// Selects the bytes of two pixels as 16-bit lanes. Left and right of each channel are side by
/// side, followed by a pair of zeros.
const PAIRS: [i8; 16] = [0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1];
const PAIRS_SWAPPED: [i8; 16] = [2, -1, 5, -1, 1, -1, 4, -1, 0, -1, 3, -1, -1, -1, -1, -1];
/// Joins two columns whose lanes alternate: three lanes of one, then three of the other.
const CLOSE_UP: [i8; 16] = [0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11, -1, -1, -1, -1];

/// The same 16 bytes in both halves of a vector.
fn twice(mask: [i8; 16]) -> [i8; 32] {
    core::array::from_fn(|at| mask[at % 16])
}

/// The weights in the order of the multiply-adds: columns 0 and 4 together, then 1 and 5, and so
/// on. A column has one pair for each channel, and one that meets zeros.
pub fn spread(weights: [Weights; GROUP]) -> [[i16; 8]; GROUP] {
    core::array::from_fn(|slot| {
        let [[a, b], [c, d], [e, f]] = weights[slot / 2 + slot % 2 * (GROUP / 2)];
        [a, b, c, d, e, f, 0, 0]
    })
}

fearless_simd::kernel!(
    /// Fills three lanes of `line` for every column of `groups`. The bases count from the start of
    /// `bytes`.
    pub fn horizontal(avx2: Avx2, groups: &[Group], bytes: &[u8], swap: bool, line: &mut [u16]) {
        let pairs: __m256i =
            i8x32::from_slice(avx2, &twice(if swap { PAIRS_SWAPPED } else { PAIRS })).into();
        let close_up: __m256i = i8x32::from_slice(avx2, &twice(CLOSE_UP)).into();
        let mut at = 0;
        for group in groups {
            let span = &bytes[group.base as usize..group.base as usize + SPAN];
            // One load for all places, since loads limit the speed of this loop.
            let places = u64::from_le_bytes(group.places);
            let window = |column: usize| -> __m128i {
                let place = usize::from(places.to_le_bytes()[column]);
                u8x16::from_slice(avx2, &span[place..place + WINDOW]).into()
            };
            // The lower half of every vector has columns 0 to 3 of the group, the upper half 4 to
            // 7.
            let pixels = |column: usize| -> __m256i {
                let lower = _mm256_castsi128_si256(window(column));
                _mm256_shuffle_epi8(
                    _mm256_inserti128_si256::<1>(lower, window(column + 4)),
                    pairs,
                )
            };
            let sums = |column: usize| -> __m256i {
                let weights = group.weights[2 * column..2 * column + 2].as_flattened();
                _mm256_madd_epi16(pixels(column), i16x16::from_slice(avx2, weights).into())
            };
            // Dropping bits leaves 15. So the sums of two columns share a vector: one in the even
            // lanes of 16 bits, one in the odd.
            let two = |even: __m256i, odd: __m256i| -> __m256i {
                let (even, odd) = (
                    _mm256_srli_epi32::<SHIFT>(even),
                    _mm256_slli_epi32::<{ 16 - SHIFT }>(odd),
                );
                _mm256_shuffle_epi8(_mm256_blend_epi16::<0b1010_1010>(even, odd), close_up)
            };
            let (ab, cd) = (two(sums(0), sums(1)), two(sums(2), sums(3)));
            let lanes = &mut line[at..at + TOUCHED];
            // Each store writes eight lanes. The next store overwrites the last two of them.
            let mut store = |first: usize, part: __m128i| {
                let part: u16x8<_> = part.simd_into(avx2);
                part.store_slice(&mut lanes[first..first + 8]);
            };
            store(0, _mm256_castsi256_si128(ab));
            store(6, _mm256_castsi256_si128(cd));
            store(12, _mm256_extracti128_si256::<1>(ab));
            store(18, _mm256_extracti128_si256::<1>(cd));
            at += LANES;
        }
    }
);

fearless_simd::kernel!(
    /// [`vertical::mix_truncated`], 32 lanes at a time. Lines and weights are below 32768, so
    /// signed products are the same. For unsigned products by one factor, the compiler makes longer
    /// code.
    pub fn vertical_truncated(
        avx2: Avx2,
        upper: &[u16],
        lower: &[u16],
        pair: RowPair,
        output: &mut [u8],
    ) {
        let near = _mm256_set1_epi16(pair.near.cast_signed());
        let far = _mm256_set1_epi16(pair.far.cast_signed());
        let half = _mm256_set1_epi16(2);
        let sixteen = |upper: &[u16], lower: &[u16]| -> __m256i {
            let upper = _mm256_mulhi_epi16(u16x16::from_slice(avx2, upper).into(), near);
            let lower = _mm256_mulhi_epi16(u16x16::from_slice(avx2, lower).into(), far);
            _mm256_srli_epi16::<2>(_mm256_add_epi16(_mm256_add_epi16(upper, lower), half))
        };
        let (bytes, rest) = output.as_chunks_mut::<32>();
        let done = bytes.len() * 32;
        let (uppers, lowers) = (upper.as_chunks::<32>().0, lower.as_chunks::<32>().0);
        for ((bytes, upper), lower) in bytes.iter_mut().zip(uppers).zip(lowers) {
            let packed = _mm256_packus_epi16(
                sixteen(&upper[..16], &lower[..16]),
                sixteen(&upper[16..], &lower[16..]),
            );
            // Packing works on halves. This restores the order of the four quarters.
            let packed: u8x32<_> =
                _mm256_permute4x64_epi64::<0b11_01_10_00>(packed).simd_into(avx2);
            packed.store_slice(bytes);
        }
        vertical::mix_truncated(&upper[done..], &lower[done..], pair, rest);
    }
);

fearless_simd::kernel!(
    /// [`vertical::mix_exact`], 32 lanes at a time. A line is up to 65 280, and the multiply-add
    /// takes signed lanes. So it gets lines less 2^15. The weights add up to 2^8, so the sums lack
    /// 2^23, which is added with the half for the rounding.
    pub fn vertical_exact(
        avx2: Avx2,
        upper: &[u16],
        lower: &[u16],
        pair: RowPair,
        output: &mut [u8],
    ) {
        let weights = i32::from(pair.near) | i32::from(pair.far) << 16;
        let weights = _mm256_set1_epi32(weights);
        let sign = _mm256_set1_epi16(i16::MIN);
        let lacking = _mm256_set1_epi32((1 << 23) + (1 << 15));
        let eight = |pairs: __m256i| -> __m256i {
            let sums = _mm256_madd_epi16(_mm256_xor_si256(pairs, sign), weights);
            _mm256_srli_epi32::<16>(_mm256_add_epi32(sums, lacking))
        };
        let sixteen = |upper: &[u16], lower: &[u16]| -> __m256i {
            let upper: __m256i = u16x16::from_slice(avx2, upper).into();
            let lower: __m256i = u16x16::from_slice(avx2, lower).into();
            _mm256_packus_epi32(
                eight(_mm256_unpacklo_epi16(upper, lower)),
                eight(_mm256_unpackhi_epi16(upper, lower)),
            )
        };
        let (bytes, rest) = output.as_chunks_mut::<32>();
        let done = bytes.len() * 32;
        let (uppers, lowers) = (upper.as_chunks::<32>().0, lower.as_chunks::<32>().0);
        for ((bytes, upper), lower) in bytes.iter_mut().zip(uppers).zip(lowers) {
            let packed = _mm256_packus_epi16(
                sixteen(&upper[..16], &lower[..16]),
                sixteen(&upper[16..], &lower[16..]),
            );
            let packed: u8x32<_> =
                _mm256_permute4x64_epi64::<0b11_01_10_00>(packed).simd_into(avx2);
            packed.store_slice(bytes);
        }
        vertical::mix_exact(&upper[done..], &lower[done..], pair, rest);
    }
);

fearless_simd::kernel!(
    /// [`shares::line`], as the compiler translates it for AVX2.
    pub fn line(avx2: Avx2, columns: &Columns, row: &[u8], floats: &mut [f32], line: &mut [f32]) {
        let _ = avx2;
        shares::line(columns, row, floats, line);
    }
);

fearless_simd::kernel!(
    /// [`shares::first`], as the compiler translates it for AVX2.
    pub fn first(avx2: Avx2, line: &[f32], share: f32, sums: &mut [f32]) {
        let _ = avx2;
        shares::first(line, share, sums);
    }
);

fearless_simd::kernel!(
    /// [`shares::add`], as the compiler translates it for AVX2.
    pub fn add(avx2: Avx2, line: &[f32], share: f32, sums: &mut [f32]) {
        let _ = avx2;
        shares::add(line, share, sums);
    }
);

fearless_simd::kernel!(
    /// [`shares::round`], as the compiler translates it for AVX2.
    pub fn round(avx2: Avx2, sums: &[f32], factor: f32, output: &mut [u8]) {
        let _ = avx2;
        shares::round(sums, factor, output);
    }
);

fearless_simd::kernel!(
    /// [`vertical::mix_rows`], as the compiler translates it for AVX2.
    pub fn mix_rows(avx2: Avx2, upper: &[u8], lower: &[u8], pair: RowPair, output: &mut [u8]) {
        let _ = avx2;
        vertical::mix_rows(upper, lower, pair, output);
    }
);

fearless_simd::kernel!(
    /// [`vertical::round_line`], as the compiler translates it for AVX2.
    pub fn round_line(avx2: Avx2, line: &[u16], output: &mut [u8]) {
        let _ = avx2;
        vertical::round_line(line, output);
    }
);

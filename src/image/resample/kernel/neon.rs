//! The horizontal pass in 128-bit vectors.

use core::arch::aarch64::{
    int16x8_t, uint8x16_t, vcombine_u16, vget_low_u16, vmlal_high_u16, vmull_u16, vqtbl1q_u8,
    vreinterpretq_u16_s16, vreinterpretq_u16_u8, vshrn_n_u32,
};

use fearless_simd::{i16x8, prelude::*, u8x16, u16x8};

use super::{GROUP, Group, SPAN, WINDOW, Weights};
use crate::image::CHANNELS;
use crate::image::resample::horizontal::DROPPED_BITS;

const SHIFT: i32 = DROPPED_BITS.cast_signed();
/// The lanes of a group, without and with the extra one that its last store overwrites.
const LANES: usize = GROUP * CHANNELS;
const TOUCHED: usize = LANES + 1;

/// Selects the bytes of two pixels as 16-bit lanes: the left pixel in the lower half, the right one
/// in the upper.
const HALVES: [u8; 16] = [
    0, 255, 1, 255, 2, 255, 255, 255, 3, 255, 4, 255, 5, 255, 255, 255,
];
const HALVES_SWAPPED: [u8; 16] = [
    2, 255, 1, 255, 0, 255, 255, 255, 5, 255, 4, 255, 3, 255, 255, 255,
];

/// The weights in the order of the multiplications: those of the left pixel and one that meets
/// zeros, then those of the right pixel.
pub fn spread(weights: [Weights; GROUP]) -> [[i16; 8]; GROUP] {
    weights.map(|[[a, b], [c, d], [e, f]]| [a, c, e, 0, b, d, f, 0])
}

fearless_simd::kernel!(
    /// Fills three lanes of `line` for every column of `groups`. The bases count from the start of
    /// `bytes`.
    pub fn horizontal(neon: Neon, groups: &[Group], bytes: &[u8], swap: bool, line: &mut [u16]) {
        let halves: uint8x16_t =
            u8x16::from_slice(neon, if swap { &HALVES_SWAPPED } else { &HALVES }).into();
        let mut at = 0;
        for group in groups {
            let span = &bytes[group.base as usize..group.base as usize + SPAN];
            let lanes = &mut line[at..at + TOUCHED];
            for column in 0..GROUP {
                let place = usize::from(group.places[column]);
                let window: uint8x16_t =
                    u8x16::from_slice(neon, &span[place..place + WINDOW]).into();
                let pixels = vreinterpretq_u16_u8(vqtbl1q_u8(window, halves));
                let weights: int16x8_t = i16x8::from_slice(neon, &group.weights[column]).into();
                let weights = vreinterpretq_u16_s16(weights);
                let left = vmull_u16(vget_low_u16(pixels), vget_low_u16(weights));
                let kept = vshrn_n_u32::<SHIFT>(vmlal_high_u16(left, pixels, weights));
                // Each store writes four lanes. The next store overwrites the last of them.
                let kept: u16x8<_> = vcombine_u16(kept, kept).simd_into(neon);
                lanes[column * CHANNELS..column * CHANNELS + 4]
                    .copy_from_slice(&kept.as_slice()[..4]);
            }
            at += LANES;
        }
    }
);

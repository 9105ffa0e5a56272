//! Copies rows of an output into planes of numbers, one plane per channel.

use super::half::f16_to_f32;

pub(super) fn f32_of(bytes: [u8; 4]) -> f32 {
    f32::from_le_bytes(bytes)
}

pub(super) fn f16_of(bytes: [u8; 2]) -> f32 {
    f16_to_f32(u16::from_le_bytes(bytes))
}

/// Copies one row of a plane whose values have `N` bytes.
pub(super) fn copy<const N: usize>(
    input: &[u8],
    plane: &mut [f32],
    value: impl Fn([u8; N]) -> f32,
) {
    for (to, from) in plane.iter_mut().zip(input.as_chunks::<N>().0) {
        *to = value(*from);
    }
}

/// Copies a row of pixels, each with `classes` values of `N` bytes, into planes of `width` values.
#[inline(always)]
pub(super) fn deinterleave<const N: usize>(
    input: &[u8],
    planes: &mut [f32],
    width: usize,
    classes: usize,
    value: impl Fn([u8; N]) -> f32,
) {
    if classes == 2 {
        let (first, second) = planes.split_at_mut(width);
        let pixels = input.as_chunks::<N>().0.as_chunks::<2>().0;
        for ((pixel, a), b) in pixels.iter().zip(first).zip(second) {
            *a = value(pixel[0]);
            *b = value(pixel[1]);
        }
    } else {
        let (values, _) = input.as_chunks::<N>();
        for (x, pixel) in values.chunks_exact(classes).enumerate() {
            for (plane, from) in pixel.iter().enumerate() {
                planes[plane * width + x] = value(*from);
            }
        }
    }
}

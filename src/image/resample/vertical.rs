//! The vertical pass: turns two lines and their weights into bytes.

use super::taps::RowPair;

/// `((near * upper) >> 16) + ((far * lower) >> 16)` in every lane, rounded from two fraction bits.
///
/// Each product is truncated before the addition, as in OpenCV.
pub fn mix(upper: &[u16], lower: &[u16], pair: RowPair, output: &mut [u8]) {
    for ((byte, upper), lower) in output.iter_mut().zip(upper).zip(lower) {
        let sum = upper_half(pair.near, *upper) + upper_half(pair.far, *lower);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "sum <= 1020: a line is at most 32 655, a weight 2048"
        )]
        let rounded = ((sum + 2) >> 2) as u8;
        *byte = rounded;
    }
}

fn upper_half(a: u16, b: u16) -> u16 {
    ((u32::from(a) * u32::from(b)) >> 16) as u16
}

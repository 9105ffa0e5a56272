//! The vertical pass: turns two lines and their weights into bytes. If it comes before the
//! horizontal pass, it turns two source rows into one.

use super::taps::RowPair;

/// How the two products of a lane become a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// [`mix_truncated`], for lines up to 32 655 and weights that add up to 2048.
    Truncated,
    /// [`mix_exact`], for lines up to 65 280 and weights that add up to 256.
    Exact,
}

/// `((near * upper) >> 16) + ((far * lower) >> 16)` in every lane, rounded from two fraction bits.
///
/// Each product is truncated before the addition, as in OpenCV.
pub fn mix_truncated(upper: &[u16], lower: &[u16], pair: RowPair, output: &mut [u8]) {
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

/// `near * upper + far * lower` in every lane, rounded from 16 fraction bits.
pub fn mix_exact(upper: &[u16], lower: &[u16], pair: RowPair, output: &mut [u8]) {
    for ((byte, upper), lower) in output.iter_mut().zip(upper).zip(lower) {
        let sum =
            u32::from(pair.near) * u32::from(*upper) + u32::from(pair.far) * u32::from(*lower);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "sum <= 255 << 16: a line is at most 65 280, and the weights add up to 256"
        )]
        let rounded = ((sum + (1 << 15)) >> 16) as u8;
        *byte = rounded;
    }
}

/// `near * upper + far * lower` in every byte, rounded from 8 fraction bits. The weights add up to
/// 256.
#[inline(always)]
pub fn mix_rows(upper: &[u8], lower: &[u8], pair: RowPair, output: &mut [u8]) {
    for ((byte, upper), lower) in output.iter_mut().zip(upper).zip(lower) {
        *byte = rounded(pair.near * u16::from(*upper) + pair.far * u16::from(*lower));
    }
}

/// Rounds a line of 8 fraction bits, of at most 65 280, to bytes.
#[inline(always)]
pub fn round_line(line: &[u16], output: &mut [u8]) {
    for (byte, lane) in output.iter_mut().zip(line) {
        *byte = rounded(*lane);
    }
}

#[inline(always)]
fn rounded(value: u16) -> u8 {
    ((value + (1 << 7)) >> 8) as u8
}

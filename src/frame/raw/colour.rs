//! Camera colours as red, green, blue: the bytes of OpenCV's `cv2.cvtColor`.
//!
//! Y, U and V are those of BT.601 with Y from 16 to 235 and U, V from 16 to 240. OpenCV converts them in integers with 20
//! fraction bits, rounds the half up and takes a Y below 16 as 16; two pixels share the same U and V, four with NV12. All
//! 16 777 216 combinations were compared with OpenCV 5.0.0: none differs.

use crate::frame::CHANNELS;

/// Fraction bits of the factors.
const BITS: i32 = 20;
const HALF: i32 = 1 << (BITS - 1);
/// 255 / 219: one step of Y.
const Y: i32 = 1_220_542;
/// The parts of V in red and green and of U in green and blue, as OpenCV has rounded them.
const V_RED: i32 = 1_673_527;
const V_GREEN: i32 = -852_492;
const U_GREEN: i32 = -409_993;
const U_BLUE: i32 = 2_116_026;

/// What U and V add to each channel, and the half that rounds.
fn shift(u: u8, v: u8) -> [i32; CHANNELS] {
    let (u, v) = (i32::from(u) - 128, i32::from(v) - 128);
    [
        HALF + V_RED * v,
        HALF + V_GREEN * v + U_GREEN * u,
        HALF + U_BLUE * u,
    ]
}

/// The pixel of this brightness. Every sum stays below 2^30.
fn pixel(y: u8, shift: [i32; CHANNELS]) -> [u8; CHANNELS] {
    let bright = i32::from(y.saturating_sub(16)) * Y;
    shift.map(|shift| {
        #[expect(clippy::cast_sign_loss, reason = "clamped to 0..=255")]
        let level = ((bright + shift) >> BITS).clamp(0, 255) as u8;
        level
    })
}

fn pairs(pairs: impl Iterator<Item = ([u8; 2], [u8; 2])>, rgb: &mut [u8]) {
    for ((y, [u, v]), out) in pairs.zip(rgb.as_chunks_mut::<{ 2 * CHANNELS }>().0) {
        let shift = shift(u, v);
        let (first, second) = (pixel(y[0], shift), pixel(y[1], shift));
        out[..CHANNELS].copy_from_slice(&first);
        out[CHANNELS..].copy_from_slice(&second);
    }
}

/// Y0 U Y1 V to six bytes, for each four bytes of `line`.
pub fn yuyv(line: &[u8], rgb: &mut [u8]) {
    let line = line.as_chunks().0.iter();
    pairs(
        line.map(|&[first, u, second, v]| ([first, second], [u, v])),
        rgb,
    );
}

/// U Y0 V Y1 to six bytes, for each four bytes of `line`.
pub fn uyvy(line: &[u8], rgb: &mut [u8]) {
    let line = line.as_chunks().0.iter();
    pairs(
        line.map(|&[u, first, v, second]| ([first, second], [u, v])),
        rgb,
    );
}

/// Two of Y, and U and V from the other plane, to six bytes, for each two bytes of `line`.
pub fn nv12(line: &[u8], colours: &[u8], rgb: &mut [u8]) {
    let line = line.as_chunks().0.iter().copied();
    pairs(line.zip(colours.as_chunks().0.iter().copied()), rgb);
}

/// Each brightness three times.
pub fn grey(line: &[u8], rgb: &mut [u8]) {
    for (grey, out) in line.iter().zip(rgb.as_chunks_mut::<CHANNELS>().0) {
        *out = [*grey; CHANNELS];
    }
}

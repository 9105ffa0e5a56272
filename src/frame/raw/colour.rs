//! Converts a camera's colours to red, green and blue, with the bytes of OpenCV's `cv2.cvtColor`.
//!
//! Y, U and V are those of BT.601, with Y from 16 to 235 and U and V from 16 to 240. OpenCV
//! converts them in integers with 20 fraction bits, rounds half up, and treats a Y below 16 as 16.
//! Two pixels share U and V, with NV12 four. All 16 777 216 combinations were compared with OpenCV
//! 5.0.0, and none differs.
//!
//! Pixels are converted in blocks of a constant length, so that the compiler can vectorise the
//! loops. On x86-64 that needs AVX2, which `fearless_simd` enables if the processor has it. On
//! aarch64 NEON is always there.

use crate::image::CHANNELS;
use fearless_simd::Level;

/// The fraction bits of the factors.
const BITS: i32 = 20;
const HALF: i32 = 1 << (BITS - 1);
/// 255 / 219: the weight of one step of Y.
const Y: i32 = 1_220_542;
/// The weights of V in red and green and of U in green and blue, in OpenCV's rounding.
const V_RED: i32 = 1_673_527;
const V_GREEN: i32 = -852_492;
const U_GREEN: i32 = -409_993;
const U_BLUE: i32 = 2_116_026;

/// How many pairs of pixels are converted at a time.
const BLOCK: usize = 64;
/// Y0, U, Y1 and V of two pixels.
type Pair = [u8; 4];
/// Two pixels, red first.
type PixelPair = [u8; 2 * CHANNELS];

/// Converts rows with the best instructions of this processor.
#[derive(Debug)]
pub struct Converter {
    level: Level,
}

impl Converter {
    pub fn new() -> Converter {
        Converter {
            level: Level::new(),
        }
    }

    /// Converts Y0 U Y1 V: each four bytes of `line` give six bytes.
    pub fn yuyv(&self, line: &[u8], rgb: &mut [u8]) {
        let (pairs, _) = line.as_chunks::<4>();
        self.convert(pairs, |pair| *pair, rgb);
    }

    /// Converts U Y0 V Y1: each four bytes of `line` give six bytes.
    pub fn uyvy(&self, line: &[u8], rgb: &mut [u8]) {
        let (pairs, _) = line.as_chunks::<4>();
        self.convert(pairs, |&[u, first, v, second]| [first, u, second, v], rgb);
    }

    /// Converts two bytes of Y from `line`, with U and V from `colours`, to six bytes.
    pub fn nv12(&self, line: &[u8], colours: &[u8], rgb: &mut [u8]) {
        let (line, colours) = (line.as_chunks::<2>().0, colours.as_chunks::<2>().0);
        let (rgb, _) = rgb.as_chunks_mut();
        let blocks = line.chunks(BLOCK).zip(colours.chunks(BLOCK));
        for ((line, colours), rgb) in blocks.zip(rgb.chunks_mut(BLOCK)) {
            let mut block = [Pair::default(); BLOCK];
            for ((pair, y), colour) in block.iter_mut().zip(line).zip(colours) {
                *pair = [y[0], colour[0], y[1], colour[1]];
            }
            self.block(&block, rgb);
        }
    }

    fn convert(&self, pairs: &[Pair], yuyv: impl Fn(&Pair) -> Pair, rgb: &mut [u8]) {
        let (rgb, _) = rgb.as_chunks_mut();
        for (pairs, rgb) in pairs.chunks(BLOCK).zip(rgb.chunks_mut(BLOCK)) {
            let mut block = [Pair::default(); BLOCK];
            for (pair, from) in block.iter_mut().zip(pairs) {
                *pair = yuyv(from);
            }
            self.block(&block, rgb);
        }
    }

    /// Converts as many pairs as `rgb` has space for.
    fn block(&self, pairs: &[Pair; BLOCK], rgb: &mut [PixelPair]) {
        if let Some(whole) = rgb.as_mut_array() {
            return self.whole_block(pairs, whole);
        }
        let mut whole = [PixelPair::default(); BLOCK];
        self.whole_block(pairs, &mut whole);
        for (to, from) in rgb.iter_mut().zip(whole) {
            *to = from;
        }
    }

    fn whole_block(&self, pairs: &[Pair; BLOCK], rgb: &mut [PixelPair; BLOCK]) {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = self.level.as_avx2() {
            return block_avx2(avx2, pairs, rgb);
        }
        let _ = self.level;
        block(pairs, rgb);
    }
}

#[cfg(target_arch = "x86_64")]
fearless_simd::kernel!(
    fn block_avx2(avx2: Avx2, pairs: &[Pair; BLOCK], rgb: &mut [PixelPair; BLOCK]) {
        let _ = avx2;
        block(pairs, rgb);
    }
);

/// The definition of the conversion. Every sum is below 2^30.
#[inline(always)]
fn block(pairs: &[Pair; BLOCK], rgb: &mut [PixelPair; BLOCK]) {
    let (mut first, mut second) = ([0; BLOCK], [0; BLOCK]);
    let (mut red, mut green, mut blue) = ([0; BLOCK], [0; BLOCK], [0; BLOCK]);
    for at in 0..BLOCK {
        let [y0, u, y1, v] = pairs[at];
        first[at] = bright(y0);
        second[at] = bright(y1);
        let (u, v) = (i32::from(u) - 128, i32::from(v) - 128);
        red[at] = HALF + V_RED * v;
        green[at] = HALF + V_GREEN * v + U_GREEN * u;
        blue[at] = HALF + U_BLUE * u;
    }
    for at in 0..BLOCK {
        let (first, second) = (first[at], second[at]);
        rgb[at] = [
            level(first + red[at]),
            level(first + green[at]),
            level(first + blue[at]),
            level(second + red[at]),
            level(second + green[at]),
            level(second + blue[at]),
        ];
    }
}

#[inline(always)]
fn bright(y: u8) -> i32 {
    i32::from(y.saturating_sub(16)) * Y
}

#[inline(always)]
fn level(sum: i32) -> u8 {
    #[expect(clippy::cast_sign_loss, reason = "clamped to 0..=255")]
    let level = (sum >> BITS).clamp(0, 255) as u8;
    level
}

/// Repeats each brightness three times.
pub fn grey(line: &[u8], rgb: &mut [u8]) {
    for (grey, out) in line.iter().zip(rgb.as_chunks_mut::<CHANNELS>().0) {
        *out = [*grey; CHANNELS];
    }
}

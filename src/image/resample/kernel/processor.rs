//! The code that runs the passes on this processor.

use fearless_simd::Level;

#[cfg(target_arch = "x86_64")]
use super::avx2;
use crate::image::resample::shares::{self, Columns};
use crate::image::resample::taps::RowPair;
use crate::image::resample::vertical::{self, Rounding};

/// The code that runs the passes.
#[derive(Clone, Copy, Debug)]
pub enum Processor {
    /// The definitions, as the compiler translates them.
    Portable,
    /// 256-bit vectors.
    #[cfg(target_arch = "x86_64")]
    Avx2(fearless_simd::Avx2),
    /// 128-bit vectors, which every aarch64 processor has.
    #[cfg(target_arch = "aarch64")]
    Neon(fearless_simd::Neon),
}

impl Processor {
    /// The fastest that this processor has.
    pub fn here() -> Processor {
        let level = Level::new();
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = level.as_avx2() {
            return Processor::Avx2(avx2);
        }
        #[cfg(target_arch = "aarch64")]
        if let Some(neon) = level.as_neon() {
            return Processor::Neon(neon);
        }
        let _ = level;
        Processor::Portable
    }

    /// [`vertical`], by its rounding.
    pub fn vertical(
        self,
        rounding: Rounding,
        upper: &[u16],
        lower: &[u16],
        pair: RowPair,
        output: &mut [u8],
    ) {
        match (self, rounding) {
            #[cfg(target_arch = "x86_64")]
            (Processor::Avx2(avx2), Rounding::Truncated) => {
                avx2::vertical_truncated(avx2, upper, lower, pair, output);
            }
            #[cfg(target_arch = "x86_64")]
            (Processor::Avx2(avx2), Rounding::Exact) => {
                avx2::vertical_exact(avx2, upper, lower, pair, output);
            }
            // On aarch64 the compiler translates the definitions to NEON.
            (_, Rounding::Truncated) => vertical::mix_truncated(upper, lower, pair, output),
            (_, Rounding::Exact) => vertical::mix_exact(upper, lower, pair, output),
        }
    }

    /// [`vertical::mix_rows`].
    pub fn mix_rows(self, upper: &[u8], lower: &[u8], pair: RowPair, output: &mut [u8]) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2(avx2) => avx2::mix_rows(avx2, upper, lower, pair, output),
            _ => vertical::mix_rows(upper, lower, pair, output),
        }
    }

    /// [`vertical::round_line`].
    pub fn round_line(self, line: &[u16], output: &mut [u8]) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2(avx2) => avx2::round_line(avx2, line, output),
            _ => vertical::round_line(line, output),
        }
    }

    /// [`shares::line`].
    pub fn line(self, columns: &Columns, row: &[u8], floats: &mut [f32], line: &mut [f32]) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2(avx2) => avx2::line(avx2, columns, row, floats, line),
            _ => shares::line(columns, row, floats, line),
        }
    }

    /// [`shares::first`].
    pub fn first(self, line: &[f32], share: f32, sums: &mut [f32]) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2(avx2) => avx2::first(avx2, line, share, sums),
            _ => shares::first(line, share, sums),
        }
    }

    /// [`shares::add`].
    pub fn add(self, line: &[f32], share: f32, sums: &mut [f32]) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2(avx2) => avx2::add(avx2, line, share, sums),
            _ => shares::add(line, share, sums),
        }
    }

    /// [`shares::round`].
    pub fn round(self, sums: &[f32], factor: f32, output: &mut [u8]) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2(avx2) => avx2::round(avx2, sums, factor, output),
            _ => shares::round(sums, factor, output),
        }
    }
}

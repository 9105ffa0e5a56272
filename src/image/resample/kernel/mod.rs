//! The two passes, on the vector instructions that this processor has.
//!
//! The portable code in [`horizontal`](super::horizontal) and [`vertical`](super::vertical) defines the results. It serves
//! every processor without a kernel here, and rows that shrink more than twelvefold. `fearless_simd` finds out what the
//! processor has and makes the calls safe.
//!
//! The kernels take columns in groups of eight. A column's place is one byte, counted from its group's first column, and
//! each group sees [`SPAN`] bytes of the row: so every load is in bounds by its type, and none has to be checked.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "aarch64")]
mod neon;

use fearless_simd::Level;

use super::horizontal::{self, Column};
use super::taps::RowPair;
use super::vertical;
use crate::image::CHANNELS;

/// Columns in a group.
const GROUP: usize = 8;
/// Bytes that a kernel loads at a column.
const WINDOW: usize = 16;
/// Bytes that a group sees: the largest place that a byte holds, and a window from there.
const SPAN: usize = 255 + WINDOW;

/// Which code runs the passes.
#[derive(Clone, Copy, Debug)]
enum Processor {
    /// Whatever the compiler makes of the definitions.
    Portable,
    /// 256-bit vectors.
    #[cfg(target_arch = "x86_64")]
    Avx2(fearless_simd::Avx2),
    /// 128-bit vectors, which every aarch64 processor has.
    #[cfg(target_arch = "aarch64")]
    Neon(fearless_simd::Neon),
}

impl Processor {
    fn here() -> Processor {
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

    /// The weights of a group as the kernel multiplies by them.
    fn spread(self, weights: [[i16; 2]; GROUP]) -> [[i16; 8]; GROUP] {
        match self {
            Processor::Portable => [[0; 8]; GROUP],
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2(_) => avx2::spread(weights),
            #[cfg(target_arch = "aarch64")]
            Processor::Neon(_) => neon::spread(weights),
        }
    }

    /// Up to eight columns as a group, or `None` when they lie further apart than a byte can say.
    fn group(self, columns: &[Column]) -> Option<Group> {
        let base = columns.first()?.offset;
        let (mut places, mut weights) = ([0; GROUP], [[0; 2]; GROUP]);
        for ((column, place), weights) in columns.iter().zip(&mut places).zip(&mut weights) {
            *place = u8::try_from(column.offset - base).ok()?;
            *weights = [column.near, column.far];
        }
        Some(Group {
            base,
            places,
            weights: self.spread(weights),
        })
    }
}

/// Eight neighbouring columns; past the last column of the row they have weights of 0.
#[derive(Clone, Copy, Debug)]
struct Group {
    /// First byte of the group's span.
    base: u32,
    /// Each column's first byte, counted from `base`.
    places: [u8; GROUP],
    /// Each column's two weights, in the order and number that the kernel multiplies by.
    weights: [[i16; 8]; GROUP],
}

/// The two passes for one pair of widths.
#[derive(Debug)]
pub struct Kernel {
    processor: Processor,
    swap: bool,
    columns: Vec<Column>,
    groups: Vec<Group>,
    /// How many leading groups have their whole span in the source row.
    inside: usize,
    /// The first byte of the rest of the row. The groups there have a base counted from this byte, and take their span
    /// from `rest`.
    rest_start: usize,
    /// The rest of a row, with zeros behind.
    rest: [u8; 2 * SPAN],
}

impl Kernel {
    /// Prepares for rows of `source` pixels that become `target` pixels. With `swap` the outer channels trade places.
    pub fn new(source: u32, target: u32, swap: bool) -> Kernel {
        Kernel::on(Processor::here(), source, target, swap)
    }

    /// The portable kernel, which the others have to equal.
    #[cfg(test)]
    pub fn portable(source: u32, target: u32, swap: bool) -> Kernel {
        Kernel::on(Processor::Portable, source, target, swap)
    }

    fn on(processor: Processor, source: u32, target: u32, swap: bool) -> Kernel {
        let columns = horizontal::columns(source, target);
        let row_bytes = source as usize * CHANNELS;
        let mut groups: Vec<Group> = columns
            .chunks(GROUP)
            .map_while(|columns| processor.group(columns))
            .collect();
        let fits = groups.len() == columns.len().div_ceil(GROUP);
        let inside = groups.partition_point(|group| group.base as usize + SPAN <= row_bytes);
        let rest_start = groups.get(inside).map_or(source * 3, |group| group.base);
        for group in &mut groups[inside..] {
            group.base -= rest_start;
        }
        Kernel {
            processor: if fits { processor } else { Processor::Portable },
            swap,
            columns,
            groups,
            inside,
            rest_start: rest_start as usize,
            rest: [0; 2 * SPAN],
        }
    }

    /// Lanes of a line: three a column in whole groups, and two that the last vector store touches.
    pub fn line_len(&self) -> usize {
        self.columns.len().next_multiple_of(GROUP) * CHANNELS + 2
    }

    /// Fills `line` from a source row.
    pub fn horizontal(&mut self, row: &[u8], line: &mut [u16]) {
        if matches!(self.processor, Processor::Portable) {
            return horizontal::mix(&self.columns, row, self.swap, line);
        }
        let (inside, rest) = self.groups.split_at(self.inside);
        self.run(inside, row, line);
        let rest_row = &row[self.rest_start..];
        self.rest[..rest_row.len()].copy_from_slice(rest_row);
        self.run(
            rest,
            &self.rest,
            &mut line[inside.len() * GROUP * CHANNELS..],
        );
    }

    /// Fills the lanes of `groups`, whose bases count from the start of `bytes`.
    fn run(&self, groups: &[Group], bytes: &[u8], line: &mut [u16]) {
        match self.processor {
            Processor::Portable => {}
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2(avx2) => avx2::horizontal(avx2, groups, bytes, self.swap, line),
            #[cfg(target_arch = "aarch64")]
            Processor::Neon(neon) => neon::horizontal(neon, groups, bytes, self.swap, line),
        }
    }

    /// Fills `output` from two lines.
    pub fn vertical(&self, upper: &[u16], lower: &[u16], pair: RowPair, output: &mut [u8]) {
        match self.processor {
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2(avx2) => avx2::vertical(avx2, upper, lower, pair, output),
            // On aarch64 the compiler makes NEON of the definition.
            _ => vertical::mix(upper, lower, pair, output),
        }
    }
}

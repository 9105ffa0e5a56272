//! The two passes, with the vector instructions of this processor.
//!
//! The portable code in [`horizontal`](super::horizontal) and [`vertical`](super::vertical) defines
//! the results. It is used on processors without a kernel here, and for rows that shrink more than
//! twelvefold. `fearless_simd` detects the processor's features and makes the calls safe.
//!
//! A kernel takes columns in groups of eight. A column's place is one byte, counted from the
//! group's first column. A group sees [`SPAN`] bytes of the row, so every load is in bounds by its
//! type and needs no check.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "aarch64")]
mod neon;
mod processor;

pub use processor::Processor;

use core::array;

use super::horizontal::{self, Column};
use super::taps::RowPair;
use super::vertical::Rounding;
use crate::image::CHANNELS;

/// Columns in a group.
const GROUP: usize = 8;
/// A column's two weights, for each channel of the target.
type Weights = [[i16; 2]; CHANNELS];
/// Bytes that a kernel loads at a column.
const WINDOW: usize = 16;
/// Bytes that a group sees: the largest place that fits in a byte, and a window from there.
const SPAN: usize = 255 + WINDOW;

impl Processor {
    /// A group's weights in the kernel's format.
    fn spread(self, weights: [Weights; GROUP]) -> [[i16; 8]; GROUP] {
        match self {
            Processor::Portable => [[0; 8]; GROUP],
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2(_) => avx2::spread(weights),
            #[cfg(target_arch = "aarch64")]
            Processor::Neon(_) => neon::spread(weights),
        }
    }

    /// Up to eight columns as a group. `None` if their distance exceeds what a byte can hold.
    fn group(self, columns: &[Column]) -> Option<Group> {
        let base = columns.first()?.offset;
        let (mut places, mut weights) = ([0; GROUP], [[[0; 2]; CHANNELS]; GROUP]);
        for ((column, place), weights) in columns.iter().zip(&mut places).zip(&mut weights) {
            *place = u8::try_from(column.offset - base).ok()?;
            *weights = array::from_fn(|channel| [column.near[channel], column.far[channel]]);
        }
        Some(Group {
            base,
            places,
            weights: self.spread(weights),
        })
    }
}

/// Eight neighbouring columns. After the last column of the row, weights are 0.
#[derive(Clone, Copy, Debug)]
struct Group {
    /// First byte of the group's span.
    base: u32,
    /// The first byte of each column, counted from `base`.
    places: [u8; GROUP],
    /// The weights of each column, in the kernel's format.
    weights: [[i16; 8]; GROUP],
}

/// The two passes for one pair of widths.
#[derive(Debug)]
pub struct Kernel {
    processor: Processor,
    swap: bool,
    columns: Vec<Column>,
    groups: Vec<Group>,
    /// How many groups at the start have their whole span inside the source row.
    inside: usize,
    /// The first byte of the rest of the row. The bases of the groups there count from this byte,
    /// and their spans are in `rest`.
    rest_start: usize,
    /// The rest of a row, followed by zeros.
    rest: [u8; 2 * SPAN],
}

impl Kernel {
    /// Prepares for rows of `source` pixels that become these columns. `swap` exchanges the first
    /// and the last channel.
    pub fn new(columns: Vec<Column>, source: u32, swap: bool) -> Kernel {
        Kernel::on(Processor::here(), columns, source, swap)
    }

    /// The portable kernel, which every other must equal.
    #[cfg(test)]
    pub fn portable(columns: Vec<Column>, source: u32, swap: bool) -> Kernel {
        Kernel::on(Processor::Portable, columns, source, swap)
    }

    fn on(processor: Processor, columns: Vec<Column>, source: u32, swap: bool) -> Kernel {
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

    /// The lanes of a line: three for each column, in whole groups, and two more that the last
    /// vector store overwrites.
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

    /// Fills the lanes of `groups`. The bases count from the start of `bytes`.
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
    pub fn vertical(
        &self,
        rounding: Rounding,
        upper: &[u16],
        lower: &[u16],
        pair: RowPair,
        output: &mut [u8],
    ) {
        self.processor
            .vertical(rounding, upper, lower, pair, output);
    }
}

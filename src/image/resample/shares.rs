//! The shares of source pixels in target pixels, and the passes that add them up.
//!
//! The functions [`line`], [`first`], [`add`] and [`round`] define the results.
//! [`kernel`](super::kernel) has them translated for this processor's vectors.

use core::iter;

use super::taps;
use crate::image::{CHANNELS, Size};

/// The target columns of a row.
#[derive(Debug)]
pub struct Columns {
    /// Each column's first channel in the source row.
    offsets: Vec<u32>,
    /// The shares of each column's pixels, `width` for each. Those after the last pixel are zero,
    /// which changes no sum.
    shares: Vec<f32>,
    /// The most pixels of a column.
    width: usize,
    source: u32,
    swap: bool,
}

/// The share of a source position in a target position of one axis.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    /// The source position.
    pub source: u32,
    /// What its value is multiplied by.
    pub share: f32,
    /// Whether it is the first of its target position.
    pub begins: bool,
    /// Whether it is the last.
    pub ends: bool,
}

impl Columns {
    /// The columns for rows of `source` pixels that become `target` pixels. `swap` exchanges the
    /// first and the last channel.
    pub fn new(source: u32, target: u32, is_whole: bool, swap: bool) -> Columns {
        let all = shares(source, target, is_whole);
        let columns = || all.chunk_by(|share, _| !share.ends);
        let width = columns().map(<[Share]>::len).max().unwrap_or(0);
        let offset = |column: &[Share]| column.first().map(|first| first.source * 3);
        Columns {
            offsets: columns().filter_map(offset).collect(),
            shares: columns()
                .flat_map(|column| {
                    let shares = column.iter().map(|share| share.share);
                    shares.chain(iter::repeat(0.0)).take(width)
                })
                .collect(),
            width,
            source,
            swap,
        }
    }

    /// A source row's channels, and more behind them that are zero: those of the shares that are
    /// zero, and one that completes a vector.
    pub fn row_len(&self) -> usize {
        (self.source as usize + self.width) * CHANNELS + 1
    }

    /// The lanes of a line: three for each column, and one more that the last store of four
    /// overwrites.
    pub fn line_len(&self) -> usize {
        self.offsets.len() * CHANNELS + 1
    }
}

/// The two factors if both are whole numbers, by OpenCV's measure.
pub fn whole_factors(source: Size, target: Size) -> Option<(u32, u32)> {
    let whole = |source, target| {
        let scale = taps::scale(source, target);
        let rounded = scale.round_ties_even();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "1 <= rounded <= 32767, as axis lengths are at most 32767"
        )]
        let factor = rounded as u32;
        ((scale - rounded).abs() < f64::EPSILON).then_some(factor)
    };
    whole(source.width, target.width).zip(whole(source.height, target.height))
}

/// The shares of an axis, in ascending order of source and target.
pub fn shares(source: u32, target: u32, is_whole: bool) -> Vec<Share> {
    let mut shares = Vec::new();
    for position in 0..target {
        let start = shares.len();
        let mut push = |source: u32, share: f32| {
            shares.push(Share {
                source,
                share,
                begins: false,
                ends: false,
            });
        };
        if is_whole {
            let factor = source / target;
            (0..factor).for_each(|at| push(position * factor + at, 1.0));
        } else {
            covered(position, source, target, push);
        }
        if let [first, ..] = &mut shares[start..] {
            first.begins = true;
        }
        if let [.., last] = &mut shares[start..] {
            last.ends = true;
        }
    }
    shares
}

/// Pushes the source positions that an output position covers, and their shares of it. A share
/// under a thousandth of a pixel at either end is left out, as in OpenCV.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "coordinates are 0 to 32767, and OpenCV rounds the shares to f32"
)]
fn covered(position: u32, source: u32, target: u32, mut push: impl FnMut(u32, f32)) {
    const LEAST: f64 = 1e-3;
    let scale = taps::scale(source, target);
    let (start, last) = (f64::from(position) * scale, f64::from(source - 1));
    let end = start + scale;
    let length = scale.min(f64::from(source) - start);
    let end_pixel = end.floor().min(last);
    let first_whole = start.ceil().min(end_pixel);
    if first_whole - start > LEAST {
        push(
            first_whole as u32 - 1,
            ((first_whole - start) / length) as f32,
        );
    }
    for whole in first_whole as u32..end_pixel as u32 {
        push(whole, (1.0 / length) as f32);
    }
    if end - end_pixel > LEAST {
        let part = (end - end_pixel).min(1.0).min(length);
        push(end_pixel as u32, (part / length) as f32);
    }
}

/// The horizontal pass: the sum of each column's pixels times their shares, in ascending order.
/// `floats` gets the row's channels, and has the zeros behind them.
#[inline(always)]
pub fn line(columns: &Columns, row: &[u8], floats: &mut [f32], line: &mut [f32]) {
    for (float, byte) in floats.iter_mut().zip(row) {
        *float = f32::from(*byte);
    }
    // With a number that the compiler knows, the loop over a column's pixels is no loop.
    match columns.width {
        2 => sums(columns, columns.shares.as_chunks::<2>().0, floats, line),
        3 => sums(columns, columns.shares.as_chunks::<3>().0, floats, line),
        4 => sums(columns, columns.shares.as_chunks::<4>().0, floats, line),
        5 => sums(columns, columns.shares.as_chunks::<5>().0, floats, line),
        width => sums(
            columns,
            columns.shares.chunks_exact(width.max(1)),
            floats,
            line,
        ),
    }
}

#[inline(always)]
fn sums<'a, S: AsRef<[f32]> + 'a + ?Sized>(
    columns: &Columns,
    shares: impl IntoIterator<Item = &'a S>,
    floats: &[f32],
    line: &mut [f32],
) {
    let mut at = 0;
    for (offset, shares) in columns.offsets.iter().zip(shares) {
        let shares = shares.as_ref();
        // The fourth lane is the next pixel's first channel. The next store overwrites it.
        let mut sums = [0.0f32; 4];
        let pixels = &floats[*offset as usize..][..shares.len() * CHANNELS + 1];
        for (index, share) in shares.iter().enumerate() {
            for (sum, value) in sums.iter_mut().zip(&pixels[index * CHANNELS..][..4]) {
                *sum += value * share;
            }
        }
        if columns.swap {
            sums.swap(0, 2);
        }
        line[at..at + 4].copy_from_slice(&sums);
        at += CHANNELS;
    }
}

/// Begins the sums of a target row.
#[inline(always)]
pub fn first(line: &[f32], share: f32, sums: &mut [f32]) {
    for (sum, value) in sums.iter_mut().zip(line) {
        *sum = share * value;
    }
}

/// Adds a row to the sums.
#[inline(always)]
pub fn add(line: &[f32], share: f32, sums: &mut [f32]) {
    for (sum, value) in sums.iter_mut().zip(line) {
        *sum += share * value;
    }
}

/// Rounds `sums * factor` to bytes, ties to even.
#[inline(always)]
pub fn round(sums: &[f32], factor: f32, output: &mut [u8]) {
    /// Beyond this, single precision holds whole numbers only: adding it rounds, and the number is
    /// in the lowest bits.
    const ROUNDS: f32 = 8_388_608.0;
    for (byte, sum) in output.iter_mut().zip(sums) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "0 to 255 in the lowest bits"
        )]
        let rounded = ((sum * factor).min(255.0) + ROUNDS).to_bits() as u8;
        *byte = rounded;
    }
}

//! Any size to any other: bilinear, horizontal pass first.
//!
//! Two neighbouring source rows are in hand, as their horizontal results; row `y` lies in slot `y % 2`. A target row needs
//! two such neighbours, and the pairs of successive target rows never step back, so no source row is asked for twice.
//! Rows that no target row needs are passed over.

use super::horizontal::{Columns, upper_half};
use super::taps::{self, RowPair};
use crate::frame::{CHANNELS, Size};

#[derive(Debug)]
pub struct Bilinear {
    columns: Columns,
    rows: Vec<RowPair>,
    /// The next entry of `rows` to be written.
    next: usize,
    lines: [Vec<u16>; 2],
    output: Vec<u8>,
}

impl Bilinear {
    pub fn new(source: Size, target: Size, swap: bool) -> Bilinear {
        let lanes = target.width as usize * CHANNELS;
        Bilinear {
            columns: Columns::new(source.width, target.width, swap),
            rows: taps::vertical(source.height, target.height).collect(),
            next: 0,
            lines: [vec![0; lanes], vec![0; lanes]],
            output: vec![0; lanes],
        }
    }

    /// Takes source row `y` and gives each target row that it completes to `write`.
    pub fn push(&mut self, y: u32, row: &[u8], mut write: impl FnMut(&[u8])) {
        if y == 0 {
            self.next = 0;
        }
        let mut pending = self.rows[self.next..].iter();
        if pending.clone().next().is_none_or(|pair| y < pair.upper) {
            return;
        }
        let [even, odd] = &mut self.lines;
        self.columns
            .run(row, if y.is_multiple_of(2) { even } else { odd });
        for pair in pending.by_ref().take_while(|pair| pair.lower == y) {
            let line = |row: u32| if row.is_multiple_of(2) { &*even } else { &*odd };
            vertical(line(pair.upper), line(pair.lower), *pair, &mut self.output);
            write(&self.output);
            self.next += 1;
        }
    }
}

/// Mixes two lines into finished bytes: `((near * upper) >> 16) + ((far * lower) >> 16)`, rounded from two fraction bits.
///
/// Each product is cut before the two are added, as OpenCV does. The compiler turns the loop into vectors.
fn vertical(upper: &[u16], lower: &[u16], pair: RowPair, output: &mut [u8]) {
    for ((byte, upper), lower) in output.iter_mut().zip(upper).zip(lower) {
        let sum = upper_half(pair.near, *upper) + upper_half(pair.far, *lower);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "sum <= 1020, as a line is at most 32 640 and the weights add up to 2048"
        )]
        let rounded = ((sum + 2) >> 2) as u8;
        *byte = rounded;
    }
}

//! Resizes any size to any other by mixing two neighbours on each axis, horizontal pass first.
//!
//! It keeps two neighbouring source rows as lines, the results of the horizontal pass. The line of
//! row `y` is in slot `y % 2`. Each target row needs two neighbouring source rows, in ascending
//! order, so no source row is needed twice. Source rows that no target row needs are skipped.

use super::TargetRows;
use super::horizontal;
use super::kernel::Kernel;
use super::taps::{RowPair, Rule};
use super::vertical::Rounding;
use crate::image::Size;

#[derive(Debug)]
pub struct Bilinear {
    kernel: Kernel,
    rounding: Rounding,
    rows: Vec<RowPair>,
    /// The next entry of `rows`, whose target row is not written yet.
    next: usize,
    lines: [Vec<u16>; 2],
}

impl Bilinear {
    pub fn new(rule: Rule, source: Size, target: Size, swap: bool) -> Bilinear {
        let columns = horizontal::columns(rule, source.width, target.width);
        let kernel = Kernel::new(columns, source.width, swap);
        let line = vec![0; kernel.line_len()];
        Bilinear {
            kernel,
            rounding: match rule {
                Rule::Linear | Rule::AreaEnlarged => Rounding::Truncated,
                Rule::Exact => Rounding::Exact,
            },
            rows: rule.vertical(source.height, target.height).collect(),
            next: 0,
            lines: [line.clone(), line],
        }
    }

    /// Takes source row `y` and writes each target row that it completes.
    pub fn push(&mut self, y: u32, row: &[u8], target: &mut TargetRows<'_>) {
        if y == 0 {
            self.next = 0;
        }
        if self.rows.get(self.next).is_none_or(|pair| y < pair.upper) {
            return;
        }
        let [even, odd] = &mut self.lines;
        self.kernel
            .horizontal(row, if y.is_multiple_of(2) { even } else { odd });
        while let Some(pair) = self.rows.get(self.next).filter(|pair| pair.lower == y) {
            let line = |row: u32| if row.is_multiple_of(2) { &*even } else { &*odd };
            let (upper, lower) = (line(pair.upper), line(pair.lower));
            self.kernel
                .vertical(self.rounding, upper, lower, *pair, target.next_row());
            self.next += 1;
        }
    }
}

//! Reduces by the mean of the source pixels that a target pixel covers, each by its covered share.
//!
//! OpenCV adds in single precision, first along a row and then down the column, in ascending order.
//! Another order gives other bytes now and then. With whole factors it adds whole numbers and
//! multiplies once by the inverse of their count. Single precision holds these sums exactly, up to
//! [`PIXELS_MAX`] pixels, so the same passes serve, with shares of 1.

use super::TargetRows;
use super::kernel::Processor;
use super::shares::{self, Columns, Share};
use crate::image::Size;

/// The most source pixels of which a sum of bytes is exact in single precision: 2^24 / 255.
pub const PIXELS_MAX: u64 = 65_793;

#[derive(Debug)]
pub struct Area {
    processor: Processor,
    columns: Columns,
    rows: Vec<Share>,
    /// What a finished sum is multiplied by: 1, or with whole factors the inverse of the count.
    factor: f32,
    /// The next entry of `rows`.
    next: usize,
    /// The channels of the row that was pushed.
    floats: Vec<f32>,
    /// That row after the horizontal pass.
    line: Vec<f32>,
    /// The target row so far.
    sums: Vec<f32>,
}

impl Area {
    /// Neither side may be enlarged. `None` if a target pixel covers more than [`PIXELS_MAX`].
    pub fn new(source: Size, target: Size, swap: bool) -> Option<Area> {
        let whole = shares::whole_factors(source, target);
        let count = whole.map_or(1, |(x, y)| u64::from(x) * u64::from(y));
        if count > PIXELS_MAX {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "OpenCV rounds the inverse to f32, and the count has few bits"
        )]
        let factor = (1.0 / count as f64) as f32;
        let columns = Columns::new(source.width, target.width, whole.is_some(), swap);
        let (channels, lanes) = (columns.row_len(), columns.line_len());
        Some(Area {
            processor: Processor::here(),
            floats: vec![0.0; channels],
            columns,
            rows: shares::shares(source.height, target.height, whole.is_some()),
            factor,
            next: 0,
            line: vec![0.0; lanes],
            sums: vec![0.0; lanes],
        })
    }

    /// Takes source row `y` and writes the target row that it completes.
    pub fn push(&mut self, y: u32, row: &[u8], target: &mut TargetRows<'_>) {
        if y == 0 {
            self.next = 0;
        }
        let mut has_line = false;
        while let Some(share) = self.rows.get(self.next).filter(|share| share.source == y) {
            if !has_line {
                self.processor
                    .line(&self.columns, row, &mut self.floats, &mut self.line);
                has_line = true;
            }
            if share.begins {
                self.processor
                    .first(&self.line, share.share, &mut self.sums);
            } else {
                self.processor.add(&self.line, share.share, &mut self.sums);
            }
            if share.ends {
                self.processor
                    .round(&self.sums, self.factor, target.next_row());
            }
            self.next += 1;
        }
    }
}

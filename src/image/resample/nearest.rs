//! Takes one source pixel for each target pixel.

use super::TargetRows;
use super::taps;
use crate::image::{CHANNELS, Size};

#[derive(Debug)]
pub struct Nearest {
    /// The first byte of each target column's pixel in the source row.
    offsets: Vec<u32>,
    /// The source row of each target row.
    rows: Vec<u32>,
    swap: bool,
    /// The next entry of `rows`, whose target row is not written yet.
    next: usize,
}

impl Nearest {
    pub fn new(source: Size, target: Size, swap: bool) -> Nearest {
        let columns = positions(source.width, target.width);
        Nearest {
            offsets: columns.map(|column| column * 3).collect(),
            rows: positions(source.height, target.height).collect(),
            swap,
            next: 0,
        }
    }

    /// Takes source row `y` and writes each target row that shows it.
    pub fn push(&mut self, y: u32, row: &[u8], target: &mut TargetRows<'_>) {
        if y == 0 {
            self.next = 0;
        }
        while self.rows.get(self.next) == Some(&y) {
            let pixels = target.next_row().as_chunks_mut::<CHANNELS>().0;
            for (pixel, offset) in pixels.iter_mut().zip(&self.offsets) {
                let offset = *offset as usize;
                let [first, middle, last] = [row[offset], row[offset + 1], row[offset + 2]];
                *pixel = if self.swap {
                    [last, middle, first]
                } else {
                    [first, middle, last]
                };
            }
            self.next += 1;
        }
    }
}

/// The source position of each target position: not the nearest centre, but the pixel that holds
/// the target pixel's first edge. That is OpenCV's rule.
fn positions(source: u32, target: u32) -> impl Iterator<Item = u32> {
    let scale = taps::scale(source, target);
    (0..target).map(move |position| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 <= position * scale <= 32768, as axis lengths are at most 32767"
        )]
        let at = (f64::from(position) * scale).floor() as u32;
        at.min(source - 1)
    })
}

//! The rows of an interlaced PNG, and which pixels of the frame they contain.
//!
//! An interlaced PNG is seven small pictures, each with every nth column and row of the frame
//! (Adam7; PNG specification, section 8).

use crate::image::Size;

/// One row of one of the seven passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassRow {
    /// The row in the frame.
    pub y: u32,
    /// The frame column of the first pixel.
    pub first_x: u32,
    /// How many frame columns are between two pixels.
    pub step_x: u32,
    /// Which of the seven passes, from 1.
    pub pass: u8,
}

/// For each pass: first column, first row, column step, row step.
const PASSES: [[u32; 4]; 7] = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
];

/// All rows of an interlaced file, in the file's order. A pass without pixels has no rows in the
/// file.
pub fn rows(frame: Size) -> impl Iterator<Item = PassRow> {
    (1..)
        .zip(PASSES)
        .filter(move |(_, [first_x, ..])| *first_x < frame.width)
        .flat_map(move |(pass, [first_x, first_y, step_x, step_y])| {
            (first_y..frame.height)
                .step_by(step_y as usize)
                .map(move |y| PassRow {
                    y,
                    first_x,
                    step_x,
                    pass,
                })
        })
}

impl PassRow {
    /// The pixels of this row in the frame columns `x..end`: each as its index in the row and its
    /// frame column.
    pub fn pixels_in(self, x: u32, end: u32) -> impl Iterator<Item = (usize, u32)> {
        let skipped = x.saturating_sub(self.first_x).div_ceil(self.step_x);
        let start = self.first_x + skipped * self.step_x;
        (skipped as usize..).zip((start..end).step_by(self.step_x as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_passes_hold_every_pixel_once() {
        for frame in
            [(1, 1), (3, 2), (8, 8), (5, 17), (23, 9)].map(|(width, height)| Size { width, height })
        {
            let mut seen = vec![0; (frame.width * frame.height) as usize];
            for row in rows(frame) {
                for (_, x) in row.pixels_in(0, frame.width) {
                    seen[(row.y * frame.width + x) as usize] += 1;
                }
            }
            assert!(seen.iter().all(|count| *count == 1), "{frame}: {seen:?}");
        }
    }

    #[test]
    fn a_cropped_row_keeps_its_pixels_at_their_indices() {
        let row = PassRow {
            y: 0,
            first_x: 2,
            step_x: 4,
            pass: 4,
        };
        assert_eq!(
            row.pixels_in(0, 11).collect::<Vec<_>>(),
            [(0, 2), (1, 6), (2, 10)]
        );
        assert_eq!(row.pixels_in(3, 10).collect::<Vec<_>>(), [(1, 6)]);
    }
}

//! Which rows of an input an operator needs for a row of its result.

use std::ops::Range;

use crate::graph::{Border, Tap, Window};

/// For each row of the result: how many rows of the input must exist, and the first row that this
/// or any later row needs. Both grow from row to row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reach {
    end: Vec<usize>,
    first: Vec<usize>,
}

impl Reach {
    /// From the input rows that each row of the result needs; an empty range needs none.
    fn new(rows: impl Iterator<Item = Range<usize>>) -> Self {
        let (mut end, mut first) = (Vec::new(), Vec::new());
        let mut most = 0;
        for range in rows {
            if !range.is_empty() {
                most = most.max(range.end);
            }
            end.push(most);
            first.push(if range.is_empty() {
                usize::MAX
            } else {
                range.start
            });
        }
        let mut least = usize::MAX;
        for row in first.iter_mut().rev() {
            least = least.min(*row);
            *row = least;
        }
        Self { end, first }
    }

    /// Row by row.
    pub(crate) fn same(height: usize) -> Self {
        Self::new((0..height).map(|row| row..row + 1))
    }

    /// All rows for each row.
    pub(crate) fn whole(height: usize, input: usize) -> Self {
        Self::new((0..height).map(|_| 0..input))
    }

    /// A window that slides over `input` rows.
    pub(crate) fn window(window: &Window, height: usize, input: usize) -> Self {
        Self::new((0..height).map(|row| {
            let start = row * window.stride;
            let end = (start + window.extent()).saturating_sub(window.before);
            start.saturating_sub(window.before)..end.min(input)
        }))
    }

    /// A transposed convolution over `input` rows.
    pub(crate) fn transposed(window: &Window, height: usize, input: usize) -> Self {
        Self::new((0..height).map(|row| {
            let last = row + window.before;
            let start = last
                .saturating_sub(window.extent() - 1)
                .div_ceil(window.stride);
            start..(last / window.stride + 1).min(input)
        }))
    }

    /// An interpolation between two rows.
    pub(crate) fn taps(taps: &[Tap]) -> Self {
        Self::new(taps.iter().map(|tap| {
            let far = if tap.share == 0.0 { tap.near } else { tap.far };
            tap.near.min(far)..tap.near.max(far) + 1
        }))
    }

    /// Rows that a border copies from, `above` and below the input.
    pub(crate) fn border(border: Border, above: usize, height: usize, input: usize) -> Self {
        Self::new(
            (0..height).map(|row| match source_row(border, above, row, input) {
                Some(row) => row..row + 1,
                None => 0..0,
            }),
        )
    }

    /// The rows of the result that `available` rows of the input allow.
    pub(crate) fn producible(&self, available: usize) -> usize {
        self.end.partition_point(|end| *end <= available)
    }

    /// The first input row that is needed once `produced` rows of the result exist; `usize::MAX` if
    /// none is.
    pub(crate) fn first_needed(&self, produced: usize) -> usize {
        self.first.get(produced).copied().unwrap_or(usize::MAX)
    }
}

/// The input row that a padded row repeats; `None` for a row of constants.
pub(crate) fn source_row(border: Border, above: usize, row: usize, input: usize) -> Option<usize> {
    let last = input - 1;
    match (row.checked_sub(above), border) {
        (Some(row), _) if row <= last => Some(row),
        (_, Border::Constant(_)) => None,
        (None, Border::Edge) => Some(0),
        (None, Border::Reflect) => Some(above - row),
        (Some(_), Border::Edge) => Some(last),
        (Some(row), Border::Reflect) => Some(2 * last - row),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_needs_the_rows_that_it_sees() {
        let window = Window {
            size: 3,
            stride: 2,
            dilation: 1,
            before: 1,
            after: 1,
        };
        // Rows 0..2, 1..4, 3..6, 5..8 of 8.
        let reach = Reach::window(&window, 4, 8);
        assert_eq!(reach.producible(1), 0);
        assert_eq!(reach.producible(2), 1);
        assert_eq!(reach.producible(5), 2);
        assert_eq!(reach.producible(8), 4);
        let first: Vec<_> = (0..5).map(|row| reach.first_needed(row)).collect();
        assert_eq!(first, [0, 1, 3, 5, usize::MAX]);
    }

    /// The reach of rows that need these rows of the input, one by one.
    fn exact(needed: &[Vec<usize>]) -> Vec<(usize, usize)> {
        let end = |row: &Vec<usize>| row.iter().max().map_or(0, |last| last + 1);
        let first = |row: &Vec<usize>| row.iter().min().copied().unwrap_or(usize::MAX);
        (0..needed.len())
            .map(|row| {
                let (made, left) = needed.split_at(row);
                let end = made.iter().chain(left.first()).map(end).max();
                (
                    end.unwrap_or(0),
                    left.iter().map(first).min().unwrap_or(usize::MAX),
                )
            })
            .collect()
    }

    fn found(reach: Reach) -> Vec<(usize, usize)> {
        reach.end.into_iter().zip(reach.first).collect()
    }

    /// Every window of size, stride and pads up to 4; without dilation the reach is exact.
    #[test]
    fn windows_need_the_rows_that_they_see_and_no_others() {
        let digits = |number: usize| [number % 4, number / 4 % 4, number / 16 % 4, number / 64 % 4];
        for [size, stride, before, after] in (0..256).map(digits) {
            let window = Window {
                size: size + 1,
                stride: stride + 1,
                dilation: 1,
                before,
                after,
            };
            for input in 1..7 {
                let taps = 0..window.size;
                if let Some(free) = (input + before + after).checked_sub(window.size) {
                    let height = free / window.stride + 1;
                    let rows = |row: usize| {
                        let taps = taps.clone().map(|tap| row * window.stride + tap);
                        let rows = taps.filter_map(|tap| tap.checked_sub(before));
                        rows.filter(|row| *row < input).collect()
                    };
                    let needed: Vec<Vec<usize>> = (0..height).map(rows).collect();
                    let reach = Reach::window(&window, height, input);
                    assert_eq!(found(reach), exact(&needed), "{window:?} over {input}");
                }
                let whole = (input - 1) * window.stride + window.size + 2;
                if let Some(height) = whole.checked_sub(before + after) {
                    let reaches = |row: usize, from: usize| {
                        taps.clone()
                            .any(|tap| from * window.stride + tap == row + before)
                    };
                    let rows = |row| (0..input).filter(|from| reaches(row, *from)).collect();
                    let needed: Vec<Vec<usize>> = (0..height).map(rows).collect();
                    let reach = Reach::transposed(&window, height, input);
                    assert_eq!(found(reach), exact(&needed), "{window:?} over {input}");
                }
            }
        }
    }

    #[test]
    fn mirrored_rows_are_kept_until_the_last_of_them_is_made() {
        // Rows 2 1 0 1 2 3 2 1 of 4.
        let reach = Reach::border(Border::Reflect, 2, 8, 4);
        assert_eq!(reach.producible(2), 0);
        assert_eq!(reach.producible(3), 5);
        assert_eq!(reach.first_needed(5), 1);
        assert_eq!(reach.first_needed(7), 1);
    }
}

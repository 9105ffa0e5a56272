//! Interpolation: one row of the result from two rows of the input.
//!
//! The rows are blended first, then the columns, each time as `near * (1 - share) + far * share`
//! with two products and a sum, each rounded. Where the share is 0 the number is `near` itself,
//! even if `far` is not finite.

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::row::{Columns, Numbers, write_end, write_row};
use crate::graph::Tap;
use crate::isa::dispatch;
use crate::lanes::{Lanes, MOST_LANES};

/// The columns of a resized row, prepared at load.
#[derive(Debug)]
pub(crate) struct ColumnTaps {
    from_width: usize,
    taps: Vec<Tap>,
    pattern: Pattern,
}

/// What the taps have in common.
#[derive(Debug, Clone, PartialEq)]
enum Pattern {
    /// Each column is that of the input.
    Same,
    /// For each `i` of the range, column `2 * i` is `even` of column `i` of the input, and column
    /// `2 * i + 1` is `odd` of it. This is a resize to the double width, but for its ends.
    Double {
        range: Range<usize>,
        even: Step,
        odd: Step,
    },
    /// None of these.
    Any,
}

/// A tap relative to a column of the input.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Step {
    /// Distance to the first number.
    near: isize,
    /// Distance to the second number.
    far: isize,
    share: f32,
}

impl Step {
    fn new(tap: &Tap, column: usize) -> Self {
        let near = tap.near.cast_signed() - column.cast_signed();
        Self {
            near,
            far: if tap.share == 0.0 {
                near
            } else {
                tap.far.cast_signed() - column.cast_signed()
            },
            share: tap.share,
        }
    }
}

impl ColumnTaps {
    /// Prepares the columns of a result, for an input of `from_width` columns. Allocates.
    ///
    /// # Panics
    ///
    /// If a tap is outside the input.
    pub(crate) fn new(from_width: usize, taps: &[Tap]) -> Self {
        let is_inside = |tap: &Tap| tap.near.max(tap.far) < from_width;
        assert!(
            taps.iter().all(is_inside),
            "a tap outside {from_width} columns"
        );
        let is_same = taps.len() == from_width
            && taps
                .iter()
                .enumerate()
                .all(|(column, tap)| tap.near == column && tap.share == 0.0);
        let pattern = if is_same {
            Pattern::Same
        } else {
            double(taps).unwrap_or(Pattern::Any)
        };
        Self {
            from_width,
            taps: taps.to_vec(),
            pattern,
        }
    }

    /// Columns of the result.
    pub(crate) fn width(&self) -> usize {
        self.taps.len()
    }

    /// Numbers of scratch that [`resize`] needs.
    pub(crate) fn scratch_len(&self) -> usize {
        self.from_width.next_multiple_of(MOST_LANES)
    }
}

/// The pattern of a resize to the double width, if at least half of the columns have it.
fn double(taps: &[Tap]) -> Option<Pattern> {
    let pairs = taps.len() / 2;
    let middle = pairs / 2;
    let steps = |pair: usize| {
        let [even, odd] = [2 * pair, 2 * pair + 1].map(|column| taps.get(column));
        Some((Step::new(even?, pair), Step::new(odd?, pair)))
    };
    let (even, odd) = steps(middle)?;
    let has_steps = |pair: &usize| steps(*pair) == Some((even, odd));
    let start = middle - (0..middle).rev().take_while(has_steps).count();
    let end = middle + (middle..pairs).take_while(has_steps).count();
    (end - start > pairs / 2).then_some(Pattern::Double {
        range: start..end,
        even,
        odd,
    })
}

dispatch! {
    /// Interpolates one row of one plane.
    ///
    /// `near` and `far` are rows of the input, and `share` is the share of `far`. `to` has
    /// [`ColumnTaps::width`] columns.
    ///
    /// # Safety
    ///
    /// The contract of [`kernels`](crate::kernels). `scratch` has space for
    /// [`ColumnTaps::scratch_len`] numbers and overlaps no row.
    pub(crate) unsafe fn resize(
        columns: &ColumnTaps,
        near: *const f32,
        far: *const f32,
        share: f32,
        scratch: *mut f32,
        to: *mut f32,
    ) = resize_lanes;
}

/// Two rows of numbers, blended.
#[derive(Clone, Copy)]
struct Blend {
    near: *const f32,
    far: *const f32,
    share: f32,
}

impl Columns for Blend {
    #[inline(always)]
    unsafe fn at<L: Lanes>(self, column: usize) -> L {
        // SAFETY: the caller guarantees that both rows have these columns.
        unsafe {
            let near = L::load(self.near.add(column)).mul(L::splat(1.0 - self.share));
            let far = L::load(self.far.add(column)).mul(L::splat(self.share));
            near.add(far)
        }
    }
}

#[inline(always)]
unsafe fn resize_lanes<L: Lanes>(
    columns: &ColumnTaps,
    near: *const f32,
    far: *const f32,
    share: f32,
    scratch: *mut f32,
    to: *mut f32,
) {
    let rows = Blend { near, far, share };
    let width = columns.width();
    // SAFETY: the caller upholds the contract; `ColumnTaps::new` has checked the taps.
    unsafe {
        if columns.pattern == Pattern::Same {
            match share {
                0.0 => write_row::<L>(to, width, Numbers(near)),
                _ => write_row::<L>(to, width, rows),
            }
            return;
        }
        let from = if share == 0.0 {
            near
        } else {
            write_row::<L>(scratch, columns.from_width, rows);
            scratch.cast_const()
        };
        let done = match &columns.pattern {
            Pattern::Double { range, even, odd } => {
                write_double::<L>(from, range.clone(), *even, *odd, to)
            }
            Pattern::Same | Pattern::Any => 0..0,
        };
        write_taps(&columns.taps, from, 0..done.start, to);
        write_taps(&columns.taps, from, done.end..width, to);
        write_end::<L>(to, width);
    }
}

/// Writes the columns of [`Pattern::Double`] and returns them; an empty range if it is less
/// than a vector.
#[inline(always)]
unsafe fn write_double<L: Lanes>(
    from: *const f32,
    range: Range<usize>,
    even: Step,
    odd: Step,
    to: *mut f32,
) -> Range<usize> {
    let Some(last) = range.len().checked_sub(L::COUNT) else {
        return 0..0;
    };
    let last = range.start + last;
    let mut column = range.start;
    // SAFETY: each column of the range has its taps inside the row, and both results inside `to`.
    unsafe {
        loop {
            let even = step::<L>(from.add(column), even);
            let odd = step::<L>(from.add(column), odd);
            L::store_interleaved(even, odd, to.add(2 * column));
            if column == last {
                return 2 * range.start..2 * range.end;
            }
            // The last vector may begin inside the one before it.
            column = (column + L::COUNT).min(last);
        }
    }
}

#[inline(always)]
unsafe fn step<L: Lanes>(from: *const f32, step: Step) -> L {
    let (near, far) = (
        from.wrapping_offset(step.near),
        from.wrapping_offset(step.far),
    );
    // SAFETY: the caller guarantees that the row has the columns of the tap.
    unsafe {
        if step.share == 0.0 {
            return L::load(near);
        }
        Blend {
            near,
            far,
            share: step.share,
        }
        .at::<L>(0)
    }
}

/// Writes columns one by one.
#[inline(always)]
unsafe fn write_taps(taps: &[Tap], from: *const f32, columns: Range<usize>, to: *mut f32) {
    for column in columns {
        let Tap { near, far, share } = taps[column];
        // SAFETY: the caller guarantees that the row has the columns of the taps.
        unsafe {
            let (near, far) = (from.add(near).read(), from.add(far).read());
            let blend = near * (1.0 - share) + far * share;
            to.add(column)
                .write(if share == 0.0 { near } else { blend });
        }
    }
}

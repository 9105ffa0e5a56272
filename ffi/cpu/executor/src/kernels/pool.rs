//! Pooling: the largest number or the mean of each window.
//!
//! A window is combined first down its columns and then along its row, first to last in both. A
//! mean is that sum, divided once by the count.

#[cfg(test)]
mod tests;

use std::marker::PhantomData;

use super::row::{Columns, write_end, write_row};
use crate::graph::{Pooling, Window, Windows};
use crate::isa::dispatch;
use crate::lanes::{Lanes, MOST_LANES, Scalar};
use crate::math;

/// Numbers of scratch that [`pool`] needs for rows of `width` columns.
pub(crate) fn scratch_len(windows: &Windows, width: usize) -> usize {
    let Window { before, after, .. } = windows.columns;
    (before + width + after + 2 * MOST_LANES).next_multiple_of(MOST_LANES)
}

dispatch! {
    /// Pools one row of one plane.
    ///
    /// `rows` are the rows of the plane that the window sees, from top to bottom, without those in
    /// the pads; each has `width` columns. `to` has `to_width` columns, which are those that
    /// `windows.columns` gives. A window that sees no number of the plane becomes -infinity, or the
    /// mean of pads, or NaN for [`Pooling::Average`].
    ///
    /// # Safety
    ///
    /// The contract of [`kernels`](crate::kernels). `scratch` has [`scratch_len`] numbers of
    /// initialised memory and overlaps no row.
    pub(crate) unsafe fn pool(
        of: Pooling,
        windows: &Windows,
        rows: &[*const f32],
        width: usize,
        scratch: *mut f32,
        to: *mut f32,
        to_width: usize,
    ) = pool_lanes;
}

/// How two numbers of a window become one.
trait Combine: Copy {
    /// What changes no number.
    const NEUTRAL: f32;

    /// # Safety
    ///
    /// The processor has the instruction set of `L`.
    unsafe fn of<L: Lanes>(first: L, second: L) -> L;
}

#[derive(Clone, Copy)]
struct Largest;

impl Combine for Largest {
    const NEUTRAL: f32 = f32::NEG_INFINITY;

    #[inline(always)]
    unsafe fn of<L: Lanes>(first: L, second: L) -> L {
        // SAFETY: the caller guarantees the instruction set of `L`.
        unsafe { math::max(first, second) }
    }
}

#[derive(Clone, Copy)]
struct Sum;

impl Combine for Sum {
    const NEUTRAL: f32 = 0.0;

    #[inline(always)]
    unsafe fn of<L: Lanes>(first: L, second: L) -> L {
        // SAFETY: the caller guarantees the instruction set of `L`.
        unsafe { first.add(second) }
    }
}

/// Windows of 2 by 2 numbers that do not overlap, without pads.
#[derive(Clone, Copy)]
struct Quarters<C>(C, *const f32, *const f32);

impl<C: Combine> Columns for Quarters<C> {
    #[inline(always)]
    unsafe fn at<L: Lanes>(self, column: usize) -> L {
        let Self(_, upper, lower) = self;
        // SAFETY: the rows have the columns `2 * column` and following, and memory behind them.
        unsafe {
            let (upper, lower) = (upper.add(2 * column), lower.add(2 * column));
            let even = C::of(L::load_even(upper), L::load_even(lower));
            let odd = C::of(L::load_even(upper.add(1)), L::load_even(lower.add(1)));
            C::of(even, odd)
        }
    }
}

/// The rows of a window, column by column.
#[derive(Clone, Copy)]
struct Down<'a, C>(C, &'a [*const f32]);

impl<C: Combine> Columns for Down<'_, C> {
    #[inline(always)]
    unsafe fn at<L: Lanes>(self, column: usize) -> L {
        let Some((first, others)) = self.1.split_first() else {
            // SAFETY: the caller guarantees the instruction set of `L`.
            return unsafe { L::splat(C::NEUTRAL) };
        };
        // SAFETY: the rows have these columns.
        unsafe {
            let mut all = L::load(first.add(column));
            for row in others {
                all = C::of(all, L::load(row.add(column)));
            }
            all
        }
    }
}

/// The numbers of each window of a row with its pads. A stride above 2 needs [`Scalar`].
#[derive(Clone, Copy)]
struct Along<C> {
    combine: PhantomData<C>,
    padded: *const f32,
    size: usize,
    stride: usize,
    dilation: usize,
}

impl<C: Combine> Columns for Along<C> {
    #[inline(always)]
    unsafe fn at<L: Lanes>(self, column: usize) -> L {
        debug_assert!(L::COUNT == 1 || self.stride <= 2);
        // SAFETY: the padded row has all numbers that the window sees, and memory behind them.
        unsafe {
            let mut from = self.padded.add(column * self.stride);
            let mut all = load_strided::<L>(from, self.stride);
            for _ in 1..self.size {
                from = from.add(self.dilation);
                all = C::of(all, load_strided::<L>(from, self.stride));
            }
            all
        }
    }
}

#[inline(always)]
unsafe fn load_strided<L: Lanes>(from: *const f32, stride: usize) -> L {
    // SAFETY: the caller guarantees `COUNT` numbers at this stride.
    unsafe {
        if stride == 2 {
            L::load_even(from)
        } else {
            L::load(from)
        }
    }
}

/// The numbers, divided.
#[derive(Clone, Copy)]
struct Divided<C>(C, f32);

impl<C: Columns> Columns for Divided<C> {
    #[inline(always)]
    unsafe fn at<L: Lanes>(self, column: usize) -> L {
        // SAFETY: the caller guarantees these columns.
        unsafe { self.0.at::<L>(column).div(L::splat(self.1)) }
    }
}

#[inline(always)]
unsafe fn pool_lanes<L: Lanes>(
    of: Pooling,
    windows: &Windows,
    rows: &[*const f32],
    width: usize,
    scratch: *mut f32,
    to: *mut f32,
    to_width: usize,
) {
    let columns = &windows.columns;
    let counted_rows = match of {
        Pooling::Max | Pooling::Average => rows.len(),
        Pooling::AverageWithPads => windows.rows.size,
    };
    let count = (counted_rows * columns.size) as f32;
    // SAFETY: the caller upholds the contract.
    unsafe {
        if let ([upper, lower], true) = (rows, is_halving(columns)) {
            match of {
                Pooling::Max => {
                    write_row::<L>(to, to_width, Quarters(Largest, *upper, *lower));
                }
                Pooling::Average | Pooling::AverageWithPads => {
                    let sums = Quarters(Sum, *upper, *lower);
                    write_row::<L>(to, to_width, Divided(sums, count));
                }
            }
            return;
        }
        match of {
            Pooling::Max => {
                let along = combine_down::<L, _>(Largest, columns, rows, width, scratch);
                write_strided::<L>(to, to_width, along, along.stride);
            }
            Pooling::Average | Pooling::AverageWithPads => {
                let along = combine_down::<L, _>(Sum, columns, rows, width, scratch);
                write_strided::<L>(to, to_width, Divided(along, count), along.stride);
                if of == Pooling::Average {
                    divide_cut_windows(along, columns, rows.len(), width, to, to_width);
                }
            }
        }
    }
}

fn is_halving(columns: &Window) -> bool {
    let Window {
        size,
        stride,
        dilation,
        before,
        after,
    } = *columns;
    (size, stride, dilation, before, after) == (2, 2, 1, 0, 0)
}

/// Writes the combined rows with their pads into `scratch`.
#[inline(always)]
unsafe fn combine_down<L: Lanes, C: Combine>(
    combine: C,
    columns: &Window,
    rows: &[*const f32],
    width: usize,
    scratch: *mut f32,
) -> Along<C> {
    let Window { before, after, .. } = *columns;
    // SAFETY: the caller guarantees space for both pads, the width and whole vectors after it.
    unsafe {
        write_row::<L>(scratch.add(before), width, Down(combine, rows));
        for column in (0..before).chain(before + width..before + width + after) {
            scratch.add(column).write(C::NEUTRAL);
        }
    }
    Along {
        combine: PhantomData,
        padded: scratch,
        size: columns.size,
        stride: columns.stride,
        dilation: columns.dilation,
    }
}

#[inline(always)]
unsafe fn write_strided<L: Lanes>(
    to: *mut f32,
    width: usize,
    columns: impl Columns,
    stride: usize,
) {
    // SAFETY: the caller guarantees the columns, and space for whole vectors.
    unsafe {
        match stride {
            1 | 2 => write_row::<L>(to, width, columns),
            _ => {
                write_row::<Scalar>(to, width, columns);
                write_end::<L>(to, width);
            }
        }
    }
}

/// Writes the means of the windows that reach into the pads again, with their own counts.
#[inline(always)]
unsafe fn divide_cut_windows(
    sums: Along<Sum>,
    columns: &Window,
    counted_rows: usize,
    width: usize,
    to: *mut f32,
    to_width: usize,
) {
    let Window { stride, before, .. } = *columns;
    let first_whole = before.div_ceil(stride).min(to_width);
    let end_whole = match (before + width).checked_sub(columns.extent()) {
        Some(free) => (free / stride + 1).clamp(first_whole, to_width),
        None => first_whole,
    };
    for column in (0..first_whole).chain(end_whole..to_width) {
        let seen = (0..columns.size)
            .map(|tap| column * stride + tap * columns.dilation)
            .filter(|at| (before..before + width).contains(at))
            .count();
        let count = (counted_rows * seen) as f32;
        // SAFETY: the caller guarantees these columns.
        unsafe {
            Divided(sums, count)
                .at::<Scalar>(column)
                .store(to.add(column))
        };
    }
}

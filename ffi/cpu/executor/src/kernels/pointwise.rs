//! Functions of one number and of two, along a row.

#[cfg(test)]
mod tests;

use super::row::{Columns, Numbers, Same, write_row};
use crate::graph::{Function, Pairing};
use crate::isa::dispatch;
use crate::lanes::Lanes;
use crate::math;

/// One side of a pairing.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Side {
    /// A row of the same width as the result.
    Row(*const f32),
    /// One number for all columns.
    Number(f32),
}

dispatch! {
    /// `to[x] = of(from[x])`. `to` may be `from`.
    ///
    /// # Safety
    ///
    /// The contract of [`kernels`](crate::kernels).
    pub(crate) unsafe fn function(
        of: Function,
        from: *const f32,
        to: *mut f32,
        width: usize,
    ) = function_lanes;
}

dispatch! {
    /// `to[x] = from[x] * scale + offset`, rounded once. `to` may be `from`.
    ///
    /// # Safety
    ///
    /// The contract of [`kernels`](crate::kernels).
    pub(crate) unsafe fn affine(
        scale: f32,
        offset: f32,
        from: *const f32,
        to: *mut f32,
        width: usize,
    ) = affine_lanes;
}

dispatch! {
    /// `to[x] = of(first[x], second[x])`. `to` may be either side.
    ///
    /// # Safety
    ///
    /// The contract of [`kernels`](crate::kernels).
    pub(crate) unsafe fn pair(
        of: Pairing,
        first: Side,
        second: Side,
        to: *mut f32,
        width: usize,
    ) = pair_lanes;
}

/// Defines an operation of vectors as a type, because a closure need not be inlined.
macro_rules! operation {
    ($name:ident = $of:expr) => {
        #[derive(Clone, Copy)]
        struct $name;
        impl Operation for $name {
            #[inline(always)]
            unsafe fn of<L: Lanes>(first: L, second: L) -> L {
                // SAFETY: the caller guarantees the instruction set of `L`.
                unsafe { $of(first, second) }
            }
        }
    };
}

trait Operation: Copy {
    /// # Safety
    ///
    /// The processor has the instruction set of `L`.
    unsafe fn of<L: Lanes>(first: L, second: L) -> L;
}

operation!(Add = L::add);
operation!(Sub = L::sub);
operation!(Mul = L::mul);
operation!(Div = L::div);
operation!(Max = math::max);
operation!(Min = math::min);

#[derive(Clone, Copy)]
struct Paired<O, A, B>(O, A, B);

impl<O: Operation, A: Columns, B: Columns> Columns for Paired<O, A, B> {
    #[inline(always)]
    unsafe fn at<L: Lanes>(self, column: usize) -> L {
        // SAFETY: the caller guarantees that both sides have these columns.
        unsafe { O::of(self.1.at::<L>(column), self.2.at::<L>(column)) }
    }
}

#[inline(always)]
unsafe fn pair_lanes<L: Lanes>(of: Pairing, first: Side, second: Side, to: *mut f32, width: usize) {
    // SAFETY: the caller upholds the contract, which is the same.
    unsafe {
        match of {
            Pairing::Add => pair_with::<L, _>(Add, first, second, to, width),
            Pairing::Sub => pair_with::<L, _>(Sub, first, second, to, width),
            Pairing::Mul => pair_with::<L, _>(Mul, first, second, to, width),
            Pairing::Div => pair_with::<L, _>(Div, first, second, to, width),
            Pairing::Max => pair_with::<L, _>(Max, first, second, to, width),
            Pairing::Min => pair_with::<L, _>(Min, first, second, to, width),
        }
    }
}

#[inline(always)]
unsafe fn pair_with<L: Lanes, O: Operation>(
    of: O,
    first: Side,
    second: Side,
    to: *mut f32,
    width: usize,
) {
    // SAFETY: the caller upholds the contract; each vector is read before it is written.
    unsafe {
        match (first, second) {
            (Side::Row(first), Side::Row(second)) => {
                write_row::<L>(to, width, Paired(of, Numbers(first), Numbers(second)));
            }
            (Side::Row(first), Side::Number(second)) => {
                write_row::<L>(to, width, Paired(of, Numbers(first), Same(second)));
            }
            (Side::Number(first), Side::Row(second)) => {
                write_row::<L>(to, width, Paired(of, Same(first), Numbers(second)));
            }
            (Side::Number(first), Side::Number(second)) => {
                write_row::<L>(to, width, Paired(of, Same(first), Same(second)));
            }
        }
    }
}

/// Defines a function of vectors as a type, because a closure need not be inlined.
macro_rules! map {
    ($name:ident { $($field:ident),* } ($x:ident) = $of:expr) => {
        #[derive(Clone, Copy)]
        struct $name {
            from: *const f32,
            $($field: f32,)*
        }
        impl Columns for $name {
            #[inline(always)]
            unsafe fn at<L: Lanes>(self, column: usize) -> L {
                // SAFETY: the caller guarantees that the row has these columns.
                unsafe {
                    $(let $field = L::splat(self.$field);)*
                    let $x = L::load(self.from.add(column));
                    $of
                }
            }
        }
    };
}

map!(Relu {}(x) = math::relu(x));
map!(LeakyRelu { slope }(x) = math::leaky_relu(x, slope));
map!(Clip { low, high }(x) = math::clip(x, low, high));
map!(Sigmoid {}(x) = math::sigmoid(x));
map!(HardSigmoid { slope, offset }(x) = math::hard_sigmoid(x, slope, offset));
map!(HardSwish {}(x) = math::hard_swish(x));
map!(Affine { scale, offset }(x) = x.fma(scale, offset));

#[inline(always)]
unsafe fn function_lanes<L: Lanes>(of: Function, from: *const f32, to: *mut f32, width: usize) {
    // SAFETY: the caller upholds the contract; each vector is read before it is written.
    unsafe {
        match of {
            Function::Relu => write_row::<L>(to, width, Relu { from }),
            Function::LeakyRelu { slope } => {
                write_row::<L>(to, width, LeakyRelu { from, slope });
            }
            Function::Clip { low, high } => write_row::<L>(to, width, Clip { from, low, high }),
            Function::Sigmoid => write_row::<L>(to, width, Sigmoid { from }),
            Function::HardSigmoid { slope, offset } => {
                let columns = HardSigmoid {
                    from,
                    slope,
                    offset,
                };
                write_row::<L>(to, width, columns);
            }
            Function::HardSwish => write_row::<L>(to, width, HardSwish { from }),
        }
    }
}

#[inline(always)]
unsafe fn affine_lanes<L: Lanes>(
    scale: f32,
    offset: f32,
    from: *const f32,
    to: *mut f32,
    width: usize,
) {
    let columns = Affine {
        from,
        scale,
        offset,
    };
    // SAFETY: the caller upholds the contract; each vector is read before it is written.
    unsafe { write_row::<L>(to, width, columns) }
}

//! One row of an output, in the caller's buffer.

#[cfg(test)]
mod tests;

use super::Row;
use crate::graph::{BufferLayout, Element};
use crate::isa::dispatch;
use crate::lanes::Lanes;

/// The channels of an interleaved row that have a loop of their own. More are written one after the
/// other.
const FEW: usize = 4;

dispatch! {
    /// Writes one row of an output and returns whether all its numbers are finite.
    ///
    /// `to` is the place of the row's first number in the caller's buffer, of any alignment. With
    /// [`BufferLayout::Planar`] the planes are `plane_len` bytes apart; with
    /// [`BufferLayout::Interleaved`] the row is one piece. Nothing else of the buffer is touched.
    ///
    /// As an integer a number is truncated towards 0. A number that the integer cannot hold becomes
    /// the smallest or largest f32 that it can hold. What becomes of NaN means nothing.
    ///
    /// # Safety
    ///
    /// The contract of [`kernels`](crate::kernels); the buffer has space for the row.
    pub(crate) unsafe fn write(
        from: Row,
        channels: usize,
        width: usize,
        layout: BufferLayout,
        element: Element,
        to: *mut u8,
        plane_len: usize,
    ) -> bool = write_lanes;
}

/// A type of the caller's numbers.
trait Number: Copy {
    fn from_f32(number: f32) -> Self;
}

impl Number for f32 {
    #[inline(always)]
    fn from_f32(number: f32) -> Self {
        number
    }
}

// `as` gives the same for all finite numbers, but the compiler makes no vectors of it.
impl Number for i32 {
    #[inline(always)]
    fn from_f32(number: f32) -> Self {
        /// The largest f32 below 2^31.
        const MOST: f32 = 2_147_483_520.0;
        #[expect(clippy::manual_clamp, reason = "clamp would keep NaN")]
        // SAFETY: `max` and `min` return the bound for NaN, so the number is between the bounds.
        unsafe {
            number.max(-2_147_483_648.0).min(MOST).to_int_unchecked()
        }
    }
}

impl Number for u8 {
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the number is between 0 and 255"
    )]
    fn from_f32(number: f32) -> Self {
        #[expect(clippy::manual_clamp, reason = "clamp would keep NaN")]
        // SAFETY: `max` and `min` return the bound for NaN, so the number is between the bounds.
        let whole: i32 = unsafe { number.max(0.0).min(255.0).to_int_unchecked() };
        whole as Self
    }
}

// The loops below are plain: the compiler makes vectors of them for each instruction set, and a
// conversion has one result.

#[inline(always)]
unsafe fn write_lanes<L: Lanes>(
    from: Row,
    channels: usize,
    width: usize,
    layout: BufferLayout,
    element: Element,
    to: *mut u8,
    plane_len: usize,
) -> bool {
    // SAFETY: the caller upholds the contract, which is the same.
    unsafe {
        match element {
            Element::F32 => write_as::<f32>(from, channels, width, layout, to, plane_len),
            Element::I32 => write_as::<i32>(from, channels, width, layout, to, plane_len),
            Element::U8 => write_as::<u8>(from, channels, width, layout, to, plane_len),
        }
    }
}

#[inline(always)]
unsafe fn write_as<T: Number>(
    from: Row,
    channels: usize,
    width: usize,
    layout: BufferLayout,
    to: *mut u8,
    plane_len: usize,
) -> bool {
    let numbers = to.cast::<T>();
    // SAFETY: the caller guarantees space for all numbers; a planar row has its first number
    // `plane_len` bytes behind that of the plane before.
    unsafe {
        match (layout, channels) {
            (BufferLayout::Planar, _) => {
                let mut is_finite = true;
                for channel in 0..channels {
                    let plane = Row {
                        first: from.channel(channel),
                        plane: 0,
                    };
                    let to = to.add(channel * plane_len).cast::<T>();
                    is_finite &= write_channels::<T, 1>(plane, width, to, 1);
                }
                is_finite
            }
            (BufferLayout::Interleaved, 1) => write_channels::<T, 1>(from, width, numbers, 1),
            (BufferLayout::Interleaved, 2) => write_channels::<T, 2>(from, width, numbers, 2),
            (BufferLayout::Interleaved, 3) => write_channels::<T, 3>(from, width, numbers, 3),
            (BufferLayout::Interleaved, FEW) => write_channels::<T, FEW>(from, width, numbers, FEW),
            (BufferLayout::Interleaved, _) => {
                let mut is_finite = true;
                for channel in 0..channels {
                    let plane = Row {
                        first: from.channel(channel),
                        plane: 0,
                    };
                    let to = numbers.add(channel);
                    is_finite &= write_channels::<T, 1>(plane, width, to, channels);
                }
                is_finite
            }
        }
    }
}

/// Writes `COUNT` channels side by side, columns `stride` numbers apart.
#[inline(always)]
unsafe fn write_channels<T: Number, const COUNT: usize>(
    from: Row,
    width: usize,
    to: *mut T,
    stride: usize,
) -> bool {
    let mut is_finite = true;
    for column in 0..width {
        for channel in 0..COUNT {
            // SAFETY: the caller guarantees the channels and columns, and space for each number.
            unsafe {
                let number = from.channel(channel).add(column).read();
                is_finite &= number.is_finite();
                let to = to.add(column * stride + channel);
                to.write_unaligned(T::from_f32(number));
            }
        }
    }
    is_finite
}

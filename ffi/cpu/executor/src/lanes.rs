//! Vectors of `f32` lanes, one type for each instruction set.
//!
//! Every operation here gives the same bits with every instruction set: one rounding as IEEE 754
//! defines it, to nearest, ties to even. Only the payload of a NaN may differ. [`Scalar`] is the
//! reference.

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
#[cfg(target_arch = "aarch64")]
pub(crate) mod neon;
mod scalar;
#[cfg(test)]
mod tests;

pub(crate) use scalar::Scalar;

/// The most lanes of any instruction set. Planes have space for whole vectors of this size.
pub(crate) const MOST_LANES: usize = 16;

/// A vector of [`Lanes::COUNT`] numbers.
///
/// # Safety
///
/// Each function needs a processor with the instruction set of the type. A kernel is generic over
/// this trait and is called through [`dispatch!`](crate::isa::dispatch), which upholds that.
/// Pointers need no alignment.
pub(crate) trait Lanes: Copy {
    /// Numbers in a vector.
    const COUNT: usize;
    /// Vector registers of the processor.
    const REGISTERS: usize;
    /// The result of a comparison, one truth value per lane.
    type Mask: Copy;

    /// `value` in each lane.
    unsafe fn splat(value: f32) -> Self;
    /// Reads `COUNT` numbers.
    unsafe fn load(from: *const f32) -> Self;
    /// Asks for the cache line of this address, which need not exist. Changes no result.
    unsafe fn prefetch(at: *const f32);
    /// Writes `COUNT` numbers.
    unsafe fn store(self, to: *mut f32);
    /// Reads the `COUNT` numbers with even index of the `2 * COUNT` numbers at `from`.
    unsafe fn load_even(from: *const f32) -> Self;
    /// Writes `even[0], odd[0], even[1], odd[1], ...`: `2 * COUNT` numbers.
    unsafe fn store_interleaved(even: Self, odd: Self, to: *mut f32);
    /// The numbers with even and with odd index of the `2 * COUNT` numbers at `from`. The lanes are
    /// in an order of the instruction set's own, which [`Lanes::store_pairs`] undoes.
    unsafe fn load_pairs(from: *const f32) -> (Self, Self);
    /// Writes pairs as [`Lanes::store_interleaved`] does, with lanes in the order of
    /// [`Lanes::load_pairs`].
    unsafe fn store_pairs(even: Self, odd: Self, to: *mut f32);
    /// The first `count` lanes; +0 in the others. `count` may exceed `COUNT`.
    unsafe fn keep_first(self, count: usize) -> Self;

    /// `self + other`.
    unsafe fn add(self, other: Self) -> Self;
    /// `self - other`.
    unsafe fn sub(self, other: Self) -> Self;
    /// `self * other`.
    unsafe fn mul(self, other: Self) -> Self;
    /// `self / other`.
    unsafe fn div(self, other: Self) -> Self;
    /// `self * factor + addend` with one rounding.
    unsafe fn fma(self, factor: Self, addend: Self) -> Self;

    /// +0 for numbers below 0; others stay, -0 and NaN too.
    unsafe fn not_below_0(self) -> Self;

    /// `self < other`; false if a lane is NaN.
    unsafe fn lt(self, other: Self) -> Self::Mask;
    /// Whether a lane is NaN.
    unsafe fn is_nan(self) -> Self::Mask;
    /// `yes` where the mask is true, `no` elsewhere.
    unsafe fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
    /// Whether any lane is true.
    unsafe fn any(mask: Self::Mask) -> bool;

    /// Adds `integer`'s lowest 9 bits of its representation to the exponent of `self`, bit for bit:
    /// `self.to_bits() + (integer.to_bits() << 23)`, wrapping. This is a multiplication by a power
    /// of two if both the number and the result are normal.
    unsafe fn scale_by_low_bits(self, integer: Self) -> Self;
}

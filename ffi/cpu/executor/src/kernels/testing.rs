//! Rows for the tests of kernels: guarded, with garbage where a kernel must not care.

#![expect(clippy::cast_possible_truncation, reason = "small numbers of tests")]

use super::{Row, RowMut};
use crate::isa::Isa;
use crate::lanes::MOST_LANES;
use crate::samples;

/// Widths with every remainder of every vector.
pub(super) const WIDTHS: std::ops::Range<usize> = 1..70;

/// What space holds that no kernel has written: a NaN of its own.
const GUARD: u32 = 0x7FAB_CDEF;

/// Numbers in a vector of the instruction set.
pub(super) fn lanes(isa: Isa) -> usize {
    match isa {
        Isa::Scalar => 1,
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => 8,
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => 16,
        #[cfg(target_arch = "aarch64")]
        Isa::Neon => 4,
    }
}

/// Planes of one row to read. Behind each row are numbers that spoil every result.
#[derive(Debug)]
pub(super) struct Input {
    numbers: Vec<f32>,
    plane: usize,
}

impl Input {
    pub(super) fn new(planes: &[Vec<f32>]) -> Self {
        let width = planes.first().map_or(0, Vec::len);
        let plane = width.next_multiple_of(MOST_LANES) + 2 * MOST_LANES;
        let spoilers = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX];
        let mut numbers = Vec::new();
        for (channel, row) in planes.iter().enumerate() {
            let at = |column| spoilers[(channel + column) % spoilers.len()];
            numbers.extend_from_slice(row);
            numbers.extend((width..plane).map(at));
        }
        Self { numbers, plane }
    }

    pub(super) fn row(&self) -> Row {
        Row {
            first: self.numbers.as_ptr(),
            plane: self.plane,
        }
    }

    /// Column 0 of a plane.
    pub(super) fn plane(&self, index: usize) -> *const f32 {
        self.numbers[index * self.plane..].as_ptr()
    }
}

/// Space for planes of one row to write.
#[derive(Debug)]
pub(super) struct Output {
    numbers: Vec<f32>,
    plane: usize,
    width: usize,
}

impl Output {
    pub(super) fn new(channels: usize, width: usize) -> Self {
        let plane = width.next_multiple_of(MOST_LANES) + MOST_LANES;
        Self {
            numbers: vec![f32::from_bits(GUARD); channels * plane],
            plane,
            width,
        }
    }

    pub(super) fn row(&mut self) -> RowMut {
        RowMut {
            first: self.numbers.as_mut_ptr(),
            plane: self.plane,
        }
    }

    /// Column 0 of the first plane.
    pub(super) fn first(&mut self) -> *mut f32 {
        self.numbers.as_mut_ptr()
    }

    /// Writes rows into the space, as a kernel would.
    pub(super) fn fill(&mut self, planes: &[Vec<f32>]) {
        for (space, row) in self.numbers.chunks_mut(self.plane).zip(planes) {
            space[..row.len()].copy_from_slice(row);
        }
    }

    /// The written rows. Fails if there is anything but +0 from the width to the end of the last
    /// vector, or if a kernel has written behind that.
    pub(super) fn planes(&self, isa: Isa) -> Vec<Vec<f32>> {
        let end = self.width.next_multiple_of(lanes(isa));
        let rows = self.numbers.chunks(self.plane);
        rows.map(|row| {
            for (column, number) in row.iter().enumerate().skip(self.width) {
                let expected = if column < end { 0 } else { GUARD };
                assert_eq!(
                    number.to_bits(),
                    expected,
                    "{isa:?}, width {}: column {column} holds {number}",
                    self.width
                );
            }
            row[..self.width].to_vec()
        })
        .collect()
    }
}

/// Computes with every instruction set, and fails unless all give the bits of the first one, which
/// is [`Isa::Scalar`]. Returns these.
pub(super) fn on_every_isa(mut compute: impl FnMut(Isa) -> Vec<Vec<f32>>) -> Vec<Vec<f32>> {
    let expected = compute(Isa::Scalar);
    for isa in &Isa::available()[1..] {
        assert_same(
            &compute(*isa),
            &expected,
            &format!("{isa:?} against scalar"),
        );
    }
    expected
}

/// Fails unless all numbers have the same bits. All NaN are the same.
pub(super) fn assert_same(rows: &[Vec<f32>], expected: &[Vec<f32>], what: &str) {
    assert_eq!(rows.len(), expected.len(), "{what}");
    for (channel, (row, expected)) in rows.iter().zip(expected).enumerate() {
        assert_eq!(row.len(), expected.len(), "{what}");
        for (column, (number, expected)) in row.iter().zip(expected).enumerate() {
            assert!(
                samples::is_same(*number, *expected),
                "{what}: {number:?}, not {expected:?}, in plane {channel}, column {column} of {}",
                row.len()
            );
        }
    }
}

/// Fails unless each number is within `tolerance` of the expected one, relative to it if it is
/// above 1, or is the same where that is NaN or infinite in single precision.
pub(super) fn assert_near(
    row: &[f32],
    expected: impl Iterator<Item = f64>,
    tolerance: f64,
    what: &str,
) {
    for (column, (number, expected)) in row.iter().zip(expected).enumerate() {
        let is_near = if (expected as f32).is_finite() {
            let error = (f64::from(*number) - expected).abs();
            error <= tolerance * expected.abs().max(1.0)
        } else {
            samples::is_same(*number, expected as f32)
        };
        assert!(
            is_near,
            "{what}: {number:?}, not {expected:?}, in column {column} of {}",
            row.len()
        );
    }
}

/// Planes of numbers from -8 to 8, with zeros of both signs and equal numbers among them.
pub(super) fn planes(channels: usize, width: usize, seed: usize) -> Vec<Vec<f32>> {
    let random = samples::random(channels * width, seed as u32 * 2 + 1);
    let numbers: Vec<f32> = random
        .iter()
        .map(|number| match number.to_bits() {
            bits if bits % 13 == 0 => 0.0,
            bits if bits % 13 == 1 => -0.0,
            bits if bits % 13 == 2 => 1.5,
            bits => (f64::from(bits) / 2_f64.powi(28) - 8.0) as f32,
        })
        .collect();
    numbers.chunks(width).map(<[f32]>::to_vec).collect()
}

/// The same, with NaN, infinities, and the smallest and largest numbers among them.
pub(super) fn planes_with_specials(channels: usize, width: usize, seed: usize) -> Vec<Vec<f32>> {
    let notable = samples::notable();
    let mut planes = planes(channels, width, seed);
    for number in planes.iter_mut().flatten() {
        let bits = number.to_bits() as usize / 13;
        if bits.is_multiple_of(5) {
            *number = notable[bits / 5 % notable.len()];
        }
    }
    planes
}

use super::{add, raise};
use crate::kernels::testing::{
    Input, WIDTHS, assert_near, on_every_isa, planes, planes_with_specials,
};
use crate::samples::is_same;

/// Rows of a plane.
const HEIGHT: usize = 3;

/// Rows of 9 channels, and each plane as a list.
fn rows(
    width: usize,
    row: impl Fn(usize, usize, usize) -> Vec<Vec<f32>>,
) -> (Vec<Input>, Vec<Vec<f32>>) {
    let rows: Vec<_> = (0..HEIGHT).map(|y| row(9, width, width + y)).collect();
    let planes = (0..9).map(|channel| rows.iter().flat_map(move |row| row[channel].clone()));
    let planes = planes.map(Iterator::collect).collect();
    (rows.iter().map(|row| Input::new(row)).collect(), planes)
}

#[test]
fn the_sum_of_each_plane() {
    for width in WIDTHS {
        let (inputs, planes) = rows(width, planes);
        let mut sums = Vec::new();
        on_every_isa(|isa| {
            sums = vec![0.0; 9];
            for input in &inputs {
                // SAFETY: the row has 9 channels and the width; `isa` is available.
                unsafe { add(isa, input.row(), width, &mut sums) };
            }
            // Both halves of the bits, as numbers that are no NaN.
            let halves = |sum: &f64| [sum.to_bits() >> 32, sum.to_bits() & 0xFFFF_FFFF];
            let halves = sums.iter().flat_map(halves);
            vec![
                halves
                    .flat_map(|half| [(half >> 16) as f32, (half & 0xFFFF) as f32])
                    .collect(),
            ]
        });
        for (sum, plane) in sums.iter().zip(planes) {
            let expected: f64 = plane.iter().map(|number| f64::from(*number)).sum();
            assert!(
                (sum - expected).abs() < 1e-12,
                "{sum}, not {expected}, width {width}"
            );
        }
    }
}

#[test]
fn a_large_plane_keeps_its_mean() {
    let (width, height) = (960, 960);
    let input = Input::new(&[vec![0.1; width]]);
    on_every_isa(|isa| {
        let mut sums = [0.0];
        for _ in 0..height {
            // SAFETY: the row has one channel and the width; `isa` is available.
            unsafe { add(isa, input.row(), width, &mut sums) };
        }
        #[expect(clippy::cast_possible_truncation, reason = "rounded once")]
        let mean = (sums[0] / (width * height) as f64) as f32;
        assert_near(&[mean], [f64::from(0.1_f32)].into_iter(), 0.0, "mean");
        vec![vec![mean]]
    });
}

#[test]
fn the_largest_number_of_each_plane() {
    for width in WIDTHS {
        for row in [planes, planes_with_specials, |channels, width, _| {
            vec![vec![-0.0; width]; channels]
        }] {
            let (inputs, planes) = rows(width, row);
            let result = on_every_isa(|isa| {
                let mut largest = vec![f32::NEG_INFINITY; 9];
                for input in &inputs {
                    // SAFETY: the row has 9 channels and the width; `isa` is available.
                    unsafe { raise(isa, input.row(), width, &mut largest) };
                }
                vec![largest]
            });
            for (number, plane) in result[0].iter().zip(planes) {
                let expected = if plane.iter().any(|number| number.is_nan()) {
                    f32::NAN
                } else {
                    plane.into_iter().fold(f32::NEG_INFINITY, f32::max) + 0.0
                };
                assert!(
                    is_same(*number, expected),
                    "{number}, not {expected}, width {width}"
                );
            }
        }
    }
}

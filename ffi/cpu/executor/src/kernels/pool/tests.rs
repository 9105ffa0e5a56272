use super::{pool, scratch_len};
use crate::graph::{Pooling, Window, Windows};
use crate::kernels::testing::{
    Input, Output, WIDTHS, assert_near, on_every_isa, planes, planes_with_specials,
};

/// Size, stride, dilation, pads before and after.
const COLUMNS: [[usize; 5]; 14] = [
    [1, 1, 1, 0, 0],
    [1, 2, 1, 0, 0],
    [2, 2, 1, 0, 0],
    [2, 2, 1, 0, 1],
    [2, 2, 1, 1, 0],
    [2, 2, 3, 0, 0],
    [2, 1, 1, 1, 0],
    [3, 1, 1, 1, 1],
    [3, 2, 1, 1, 1],
    [5, 1, 1, 2, 2],
    [3, 3, 1, 0, 0],
    [4, 5, 1, 2, 3],
    [3, 1, 2, 2, 2],
    [2, 2, 3, 1, 2],
];

fn window([size, stride, dilation, before, after]: [usize; 5]) -> Window {
    Window {
        size,
        stride,
        dilation,
        before,
        after,
    }
}

/// The columns of the plane that a window sees.
fn seen(columns: &Window, width: usize, index: usize) -> impl Iterator<Item = usize> + Clone {
    let Window {
        stride,
        dilation,
        before,
        ..
    } = *columns;
    (0..columns.size)
        .map(move |tap| index * stride + tap * dilation)
        .filter(move |at| (before..before + width).contains(at))
        .map(move |at| at - before)
}

fn compute(of: Pooling, windows: &Windows, rows: &[Vec<f32>], to_width: usize) -> Vec<f32> {
    let width = rows[0].len();
    let input = Input::new(rows);
    let planes: Vec<_> = (0..rows.len()).map(|row| input.plane(row)).collect();
    let mut result = on_every_isa(|isa| {
        let mut output = Output::new(1, to_width);
        let mut scratch = vec![f32::NAN; scratch_len(windows, width)];
        let (scratch, to) = (scratch.as_mut_ptr(), output.first());
        // SAFETY: all rows have their widths and the space; `isa` is available.
        unsafe { pool(isa, of, windows, &planes, width, scratch, to, to_width) };
        output.planes(isa)
    });
    result.remove(0)
}

/// Calls `check` for all windows that fit, with the numbers of a result.
fn for_each_window(check: impl Fn(&Windows, usize, usize, usize)) {
    for columns in COLUMNS.map(window) {
        for size in 1..4 {
            let rows = window([size, 2, 1, 0, 0]);
            for width in WIDTHS {
                let padded = width + columns.before + columns.after;
                let Some(free) = padded.checked_sub(columns.extent()) else {
                    continue;
                };
                // The uppermost row may be in the pads.
                for seen_rows in size.saturating_sub(1).max(1)..=size {
                    let windows = Windows { rows, columns };
                    check(&windows, seen_rows, width, free / columns.stride + 1);
                }
            }
        }
    }
}

#[test]
fn the_largest_number_of_each_window() {
    for_each_window(|windows, seen_rows, width, to_width| {
        let rows = planes_with_specials(seen_rows, width, width);
        let result = compute(Pooling::Max, windows, &rows, to_width);
        for (index, number) in result.iter().enumerate() {
            let numbers = seen(&windows.columns, width, index)
                .flat_map(|column| rows.iter().map(move |row| row[column]));
            let expected = if numbers.clone().any(f32::is_nan) {
                f32::NAN
            } else {
                numbers.fold(f32::NEG_INFINITY, f32::max)
            };
            assert!(
                *number == expected || (number.is_nan() && expected.is_nan()),
                "{number}, not {expected}, in column {index} of {windows:?}, width {width}"
            );
        }
    });
}

#[test]
fn the_mean_of_each_window() {
    for_each_window(|windows, seen_rows, width, to_width| {
        let rows = planes(seen_rows, width, width);
        for of in [Pooling::Average, Pooling::AverageWithPads] {
            let result = compute(of, windows, &rows, to_width);
            let expected = (0..to_width).map(|index| {
                let columns = seen(&windows.columns, width, index);
                let numbers = columns
                    .clone()
                    .flat_map(|column| rows.iter().map(move |row| f64::from(row[column])));
                let count = match of {
                    Pooling::AverageWithPads => windows.rows.size * windows.columns.size,
                    _ => seen_rows * columns.count(),
                };
                numbers.sum::<f64>() / count as f64
            });
            let what = format!("{of:?} of {windows:?}, width {width}");
            assert_near(&result, expected, 2e-6, &what);
        }
    });
}

#[test]
fn a_window_that_sees_no_row() {
    let windows = Windows {
        rows: window([2, 2, 5, 4, 4]),
        columns: window([3, 1, 1, 1, 1]),
    };
    let input = planes(1, 9, 1);
    let result = on_every_isa(|isa| {
        let mut scratch = vec![f32::NAN; scratch_len(&windows, 9)];
        let mut output = Output::new(3, 9);
        let row = output.row();
        let poolings = [Pooling::Max, Pooling::Average, Pooling::AverageWithPads];
        for (plane, of) in poolings.into_iter().enumerate() {
            // SAFETY: the row has its width and the space; `isa` is available.
            unsafe {
                let to = row.channel(plane);
                pool(
                    isa,
                    of,
                    &windows,
                    &[],
                    input[0].len(),
                    scratch.as_mut_ptr(),
                    to,
                    9,
                );
            }
        }
        output.planes(isa)
    });
    assert_eq!(result[0], [f32::NEG_INFINITY; 9]);
    assert!(result[1].iter().all(|number| number.is_nan()));
    assert_eq!(result[2], [0.0; 9]);
}

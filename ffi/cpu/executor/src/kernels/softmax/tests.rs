use super::softmax;
use crate::kernels::Row;
use crate::kernels::testing::{
    Input, Output, WIDTHS, assert_near, assert_same, on_every_isa, planes, planes_with_specials,
};

fn compute(numbers: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let (channels, width) = (numbers.len(), numbers[0].len());
    let input = Input::new(numbers);
    on_every_isa(|isa| {
        let mut output = Output::new(channels, width);
        // SAFETY: both rows have the channels, the width and the space; `isa` is available.
        unsafe { softmax(isa, input.row(), channels, output.row(), width) };
        output.planes(isa)
    })
}

#[test]
fn it_is_near_the_softmax_in_double_precision() {
    for width in WIDTHS {
        for channels in [1, 2, 3, 4, 11] {
            let mut numbers = planes(channels, width, width + channels);
            // Powers that overflow unless the largest number is subtracted.
            numbers[channels / 2][width / 2] = 400.0;
            let result = compute(&numbers);
            let powers = |x: usize| {
                let column = numbers.iter().map(move |row| f64::from(row[x]));
                let most = column.clone().fold(f64::NEG_INFINITY, f64::max);
                column.map(move |number| (number - most).exp())
            };
            for (channel, row) in result.iter().enumerate() {
                let expected = (0..width).map(|x| {
                    let sum: f64 = powers(x).sum();
                    powers(x).nth(channel).unwrap() / sum
                });
                assert_near(row, expected, 1e-6, &format!("{channels} channels"));
            }
        }
    }
}

#[test]
fn a_column_that_has_no_softmax_is_nan() {
    for width in WIDTHS {
        let mut numbers = planes_with_specials(3, width, width);
        let middle = width / 2;
        for row in &mut numbers {
            row[middle] = f32::NEG_INFINITY;
        }
        let result = compute(&numbers);
        for x in 0..width {
            let column = [numbers[0][x], numbers[1][x], numbers[2][x]];
            let is_spoilt = x == middle
                || column
                    .iter()
                    .any(|number| number.is_nan() || *number == f32::INFINITY);
            for row in &result {
                assert_eq!(row[x].is_nan(), is_spoilt, "softmax of {column:?}");
            }
        }
    }
}

#[test]
fn a_row_may_be_its_own_result() {
    let numbers = planes_with_specials(3, 37, 1);
    let expected = compute(&numbers);
    let result = on_every_isa(|isa| {
        let mut output = Output::new(3, 37);
        output.fill(&numbers);
        let row = output.row();
        let from = Row {
            first: row.first,
            plane: row.plane,
        };
        // SAFETY: the row has the channels, the width and the space; `isa` is available.
        unsafe { softmax(isa, from, 3, row, 37) };
        output.planes(isa)
    });
    assert_same(&result, &expected, "in place");
}

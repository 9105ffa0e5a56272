use super::argmax;
use crate::isa::Isa;
use crate::kernels::testing::{
    Input, Output, WIDTHS, assert_same, on_every_isa, planes, planes_with_specials,
};

#[test]
fn it_is_the_first_of_the_largest() {
    for width in WIDTHS {
        for channels in [1, 2, 3, 17] {
            let mut numbers = planes_with_specials(channels, width, width + channels);
            for number in numbers.iter_mut().flatten() {
                // Many equal numbers and no NaN.
                *number = if number.is_nan() { 2.0 } else { number.round() };
            }
            let input = Input::new(&numbers);
            let result = on_every_isa(|isa| {
                let mut output = Output::new(1, width);
                // SAFETY: the rows have the channels, the width and the space.
                let has_nan = unsafe { argmax(isa, input.row(), channels, output.first(), width) };
                assert!(!has_nan, "{isa:?}, width {width}");
                output.planes(isa)
            });
            let expected = (0..width).map(|x| {
                let most = numbers
                    .iter()
                    .map(|row| row[x])
                    .fold(f32::NEG_INFINITY, f32::max);
                numbers.iter().position(|row| row[x] == most).unwrap() as f32
            });
            assert_same(&result, &[expected.collect()], "argmax");
        }
    }
}

#[test]
fn it_tells_of_any_nan() {
    for isa in Isa::available() {
        for width in WIDTHS {
            for channels in [1, 2, 5] {
                for channel in 0..channels {
                    let mut numbers = planes(channels, width, width);
                    numbers[channel][width * channel / channels] = f32::NAN;
                    let input = Input::new(&numbers);
                    let mut output = Output::new(1, width);
                    // SAFETY: the rows have the channels, the width and the space.
                    let has_nan =
                        unsafe { argmax(*isa, input.row(), channels, output.first(), width) };
                    assert!(has_nan, "{isa:?}, width {width}, channel {channel}");
                    output.planes(*isa);
                }
            }
        }
    }
}

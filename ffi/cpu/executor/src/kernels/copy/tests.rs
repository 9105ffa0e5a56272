use super::{fill, pad};
use crate::graph::Border;
use crate::kernels::testing::{
    Input, Output, WIDTHS, assert_same, on_every_isa, planes_with_specials,
};

#[test]
fn a_row_of_one_number() {
    for width in WIDTHS {
        let result = on_every_isa(|isa| {
            let mut output = Output::new(1, width);
            // SAFETY: the row has the width and the space; `isa` is available.
            unsafe { fill(isa, -2.5, output.first(), width) };
            output.planes(isa)
        });
        assert_same(&result, &[vec![-2.5; width]], "fill");
    }
}

#[test]
fn each_border_continues_the_row() {
    for border in [Border::Constant(-1.5), Border::Edge, Border::Reflect] {
        for width in WIDTHS {
            let numbers = planes_with_specials(1, width, width);
            let input = Input::new(&numbers);
            for (before, after) in [(0, 0), (1, 0), (0, 1), (3, 2), (15, 17), (2, 33)] {
                if border == Border::Reflect && before.max(after) >= width {
                    continue;
                }
                let result = on_every_isa(|isa| {
                    let mut output = Output::new(1, before + width + after);
                    // SAFETY: both rows have their widths and the space; `isa` is available.
                    unsafe {
                        pad(
                            isa,
                            border,
                            before,
                            after,
                            input.plane(0),
                            width,
                            output.first(),
                        );
                    }
                    output.planes(isa)
                });
                let last = width.cast_signed() - 1;
                let expected = (0..before + width + after).map(|column| {
                    let at = column.cast_signed() - before.cast_signed();
                    let nearest = at.clamp(0, last);
                    match border {
                        Border::Constant(number) if at != nearest => number,
                        Border::Reflect => numbers[0][(2 * nearest - at).cast_unsigned()],
                        _ => numbers[0][nearest.cast_unsigned()],
                    }
                });
                let what = format!("{border:?}, {before} before, {after} after");
                assert_same(&result, &[expected.collect()], &what);
            }
        }
    }
}

use super::{ColumnTaps, Pattern, resize};
use crate::graph::Tap;
use crate::kernels::testing::{
    Input, Output, WIDTHS, assert_same, on_every_isa, planes_with_specials,
};

/// The taps of ONNX's coordinate transformations, with the position of a column in the input.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions are columns of a test"
)]
fn taps(from_width: usize, width: usize, position: impl Fn(f64) -> f64) -> Vec<Tap> {
    let last = (from_width - 1) as f64;
    let tap = |column: usize| {
        let at = position(column as f64).clamp(0.0, last);
        let near = at.floor();
        Tap {
            near: near as usize,
            far: (near + 1.0).min(last) as usize,
            share: (at - near) as f32,
        }
    };
    (0..width).map(tap).collect()
}

fn nearest(taps: Vec<Tap>) -> Vec<Tap> {
    let round = |tap: Tap| Tap { share: 0.0, ..tap };
    taps.into_iter().map(round).collect()
}

/// Resizes of a row with their names.
fn resizes(from_width: usize) -> Vec<(&'static str, Vec<Tap>)> {
    let last = (from_width - 1) as f64;
    let double = 2 * from_width;
    let aligned = |width: usize| move |x: f64| x * last / (width - 1).max(1) as f64;
    vec![
        ("same", taps(from_width, from_width, |x| x)),
        ("cut", taps(from_width, from_width.div_ceil(2), |x| x)),
        ("mirrored", taps(from_width, from_width, |x| last - x)),
        ("nearest x2", nearest(taps(from_width, double, |x| x / 2.0))),
        (
            "nearest x3",
            nearest(taps(from_width, 3 * from_width, |x| x / 3.0)),
        ),
        (
            "nearest half",
            nearest(taps(from_width, from_width.div_ceil(2), |x| x * 2.0)),
        ),
        (
            "half pixel x2",
            taps(from_width, double, |x| (x + 0.5) / 2.0 - 0.5),
        ),
        (
            "half pixel, odd",
            taps(from_width, double - 1, |x| (x + 0.5) / 2.0 - 0.5),
        ),
        ("asymmetric x2", taps(from_width, double, |x| x / 2.0)),
        ("aligned x2", taps(from_width, double, aligned(double))),
        (
            "half pixel x4",
            taps(from_width, 4 * from_width, |x| (x + 0.5) / 4.0 - 0.5),
        ),
        (
            "half pixel 2/3",
            taps(from_width, (2 * from_width).div_ceil(3), |x| {
                (x + 0.5) * 1.5 - 0.5
            }),
        ),
    ]
}

fn blend(near: f32, far: f32, share: f32) -> f32 {
    if share == 0.0 {
        return near;
    }
    near * (1.0 - share) + far * share
}

#[test]
fn each_number_is_the_blend_of_rows_and_columns() {
    for from_width in WIDTHS {
        let numbers = planes_with_specials(2, from_width, from_width);
        let input = Input::new(&numbers);
        for (name, taps) in resizes(from_width) {
            let columns = ColumnTaps::new(from_width, &taps);
            for share in [0.0, 0.25, 1.0] {
                let result = on_every_isa(|isa| {
                    let mut scratch = vec![f32::NAN; columns.scratch_len()];
                    let mut output = Output::new(1, taps.len());
                    let (scratch, to) = (scratch.as_mut_ptr(), output.first());
                    let (near, far) = (input.plane(0), input.plane(1));
                    // SAFETY: all rows have their widths and the space; `isa` is available.
                    unsafe { resize(isa, &columns, near, far, share, scratch, to) };
                    output.planes(isa)
                });
                let row = |x: usize| blend(numbers[0][x], numbers[1][x], share);
                let expected = taps
                    .iter()
                    .map(|tap| blend(row(tap.near), row(tap.far), tap.share));
                let what = format!("{name} of {from_width}, share {share}");
                assert_same(&result, &[expected.collect()], &what);
            }
        }
    }
}

#[test]
fn the_usual_resizes_have_a_pattern() {
    for (name, taps) in resizes(60) {
        let pattern = ColumnTaps::new(60, &taps).pattern;
        let range = match &pattern {
            Pattern::Double { range, .. } => Some(range.clone()),
            Pattern::Same | Pattern::Any => None,
        };
        let expected = match name {
            "nearest x2" => Some(0..60),
            "asymmetric x2" => Some(0..59),
            "half pixel x2" | "half pixel, odd" => Some(1..59),
            _ => None,
        };
        assert_eq!(range, expected, "{name}");
        assert_eq!(pattern == Pattern::Same, name == "same", "{name}");
    }
}

#[test]
#[should_panic(expected = "a tap outside 3 columns")]
fn a_tap_outside_the_row() {
    let tap = Tap {
        near: 0,
        far: 3,
        share: 0.5,
    };
    ColumnTaps::new(3, &[tap]);
}

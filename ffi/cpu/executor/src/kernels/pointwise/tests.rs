use super::{Side, affine, function, pair};
use crate::graph::{Function, Pairing};
use crate::isa::Isa;
use crate::kernels::testing::{
    Input, Output, WIDTHS, assert_near, assert_same, on_every_isa, planes_with_specials,
};

const FUNCTIONS: [Function; 6] = [
    Function::Relu,
    Function::LeakyRelu { slope: 0.25 },
    Function::Clip {
        low: -1.0,
        high: 6.0,
    },
    Function::Sigmoid,
    Function::HardSigmoid {
        slope: 0.2,
        offset: 0.5,
    },
    Function::HardSwish,
];

const PAIRINGS: [Pairing; 6] = [
    Pairing::Add,
    Pairing::Sub,
    Pairing::Mul,
    Pairing::Div,
    Pairing::Max,
    Pairing::Min,
];

/// What a function is in double precision.
fn function_of(of: Function, x: f64) -> f64 {
    let clip = |x: f64, low: f64, high: f64| if x.is_nan() { x } else { x.clamp(low, high) };
    match of {
        Function::Relu => clip(x, 0.0, f64::INFINITY),
        Function::LeakyRelu { slope } if x < 0.0 => x * f64::from(slope),
        Function::LeakyRelu { .. } => x,
        Function::Clip { low, high } => clip(x, low.into(), high.into()),
        Function::Sigmoid => 1.0 / (1.0 + (-x).exp()),
        Function::HardSigmoid { slope, offset } => {
            clip(x * f64::from(slope) + f64::from(offset), 0.0, 1.0)
        }
        Function::HardSwish => x * clip(x / 6.0 + 0.5, 0.0, 1.0),
    }
}

/// The result of a pairing, of which there is only one but for the sign of a zero.
fn pair_of(of: Pairing, a: f32, b: f32) -> f32 {
    let nan = a + b;
    match of {
        Pairing::Add => a + b,
        Pairing::Sub => a - b,
        Pairing::Mul => a * b,
        Pairing::Div => a / b,
        Pairing::Max | Pairing::Min if nan.is_nan() && (a.is_nan() || b.is_nan()) => nan,
        Pairing::Max if a < b => b,
        Pairing::Min if a > b => b,
        Pairing::Max | Pairing::Min => a,
    }
}

/// Runs a kernel on a row of its own.
fn compute(isa: Isa, width: usize, kernel: impl FnOnce(*mut f32)) -> Vec<Vec<f32>> {
    let mut output = Output::new(1, width);
    kernel(output.first());
    output.planes(isa)
}

#[test]
fn each_function_is_near_its_definition() {
    for of in FUNCTIONS {
        for width in WIDTHS {
            let numbers = planes_with_specials(1, width, width);
            let input = Input::new(&numbers);
            let result = on_every_isa(|isa| {
                // SAFETY: both rows have the width and the space; `isa` is available.
                compute(isa, width, |to| unsafe {
                    function(isa, of, input.plane(0), to, width);
                })
            });
            let expected = numbers[0].iter().map(|x| function_of(of, f64::from(*x)));
            assert_near(&result[0], expected, 1e-6, &format!("{of:?}"));
        }
    }
}

#[test]
fn affine_rounds_once() {
    for width in WIDTHS {
        let numbers = planes_with_specials(1, width, width);
        let input = Input::new(&numbers);
        let (scale, offset) = (1.1, -0.3);
        let result = on_every_isa(|isa| {
            // SAFETY: both rows have the width and the space; `isa` is available.
            compute(isa, width, |to| unsafe {
                affine(isa, scale, offset, input.plane(0), to, width);
            })
        });
        let expected = numbers[0].iter().map(|x| x.mul_add(scale, offset));
        assert_same(&result, &[expected.collect()], "affine");
    }
}

#[test]
fn each_pairing_has_the_exact_result() {
    for of in PAIRINGS {
        for width in WIDTHS {
            let numbers = planes_with_specials(2, width, width);
            let input = Input::new(&numbers);
            let (a_row, b_row) = (Side::Row(input.plane(0)), Side::Row(input.plane(1)));
            let (a, b) = (numbers[0][width / 2], numbers[1][width / 3]);
            for (first, second) in [
                (a_row, b_row),
                (a_row, Side::Number(b)),
                (Side::Number(a), b_row),
                (Side::Number(a), Side::Number(b)),
            ] {
                let result = on_every_isa(|isa| {
                    // SAFETY: all rows have the width and the space; `isa` is available.
                    compute(isa, width, |to| unsafe {
                        pair(isa, of, first, second, to, width);
                    })
                });
                let at = |side, row: usize, column: usize| match side {
                    Side::Row(_) => numbers[row][column],
                    Side::Number(number) => number,
                };
                let expected = (0..width).map(|x| pair_of(of, at(first, 0, x), at(second, 1, x)));
                let what = format!("{of:?} of {first:?} and {second:?}");
                assert_same(&result, &[expected.collect()], &what);
            }
        }
    }
}

#[test]
fn a_row_may_be_its_own_result() {
    let width = 37;
    let numbers = planes_with_specials(1, width, 1);
    for isa in Isa::available() {
        let input = Input::new(&numbers);
        // SAFETY: both rows have the width and the space; `isa` is available.
        let expected = compute(*isa, width, |to| unsafe {
            function(*isa, Function::HardSwish, input.plane(0), to, width);
            pair(
                *isa,
                Pairing::Sub,
                Side::Row(to),
                Side::Row(input.plane(0)),
                to,
                width,
            );
        });
        let mut output = Output::new(1, width);
        let to = output.first();
        // SAFETY: as above; the row has space for whole vectors, and its width is copied.
        unsafe {
            to.copy_from(input.plane(0), width);
            function(*isa, Function::HardSwish, to, to, width);
            pair(
                *isa,
                Pairing::Sub,
                Side::Row(to),
                Side::Row(input.plane(0)),
                to,
                width,
            );
        }
        assert_same(&output.planes(*isa), &expected, "in place");
    }
}

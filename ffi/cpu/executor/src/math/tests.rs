//! Every instruction set against the scalar one, and that one against f64 and the definitions.

use super::{clip, exp, hard_sigmoid, hard_swish, leaky_relu, max, min, relu, sigmoid};
use crate::isa::{Isa, dispatch};
use crate::lanes::Lanes;
use crate::samples::{is_same, pairs};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Function {
    Exp,
    Sigmoid,
    Relu,
    /// With this slope.
    LeakyRelu(f32),
    /// To these bounds.
    Clip(f32, f32),
    /// With this slope and offset.
    HardSigmoid(f32, f32),
    HardSwish,
    Max,
    Min,
}

const FUNCTIONS: [Function; 15] = [
    Function::Exp,
    Function::Sigmoid,
    Function::Relu,
    Function::LeakyRelu(0.01),
    Function::LeakyRelu(f32::NAN),
    Function::LeakyRelu(f32::INFINITY),
    Function::Clip(0.0, 6.0),
    Function::Clip(-0.0, 0.0),
    Function::Clip(2.0, 1.0),
    Function::Clip(f32::NAN, f32::NAN),
    Function::HardSigmoid(0.2, 0.5),
    Function::HardSigmoid(f32::INFINITY, -0.0),
    Function::HardSwish,
    Function::Max,
    Function::Min,
];

/// Computes `count` numbers, a multiple of 16.
#[inline(always)]
unsafe fn compute<L: Lanes>(
    of: Function,
    from: *const f32,
    other: *const f32,
    to: *mut f32,
    count: usize,
) {
    for i in (0..count).step_by(L::COUNT) {
        // SAFETY: the caller gives that many numbers and an instruction set of this processor.
        unsafe {
            let x = L::load(from.add(i));
            let result = match of {
                Function::Exp => exp(x),
                Function::Sigmoid => sigmoid(x),
                Function::Relu => relu(x),
                Function::LeakyRelu(slope) => leaky_relu(x, L::splat(slope)),
                Function::Clip(low, high) => clip(x, L::splat(low), L::splat(high)),
                Function::HardSigmoid(slope, offset) => {
                    hard_sigmoid(x, L::splat(slope), L::splat(offset))
                }
                Function::HardSwish => hard_swish(x),
                Function::Max => max(x, L::load(other.add(i))),
                Function::Min => min(x, L::load(other.add(i))),
            };
            result.store(to.add(i));
        }
    }
}

dispatch! {
    unsafe fn run(
        of: Function,
        from: *const f32,
        other: *const f32,
        to: *mut f32,
        count: usize,
    ) = compute;
}

fn results(isa: Isa, of: Function, from: &[f32], other: &[f32]) -> Vec<f32> {
    let count = from.len();
    assert_eq!(count % 16, 0);
    assert_eq!(count, other.len());
    let mut to = vec![0.0; count];
    // SAFETY: all three have `count` numbers; the processor has `isa`.
    unsafe {
        run(
            isa,
            of,
            from.as_ptr(),
            other.as_ptr(),
            to.as_mut_ptr(),
            count,
        )
    };
    to
}

fn one(of: Function, x: f32, other: f32) -> f32 {
    results(Isa::Scalar, of, &[x; 16], &[other; 16])[0]
}

#[test]
fn every_instruction_set_gives_the_bits_of_the_scalar_one() {
    let [from, other] = pairs();
    for of in FUNCTIONS {
        let wanted = results(Isa::Scalar, of, &from, &other);
        for isa in Isa::available() {
            let results = results(*isa, of, &from, &other);
            for (i, (result, wanted)) in results.iter().zip(&wanted).enumerate() {
                assert!(
                    is_same(*result, *wanted),
                    "{isa:?} {of:?} of {:e}, {:e} gave {result:e}, not {wanted:e}",
                    from[i],
                    other[i]
                );
            }
        }
    }
}

/// Calls `check` with every `step`th f32 that is a number, and the function of it.
fn sweep(of: Function, step: usize, mut check: impl FnMut(f32, f32)) {
    for sign in [0, 0x8000_0000] {
        let mut all = (0..=f32::INFINITY.to_bits()).step_by(step);
        loop {
            let mut from: Vec<_> = all.by_ref().take(4096).collect();
            let count = from.len();
            if count == 0 {
                break;
            }
            from.resize(4096, 0);
            let from: Vec<_> = from
                .iter()
                .map(|bits| f32::from_bits(bits | sign))
                .collect();
            let results = results(Isa::best(), of, &from, &from);
            for (x, result) in from.into_iter().zip(results).take(count) {
                check(x, result);
            }
        }
    }
}

/// The distance of `result` from `wanted`, in units of the last place of an f32 near `wanted`.
/// Infinity counts as 2^128.
fn error_ulp(result: f32, wanted: f64) -> f64 {
    let limit = 2.0_f64.powi(128);
    let [result, wanted] = [f64::from(result), wanted].map(|number| number.min(limit));
    let power_of_two = f64::from_bits(wanted.to_bits() & f64::INFINITY.to_bits());
    let unit = power_of_two.max(f64::from(f32::MIN_POSITIVE)) * f64::from(f32::EPSILON);
    (result - wanted).abs() / unit
}

fn largest_error_ulp(of: Function, step: usize, reference: fn(f64) -> f64) -> f64 {
    let mut largest = (0.0, 0.0);
    sweep(of, step, |x, result| {
        assert!(!result.is_nan(), "{of:?} of {x:e}");
        let error = error_ulp(result, reference(f64::from(x)));
        if error > largest.0 {
            largest = (error, x);
        }
    });
    println!("{of:?}: error {:.3} ulp at {:e}", largest.0, largest.1);
    largest.0
}

fn assert_errors(step: usize) {
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    assert!(largest_error_ulp(Function::Exp, step, f64::exp) < 0.9);
    assert!(largest_error_ulp(Function::Sigmoid, step, sigmoid) < 2.5);
}

#[test]
fn exp_and_sigmoid_are_near_those_of_f64() {
    assert_errors(4099);
}

#[test]
#[ignore = "all numbers take some minutes"]
fn exp_and_sigmoid_are_near_those_of_f64_for_every_number() {
    assert_errors(1);
}

/// FNV-1a over 32-bit words instead of bytes.
fn hash(of: Function) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325;
    sweep(of, 4099, |_, result| {
        hash = (hash ^ u64::from(result.to_bits())).wrapping_mul(0x100_0000_01B3);
    });
    hash
}

/// A part that was inspected on one machine gives the same scores on another one, and later.
#[test]
fn exp_and_sigmoid_have_the_same_bits_on_every_machine() {
    let hashes = [Function::Exp, Function::Sigmoid].map(hash);
    let wanted = [0xC327_6722_3C0C_D710, 0x50CA_C4B1_1E21_3D48];
    assert_eq!(hashes, wanted, "{hashes:#X?}");
}

#[test]
fn each_function_is_as_defined_at_its_ends() {
    let (nan, infinity) = (f32::NAN, f32::INFINITY);
    let smallest = f32::from_bits(1);
    let last_finite = f32::from_bits(0x42B1_7217);
    let last_above_0 = f32::from_bits(0xC2CF_F1B4);
    let rounded_once = 0.8775_f32.mul_add(0.2, 0.5);
    assert_ne!(rounded_once, 0.8775 * 0.2 + 0.5);
    let swish_at_1 = 1.0_f32.mul_add(1.0 / 6.0, 0.5);
    let cases = [
        (Function::Exp, 0.0, 1.0),
        (Function::Exp, -0.0, 1.0),
        (Function::Exp, last_finite, 3.402_798_5e38),
        (Function::Exp, last_finite.next_up(), infinity),
        (Function::Exp, infinity, infinity),
        (Function::Exp, last_above_0, smallest),
        (Function::Exp, last_above_0.next_down(), 0.0),
        (Function::Exp, -infinity, 0.0),
        (Function::Exp, nan, nan),
        (Function::Exp, f32::from_bits(0x7FC0_01FF), nan),
        (Function::Sigmoid, 0.0, 0.5),
        (Function::Sigmoid, -0.0, 0.5),
        (Function::Sigmoid, infinity, 1.0),
        (Function::Sigmoid, 1e30, 1.0),
        (Function::Sigmoid, last_above_0, smallest),
        (Function::Sigmoid, -infinity, 0.0),
        (Function::Sigmoid, nan, nan),
        (Function::Relu, smallest, smallest),
        (Function::Relu, infinity, infinity),
        (Function::Relu, -0.0, -0.0),
        (Function::Relu, -infinity, 0.0),
        (Function::Relu, nan, nan),
        (Function::LeakyRelu(0.5), 3.0, 3.0),
        (Function::LeakyRelu(0.5), -3.0, -1.5),
        (Function::LeakyRelu(0.5), -0.0, -0.0),
        (Function::LeakyRelu(infinity), 0.0, 0.0),
        (Function::LeakyRelu(0.0), -infinity, nan),
        (Function::LeakyRelu(0.5), nan, nan),
        (Function::Clip(0.0, 6.0), -0.0, -0.0),
        (Function::Clip(0.0, 6.0), -1.0, 0.0),
        (Function::Clip(0.0, 6.0), 6.5, 6.0),
        (Function::Clip(0.0, 6.0), nan, nan),
        (Function::Clip(2.0, 1.0), 0.0, 1.0),
        (Function::Clip(2.0, 1.0), 1.5, 1.0),
        (Function::Clip(2.0, 1.0), 3.0, 1.0),
        (Function::Clip(nan, nan), -7.0, -7.0),
        (Function::HardSigmoid(0.25, 0.5), 1.0, 0.75),
        (Function::HardSigmoid(0.2, 0.5), 0.8775, rounded_once),
        (Function::HardSigmoid(0.25, 0.5), -3.0, 0.0),
        (Function::HardSigmoid(0.25, 0.5), infinity, 1.0),
        (Function::HardSigmoid(0.25, 0.5), nan, nan),
        (Function::HardSwish, 1.0, swish_at_1),
        (Function::HardSwish, 3.0, 3.0),
        (Function::HardSwish, infinity, infinity),
        (Function::HardSwish, -3.0, -0.0),
        (Function::HardSwish, -infinity, nan),
        (Function::HardSwish, nan, nan),
    ];
    for (of, x, wanted) in cases {
        let result = one(of, x, 0.0);
        assert!(
            is_same(result, wanted),
            "{of:?} of {x:e} gave {result:e}, not {wanted:e}"
        );
    }
}

#[test]
fn max_and_min_take_the_first_of_equals_and_nan_from_either() {
    let cases = [
        (1.0, 2.0, [2.0, 1.0]),
        (2.0, 1.0, [2.0, 1.0]),
        (-0.0, 0.0, [-0.0, -0.0]),
        (0.0, -0.0, [0.0, 0.0]),
        (
            f32::NEG_INFINITY,
            f32::INFINITY,
            [f32::INFINITY, f32::NEG_INFINITY],
        ),
        (f32::NAN, 1.0, [f32::NAN; 2]),
        (1.0, f32::NAN, [f32::NAN; 2]),
        (f32::NAN, f32::INFINITY, [f32::NAN; 2]),
        (f32::NEG_INFINITY, f32::NAN, [f32::NAN; 2]),
    ];
    for (a, b, wanted) in cases {
        for (of, wanted) in [Function::Max, Function::Min].into_iter().zip(wanted) {
            let result = one(of, a, b);
            assert!(
                is_same(result, wanted),
                "{of:?} of {a:e}, {b:e} gave {result:e}"
            );
        }
    }
}

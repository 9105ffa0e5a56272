//! Every instruction set against numbers computed one by one.

use super::{Lanes, MOST_LANES};
use crate::isa::{Isa, dispatch};
use crate::samples::{is_same, notable, pairs, random};

#[derive(Debug, Clone, Copy)]
enum Operation {
    /// Of the first of each 16 numbers.
    Splat,
    Add,
    Sub,
    Mul,
    Div,
    Fma,
    /// `b` where `a < b`, else `c`.
    Lt,
    /// `b` where `a` is NaN, else `c`.
    IsNan,
    ScaleByLowBits,
    LoadEven,
    StoreInterleaved,
    /// Swaps each number with even index and the next one.
    Pairs,
    /// Of the whole row.
    KeepFirst(usize),
    /// 1 in all lanes of a vector that has a number below 0, else 0.
    Any,
}

type Reference = fn(f32, f32, f32) -> f32;

/// What each operation means for a single number.
const NUMBERWISE: [(Operation, Reference); 8] = [
    (Operation::Add, |a, b, _| a + b),
    (Operation::Sub, |a, b, _| a - b),
    (Operation::Mul, |a, b, _| a * b),
    (Operation::Div, |a, b, _| a / b),
    (Operation::Fma, |a, b, c| a.mul_add(b, c)),
    (Operation::Lt, |a, b, c| if a < b { b } else { c }),
    (Operation::IsNan, |a, b, c| if a.is_nan() { b } else { c }),
    (Operation::ScaleByLowBits, |a, b, _| {
        f32::from_bits(a.to_bits().wrapping_add(b.to_bits() << 23))
    }),
];

/// Reads `count` numbers of each input, a multiple of 16; `LoadEven` and `Pairs` read twice as many
/// of the first one. Writes `count` numbers; `StoreInterleaved` and `Pairs` write twice as many.
#[inline(always)]
unsafe fn compute<L: Lanes>(of: Operation, from: [*const f32; 3], to: *mut f32, count: usize) {
    for i in (0..count).step_by(L::COUNT) {
        // SAFETY: the caller gives that many numbers and an instruction set of this processor.
        unsafe {
            let [a, b, c] = from.map(|from| L::load(from.add(i)));
            let result = match of {
                Operation::Splat => L::splat(*from[0].add(i / MOST_LANES * MOST_LANES)),
                Operation::Add => a.add(b),
                Operation::Sub => a.sub(b),
                Operation::Mul => a.mul(b),
                Operation::Div => a.div(b),
                Operation::Fma => a.fma(b, c),
                Operation::Lt => L::select(a.lt(b), b, c),
                Operation::IsNan => L::select(a.is_nan(), b, c),
                Operation::ScaleByLowBits => a.scale_by_low_bits(b),
                Operation::LoadEven => L::load_even(from[0].add(2 * i)),
                Operation::StoreInterleaved => {
                    L::store_interleaved(a, b, to.add(2 * i));
                    continue;
                }
                Operation::Pairs => {
                    let (even, odd) = L::load_pairs(from[0].add(2 * i));
                    L::store_pairs(odd, even, to.add(2 * i));
                    continue;
                }
                Operation::KeepFirst(kept) => a.keep_first(kept.saturating_sub(i)),
                Operation::Any => {
                    let is_any = L::any(a.lt(L::splat(0.0)));
                    L::splat(if is_any { 1.0 } else { 0.0 })
                }
            };
            result.store(to.add(i));
        }
    }
}

dispatch! {
    unsafe fn run(of: Operation, from: [*const f32; 3], to: *mut f32, count: usize) = compute;
}

/// The results of an operation on rows of one length, which are not aligned.
fn results(isa: Isa, of: Operation, rows: [&[f32]; 3]) -> Vec<f32> {
    let count = match of {
        Operation::LoadEven | Operation::Pairs => rows[0].len() / 2,
        _ => rows[0].len(),
    };
    assert_eq!(count % MOST_LANES, 0);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    let shifted = rows.map(|row| [&[7.0], row].concat());
    let mut to = vec![7.0; 1 + 2 * rows[0].len()];
    let from = shifted.each_ref().map(|row| row[1..].as_ptr());
    // SAFETY: the rows are as long as `compute` wants; the processor has `isa`.
    unsafe { run(isa, of, from, to[1..].as_mut_ptr(), count) };
    let written = match of {
        Operation::StoreInterleaved | Operation::Pairs => 2 * count,
        _ => count,
    };
    assert_eq!(to[0], 7.0, "{isa:?} {of:?} wrote before the row");
    let after = to.split_off(1 + written);
    assert!(
        after.iter().all(|x| *x == 7.0),
        "{isa:?} {of:?} wrote after the row"
    );
    to.split_off(1)
}

fn assert_results(of: Operation, rows: [&[f32]; 3], wanted: impl Fn(usize) -> f32) {
    for isa in Isa::available() {
        for (i, result) in results(*isa, of, rows).into_iter().enumerate() {
            let wanted = wanted(i);
            assert!(
                is_same(result, wanted),
                "{isa:?} {of:?} gave {result:e} for number {i}, not {wanted:e}: {:?}",
                rows.map(|row| row[i.min(row.len() - 1)]),
            );
        }
    }
}

fn assert_numberwise(rows: [&[f32]; 3]) {
    for (of, reference) in NUMBERWISE {
        let [a, b, c] = rows;
        assert_results(of, rows, |i| reference(a[i], b[i], c[i]));
    }
}

#[test]
fn all_triples_of_notable_numbers_give_the_bits_of_single_numbers() {
    let notable = notable();
    let [mut a, mut b, mut c] = [const { Vec::new() }; 3];
    for x in &notable {
        for y in &notable {
            a.extend(notable.iter().map(|_| *x));
            b.extend(notable.iter().map(|_| *y));
            c.extend(&notable);
        }
    }
    for row in [&mut a, &mut b, &mut c] {
        row.resize(row.len().next_multiple_of(MOST_LANES), 0.0);
    }
    assert_numberwise([&a, &b, &c]);
}

#[test]
fn random_numbers_give_the_bits_of_single_numbers() {
    let rows = [1, 2, 3].map(|seed| random(1 << 17, seed));
    assert_numberwise(rows.each_ref().map(Vec::as_slice));
}

#[test]
fn rows_are_read_and_written_in_order() {
    let [a, b] = pairs();
    let rows = [&a[..], &b, &a];
    assert_results(Operation::Splat, rows, |i| a[i / MOST_LANES * MOST_LANES]);
    assert_results(Operation::StoreInterleaved, rows, |i| {
        [&a, &b][i % 2][i / 2]
    });
    let count = a.len() / 32 * 32;
    let rows = rows.map(|row| &row[..count]);
    assert_results(Operation::LoadEven, rows, |i| a[2 * i]);
    assert_results(Operation::Pairs, rows, |i| a[i ^ 1]);
}

#[test]
fn numbers_after_the_first_ones_become_0() {
    let rows = [
        [-0.0; 32],
        [f32::NEG_INFINITY; 32],
        [f32::NAN; 32],
        [-1.0; 32],
    ];
    let counts = (0..=33).chain([1 << 31, usize::MAX]);
    for kept in counts.chain([1_usize << 32, (1 << 32) + 1]) {
        for row in &rows {
            let wanted = |i| if i < kept { row[i] } else { 0.0 };
            assert_results(Operation::KeepFirst(kept), [row, row, row], wanted);
        }
    }
}

fn lanes(isa: Isa) -> usize {
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

#[test]
fn the_instruction_sets_of_the_processor_have_more_and_more_lanes() {
    let available = Isa::available();
    assert_eq!(available.first(), Some(&Isa::Scalar));
    assert_eq!(available.last(), Some(&Isa::best()));
    assert!(available.is_sorted_by(|a, b| lanes(*a) < lanes(*b)));
    assert!(lanes(Isa::best()) <= MOST_LANES);
}

#[test]
fn any_finds_a_lane_of_its_vector() {
    for isa in Isa::available() {
        let lanes = lanes(*isa);
        let mut row = [0.0; 32];
        assert_eq!(results(*isa, Operation::Any, [&row, &row, &row]), [0.0; 32]);
        for below in 0..32 {
            row[below] = -1.0;
            let found = results(*isa, Operation::Any, [&row, &row, &row]);
            for (i, found) in found.into_iter().enumerate() {
                let is_wanted = i / lanes == below / lanes;
                assert_eq!(found == 1.0, is_wanted, "{isa:?}: {below}, {i}");
            }
            row[below] = 0.0;
        }
    }
}

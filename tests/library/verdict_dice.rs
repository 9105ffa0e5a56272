//! Promise: the figures of `sluice eval` are those of the reference job, to 1e-6.
//!
//! NumPy computed the expected values in float64: `python3 tests/library/verdict_dice.py` prints
//! them.

use sluice::labelled::dice::{Counts, DiceError, iou_of_dice, soft_dice};

const WIDTH: usize = 53;
const HEIGHT: usize = 37;

/// Seed, defect pixels in percent; soft Dice and IoU, hard foreground Dice and IoU.
#[rustfmt::skip]
const EXPECTED: [(u32, u32, f64, f64, f64, f64); 4] = [
    (1, 0, 0.823711346869, 0.700262936887, 0.000000000000, 0.000000000000),
    (2, 3, 0.821296011539, 0.696778851670, 0.232142857143, 0.131313131313),
    (3, 40, 0.814870812187, 0.687579734400, 0.841975308642, 0.727078891258),
    (4, 100, 0.818893087445, 0.693326809572, 0.927829414981, 0.865374808771),
];
const POOLED: (f64, f64) = (0.823709759836, 0.700260642919);

/// The script's picture: scores [H, W, 2] and the true mask.
fn picture(seed: u32, defect_percent: u32) -> (Vec<f32>, Vec<u8>) {
    let mut state = seed;
    let mut draw = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 16
    };
    let (mut scores, mut truth) = (Vec::new(), Vec::new());
    for _ in 0..WIDTH * HEIGHT {
        let is_defect = draw() % 100 < defect_percent;
        let sharp = draw();
        let right = 0.5 + sharp as f32 / 131_072.0;
        let right = if sharp % 8 == 0 { 1.0 - right } else { right };
        let defect = if is_defect { right } else { 1.0 - right };
        scores.extend([1.0 - defect, defect]);
        truth.push(u8::from(is_defect));
    }
    (scores, truth)
}

#[track_caller]
fn assert_close(got: f64, expected: f64) {
    assert!((got - expected).abs() <= 1e-6, "{got} != {expected}");
}

#[test]
fn the_figures_are_those_of_numpy() {
    let mut pooled = Counts::default();
    for (seed, defect_percent, soft, soft_iou, hard, hard_iou) in EXPECTED {
        let (scores, truth) = picture(seed, defect_percent);
        let dice = soft_dice(&scores, &truth, 2).unwrap();
        assert_close(dice, soft);
        assert_close(iou_of_dice(dice), soft_iou);

        let predicted: Vec<u8> = scores.chunks(2).map(|p| u8::from(p[1] >= 0.5)).collect();
        let counts = Counts::of(&predicted, &truth).unwrap();
        assert_close(counts.dice(), hard);
        assert_close(counts.iou(), hard_iou);
        pooled += counts;
    }
    assert_close(pooled.dice(), POOLED.0);
    assert_close(pooled.iou(), POOLED.1);
}

#[test]
fn a_perfect_softmax_scores_one() {
    let truth = [0, 1, 1, 0];
    let scores = [1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0];
    // 2 * 4 / (4 + 4 + 1e-6)
    let dice = soft_dice(&scores, &truth, 2).unwrap();
    assert!((dice - 8.0 / 8.000_001).abs() < 1e-15);
}

#[test]
fn two_empty_masks_agree_and_any_class_is_foreground() {
    let empty = Counts::of(&[0; 4], &[0; 4]).unwrap();
    assert_eq!((empty.dice(), empty.iou()), (1.0, 1.0));
    let missed = Counts::of(&[0; 4], &[0, 1, 0, 0]).unwrap();
    assert_eq!((missed.dice(), missed.iou()), (0.0, 0.0));
    let counts = Counts::of(&[2, 2, 0, 0], &[1, 0, 255, 0]).unwrap();
    let expected = Counts {
        both: 1,
        predicted_only: 1,
        truth_only: 1,
    };
    assert_eq!(counts, expected);
    assert_eq!((counts.dice(), counts.iou()), (0.5, 1.0 / 3.0));
}

#[test]
fn mismatched_lengths_and_classes_are_errors() {
    assert!(matches!(
        soft_dice(&[0.5; 6], &[0; 4], 2),
        Err(DiceError::Lengths { .. })
    ));
    assert!(matches!(
        soft_dice(&[], &[], 0),
        Err(DiceError::Lengths { .. })
    ));
    assert!(matches!(
        soft_dice(&[0.5; 4], &[0, 2], 2),
        Err(DiceError::Class { class: 2, .. })
    ));
    assert!(matches!(
        Counts::of(&[0; 3], &[0; 4]),
        Err(DiceError::Masks { .. })
    ));
}

//! Rows of one channel: the score of class 1, which also gives the background's score.

use super::{SCORE_SUM_TOLERANCE, ScoreKind};

/// What the rows of a picture of logits have shown so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Evidence {
    /// Whether a value cannot be a probability.
    pub(super) against_probabilities: bool,
    /// For one channel: whether a value is not 0.
    pub(super) not_zero: bool,
}

/// Whether every pixel of a row holds a probability. Sigmoid scores that exceed 1 within the
/// tolerance become 1.
pub(super) fn is_in_range(row: &mut [f32], kind: ScoreKind, evidence: &mut Evidence) -> bool {
    let (mut valid, mut not_zero) = (true, false);
    for score in row {
        // False for NaN.
        let fits = (0.0..=1.0 + SCORE_SUM_TOLERANCE).contains(score);
        valid &= fits;
        not_zero |= *score != 0.0;
        if kind == ScoreKind::Sigmoid && fits {
            *score = score.min(1.0);
        }
    }
    evidence.not_zero |= not_zero;
    valid
}

/// Converts a row of logits to probabilities: 1 / (1 + exp(-s)).
pub(super) fn sigmoid(row: &mut [f32]) {
    for score in row {
        *score = 1.0 / (1.0 + (-*score).exp());
    }
}

/// Computes the background's probabilities: 1 - p.
pub(super) fn complement(background: &mut [f32], defect: &[f32]) {
    for (rest, score) in background.iter_mut().zip(defect) {
        *rest = 1.0 - *score;
    }
}

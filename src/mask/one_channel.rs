//! Rows of one channel: the score of class 1, from which the background's follows.

use super::{SCORE_SUM_TOLERANCE, ScoreKind};

/// What the rows of a picture of logits showed so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Evidence {
    /// A value that no probability has.
    pub(super) against_probabilities: bool,
    /// Of one channel: a value other than 0.
    pub(super) not_zero: bool,
}

/// Whether every pixel of a row holds a probability; of a sigmoid, what only just exceeds 1 becomes 1.
pub(super) fn is_in_range(row: &mut [f32], kind: ScoreKind, evidence: &mut Evidence) -> bool {
    let (mut valid, mut not_zero) = (true, false);
    for score in row {
        // False for what is not a number.
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

/// Turns a row of logits into probabilities: 1 / (1 + exp(-s)).
pub(super) fn sigmoid(row: &mut [f32]) {
    for score in row {
        *score = 1.0 / (1.0 + (-*score).exp());
    }
}

/// What class 1 leaves to the background: 1 - p.
pub(super) fn leave(background: &mut [f32], defect: &[f32]) {
    for (rest, score) in background.iter_mut().zip(defect) {
        *rest = 1.0 - *score;
    }
}

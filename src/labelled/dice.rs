//! How well predicted masks agree with the true ones: the figures of `sluice eval`.
//!
//! There are two pairs of figures. The *soft* ones are those of the reference job, for comparison.
//! They include the background, so they are close to one for any model that finds the background.
//! The *hard* ones cover the foreground alone. They show whether defects are found.

use core::ops::AddAssign;
use thiserror::Error;

/// Keeps the soft Dice finite, as the reference job does.
const EPSILON: f64 = 1e-6;

/// Soft Dice coefficient of one picture, over all classes, the background included:
///
/// `2 sum(P Y) / (sum(P P) + sum(Y Y) + 1e-6)`
///
/// P are the probabilities (pixels x classes). Y is 1 at the true class of each pixel and 0
/// elsewhere. The sums run over all pixels and classes, in f64. The reference job
/// (`official/cv/Unet` of MindSpore's models) has two classes and the same formula. The value is 0
/// to 1. Apart from rounding it does not depend on the order of the pixels.
///
/// # Errors
///
/// `scores` does not have `classes` values for each pixel of `truth`, or `truth` contains a class
/// that is not below `classes`.
pub fn soft_dice(scores: &[f32], truth: &[u8], classes: usize) -> Result<f64, DiceError> {
    if truth.len().checked_mul(classes) != Some(scores.len()) || classes == 0 {
        return Err(DiceError::Lengths {
            scores: scores.len(),
            pixels: truth.len(),
            classes,
        });
    }
    let (mut product, mut squares) = (0.0, 0.0);
    for (scores, &class) in scores.chunks_exact(classes).zip(truth) {
        let own = scores
            .get(usize::from(class))
            .ok_or(DiceError::Class { class, classes })?;
        product += f64::from(*own);
        for &score in scores {
            squares += f64::from(score) * f64::from(score);
        }
    }
    // Y is 0 or 1, so the sum of its squares is the number of pixels.
    #[expect(clippy::cast_precision_loss, reason = "exact below 2 to the 53 pixels")]
    let pixels = truth.len() as f64;
    Ok(2.0 * product / (squares + pixels + EPSILON))
}

/// The intersection over union that belongs to a Dice coefficient: d / (2 - d).
pub fn iou_of_dice(dice: f64) -> f64 {
    dice / (2.0 - dice)
}

/// Pixel counts of a predicted mask against the true one.
///
/// Add the counts of several pictures for their pooled figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Foreground in both.
    pub both: u64,
    /// Foreground in the prediction only.
    pub predicted_only: u64,
    /// Foreground in the truth only.
    pub truth_only: u64,
}

impl Counts {
    /// Counts one picture. Every class except 0 is foreground.
    ///
    /// # Errors
    ///
    /// The masks differ in length.
    pub fn of(predicted: &[u8], truth: &[u8]) -> Result<Self, DiceError> {
        Self::where_both(predicted, truth, |class| class != 0)
    }

    /// Counts one picture. Only `class` is foreground.
    ///
    /// # Errors
    ///
    /// The masks differ in length.
    pub fn of_class(predicted: &[u8], truth: &[u8], class: u8) -> Result<Self, DiceError> {
        Self::where_both(predicted, truth, |other| other == class)
    }

    fn where_both(
        predicted: &[u8],
        truth: &[u8],
        is_foreground: impl Fn(u8) -> bool,
    ) -> Result<Self, DiceError> {
        if predicted.len() != truth.len() {
            return Err(DiceError::Masks {
                predicted: predicted.len(),
                truth: truth.len(),
            });
        }
        let mut counts = Self::default();
        for (predicted, truth) in predicted.iter().zip(truth) {
            let (predicted, truth) = (is_foreground(*predicted), is_foreground(*truth));
            counts.both += u64::from(predicted & truth);
            counts.predicted_only += u64::from(predicted & !truth);
            counts.truth_only += u64::from(truth & !predicted);
        }
        Ok(counts)
    }

    /// Dice coefficient of the foreground, 2 |A and B| / (|A| + |B|). It is 1 if both masks are
    /// empty.
    pub fn dice(&self) -> f64 {
        ratio(
            2 * self.both,
            2 * self.both + self.predicted_only + self.truth_only,
        )
    }

    /// Intersection over union of the foreground, |A and B| / |A or B|. It is 1 if both masks are
    /// empty.
    pub fn iou(&self) -> f64 {
        ratio(self.both, self.both + self.predicted_only + self.truth_only)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.both += other.both;
        self.predicted_only += other.predicted_only;
        self.truth_only += other.truth_only;
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact below 2 to the 53 pixels")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

/// Why two masks cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DiceError {
    /// The scores do not fit the true mask.
    #[error("{scores} scores do not fit {pixels} pixels of {classes} classes")]
    Lengths {
        /// Scores.
        scores: usize,
        /// Pixels of the true mask.
        pixels: usize,
        /// Scores for each pixel.
        classes: usize,
    },
    /// Predicted and true mask differ in length.
    #[error(
        "predicted mask has {predicted} pixels, true mask {truth}; they must have the same size"
    )]
    Masks {
        /// Pixels of the predicted mask.
        predicted: usize,
        /// Pixels of the true mask.
        truth: usize,
    },
    /// The true mask has a class without a score.
    #[error("true mask has class {class}, the model only 0 to {}", classes.saturating_sub(1))]
    Class {
        /// The class.
        class: u8,
        /// Scores for each pixel.
        classes: usize,
    },
}

//! Recorded measures summed up, and the baseline that follows from them.

use super::{Baseline, Curve, Measure};

/// Limits lie this many standard deviations of single parts from the average.
const DEVIATIONS: f64 = 3.0;
/// And at least this share of the average: the first hours do not show all that is normal.
const SHARE: f64 = 0.05;
/// And at most this share, if a fall is what must show: a dead light must reach the fault.
const FALL: f64 = 0.4;

/// One measure over many parts, in fixed memory.
#[derive(Debug, Clone)]
pub struct Summary {
    measure: Measure,
    parts: u64,
    mean: f64,
    /// Sum of the squared distances from the mean (Welford, 1962).
    squares: f64,
    min: f64,
    max: f64,
    curve: Curve,
}

impl Summary {
    /// No part has been added.
    pub fn new(measure: Measure) -> Self {
        Self {
            measure,
            parts: 0,
            mean: 0.0,
            squares: 0.0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            curve: Curve::default(),
        }
    }

    /// Adds a part.
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 parts")]
    pub fn add(&mut self, value: f64) {
        self.parts += 1;
        let before = value - self.mean;
        self.mean += before / self.parts as f64;
        self.squares += before * (value - self.mean);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.curve.add(value);
    }

    /// The measure.
    pub const fn measure(&self) -> Measure {
        self.measure
    }

    /// Number of parts that have it.
    pub const fn parts(&self) -> u64 {
        self.parts
    }

    /// Their mean.
    pub const fn mean(&self) -> f64 {
        self.mean
    }

    /// Their standard deviation; 0 for fewer than two parts.
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 parts")]
    pub fn deviation(&self) -> f64 {
        if self.parts < 2 {
            return 0.0;
        }
        (self.squares / (self.parts - 1) as f64).max(0.0).sqrt()
    }

    /// The least and the greatest value; nothing without parts.
    pub fn range(&self) -> Option<(f64, f64)> {
        (self.parts > 0).then_some((self.min, self.max))
    }

    /// How it went over the parts.
    pub const fn curve(&self) -> &Curve {
        &self.curve
    }

    /// The baseline that follows: the mean, a warning at three standard deviations of single parts,
    /// and a fault at twice that. The warning is at least 5 % of the mean, and at least 2 for
    /// brightness and contrast, 50 for the mask's area and 1 for the others. Unless the measure is
    /// of saturated pixels or the mask, it is at most 40 % of the mean, so that a fall to nothing
    /// is a fault. Nothing without parts.
    pub fn baseline(&self) -> Option<Baseline> {
        if self.parts == 0 {
            return None;
        }
        let least = match self.measure {
            Measure::Brightness | Measure::Contrast => 2.0,
            Measure::Sharpness | Measure::SaturatedPercent | Measure::MarginPercent => 1.0,
            Measure::MaskPx => 50.0,
        };
        let warning = (DEVIATIONS * self.deviation())
            .max(SHARE * self.mean)
            .max(least);
        let falls = !matches!(self.measure, Measure::SaturatedPercent | Measure::MaskPx);
        let warning = if falls && self.mean > 0.0 {
            warning.min(FALL * self.mean)
        } else {
            warning
        };
        Some(Baseline {
            measure: self.measure,
            normal: hundredths(self.mean),
            warning: hundredths(warning),
            fault: hundredths(2.0 * warning),
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "rounded for people")]
fn hundredths(value: f64) -> f32 {
    ((value * 100.0).round() / 100.0) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_deviation_are_those_of_the_formulas() {
        let values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        let mut summary = Summary::new(Measure::Brightness);
        assert_eq!((summary.deviation(), summary.range()), (0.0, None));
        assert_eq!(summary.baseline(), None);
        values.into_iter().for_each(|value| summary.add(value));
        assert_eq!((summary.mean(), summary.parts()), (5.0, 8));
        assert!((summary.deviation() - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12);
        assert_eq!(summary.range(), Some((2.0, 9.0)));
        let baseline = summary.baseline().unwrap();
        // Three deviations would be 6.41, and a dead light no fault.
        assert_eq!((baseline.normal, baseline.warning), (5.0, 2.0));
        assert_eq!(baseline.fault, 4.0);
        let mut area = Summary::new(Measure::MaskPx);
        values.into_iter().for_each(|value| area.add(100.0 * value));
        assert_eq!(area.baseline().unwrap().warning, 641.43);
    }

    #[test]
    fn parts_that_are_all_equal_still_get_limits() {
        let warning = |measure, value| {
            let mut summary = Summary::new(measure);
            summary.add(value);
            summary.add(value);
            summary.baseline().unwrap().warning
        };
        assert_eq!(warning(Measure::Brightness, 100.0), 5.0);
        assert_eq!(warning(Measure::Brightness, 10.0), 2.0);
        assert_eq!(warning(Measure::MaskPx, 0.0), 50.0);
    }
}

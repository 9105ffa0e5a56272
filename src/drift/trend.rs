//! The averages of a recipe's measures, and what they say.

use super::{Baseline, DriftSettings, MEASURES, Measure, Measures};
use core::fmt;
use heapless::Vec;

/// An average that was too far away must come back to this share of the limit. Otherwise one at the
/// limit would be reported again and again.
const BACK: f64 = 0.8;

/// How far a measure has drifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Not as far as `warning`.
    Normal,
    /// `warning` or more.
    Warning,
    /// `fault` or more.
    Fault,
}

/// The average of a measure beside its baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drifted {
    /// The baseline and its limits.
    pub baseline: Baseline,
    /// The average of the last parts.
    pub average: f32,
    /// How far it has drifted.
    pub level: Level,
}

/// The averages of one recipe, in fixed memory.
///
/// Each is an exponentially weighted moving average (Roberts, 1959) that begins at the baseline: a
/// part has the weight 2 / (`parts` + 1), and all before it the rest.
#[derive(Debug, Clone)]
pub struct Trend {
    weight: f64,
    averages: Vec<Average, MEASURES>,
}

#[derive(Debug, Clone, Copy)]
struct Average {
    baseline: Baseline,
    value: f64,
    level: Level,
}

impl Trend {
    /// No part has come yet.
    pub fn new(settings: &DriftSettings) -> Self {
        Self {
            weight: 2.0 / (f64::from(settings.parts) + 1.0),
            averages: settings
                .baselines
                .iter()
                .map(|b| Average::new(*b))
                .collect(),
        }
    }

    /// Adds a part. Returns the averages whose level has changed. Does not allocate.
    pub fn add(&mut self, part: &Measures) -> Vec<Drifted, MEASURES> {
        let weight = self.weight;
        let changed = |average: &mut Average| {
            let value = part.of(average.baseline.measure)?;
            average.add(value, weight).then(|| average.drifted())
        };
        self.averages.iter_mut().filter_map(changed).collect()
    }

    /// The averages that reached their `fault` begin anew, at the baselines.
    pub fn clear_faults(&mut self) {
        let averages = self.averages.iter_mut();
        for average in averages.filter(|average| average.level == Level::Fault) {
            *average = Average::new(average.baseline);
        }
    }

    /// All averages, in the order of the baselines.
    pub fn averages(&self) -> impl Iterator<Item = Drifted> {
        self.averages.iter().map(Average::drifted)
    }

    /// The average that has drifted furthest, by its own limits; nothing if all are normal.
    pub fn worst(&self) -> Option<Drifted> {
        let drifted = self
            .averages
            .iter()
            .filter(|average| average.level > Level::Normal);
        let worst = drifted.max_by(|a, b| a.share().total_cmp(&b.share()))?;
        Some(worst.drifted())
    }
}

impl Average {
    fn new(baseline: Baseline) -> Self {
        Self {
            baseline,
            value: baseline.normal.into(),
            level: Level::Normal,
        }
    }

    /// Adds a part. Returns whether the level has changed.
    fn add(&mut self, value: f64, weight: f64) -> bool {
        self.value += weight * (value - self.value);
        let Baseline { warning, fault, .. } = self.baseline;
        let reaches = |limit: f32, level: Level| {
            let needed = if self.level >= level { BACK } else { 1.0 };
            self.distance() >= needed * f64::from(limit)
        };
        let level = if reaches(fault, Level::Fault) {
            Level::Fault
        } else if reaches(warning, Level::Warning) {
            Level::Warning
        } else {
            Level::Normal
        };
        let changed = level != self.level;
        self.level = level;
        changed
    }

    fn distance(&self) -> f64 {
        (self.value - f64::from(self.baseline.normal)).abs()
    }

    fn share(&self) -> f64 {
        self.distance() / f64::from(self.baseline.fault)
    }

    fn drifted(&self) -> Drifted {
        #[expect(clippy::cast_possible_truncation, reason = "for people")]
        let average = self.value as f32;
        Drifted {
            baseline: self.baseline,
            average,
            level: self.level,
        }
    }
}

impl Drifted {
    /// The measure.
    pub const fn measure(&self) -> Measure {
        self.baseline.measure
    }
}

/// `drift of brightness: 81.2 on average, 11.9 below 93.1 (warning from 10, fault from 20)`.
impl fmt::Display for Drifted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Baseline {
            measure,
            normal,
            warning,
            fault,
        } = self.baseline;
        let distance = self.average - normal;
        let side = if distance < 0.0 { "below" } else { "above" };
        let what = if self.level == Level::Normal {
            "no more drift of"
        } else {
            "drift of"
        };
        write!(
            f,
            "{what} {measure}: {} on average, {} {side} {} (warning from {warning}, fault from {fault})",
            measure.value(self.average),
            measure.value(distance.abs()),
            measure.value(normal)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brightness(warning: f32, fault: f32, parts: u16) -> Trend {
        let baseline = Baseline {
            measure: Measure::Brightness,
            normal: 100.0,
            warning,
            fault,
        };
        Trend::new(&DriftSettings {
            parts,
            baselines: [baseline].into_iter().collect(),
        })
    }

    fn part(brightness: f32) -> Measures {
        Measures {
            brightness,
            ..Measures::default()
        }
    }

    fn levels(trend: &mut Trend, parts: impl Iterator<Item = f32>) -> std::vec::Vec<Level> {
        let mut levels = std::vec::Vec::new();
        for value in parts {
            levels.extend(trend.add(&part(value)).iter().map(|drifted| drifted.level));
        }
        levels
    }

    #[test]
    fn the_average_is_the_exponentially_weighted_one() {
        let mut trend = brightness(5.0, 50.0, 19);
        // The weight is 0.1, so the distance after n parts is 10 x (1 - 0.9^n): 4.69 after 6 and
        // 5.22 after 7.
        for _ in 0..6 {
            assert!(trend.add(&part(90.0)).is_empty());
        }
        let changed = trend.add(&part(90.0));
        assert!((changed[0].average - 94.782_97).abs() < 1e-4);
        assert_eq!(changed[0].level, Level::Warning);
    }

    #[test]
    fn one_odd_part_is_no_drift_and_many_are() {
        let mut trend = brightness(10.0, 20.0, 100);
        assert_eq!(levels(&mut trend, [0.0, 255.0, 0.0].into_iter()), []);
        let slowly = (0..2000_u16).map(|n| 100.0 - f32::from(n) * 0.02);
        assert_eq!(levels(&mut trend, slowly), [Level::Warning, Level::Fault]);
        assert_eq!(trend.worst().unwrap().measure(), Measure::Brightness);
        let back = core::iter::repeat_n(100.0, 1000);
        assert_eq!(levels(&mut trend, back), [Level::Warning, Level::Normal]);
        assert_eq!(trend.worst(), None);
    }

    #[test]
    fn an_average_at_the_limit_is_reported_once() {
        let mut trend = brightness(10.0, 20.0, 10);
        let around = (0..1000_u16).map(|n| if n % 40 < 20 { 109.0 } else { 111.5 });
        assert_eq!(levels(&mut trend, around), [Level::Warning]);
        // Only what reached its fault begins anew.
        trend.clear_faults();
        assert!(trend.worst().is_some());
        assert_eq!(
            levels(&mut trend, core::iter::repeat_n(0.0, 100)),
            [Level::Fault]
        );
        trend.clear_faults();
        assert_eq!(trend.worst(), None);
    }

    #[test]
    fn a_measure_that_a_part_does_not_have_changes_nothing() {
        let baseline = Baseline {
            measure: Measure::MarginPercent,
            normal: 50.0,
            warning: 1.0,
            fault: 2.0,
        };
        let mut trend = Trend::new(&DriftSettings {
            parts: 10,
            baselines: [baseline].into_iter().collect(),
        });
        assert_eq!(levels(&mut trend, core::iter::repeat_n(0.0, 100)), []);
    }

    #[test]
    fn the_message_has_the_figures() {
        let mut trend = brightness(10.0, 20.0, 10);
        let messages: std::vec::Vec<_> = [80.0; 10]
            .into_iter()
            .chain([100.0; 20])
            .flat_map(|value| trend.add(&part(value)))
            .map(|drifted| drifted.to_string())
            .collect();
        assert_eq!(
            messages,
            [
                "drift of brightness: 89.0 on average, 11.0 below 100.0 (warning from 10, fault from 20)",
                "no more drift of brightness: 92.2 on average, 7.8 below 100.0 (warning from 10, fault from 20)",
            ]
        );
    }
}

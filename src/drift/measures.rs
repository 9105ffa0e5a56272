//! What is measured of each inspected part.

use super::PictureMeasures;
use core::fmt;
use serde::{Deserialize, Serialize};

/// Number of measures.
pub const MEASURES: usize = 6;

/// One measure of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// See [`Measures::brightness`], as for the others.
    Brightness,
    /// Standard deviation of the brightness.
    Contrast,
    /// How much neighbouring pixels differ.
    Sharpness,
    /// Share of overexposed pixels.
    SaturatedPercent,
    /// How far the scores are from their thresholds.
    MarginPercent,
    /// Area of the mask.
    MaskPx,
}

impl Measure {
    /// All measures, in the order of the journal.
    pub const ALL: [Self; MEASURES] = [
        Self::Brightness,
        Self::Contrast,
        Self::Sharpness,
        Self::SaturatedPercent,
        Self::MarginPercent,
        Self::MaskPx,
    ];

    /// The word in the station file, and the key in the journal.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Brightness => "brightness",
            Self::Contrast => "contrast",
            Self::Sharpness => "sharpness",
            Self::SaturatedPercent => "saturated_percent",
            Self::MarginPercent => "margin_percent",
            Self::MaskPx => "mask_px",
        }
    }

    /// For people. At most 16 letters, so that it fits on the smallest screen.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Brightness => "brightness",
            Self::Contrast => "contrast",
            Self::Sharpness => "sharpness",
            Self::SaturatedPercent => "saturated pixels",
            Self::MarginPercent => "score margin",
            Self::MaskPx => "defect area",
        }
    }

    /// A value with its unit, for people. On the smallest screen it takes at most 10 letters.
    pub const fn value(self, value: f32) -> MeasureValue {
        MeasureValue {
            measure: self,
            value,
        }
    }

    /// The greatest value; of [`Self::MaskPx`] that of a model's input with so many pixels.
    pub const fn value_max(self, pixels: f32) -> f32 {
        match self {
            Self::Brightness | Self::Sharpness => 255.0,
            Self::Contrast => 127.5,
            Self::SaturatedPercent | Self::MarginPercent => 100.0,
            Self::MaskPx => pixels,
        }
    }

    /// What a person can do about it.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Brightness | Self::SaturatedPercent => "check light and exposure",
            Self::Contrast => "check lens, light and product",
            Self::Sharpness => "clean the lens, check the focus",
            Self::MarginPercent | Self::MaskPx => "check product and model",
        }
    }
}

/// A value of a measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasureValue {
    measure: Measure,
    value: f32,
}

/// `93.1`, `0.25 %`, `120 px`.
impl fmt::Display for MeasureValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { measure, value } = *self;
        match measure {
            Measure::Brightness | Measure::Contrast | Measure::Sharpness => write!(f, "{value:.1}"),
            Measure::SaturatedPercent | Measure::MarginPercent => write!(f, "{value:.2} %"),
            Measure::MaskPx => write!(f, "{value:.0} px"),
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// The measures of one inspected part. Those of the picture are of the model's input, after crop
/// and resize. Brightness is the mean of the three channels, 0 to 255. Values are rounded to 0.01.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize, Serialize)]
pub struct Measures {
    /// Mean brightness.
    pub brightness: f32,
    /// Standard deviation of the brightness over the picture.
    pub contrast: f32,
    /// Root mean square of the difference in brightness between pixels that are two apart, in rows
    /// and in columns (the gradient of Brenner and others, 1976).
    pub sharpness: f32,
    /// Share of the pixels of which a channel is 255, in percent.
    pub saturated_percent: f32,
    /// Mean over the pixels of the distance between the score of a listed class and its
    /// `score_min`, the least of the classes, in percent. Absent if the model gives classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin_percent: Option<f32>,
    /// Pixels of the mask that are not background.
    pub mask_px: u32,
}

impl Measures {
    /// Of a picture, the mean distance of its scores from their thresholds (0 to 1), and its mask.
    pub fn new(picture: PictureMeasures, margin: Option<f64>, mask: &[u8]) -> Self {
        let area_px = mask.iter().filter(|pixel| **pixel != 0).count();
        Self {
            brightness: hundredths(picture.brightness),
            contrast: hundredths(picture.contrast),
            sharpness: hundredths(picture.sharpness),
            saturated_percent: hundredths(picture.saturated_share * 100.0),
            margin_percent: margin.map(|margin| hundredths(margin * 100.0)),
            mask_px: u32::try_from(area_px).unwrap_or(u32::MAX),
        }
    }

    /// One of them; nothing if the part does not have it.
    pub fn of(&self, measure: Measure) -> Option<f64> {
        Some(match measure {
            Measure::Brightness => self.brightness.into(),
            Measure::Contrast => self.contrast.into(),
            Measure::Sharpness => self.sharpness.into(),
            Measure::SaturatedPercent => self.saturated_percent.into(),
            Measure::MarginPercent => self.margin_percent?.into(),
            Measure::MaskPx => self.mask_px.into(),
        })
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "at most 255, with two digits after the point"
)]
fn hundredths(value: f64) -> f32 {
    ((value * 100.0).round() / 100.0) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_the_keys_of_the_journal() {
        let measures = Measures {
            margin_percent: Some(1.0),
            ..Measures::default()
        };
        let text = serde_json_core::to_string::<_, 256>(&measures).unwrap();
        let keys: Vec<_> = text.split('"').skip(1).step_by(2).collect();
        assert_eq!(keys, Measure::ALL.map(Measure::word));
        for measure in Measure::ALL {
            let word = serde_json_core::to_string::<_, 32>(&measure).unwrap();
            assert_eq!(word.trim_matches('"'), measure.word());
            assert!(measure.text().len() <= 16);
        }
    }

    #[test]
    fn values_have_two_digits() {
        let picture = PictureMeasures {
            brightness: 93.116,
            contrast: 20.0,
            sharpness: 3.004,
            saturated_share: 0.5,
        };
        let measures = Measures::new(picture, Some(0.498_76), &[0, 1, 0, 2]);
        let text = serde_json_core::to_string::<_, 256>(&measures).unwrap();
        assert_eq!(
            text,
            r#"{"brightness":93.12,"contrast":20.0,"sharpness":3.0,"saturated_percent":50.0,"margin_percent":49.88,"mask_px":2}"#
        );
    }
}

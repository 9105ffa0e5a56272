//! How a region is resized. Each rule gives the bytes of one `interpolation` of `cv2.resize`.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// The rule by which a region gets the size of the model's input. It must be that of the training.
/// `docs/resize.md` says which to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Interpolation {
    /// `INTER_LINEAR` of OpenCV on x86-64.
    #[default]
    Linear,
    /// `INTER_LINEAR_EXACT`, which is the same on every processor.
    LinearExact,
    /// `INTER_AREA` of OpenCV on x86-64: the mean of the pixels that a target pixel covers. If a
    /// side is enlarged, OpenCV interpolates between pixels instead.
    Area,
    /// `INTER_NEAREST`: one source pixel for each target pixel.
    Nearest,
    /// `INTER_LINEAR` of OpenCV's aarch64 wheels since 4.14, which have Arm's library KleidiCV.
    LinearKleidicv,
}

impl Interpolation {
    /// Every rule.
    pub const ALL: [Interpolation; 5] = [
        Interpolation::Linear,
        Interpolation::LinearExact,
        Interpolation::Area,
        Interpolation::Nearest,
        Interpolation::LinearKleidicv,
    ];

    /// The word for it in a station file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Interpolation::Linear => "linear",
            Interpolation::LinearExact => "linear_exact",
            Interpolation::Area => "area",
            Interpolation::Nearest => "nearest",
            Interpolation::LinearKleidicv => "linear_kleidicv",
        }
    }

    /// Whether it is the rule of a station file that names none.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Interpolation::default()
    }
}

impl fmt::Display for Interpolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Interpolation {
    type Err = UnknownInterpolation;

    fn from_str(word: &str) -> Result<Interpolation, UnknownInterpolation> {
        let mut all = Interpolation::ALL.into_iter();
        all.find(|rule| rule.name() == word)
            .ok_or(UnknownInterpolation)
    }
}

/// A word that names no rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no rule of a resize: say linear, linear_exact, area, nearest or linear_kleidicv")]
pub struct UnknownInterpolation;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_a_station_file_is_the_name() {
        for rule in Interpolation::ALL {
            let text = serde_json_core::to_string::<_, 32>(&rule).unwrap();
            assert_eq!(text.as_str(), format!("\"{rule}\""));
            assert_eq!(rule.name().parse(), Ok(rule));
            assert!(UnknownInterpolation.to_string().contains(rule.name()));
        }
        assert_eq!("cubic".parse::<Interpolation>(), Err(UnknownInterpolation));
    }
}

//! What the journal says of belt and drift, until it says that it is over.

use crate::drift::Measure;
use crate::journal::{Control, WallTime};

/// Something that a person must look at, and that no reset ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Since when.
    pub time: WallTime,
    /// What it is.
    pub text: String,
    /// What a person can do.
    pub advice: &'static str,
    /// Which one ends it.
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Belt,
    Drift(Option<Measure>),
}

const LOOK_AT_BELT: &str = "look at the belt's drive and at the encoder's cables";
const LOOK_AT_PICTURES: &str = "look at the pictures with `sluice drift`";

/// Adds what a record says, or removes what is over.
pub(super) fn note(warnings: &mut Vec<Warning>, control: &Control) {
    let detail = control.detail.as_str();
    // The text is `drift of MEASURE: ...`, and `no more drift of MEASURE: ...` when it is over.
    let measure = detail
        .split_once("drift of ")
        .and_then(|(_, rest)| rest.split_once(':'))
        .and_then(|(word, _)| {
            let mut all = Measure::ALL.into_iter();
            all.find(|measure| measure.to_string() == word)
        });
    let kind = match control.change.as_str() {
        "belt_fault" | "belt" => Kind::Belt,
        "drift" | "drift_over" => Kind::Drift(measure),
        _ => return,
    };
    warnings.retain(|warning| warning.kind != kind);
    let advice = match (control.change.as_str(), measure) {
        ("belt_fault", _) => LOOK_AT_BELT,
        ("drift", Some(measure)) => measure.advice(),
        ("drift", None) => LOOK_AT_PICTURES,
        _ => return,
    };
    warnings.push(Warning {
        time: control.time,
        text: detail.to_owned(),
        advice,
        kind,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn control(change: &str, detail: &str) -> Control {
        Control {
            time: WallTime::default(),
            station: "line 3".parse().unwrap(),
            change: change.parse().unwrap(),
            by: "station".parse().unwrap(),
            detail: detail.parse().unwrap(),
            latches: None,
        }
    }

    #[test]
    fn a_warning_stays_until_the_journal_says_that_it_is_over() {
        let mut warnings = Vec::new();
        let measure = Measure::Sharpness;
        let other = Measure::Brightness;
        note(&mut warnings, &control("belt_fault", "the belt stands"));
        for measure in [measure, other, measure] {
            let detail = format!("drift of {measure}: 3 on average");
            note(&mut warnings, &control("drift", &detail));
        }
        let texts = |warnings: &[Warning]| -> Vec<_> {
            let advice = warnings.iter().map(|warning| warning.advice);
            advice.collect()
        };
        let expected = [LOOK_AT_BELT, other.advice(), measure.advice()];
        assert_eq!(texts(&warnings), expected);
        note(&mut warnings, &control("stopped", "was run"));
        let detail = format!("no more drift of {other}: 3 on average");
        note(&mut warnings, &control("drift_over", &detail));
        note(&mut warnings, &control("belt", ""));
        assert_eq!(texts(&warnings), [measure.advice()]);
    }
}

//! Compares a part with its record, and says what was different then.

use super::expected::{Expected, Judged};
use super::runner::Now;
use crate::bounded::text::cut;
use crate::journal::Word;
use std::fmt::Write as _;

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The bytes that the model gets.
    Input,
    /// The mask that is judged.
    Mask,
    /// The verdict, with its reason and figures.
    Verdict,
    /// Number and areas of the blobs.
    Blobs,
    /// The picture or the kept input itself.
    Picture,
    /// The history and the journal.
    Record,
}

/// What was different then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// The program.
    Binary,
    /// The station file.
    StationFile,
    /// The recipe, its region or its outputs.
    Recipe,
    /// The model.
    Model,
    /// The picture.
    Picture,
    /// What computes the model.
    Engine,
    /// None of these: the same engine gives other bits on this machine, or a record is wrong.
    Machine,
}

impl What {
    /// Its word.
    pub fn word(self) -> Word {
        cut(format_args!(
            "{}",
            match self {
                Self::Input => "input",
                Self::Mask => "mask",
                Self::Verdict => "verdict",
                Self::Blobs => "blobs",
                Self::Picture => "picture",
                Self::Record => "record",
            }
        ))
    }
}

impl Because {
    /// Its word.
    pub fn word(self) -> Word {
        cut(format_args!(
            "{}",
            match self {
                Self::Binary => "binary",
                Self::StationFile => "station_file",
                Self::Recipe => "recipe",
                Self::Model => "model",
                Self::Picture => "picture",
                Self::Engine => "engine",
                Self::Machine => "machine",
            }
        ))
    }
}

/// The differences of a part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compared {
    /// What differs; empty if all is equal.
    pub what: Vec<What>,
    /// What was different then, if something differs.
    pub because: Vec<Because>,
    /// For people.
    pub detail: String,
}

impl Compared {
    /// Whether nothing differs.
    pub fn is_equal(&self) -> bool {
        self.what.is_empty()
    }
}

/// Compares what is recorded with what was found. What the record lacks is not compared.
pub(super) fn compare(expected: &Expected, found: &Judged, now: &Now) -> Compared {
    let then = &expected.judged;
    let mut compared = Compared::default();
    let differ = |then: Option<_>, now: Option<_>| then.is_some() && then != now;
    if differ(then.input, found.input) {
        compared.what.push(What::Input);
    }
    if differ(then.mask, found.mask) {
        compared.what.push(What::Mask);
    }
    if !is_same_verdict(then, found) {
        compared.what.push(What::Verdict);
        let _ = write!(compared.detail, "{}, was {}", text(found), text(then));
    }
    if then.blobs != found.blobs {
        compared.what.push(What::Blobs);
    }
    if !expected.conflict.is_empty() {
        compared.what.push(What::Record);
        let _ = write!(compared.detail, " {}", expected.conflict);
    }
    if compared.is_equal() {
        return compared;
    }
    let because = &mut compared.because;
    let of = now.recipe(expected.recipe.as_deref());
    let unlike = |then: Option<_>, now| then.is_some_and(|then| then != now);
    if unlike(expected.binary, now.binary) {
        because.push(Because::Binary);
    }
    let other_file = unlike(expected.station_file, now.station_file);
    if other_file {
        because.push(Because::StationFile);
    }
    if let Some(of) = of {
        // Without the recipe's hash: the same mask gives the same verdict with the same recipe.
        let judged_otherwise = expected.recipe_sha256.is_none()
            && other_file
            && then.mask.is_some()
            && then.mask == found.mask
            && compared.what.contains(&What::Verdict);
        if unlike(expected.recipe_sha256, of.recipe_sha256) || judged_otherwise {
            because.push(Because::Recipe);
        }
        if unlike(expected.model, of.model) {
            because.push(Because::Model);
        }
        // A device has no engine's name, so only a record with a model's hash says which it was.
        if expected.model.is_some() && expected.engine != of.engine {
            because.push(Because::Engine);
        }
    }
    if because.is_empty() {
        because.push(Because::Machine);
    }
    compared
}

/// A fault's text may name a file or a position; its code is compared.
fn is_same_verdict(then: &Judged, now: &Judged) -> bool {
    let (then, now) = (&then.verdict, &now.verdict);
    let same = then.kind == now.kind && then.code == now.code;
    same && (then.kind == "FAULT" || then.detail == now.detail)
}

fn text(judged: &Judged) -> String {
    let verdict = &judged.verdict;
    let detail = if verdict.detail.is_empty() {
        verdict.code.as_str()
    } else {
        verdict.detail.as_str()
    };
    format!("{} {detail}", verdict.kind).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::expected::Source;
    use super::super::runner::NowOfRecipe;
    use super::*;
    use crate::hash::Sha256;
    use crate::journal::{BlobTotals, Decision, WallTime};
    use crate::part::{Cause, Reason, Verdict};
    use crate::watch::Name;

    fn hash(text: &str) -> Sha256 {
        Sha256::of(text.as_bytes())
    }

    fn judged(verdict: &Verdict) -> Judged {
        Judged {
            input: Some(hash("input")),
            mask: Some(hash("mask")),
            verdict: Decision::new(verdict, "then"),
            blobs: BlobTotals::default(),
        }
    }

    fn expected() -> Expected {
        Expected {
            part: 1,
            time: WallTime::default(),
            recipe: Some("plate".to_owned()),
            judged: judged(&Verdict::Pass),
            binary: Some(hash("binary")),
            station_file: Some(hash("station")),
            model: Some(hash("model")),
            recipe_sha256: Some(hash("recipe")),
            engine: Some("executor".to_owned()),
            source: Source::Picture {
                name: Box::new(Name::new(b"a.png").unwrap()),
                sha256: hash("picture"),
            },
            conflict: String::new(),
        }
    }

    fn now() -> Now {
        Now {
            binary: hash("binary"),
            station_file: hash("station"),
            recipes: vec![NowOfRecipe {
                name: "plate".to_owned(),
                recipe_sha256: hash("recipe"),
                model: hash("model"),
                engine: Some("executor".to_owned()),
            }],
        }
    }

    #[test]
    fn equal_parts_are_equal_whatever_judges_them_now() {
        let mut now = now();
        now.binary = hash("other");
        now.recipes[0].engine = None;
        let compared = compare(&expected(), &judged(&Verdict::Pass), &now);
        assert_eq!(compared, Compared::default());
        // A record without hashes is compared by what it has.
        let mut old = expected();
        (old.judged.input, old.judged.mask) = (None, None);
        assert!(compare(&old, &judged(&Verdict::Pass), &now).is_equal());
    }

    #[test]
    fn each_difference_is_named() {
        let what = |change: fn(&mut Judged)| {
            let mut found = judged(&Verdict::Pass);
            change(&mut found);
            let compared = compare(&expected(), &found, &now());
            assert_eq!(compared.because, [Because::Machine]);
            compared.what
        };
        assert_eq!(what(|found| found.input = None), [What::Input]);
        assert_eq!(what(|found| found.mask = Some(hash("m"))), [What::Mask]);
        assert_eq!(what(|found| found.blobs.count = 1), [What::Blobs]);
        let reject = |found: &mut Judged| {
            found.verdict = Decision::new(&Verdict::Reject(Reason::TooManyBlobs), "");
        };
        assert_eq!(what(reject), [What::Verdict]);
        let mut conflict = expected();
        conflict.conflict = "they disagree".to_owned();
        let compared = compare(&conflict, &judged(&Verdict::Pass), &now());
        assert_eq!(compared.what, [What::Record]);
        assert!(compared.detail.contains("they disagree"));
    }

    #[test]
    fn a_rejects_figures_are_compared_and_a_faults_text_is_not() {
        let area = |area_px| {
            judged(&Verdict::Reject(Reason::TotalArea {
                class: 0,
                area_px,
                limit_px: 1,
            }))
        };
        assert!(!is_same_verdict(&area(2), &area(3)));
        let mut fault = judged(&Verdict::Fault(Cause::Picture));
        let then = fault.clone();
        fault.verdict.detail = "another text".parse().unwrap();
        assert!(is_same_verdict(&then, &fault));
        assert!(!is_same_verdict(
            &then,
            &judged(&Verdict::Fault(Cause::Output))
        ));
    }

    #[test]
    fn what_was_different_then_is_named() {
        let because = |change: fn(&mut Expected, &mut Now)| {
            let (mut expected, mut now) = (expected(), now());
            let mut found = judged(&Verdict::Pass);
            found.verdict = Decision::new(&Verdict::Reject(Reason::TooManyBlobs), "");
            change(&mut expected, &mut now);
            compare(&expected, &found, &now).because
        };
        assert_eq!(because(|_, now| now.binary = hash("b")), [Because::Binary]);
        let other_file = |_: &mut Expected, now: &mut Now| now.station_file = hash("s");
        assert_eq!(because(other_file), [Because::StationFile]);
        assert_eq!(
            because(|_, now| now.recipes[0].recipe_sha256 = hash("r")),
            [Because::Recipe]
        );
        assert_eq!(
            because(|_, now| now.recipes[0].model = hash("m")),
            [Because::Model]
        );
        assert_eq!(
            because(|_, now| now.recipes[0].engine = None),
            [Because::Engine]
        );
        // After a gap in the journal nothing is known.
        let gap = |expected: &mut Expected, _: &mut Now| {
            (expected.binary, expected.station_file, expected.model) = (None, None, None);
            (expected.recipe_sha256, expected.engine) = (None, None);
        };
        assert_eq!(because(gap), [Because::Machine]);
        // The journal has no hash of the recipe, but the mask is the same.
        let journalled = |expected: &mut Expected, now: &mut Now| {
            expected.recipe_sha256 = None;
            now.station_file = hash("s");
        };
        assert_eq!(because(journalled), [Because::StationFile, Because::Recipe]);
    }
}

//! The page: one file, with its texts in both languages.

use std::sync::LazyLock;

const PAGE: &str = include_str!("page.html");
/// What the page says. English has no entry for what the state itself says in English.
const TEXTS: &str = include_str!("texts.json");
/// The page has this where the texts must be.
const PLACE: &str = "/* texts.json */";

/// The whole page.
pub(super) fn text() -> &'static str {
    static WHOLE: LazyLock<String> = LazyLock::new(|| PAGE.replacen(PLACE, TEXTS, 1));
    &WHOLE
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Map, Value};
    use sluice::control::Latch;
    use sluice::part::Cause;
    use std::iter;

    fn texts(language: &str) -> Map<String, Value> {
        let all: Value = serde_json::from_str(TEXTS).unwrap();
        all[language].as_object().unwrap().clone()
    }

    /// Beginnings of keys that the page completes, with what it completes them with.
    const COMPLETED: [(&str, &[&str]); 3] = [
        (
            "state.",
            &[
                "unknown",
                "not_running",
                "latched",
                "run",
                "test",
                "stopped",
                "mode_unknown",
            ],
        ),
        (
            "count.",
            &[
                "triggers",
                "pass",
                "reject",
                "fault",
                "missed",
                "late",
                "gate_passed",
                "gate_rejected",
            ],
        ),
        (
            "head.",
            &[
                "recipe", "time", "part", "fault", "advice", "verdict", "gate", "ms", "why",
                "stage",
            ],
        ),
    ];

    /// The quoted texts behind this call in the page.
    fn asked(call: &str) -> Vec<&'static str> {
        let pieces = PAGE.split(call).skip(1);
        pieces
            .map(|piece| piece.split('"').next().unwrap())
            .collect()
    }

    /// The texts in a call such as `head("time", "part")`.
    fn listed(call: &str) -> Vec<&'static str> {
        let calls = PAGE.split(call).skip(1);
        let calls = calls.filter_map(|piece| piece.split(')').next());
        calls
            .flat_map(|call| call.split('"').skip(1).step_by(2))
            .collect()
    }

    #[test]
    fn the_page_has_its_texts_and_each_one_that_it_asks_for() {
        assert!(!text().contains(PLACE) && text().contains("\"zh\""));
        let (english, chinese) = (texts("en"), texts("zh"));
        let keys: Vec<_> = [asked("say(\""), asked("data-text=\"")].concat();
        assert!(keys.len() > 30, "{keys:?}");
        let has = |key: &str| english.contains_key(key) && chinese.contains_key(key);
        for key in keys {
            if !key.ends_with('.') {
                assert!(has(key), "{key}");
                continue;
            }
            let of = COMPLETED.iter().find(|(of, _)| *of == key);
            let (_, ends) = of.unwrap_or_else(|| panic!("what completes {key}?"));
            for end in *ends {
                assert!(PAGE.contains(&format!("\"{end}\"")), "{end}");
                assert!(has(&format!("{key}{end}")), "{key}{end}");
            }
        }
        let heads = listed("head(");
        assert!(heads.len() > 10, "{heads:?}");
        for head in heads {
            assert!(has(&format!("head.{head}")), "{head}");
        }
    }

    #[test]
    fn chinese_has_every_text_with_the_same_values() {
        let (english, chinese) = (texts("en"), texts("zh"));
        for (key, text) in &english {
            let (text, other) = (text.as_str().unwrap(), chinese[key].as_str().unwrap());
            assert!(!text.is_empty() && !other.is_empty(), "{key}");
            for value in ["{1}", "{2}", "{3}"] {
                assert_eq!(text.contains(value), other.contains(value), "{key}");
            }
        }
        for latch in Latch::ALL {
            assert!(chinese.contains_key(&format!("latch.{}", latch.word())));
        }
    }

    /// The compiler asks for a cause that is missing here.
    const fn after(cause: Cause) -> Option<Cause> {
        Some(match cause {
            Cause::File => Cause::Picture,
            Cause::Picture => Cause::NoPicture,
            Cause::NoPicture => Cause::TwoPictures,
            Cause::TwoPictures => Cause::Camera,
            Cause::Camera => Cause::Missed,
            Cause::Missed => Cause::Late,
            Cause::Late => Cause::Deadline,
            Cause::Deadline => Cause::Engine,
            Cause::Engine => Cause::Output,
            Cause::Output => Cause::QueueFull,
            Cause::QueueFull => Cause::Stopping,
            Cause::Stopping => return None,
        })
    }

    #[test]
    fn chinese_has_each_cause_with_its_advice_and_each_reason() {
        let chinese = texts("zh");
        for cause in iter::successors(Some(Cause::File), |cause| after(*cause)) {
            for kind in ["code", "advice"] {
                let key = format!("{kind}.{}", cause.code());
                assert!(chinese.contains_key(&key), "{key}");
            }
        }
        for reason in ["blob_area", "total_area", "too_many_blobs", "part_absent"] {
            assert!(chinese.contains_key(&format!("code.{reason}")), "{reason}");
        }
    }
}

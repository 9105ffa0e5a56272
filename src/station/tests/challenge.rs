//! Rules about the challenge.

use super::{HOST, changed, problems};
use crate::control::Expected;
use crate::station::file::ChallengeBy;

/// The host file with this section, which has no trigger.
fn with(by: &str, parts: &str) -> String {
    let section = format!(r#""challenge": {{ "by": "{by}", "parts": [{parts}] }}, "display""#);
    changed(r#""display""#, &section)
}

const GOOD: &str = r#"{ "picture": "good.png", "expect": "pass" }"#;
const BAD: &str = r#"{ "picture": "bad.png", "expect": "reject" }"#;

#[test]
fn a_challenge_must_pass_at_the_start_unless_the_file_says_otherwise() {
    let text = with("picture", &format!("{BAD}, {GOOD}"));
    let station = crate::station::read(text.as_bytes()).unwrap();
    let challenge = station.challenge.unwrap();
    assert_eq!(challenge.by, ChallengeBy::Picture);
    assert!(challenge.at_start && challenge.interval().is_none());
    let expected: Vec<_> = challenge.parts.iter().map(|part| part.expect).collect();
    assert_eq!(expected, [Expected::Reject, Expected::Pass]);
    let station = crate::station::read(HOST.as_bytes()).unwrap();
    assert_eq!(station.challenge, None);
}

#[test]
fn a_challenge_that_proves_nothing_is_refused() {
    let bare = r#"{ "expect": "reject" }"#;
    for (by, parts, expected) in [
        (
            "picture",
            format!("{GOOD}, {GOOD}"),
            "challenge.parts: has no part with \"expect\": \"reject\"; allowed: at least one of each kind",
        ),
        (
            "picture",
            format!("{BAD}, {BAD}"),
            "challenge.parts: has no part with \"expect\": \"pass\"",
        ),
        (
            "picture",
            format!("{GOOD}, {bare}"),
            "challenge.parts[1].picture: is missing; with challenge.by \"picture\" each part needs its picture file",
        ),
        (
            "hand",
            format!("{GOOD}, {bare}"),
            "challenge.parts[0].picture: is \"good.png\", but challenge.by is \"hand\"",
        ),
        (
            "hand",
            format!("{bare}, {bare}"),
            "challenge.by: is \"hand\", but there is no trigger that counts the parts",
        ),
        (
            "picture",
            GOOD.to_owned(),
            "challenge.parts: is a list of 1; allowed: a list of 2 to 8",
        ),
    ] {
        let found = problems(&with(by, &parts));
        assert!(
            found.iter().any(|problem| problem.contains(expected)),
            "{expected}: {found:#?}"
        );
    }
    let line = r#""inputs": { "challenge": { "chip": "/dev/gpiochip4", "offset": 7, "active": "high", "bias": "as_is",
        "debounce_us": 5 } }, "display""#;
    let found = problems(&changed(r#""display""#, line));
    assert!(
        found[0].contains("inputs.challenge: is given, but there are no golden parts"),
        "{found:#?}"
    );
}

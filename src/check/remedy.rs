//! What to do about a finding: its own words, or else what its key's section suggests.

use crate::station::keys;

/// The verbs with which a message says what to do.
const VERBS: &[&str] = &[
    "add", "change", "check", "choose", "convert", "correct", "create", "did", "end", "export",
    "find", "give", "grant", "install", "keep", "leave", "load", "look", "lower", "make", "name",
    "put", "raise", "remove", "restart", "save", "say", "set", "show", "take", "use", "write",
];

/// What to do about a device or file that failed in a way which its message does not explain, by
/// the key's section. The first row whose section begins the key counts.
const REMEDIES: &[(&str, &str)] = &[
    (
        "source.camera",
        "check its cable, and that source.camera has the device's name and a size, format and rate that it offers",
    ),
    ("source", SOURCE),
    ("lines", LINE),
    ("trigger", LINE),
    ("encoder", LINE),
    ("inputs", LINE),
    (
        "expander",
        "check its wires and its address, and give the user access to the bus",
    ),
    (
        "display",
        "check its wires and display.device, or set display.kind to \"none\"",
    ),
    (
        "watchdog",
        "load the driver of the board's watchdog, name its device, or leave out the section watchdog",
    ),
    ("journal", DIRECTORY),
    ("history", DIRECTORY),
    (
        "engine",
        "check engine.library, engine.device and engine.model; `sluice explain CODE` says what a code means",
    ),
    ("image", "make image fit the pictures and the model"),
    ("recipe", RECIPE),
    ("recipes", RECIPE),
    ("gate", "change the times of the section gate"),
    ("limits", "change the section limits"),
    (
        "challenge",
        "correct the section challenge and its pictures",
    ),
    ("station", "correct the section station"),
];

const SOURCE: &str = "create the directory or name another, and give the user access to it";
const LINE: &str =
    "name the line's chip and number as gpioinfo lists them, and give the user access to the chip";
const DIRECTORY: &str =
    "name a directory on a disk that works, and give the user the rights to write there";
const RECIPE: &str = "make the recipe fit the model's outputs";
const UNKNOWN: &str = "look it up in docs/troubleshooting.md";

/// What to do about something with this key, or without a key.
pub(super) fn of_key(key: Option<&str>) -> &'static str {
    let begins = |section: &str| {
        key.and_then(|key| key.strip_prefix(section))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let found = REMEDIES.iter().find(|(section, _)| begins(section));
    found.map_or(UNKNOWN, |(_, remedy)| remedy)
}

/// What a text says that one should do: from the first clause on that begins with one of the verbs.
pub(super) fn in_text(text: &str) -> Option<&str> {
    let starts = text
        .match_indices("; ")
        .chain(text.match_indices(": "))
        .map(|(at, mark)| at + mark.len());
    let begins_with_verb = |clause: &str| {
        let word = clause.split([' ', ',']).next().unwrap_or_default();
        VERBS.contains(&word)
    };
    let is_advice = |at: &usize| {
        let clause = text.get(*at..).unwrap_or_default();
        // "if these are scores, name the output under engine.scores"
        let conditional = || clause.strip_prefix("if ")?.split_once(", ");
        begins_with_verb(clause) || conditional().is_some_and(|(_, what)| begins_with_verb(what))
    };
    starts.filter(is_advice).min().and_then(|at| text.get(at..))
}

/// The text, with what to do if it does not say so itself. Allocates.
pub(super) fn advised(text: &str) -> String {
    match in_text(text) {
        Some(_) => text.to_owned(),
        None => format!("{text}; {}", of_key(key_of(text))),
    }
}

/// The key that a text is about: the first one before its first colon.
pub(super) fn key_of(text: &str) -> Option<&str> {
    let subject = text.split(": ").next()?;
    let mut words = subject.split(' ').map(|word| word.trim_end_matches(':'));
    words.find(|word| {
        let of_list = word.split_once('[').map_or(*word, |(list, _)| list);
        let is_element = word.ends_with(']') && keys::all().any(|key| key.path == of_list);
        is_element || keys::all().any(|key| key.describes(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Wording, left_in_english};
    use crate::language::Language;
    use crate::mask::MaskError;
    use crate::station::keys::KeyKind;

    #[test]
    fn every_section_has_a_remedy_that_begins_with_a_verb_and_has_its_chinese() {
        let wording = Wording::new(Language::Chinese);
        let sections = keys::all().filter(|key| !key.path.contains('.'));
        let sections =
            sections.filter(|key| matches!(key.kind, KeyKind::Section | KeyKind::List(..)));
        for key in sections {
            assert_ne!(of_key(Some(key.path)), UNKNOWN, "{}", key.path);
        }
        for remedy in REMEDIES.iter().map(|(_, remedy)| *remedy).chain([UNKNOWN]) {
            let text = format!("x: failed; {remedy}");
            assert_eq!(in_text(&text), Some(remedy));
            let chinese = wording.of(remedy);
            let english: Vec<_> = left_in_english(&chinese).collect();
            assert!(english.is_empty(), "{english:?}");
        }
    }

    #[test]
    fn a_text_keeps_its_own_advice() {
        let own = "watchdog.device /dev/w: no such file; load its driver";
        assert_eq!(advised(own), own);
        let bare = "lines.reject: No such file or directory";
        assert_eq!(advised(bare), format!("{bare}; {LINE}"));
        let camera = advised("source.camera /dev/video0: open: Device error");
        assert!(
            camera.contains("; check its cable, and that source.camera"),
            "{camera}"
        );
        assert!(advised("a black picture: failed").ends_with(UNKNOWN));
    }

    /// Such texts say what to do in words of their own; a second remedy would only confuse.
    #[test]
    fn a_condition_in_front_of_the_advice_does_not_hide_it() {
        let place = (3, 4);
        for error in [
            MaskError::Class {
                x: place.0,
                y: place.1,
                value: 0.5,
                highest: 1,
            },
            MaskError::NotProbabilities {
                x: place.0,
                y: place.1,
                one_channel: false,
            },
            MaskError::NotLogits { one_channel: true },
        ] {
            let own = format!("a black picture cannot be judged: {error}");
            assert_eq!(advised(&own), own);
        }
        let bare = "engine.mask: if it fails, nothing helps";
        assert_ne!(advised(bare), bare);
    }

    #[test]
    fn keys_are_found_before_the_first_colon_only() {
        for (text, key) in [
            ("gate: x", Some("gate")),
            ("disk of journal.directory j: x", Some("journal.directory")),
            ("recipe.classes[0] \"pit\": x", Some("recipe.classes[0]")),
            ("recipes[1]: x", Some("recipes[1]")),
            (
                "a black picture is judged: PASS; add recipe.part_present",
                None,
            ),
            ("engine.model has 2 inputs", Some("engine.model")),
            ("lines.reject: held", Some("lines.reject")),
        ] {
            assert_eq!(key_of(text), key, "{text}");
        }
    }
}

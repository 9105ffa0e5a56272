//! Findings for other programs: one JSON object a line.
//!
//! A finding is a text for people. Its key is the first key of a station file in front of the first
//! colon, its line and value are those of that key in the file, and what is allowed is in the list
//! of keys. What to do begins with a verb, at the start of a clause; [`VERBS`] has them all.

use super::{Finding, Grade};
use crate::draft::{Content, Node};
use crate::station::Problem;
use crate::station::json::{Entry, Value, flatten};
use crate::station::keys::{self, KeyKind};

/// The verbs with which a message says what to do.
const VERBS: &[&str] = &[
    "add", "change", "check", "choose", "convert", "correct", "create", "did", "end", "export",
    "give", "keep", "leave", "load", "look", "lower", "make", "name", "put", "raise", "remove",
    "restart", "save", "say", "set", "show", "take", "use", "write",
];

/// The values of a station file, to look up what a finding is about.
#[derive(Debug)]
pub struct Report {
    entries: Vec<Entry>,
}

impl Report {
    /// The report about the file with this text. Allocates.
    pub fn new(text: &[u8]) -> Self {
        let text = core::str::from_utf8(text).unwrap_or_default();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self {
            entries: flatten(text).unwrap_or_default(),
        }
    }

    /// A finding as an object: `level`, `key`, `line`, `value`, `allowed`, `fix` and `text`. What
    /// does not apply is `null`; `fix` is a text for each warning and error.
    pub fn finding(&self, finding: &Finding) -> String {
        let key = key_of(&finding.text);
        let entry = key.and_then(|key| self.entry(key));
        let fix = (finding.grade != Grade::Ok).then(|| fix_of(&finding.text));
        let line = entry.map(|entry| entry.line);
        row(finding.grade, (key, line, entry), fix, &finding.text)
    }

    /// A problem of the file itself, in the same form.
    pub fn problem(&self, problem: &Problem) -> String {
        let key = Some(problem.key.as_str()).filter(|key| !key.is_empty());
        let line = Some(problem.line).filter(|line| *line > 0);
        let entry = key.and_then(|key| self.entry(key));
        row(
            Grade::Wrong,
            (key, line, entry),
            Some(fix_of(&problem.text)),
            &problem.text,
        )
    }

    /// An error before the file could be read, in the same form.
    pub fn error(text: &str) -> String {
        row(Grade::Wrong, (None, None, None), Some(fix_of(text)), text)
    }

    /// The last line: how many findings have each level.
    pub fn summary(findings: &[Finding]) -> String {
        Self::counts(|grade| {
            let of = findings.iter().filter(|finding| finding.grade == grade);
            of.count()
        })
    }

    /// The last line for a file that is refused, with this many errors.
    pub fn summary_of_errors(errors: usize) -> String {
        Self::counts(|grade| if grade == Grade::Wrong { errors } else { 0 })
    }

    fn counts(count: impl Fn(Grade) -> usize) -> String {
        let count = |grade| Node::from(u32::try_from(count(grade)).unwrap_or(u32::MAX));
        let levels =
            [Grade::Ok, Grade::Warn, Grade::Wrong].map(|grade| (level(grade), count(grade)));
        Node::from([("summary", levels.into())]).on_one_line()
    }

    fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.path == key)
    }
}

fn row(
    grade: Grade,
    (key, line, entry): (Option<&str>, Option<u32>, Option<&Entry>),
    fix: Option<&str>,
    text: &str,
) -> String {
    let text_or_null = |text: Option<&str>| text.map_or(Content::Null.into(), Node::from);
    let allowed = key.and_then(allowed);
    Node::from([
        ("level", level(grade).into()),
        ("key", text_or_null(key)),
        ("line", line.map_or(Content::Null.into(), Node::from)),
        ("value", entry.map_or(Content::Null.into(), value)),
        ("allowed", text_or_null(allowed.as_deref())),
        ("fix", text_or_null(fix)),
        ("text", text.into()),
    ])
    .on_one_line()
}

const fn level(grade: Grade) -> &'static str {
    match grade {
        Grade::Ok => "ok",
        Grade::Warn => "warning",
        Grade::Wrong => "error",
    }
}

/// The value of a key; `null` for a section.
fn value(entry: &Entry) -> Node {
    match &entry.value {
        Value::Text(text) => Content::Text(text.clone()),
        Value::Number(text) => Content::Number(text.clone()),
        Value::Boolean(value) => Content::Boolean(*value),
        Value::Object | Value::Array(_) | Value::Null => Content::Null,
    }
    .into()
}

/// What the key allows; `None` for a section and for what is no key.
fn allowed(key: &str) -> Option<String> {
    let found = keys::all().find(|known| known.describes(key))?;
    (found.kind != KeyKind::Section).then(|| found.kind.to_string())
}

/// The key that a text is about.
fn key_of(text: &str) -> Option<&str> {
    let subject = text.split(": ").next()?;
    let mut words = subject.split(' ').map(|word| word.trim_end_matches(':'));
    words.find(|word| {
        let of_list = word.split_once('[').map_or(*word, |(list, _)| list);
        let is_element = word.ends_with(']') && keys::all().any(|key| key.path == of_list);
        is_element || keys::all().any(|key| key.describes(word))
    })
}

/// What to do: from the first clause on that begins with one of the verbs, or else the whole text.
fn fix_of(text: &str) -> &str {
    let starts = text
        .match_indices("; ")
        .chain(text.match_indices(": "))
        .map(|(at, mark)| at + mark.len());
    let is_advice = |at: &usize| {
        let clause = text.get(*at..).unwrap_or_default();
        let word = clause.split([' ', ',']).next().unwrap_or_default();
        VERBS.contains(&word)
    };
    let start = starts.filter(is_advice).min();
    start.and_then(|at| text.get(at..)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = b"{ \"gate\": {\n\"pulse_ms\": 7, \"style\": \"pulse\" } }";

    #[test]
    fn a_finding_has_its_key_line_value_range_and_advice() {
        let report = Report::new(FILE);
        let finding = Finding::wrong("gate.pulse_ms 7: is too short; for a gate: set it to \"50\"");
        assert_eq!(
            report.finding(&finding),
            r#"{ "level": "error", "key": "gate.pulse_ms", "line": 2, "value": 7, "allowed": "a whole number from 1 to 60000", "fix": "set it to \"50\"", "text": "gate.pulse_ms 7: is too short; for a gate: set it to \"50\"" }"#
        );
        let finding = Finding::ok("stalls: the gate; set nothing");
        assert_eq!(
            report.finding(&finding),
            r#"{ "level": "ok", "key": null, "line": null, "value": null, "allowed": null, "fix": null, "text": "stalls: the gate; set nothing" }"#
        );
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

    #[test]
    fn a_problem_of_the_file_has_its_own_line() {
        let problem = Problem::new(2, "gate.pulse_ms", "is 0; allowed: more; raise it");
        let row = Report::new(FILE).problem(&problem);
        assert!(row.contains("\"line\": 2, \"value\": 7"), "{row}");
        assert!(row.contains("\"fix\": \"raise it\""), "{row}");
        let row = Report::error("x: no such file");
        assert!(row.contains("\"key\": null"), "{row}");
        assert!(row.contains("\"fix\": \"x: no such file\""), "{row}");
    }

    #[test]
    fn the_summary_counts_each_level() {
        let findings = [
            Finding::ok(""),
            Finding::ok(""),
            Finding::warn(""),
            Finding::wrong(""),
        ];
        let summary = Report::summary(&findings);
        assert_eq!(
            summary,
            r#"{ "summary": { "ok": 2, "warning": 1, "error": 1 } }"#
        );
        assert_eq!(
            Report::summary_of_errors(3),
            r#"{ "summary": { "ok": 0, "warning": 0, "error": 3 } }"#
        );
    }
}

//! Findings for other programs: one JSON object a line.
//!
//! A finding is a text for people. Its key is the first key of a station file in front of the first
//! colon, its line and value are those of that key in the file, and what is allowed is in the list
//! of keys. What to do is a clause of the text that begins with a verb.

use super::remedy::{in_text, key_of, of_key};
use super::{Finding, Grade};
use crate::draft::{Content, Node};
use crate::station::Problem;
use crate::station::json::{Entry, Value, flatten};
use crate::station::keys::{self, KeyKind};

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
        let is_fixed = matches!(finding.grade, Grade::Warn | Grade::Wrong);
        let fix = is_fixed.then(|| in_text(&finding.text).unwrap_or_else(|| of_key(key)));
        let line = entry.map(|entry| entry.line);
        row(finding.grade, (key, line, entry), fix, &finding.text)
    }

    /// A problem of the file itself, in the same form.
    pub fn problem(&self, problem: &Problem) -> String {
        let key = Some(problem.key.as_str()).filter(|key| !key.is_empty());
        let line = Some(problem.line).filter(|line| *line > 0);
        let entry = key.and_then(|key| self.entry(key));
        let of_list = || match key {
            Some(key) => format!("correct it; `sluice explain {key}` says what is allowed"),
            None => "correct the file".to_owned(),
        };
        let fix = in_text(&problem.text).map_or_else(of_list, str::to_owned);
        row(Grade::Wrong, (key, line, entry), Some(&fix), &problem.text)
    }

    /// An error before the file could be read, in the same form.
    pub fn error(text: &str) -> String {
        let fix = in_text(text).unwrap_or("name a station file that this user can read");
        row(Grade::Wrong, (None, None, None), Some(fix), text)
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
        let levels = [Grade::Ok, Grade::Warn, Grade::Wrong, Grade::Unchecked]
            .map(|grade| (level(grade), count(grade)));
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
        Grade::Unchecked => "unchecked",
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

/// What the key allows: of a section, its keys. `None` for what is no key.
fn allowed(key: &str) -> Option<String> {
    let found = keys::all().find(|known| known.describes(key))?;
    if found.kind != KeyKind::Section {
        return Some(found.kind.to_string());
    }
    let inside = keys::all().filter(|inner| inner.is_in(key));
    let names: Vec<_> = inside.map(|inner| inner.name()).collect();
    Some(format!("a section with the keys {}", names.join(", ")))
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
    fn a_problem_of_the_file_has_its_own_line() {
        let problem = Problem::new(2, "gate.pulse_ms", "is 0; allowed: more; raise it");
        let row = Report::new(FILE).problem(&problem);
        assert!(row.contains("\"line\": 2, \"value\": 7"), "{row}");
        assert!(row.contains("\"fix\": \"raise it\""), "{row}");
        let row = Report::error("x: no such file");
        assert!(row.contains("\"key\": null"), "{row}");
        assert!(row.contains("\"fix\": \"name a station file"), "{row}");
        let problem = Problem::new(2, "gate.pulse_ms", "is 0; allowed: more");
        let row = Report::new(FILE).problem(&problem);
        assert!(
            row.contains("\"fix\": \"correct it; `sluice explain gate.pulse_ms`"),
            "{row}"
        );
    }

    #[test]
    fn a_section_allows_its_keys_and_a_bare_error_has_the_remedy_of_its_key() {
        let row = Report::new(FILE).finding(&Finding::wrong("trigger: No such file"));
        assert!(
            row.contains("\"allowed\": \"a section with the keys chip, offset, name, active"),
            "{row}"
        );
        assert!(row.contains("\"fix\": \"name the line's chip"), "{row}");
        let row = Report::new(FILE).finding(&Finding::warn("lines.reject: held"));
        assert!(
            row.contains("\"allowed\": \"a section with the keys "),
            "{row}"
        );
    }

    #[test]
    fn the_summary_counts_each_level() {
        let findings = [
            Finding::ok(""),
            Finding::ok(""),
            Finding::warn(""),
            Finding::wrong(""),
            Finding::unchecked(""),
        ];
        let summary = Report::summary(&findings);
        assert_eq!(
            summary,
            r#"{ "summary": { "ok": 2, "warning": 1, "error": 1, "unchecked": 1 } }"#
        );
        assert_eq!(
            Report::summary_of_errors(3),
            r#"{ "summary": { "ok": 0, "warning": 0, "error": 3, "unchecked": 0 } }"#
        );
    }
}

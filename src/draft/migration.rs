//! A station file of an older layout, in the present one.

use super::Draft;
use super::tree::{Content, Node};
use crate::station::json::{self, Entry, Value};
use crate::station::{LAYOUT, Problem, layout_of};

/// A file in the present layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The layout that it had.
    pub from: u32,
    /// The text of the file. It can have problems that the old one had as well.
    pub text: String,
    /// What is other than before, a key a line: `- source.after "keep"` is gone,
    /// `+ source.directory.after "keep"` is new.
    pub changes: Vec<String>,
}

/// Changes a file of one layout into the next one.
type Step = fn(&mut Draft) -> Result<(), Problem>;

/// The steps from each layout to the next one.
const STEPS: [Step; LAYOUT as usize - 1] = [directory_is_a_section];

/// The file in the present layout. Its values stay; the text is written anew.
///
/// # Errors
/// It is not one JSON object, has a key twice, or has no layout that this program knows.
pub fn migrate(text: &str) -> Result<Migration, Problem> {
    let mut draft = Draft {
        tree: Node::read(text)?,
    };
    if !matches!(draft.tree.content, Content::Object(_)) {
        let text = "a station file is one JSON object { ... }";
        return Err(Problem::new(draft.tree.line, "", text));
    }
    let before = flat(text);
    // Of two values, one would be lost without a word.
    for (index, entry) in before.iter().enumerate() {
        let mut earlier = before.iter().take(index);
        if let Some(first) = earlier.find(|other| other.path == entry.path) {
            let text = format!("appears again, first on line {}; keep only one", first.line);
            return Err(Problem::new(entry.line, &entry.path, text));
        }
    }
    let from = layout_of(&before)?;
    let first = usize::try_from(from).unwrap_or_default().saturating_sub(1);
    for step in STEPS.iter().skip(first) {
        step(&mut draft)?;
    }
    draft.tree.put_first("version", LAYOUT.into());
    let text = format!("{}\n", draft.tree);
    let changes = changes(&before, &flat(&text));
    Ok(Migration {
        from,
        text,
        changes,
    })
}

/// Layout 2: pictures can come from a camera as well, so the directory has its own section.
fn directory_is_a_section(draft: &mut Draft) -> Result<(), Problem> {
    if let Some(directory) = draft.get("source.directory")
        && directory.text().is_none()
    {
        let text = "is no path, as it is in layout 1; set version to 2, or correct it";
        return Err(Problem::new(directory.line, "source.directory", text));
    }
    let names = ["directory", "after", "move_to", "workers"];
    let values = names.map(|name| {
        let path = format!("source.{name}");
        let value = draft.get(&path).cloned();
        draft.remove(&path);
        value
    });
    let new = ["path", "after", "move_to", "workers"];
    for (name, value) in new.into_iter().zip(values) {
        if let Some(value) = value {
            draft.set(&format!("source.directory.{name}"), value);
        }
    }
    Ok(())
}

/// The keys of a text that is JSON.
fn flat(text: &str) -> Vec<Entry> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    json::flatten(text).unwrap_or_default()
}

fn changes(before: &[Entry], after: &[Entry]) -> Vec<String> {
    let is_value = |entry: &&Entry| !matches!(entry.value, Value::Object | Value::Array(_));
    let without = |these: &[Entry], others: &[Entry], mark: char| {
        let values = these.iter().filter(is_value);
        let alone = values.filter(|entry| {
            let same = |other: &Entry| other.path == entry.path && other.value == entry.value;
            !others.iter().any(same)
        });
        alone
            .map(|entry| format!("{mark} {} {}", entry.path, entry.value))
            .collect::<Vec<_>>()
    };
    let mut all = without(before, after, '-');
    all.extend(without(after, before, '+'));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::station;

    /// A station file of layout 1, as this project had it.
    const OLD: &str = include_str!("../../tests/data/station/layout_1.json");

    #[test]
    fn an_old_file_becomes_a_station_with_the_same_values() {
        let problems = station::read(OLD.as_bytes()).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].key, "version");
        assert!(problems[0].text.contains("sluice migrate"));

        let new = migrate(OLD).unwrap();
        assert_eq!(new.from, 1);
        assert_eq!(
            new.changes,
            [
                "- source.directory \"parts\"",
                "- source.after \"keep\"",
                "- source.workers 1",
                "+ version 2",
                "+ source.directory.path \"parts\"",
                "+ source.directory.after \"keep\"",
                "+ source.directory.workers 1",
            ]
        );
        let station = station::read(new.text.as_bytes()).unwrap();
        assert_eq!(station.source.directory.unwrap().path, "parts");
        assert_eq!(station.gate.pulse_ms, 150);

        // It is in the present layout now.
        let again = migrate(&new.text).unwrap();
        assert_eq!((again.from, again.changes.len()), (2, 0));
        assert_eq!(again.text, new.text);
    }

    #[test]
    fn what_cannot_be_moved_is_named_and_nothing_is_lost() {
        let twice = OLD.replacen(
            "\"after\": \"keep\"",
            "\"after\": \"keep\", \"after\": \"delete\"",
            1,
        );
        let section = OLD.replacen(
            "\"directory\": \"parts\"",
            "\"directory\": { \"path\": \"parts\" }",
            1,
        );
        let section = section.replacen('{', "{ \"version\": 1,", 1);
        for (text, key, words) in [
            (twice.as_str(), "source.after", "keep only one"),
            (&section, "source.directory", "set version to 2"),
            ("[1]", "", "one JSON object"),
            (
                "{ \"version\": 1, \"version\": 2 }",
                "version",
                "keep only one",
            ),
        ] {
            let problem = migrate(text).unwrap_err();
            assert_eq!(problem.key, key);
            assert!(problem.text.contains(words), "{problem}");
        }
        // A version that someone set without moving the keys.
        let raised = OLD.replacen('{', "{ \"version\": 2,", 1);
        assert_eq!(migrate(&raised).unwrap().from, 1);
        assert!(
            station::read(raised.as_bytes()).unwrap_err()[0]
                .text
                .contains("sluice migrate")
        );
    }

    #[test]
    fn a_layout_that_is_not_known_is_named() {
        for version in ["3", "0", "\"2\"", "2.5", "null", "4294967296"] {
            let text = format!("{{ \"version\": {version} }}");
            let problem = migrate(&text).unwrap_err();
            assert_eq!((problem.key.as_str(), problem.line), ("version", 1));
            assert!(problem.text.contains(version), "{problem}");
            assert_eq!(station::read(text.as_bytes()).unwrap_err(), [problem]);
        }
        assert!(
            migrate("{ \"version\": 3 }")
                .unwrap_err()
                .text
                .contains("use a newer program")
        );
        assert_eq!(migrate("{").unwrap_err().line, 1);
    }
}

//! Messages that a page quotes, compared with the texts of the program.

use super::page::Page;
use crate::text::Source;
use std::path::Path;

/// The page that quotes messages, in the first column of its last table.
pub const PAGE: &str = "docs/troubleshooting.md";
const HEADING: &str = "## By message";
/// Means the part that differs from one message to the next.
const GAP: char = '…';

/// The quoted messages that the program has no text for, with their lines.
pub fn faults(page: &Source, sources: &[Source]) -> Vec<(usize, String)> {
    let texts: Vec<String> = sources
        .iter()
        .filter(|of| is_program(&of.file))
        .map(texts)
        .collect();
    let is_said = |part: &str| texts.iter().any(|text| text.contains(part));
    let mut faults = Vec::new();
    for (line, message) in quoted(&page.text) {
        let parts = message.split(GAP).map(str::trim);
        for part in parts.filter(|part| !part.is_empty() && !is_said(part)) {
            faults.push((line, format!("`{part}`: the program does not say this")));
        }
    }
    faults
}

fn is_program(file: &Path) -> bool {
    let is_rust = file.extension().is_some_and(|end| end == "rs");
    is_rust
        && ["src", "board/src", "ffi/src"]
            .iter()
            .any(|folder| file.starts_with(folder))
}

/// A source with its strings as they are printed: without the breaks of their lines.
fn texts(source: &Source) -> String {
    let mut parts = source.text.split("\\\n");
    let mut text = parts.next().unwrap_or_default().to_owned();
    parts.for_each(|part| text.push_str(part.trim_start()));
    text
}

fn quoted(page: &str) -> Vec<(usize, String)> {
    let begin = page.lines().take_while(|line| *line != HEADING).count();
    let behind: String = page
        .lines()
        .skip(begin)
        .map(|line| format!("{line}\n"))
        .collect();
    let rows = behind
        .lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with("| `"));
    let first = rows.filter_map(|(index, line)| {
        let cell = Page::read(line.split(" | ").next()?);
        let message = cell.spans.into_iter().next()?;
        Some((begin + index + 1, message.text))
    });
    first.collect()
}

#[cfg(test)]
mod tests {
    use super::{Source, faults};

    #[test]
    fn a_message_must_be_one_of_the_program() {
        let source = |file: &str, text: &str| Source {
            file: file.into(),
            text: text.to_owned(),
        };
        let program = source("src/a.rs", "\"the disk \\\n     of {} is full; free it\"");
        let other = source("tests/b.rs", "\"never said\"");
        let page = |rows: &str| {
            source(
                super::PAGE,
                &format!("| `x` | |\n{}\n{rows}", super::HEADING),
            )
        };
        let found = |rows: &str| faults(&page(rows), &[program.clone(), other.clone()]);
        assert_eq!(found("| `the disk of … is full` | free `some` |\n"), []);
        let wrong = found("| message | do |\n| `the disc` | |\n| `never said` | |\n");
        assert_eq!(
            wrong.iter().map(|(line, _)| *line).collect::<Vec<_>>(),
            [4, 5]
        );
    }
}

//! The layout of a station file: which keys it has, and where. Its number is `version`.

use super::json::{Entry, Value};
use super::problem::Problem;

/// The layout that this program reads.
pub const LAYOUT: u32 = 2;

/// The layout of a file. In layout 1, `source.directory` is a path; a file that says so is of this
/// layout, whatever older or present `version` it has. Without both, it is of the present one.
///
/// # Errors
/// `version` is not the number of a layout that this program knows.
pub(crate) fn of(entries: &[Entry]) -> Result<u32, Problem> {
    let entry = |path: &str| entries.iter().find(|entry| entry.path == path);
    let directory = entry("source.directory").map(|directory| &directory.value);
    let is_first = matches!(directory, Some(Value::Text(_)));
    let version = match entry("version") {
        None => LAYOUT,
        Some(version) => number(version)?,
    };
    if is_first { Ok(1) } else { Ok(version) }
}

fn number(version: &Entry) -> Result<u32, Problem> {
    let refused = |advice: &str| {
        let text = format!(
            "is {}; allowed: {LAYOUT}, the layout of the file, or an older one; {advice}",
            version.value
        );
        Problem::new(version.line, "version", text)
    };
    let Value::Number(text) = &version.value else {
        return Err(refused("correct it or leave it out"));
    };
    match text.parse() {
        Ok(number) if (1..=LAYOUT).contains(&number) => Ok(number),
        Ok(0) | Err(_) => Err(refused("correct it or leave it out")),
        Ok(_) => Err(refused(
            "use a newer program, or the file that was written for this one",
        )),
    }
}

/// Another layout than the present one is one problem, not as many as there are keys.
pub(super) fn check(entries: &[Entry]) -> Option<Problem> {
    let layout = match of(entries) {
        Ok(LAYOUT) => return None,
        Ok(layout) => layout,
        Err(problem) => return Some(problem),
    };
    let line_of = |path: &str| {
        let entry = entries.iter().find(|entry| entry.path == path);
        entry.map(|entry| entry.line)
    };
    let line = line_of("version").or(line_of("source.directory"));
    let text = format!(
        "is {layout}, the layout of the file; this program reads {LAYOUT}; use `sluice migrate`, which shows the file in the present layout"
    );
    Some(Problem::new(line.unwrap_or_default(), "version", text))
}

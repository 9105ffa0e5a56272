//! The layout of a station file: which keys it has, and where. Its number is `version`.

use super::json::{Entry, Value};
use super::problem::Problem;

/// The layout that this program reads.
pub const LAYOUT: u32 = 2;

/// The layout of a file. Without a `version` it is 1 if `source.directory` is a path, as it was
/// there, or else the present one. `None` if `version` is not a number of a layout.
pub(crate) fn of(entries: &[Entry]) -> Option<u32> {
    let entry = |path: &str| entries.iter().find(|entry| entry.path == path);
    match (entry("version"), entry("source.directory")) {
        (Some(version), _) => match &version.value {
            Value::Number(text) => text.parse().ok().filter(|number| *number > 0),
            _ => None,
        },
        (None, Some(directory)) if matches!(directory.value, Value::Text(_)) => Some(1),
        (None, _) => Some(LAYOUT),
    }
}

/// Another layout than the present one is one problem, not as many as there are keys. A `version`
/// that is no number is left to the comparison of all keys.
pub(super) fn check(entries: &[Entry]) -> Option<Problem> {
    let layout = of(entries).filter(|layout| *layout != LAYOUT)?;
    let line_of = |path: &str| {
        let entry = entries.iter().find(|entry| entry.path == path);
        entry.map(|entry| entry.line)
    };
    let line = line_of("version").or(line_of("source.directory"));
    let advice = if layout < LAYOUT {
        "`sluice migrate` shows the file in the present layout"
    } else {
        "use a newer program, or the file that was written for this one"
    };
    let text =
        format!("is {layout}, the layout of the file; this program reads {LAYOUT}; {advice}");
    Some(Problem::new(line.unwrap_or_default(), "version", text))
}

//! The station file: one file describes the station, it is checked whole, and it never changes while it runs.
//!
//! Reading goes in three steps: `json` flattens the text, `shape` holds every key and value against the list in
//! [`keys`], `rules` checks what several keys mean together. All problems of a step are found, not the first.

mod camera;
pub mod file;
mod json;
pub mod keys;
mod problem;
mod rules;
mod shape;
mod wires;

pub use file::Station;
pub use problem::Problem;

/// Reads and checks a station file.
///
/// Touches no device and no other file. Allocates (start only).
///
/// # Errors
/// Every problem that was found, in the order of the file. Rules over several keys are checked once the keys
/// themselves are right.
pub fn read(text: &[u8]) -> Result<Station, Vec<Problem>> {
    let whole = |text: String| vec![Problem::new(0, "", text)];
    let text =
        core::str::from_utf8(text).map_err(|error| whole(format!("not UTF-8 text: {error}")))?;
    // Some editors write a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let entries = json::flatten(text).map_err(|error| {
        let text = format!("not JSON: expected {} here", error.expected);
        vec![Problem::new(error.line, "", text)]
    })?;
    let problems = shape::check(&entries);
    if !problems.is_empty() {
        return Err(problems);
    }
    let (station, _) = serde_json_core::from_str::<Station>(text).map_err(|error| {
        whole(format!(
            "not readable although every key is right ({error}); please report this file"
        ))
    })?;
    let problems = rules::check(&station, &entries);
    if problems.is_empty() {
        Ok(station)
    } else {
        Err(problems)
    }
}

#[cfg(test)]
mod tests;

//! The station file: one file describes the station, it is checked whole, and it never changes while it runs.
//!
//! Reading goes in three steps: `json` flattens the text, `shape` holds every key and value against the list in
//! [`keys`], `rules` checks what several keys mean together. All problems of a step are found, not the first.

mod camera;
mod escapes;
pub mod file;
mod json;
pub mod keys;
mod problem;
mod rules;
mod shape;

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
    if let Some(encoding) = byte_order_mark(text) {
        return Err(whole(format!(
            "begins with the byte order mark of {encoding}: save it as UTF-8"
        )));
    }
    let text = core::str::from_utf8(text)
        .map_err(|error| whole(format!("not UTF-8 text: {error}; save it as UTF-8")))?;
    // Some editors write a byte order mark; with UTF-8 it says nothing.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let entries = json::flatten(text).map_err(|error| {
        let text = format!("not JSON: expected {} here", error.expected);
        vec![Problem::new(error.line, "", text)]
    })?;
    let problems = shape::check(&entries);
    if !problems.is_empty() {
        return Err(problems);
    }
    let plain = escapes::undone(text);
    // No string of it is longer.
    let mut room = vec![0; plain.len()];
    let read = serde_json_core::from_str_escaped::<Station>(&plain, &mut room);
    let (station, _) = read.map_err(|error| {
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

/// The encoding that a file names by the first bytes that some editors write (Unicode, section 23.8), other than UTF-8.
fn byte_order_mark(text: &[u8]) -> Option<&'static str> {
    match text {
        [0xff, 0xfe, 0, 0, ..] => Some("UTF-32, little endian"),
        [0, 0, 0xfe, 0xff, ..] => Some("UTF-32, big endian"),
        [0xff, 0xfe, ..] => Some("UTF-16, little endian"),
        [0xfe, 0xff, ..] => Some("UTF-16, big endian"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

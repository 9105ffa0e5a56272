//! The station file: one file that describes the whole station. It is checked completely before the
//! station starts, and read only once.
//!
//! Reading has three steps. `json` flattens the text. `shape` compares each key and value with the
//! list in [`keys`]. `rules` checks keys that depend on each other. Each step reports all of its
//! problems, not only the first.

mod camera;
mod escapes;
pub mod file;
pub(crate) mod json;
pub mod keys;
mod layout;
mod loaded;
mod of_recipe;
mod problem;
mod recipe_hash;
mod rules;
pub mod schema;
mod shape;

pub use file::Station;
pub use layout::LAYOUT;
pub(crate) use layout::of as layout_of;
pub use loaded::{FILE_BYTES_MAX, LoadError, StationFile};
pub use of_recipe::recipe_path;
pub use problem::Problem;

/// Reads and checks a station file.
///
/// Accesses no device and no other file. Allocates; call it at start only.
///
/// # Errors
/// All problems found, in the order of the file. Rules over several keys are checked only if each
/// key is right by itself.
pub fn read(text: &[u8]) -> Result<Station, Vec<Problem>> {
    let whole = |text: String| vec![Problem::new(0, "", text)];
    if let Some(encoding) = byte_order_mark(text) {
        return Err(whole(format!(
            "begins with the byte order mark of {encoding}: save it as UTF-8"
        )));
    }
    let text = core::str::from_utf8(text)
        .map_err(|error| whole(format!("not UTF-8 text: {error}; save it as UTF-8")))?;
    // Some editors write a byte order mark. In UTF-8 it carries no information.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let entries = json::flatten(text).map_err(|error| {
        let text = format!("not JSON: expected {} here", error.expected);
        vec![Problem::new(error.line, "", text)]
    })?;
    if let Some(problem) = layout::check(&entries) {
        return Err(vec![problem]);
    }
    let problems = shape::check(&entries);
    if !problems.is_empty() {
        return Err(problems);
    }
    let plain = escapes::decode_all(text);
    // No string in the file is longer than the file.
    let mut scratch = vec![0; plain.len()];
    let read = serde_json_core::from_str_escaped::<Station>(&plain, &mut scratch);
    let (mut station, _) = read.map_err(|error| {
        whole(format!(
            "not readable although every key is right ({error}); please report this file"
        ))
    })?;
    if let Some(encoder) = &station.encoder {
        station.gate.complete_times(encoder);
    }
    let problems = rules::check(&station, &entries);
    if problems.is_empty() {
        Ok(station)
    } else {
        Err(problems)
    }
}

/// How many classes, of any recipe, the text of a station file has before the one at this path
/// (`recipes[0].classes[1]`). `None` if it is not there.
pub fn classes_before(text: &str, path: &str) -> Option<usize> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let entries = json::flatten(text).ok()?;
    let is_class = |path: &str| path.contains(".classes[") && path.ends_with(']');
    let mut classes = entries.iter().filter(|entry| is_class(&entry.path));
    classes.position(|entry| entry.path == path)
}

/// The encoding that a byte order mark names, if it is not UTF-8 (Unicode, section 23.8).
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

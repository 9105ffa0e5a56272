//! Every key of a station file: its type, range and meaning. `sluice check --keys` prints this
//! list.
//!
//! These keys and the types of [`super::file`] describe the same file. A test compares the two.

mod challenge;
mod devices;
mod encoder;
mod inputs;
mod parts;
mod pictures;
mod recipes;

use super::file::{NAME_MAX, PATH_MAX};
use core::fmt;

const PATH: KeyKind = KeyKind::Text(1, PATH_MAX);
const PATH_OR_EMPTY: KeyKind = KeyKind::Text(0, PATH_MAX);
const NAME: KeyKind = KeyKind::Text(1, NAME_MAX);
const LEVEL: KeyKind = KeyKind::Choice(&["low", "high"]);
const PIXEL: KeyKind = KeyKind::Integer(0, 16_384);
const PIXELS: KeyKind = KeyKind::Integer(1, 16_384);
const OFFSET: KeyKind = KeyKind::Integer(0, 1023);

/// All keys, section by section.
pub fn all() -> impl Iterator<Item = &'static Key> + Clone {
    [
        pictures::KEYS,
        recipes::SECTIONS,
        recipes::RECIPE,
        recipes::RECIPES,
        parts::KEYS,
        encoder::KEYS,
        inputs::KEYS,
        challenge::KEYS,
        devices::KEYS,
    ]
    .into_iter()
    .flatten()
}

/// One key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Key {
    /// Its path, such as `recipe.classes[].name`. `[]` matches any element of a list and `*` any
    /// member of a section.
    pub path: &'static str,
    /// Which values it allows.
    pub kind: KeyKind,
    /// Whether a file may omit it.
    pub optional: bool,
    /// What it means.
    pub meaning: &'static str,
}

/// Which values a key allows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum KeyKind {
    /// A section, which holds other keys.
    Section,
    /// A list: the least and the greatest number of elements.
    List(usize, usize),
    /// A whole number: the least and the greatest, both allowed.
    Integer(u32, u32),
    /// A number: the least and the greatest, both allowed.
    Real(f32, f32),
    /// Text: its least and its greatest length in bytes.
    Text(usize, usize),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// `true` or `false`.
    Boolean,
}

impl Key {
    /// Whether this key describes the value at `path` (`recipe.classes[0].class`).
    pub fn describes(&self, path: &str) -> bool {
        let mut pattern = self.path.split('.');
        let mut segments = path.split('.');
        loop {
            match (pattern.next(), segments.next()) {
                (None, None) => return true,
                (Some("*"), Some(_)) => {}
                (Some(expected), Some(segment)) if expected == segment => {}
                (Some(expected), Some(segment)) => {
                    match (expected.strip_suffix("[]"), segment.split_once('[')) {
                        (Some(list), Some((name, _))) if list == name => {}
                        _ => return false,
                    }
                }
                _ => return false,
            }
        }
    }
}

/// The allowed values, as messages show them.
impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Section => f.write_str("a section { ... }"),
            Self::List(least, most) => write!(f, "a list of {least} to {most}"),
            Self::Integer(least, most) => write!(f, "a whole number from {least} to {most}"),
            Self::Real(least, most) => write!(f, "a number from {least} to {most}"),
            Self::Text(least, most) => write!(f, "text of {least} to {most} bytes"),
            Self::Choice(words) => {
                for (index, word) in words.iter().enumerate() {
                    let separator = if index == 0 { "" } else { " or " };
                    write!(f, "{separator}\"{word}\"")?;
                }
                Ok(())
            }
            Self::Boolean => f.write_str("true or false"),
        }
    }
}

const fn key(path: &'static str, kind: KeyKind, meaning: &'static str) -> Key {
    Key {
        path,
        kind,
        optional: false,
        meaning,
    }
}

const fn optional(path: &'static str, kind: KeyKind, meaning: &'static str) -> Key {
    Key {
        path,
        kind,
        optional: true,
        meaning,
    }
}

/// All keys as text, one line each.
pub fn reference() -> String {
    let line = |key: &Key| {
        let optional = if key.optional {
            " (may be left out)"
        } else {
            ""
        };
        format!("{:<38} {}: {}{optional}\n", key.path, key.meaning, key.kind)
    };
    all().map(line).collect()
}

//! Every key of a station file: its type, range, default and meaning. `sluice check --keys` prints
//! this list.
//!
//! These keys and the types of [`super::file`] describe the same file. A test compares the two.

mod challenge;
mod defaults;
mod devices;
mod encoder;
mod history;
mod inputs;
mod nearest;
mod parts;
mod pictures;
mod recipes;

pub use defaults::KeyDefault;
pub use nearest::nearest;

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
        history::KEYS,
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
    /// The unit of its values, which the last word of its name says.
    pub fn unit(&self) -> Option<&'static str> {
        const UNITS: [(&str, &str); 11] = [
            ("_ticks_per_s", "ticks of the encoder per second"),
            ("ticks_per_s_max", "ticks of the encoder per second"),
            ("ticks_per_s_min", "ticks of the encoder per second"),
            ("_ticks", "ticks of the encoder"),
            ("_us", "microseconds"),
            ("_ms", "milliseconds"),
            ("_s", "seconds"),
            ("_px", "pixels"),
            ("_percent", "percent"),
            ("_kib", "KiB"),
            ("_hz", "hertz"),
        ];
        let mut units = UNITS.into_iter();
        let (_, unit) = units.find(|(end, _)| self.path.ends_with(end))?;
        Some(unit)
    }

    /// What holds if a file leaves it out. `None` for a key that is needed, and for a section.
    pub fn default(&self) -> Option<KeyDefault> {
        let is_value = self.optional && self.kind != KeyKind::Section;
        is_value.then(|| defaults::of(self.path)).flatten()
    }

    /// Its name in its section.
    pub fn name(&self) -> &'static str {
        self.parent_and_name().1
    }

    /// Whether it is a key of the section at `path`; an empty path is the file itself.
    pub fn is_in(&self, path: &str) -> bool {
        let (parent, _) = self.parent_and_name();
        if parent.is_empty() || path.is_empty() {
            parent == path
        } else {
            describes(parent, path)
        }
    }

    /// Whether this key describes the value at `path` (`recipe.classes[0].class`).
    pub fn describes(&self, path: &str) -> bool {
        describes(self.path, path)
    }

    fn parent_and_name(&self) -> (&'static str, &'static str) {
        self.path.rsplit_once('.').unwrap_or(("", self.path))
    }
}

/// Whether a path of the list describes the place at `path`.
fn describes(pattern: &str, path: &str) -> bool {
    let mut pattern = pattern.split('.');
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

/// What the key or section at this path is, as text: `gate.delay_ms`, `recipe.classes[0].class`, or
/// without the index. A section is followed by the keys in it. `None` if there is no such key.
pub fn explain(path: &str) -> Option<String> {
    let key = all().find(|key| key.path == path || key.describes(path))?;
    let needed = if key.optional {
        "may be left out"
    } else {
        "needed"
    };
    let unit = key
        .unit()
        .map_or(String::new(), |unit| format!(", in {unit}"));
    let mut text = format!(
        "{path}\n  means    {}\n  allowed  {}{unit}\n  {needed}\n",
        key.meaning, key.kind
    );
    if let Some(default) = key.default() {
        text += &format!("  default  {default}\n");
    }
    // A list is explained with the keys of its elements.
    let elements = format!("{}[]", key.path);
    let inside = all().filter(|other| other.is_in(key.path) || other.is_in(&elements));
    for other in inside {
        text += &format!("    {:<20} {}\n", other.name(), other.meaning);
    }
    Some(text)
}

/// All keys as text, one line each.
pub fn reference() -> String {
    let line = |key: &Key| {
        let optional = match key.default() {
            Some(default) => format!(" (may be left out; default: {default})"),
            None if key.optional => " (may be left out)".to_owned(),
            None => String::new(),
        };
        format!("{:<38} {}: {}{optional}\n", key.path, key.meaning, key.kind)
    };
    all().map(line).collect()
}

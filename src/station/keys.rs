//! Every key of a station file: its type, range and meaning. `sluice check --keys` prints this list.
//!
//! The list and the types of [`super::file`] describe the same file; a test holds them together.

use core::fmt;

mod list;

pub use list::KEYS;

/// One key. In a path, `[]` stands for any element of a list and `*` for any member.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Key {
    /// Where it stands.
    pub path: &'static str,
    /// What may stand there.
    pub kind: KeyKind,
    /// Whether it may be left out.
    pub optional: bool,
    /// What it means.
    pub meaning: &'static str,
}

/// What may stand at a key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum KeyKind {
    /// Further keys.
    Section,
    /// Up to this many elements, and at least the first number.
    List(usize, usize),
    /// A whole number in a range, both ends allowed.
    Integer(u32, u32),
    /// A number in a range, both ends allowed.
    Real(f32, f32),
    /// Text of so many bytes, at least and at most.
    Text(usize, usize),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// `true` or `false`.
    Boolean,
}

impl Key {
    /// Whether `path` (`recipe.classes[0].class`) is a place that this key describes.
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

/// What may stand there, as a message says it.
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

/// The list as text, one key a line.
pub fn reference() -> String {
    let line = |key: &Key| {
        let optional = if key.optional {
            " (may be left out)"
        } else {
            ""
        };
        format!("{:<38} {}: {}{optional}\n", key.path, key.meaning, key.kind)
    };
    KEYS.iter().map(line).collect()
}

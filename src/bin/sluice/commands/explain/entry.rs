//! One explanation: its text for people, and its parts for programs.

use serde::Serialize;
use sluice::station::keys;

/// What [`Entry::about`] says of what is no key and no code.
const UNKNOWN: &str = "unknown";

/// What is known of a key or a code. What does not apply is nothing.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// `key`, `code` of AscendCL, `reported` by CANN in its texts, or `unknown`.
    pub about: &'static str,
    /// The key, or the code's name; nothing for a number without a name.
    pub name: Option<String>,
    /// The code's number.
    pub number: Option<i32>,
    /// What the key means, or the title that CANN gives its code.
    pub means: Option<String>,
    /// What the key may be.
    pub allowed: Option<String>,
    /// What it is if it is left out.
    pub default: Option<String>,
    /// The class of the code.
    pub class: Option<String>,
    /// Whether the code ends the station.
    pub is_fatal: Option<bool>,
    /// What to do about the code.
    pub to_do: Option<String>,
    /// All of it, for people.
    pub text: String,
}

impl Entry {
    /// A key of the station file, with or without indexes.
    pub fn of_key(path: &str) -> Option<Self> {
        let text = keys::explain(path)?;
        let key = keys::all().find(|key| key.path == path || key.describes(path))?;
        Some(Self {
            about: "key",
            name: Some(path.to_owned()),
            means: Some(key.meaning.to_owned()),
            allowed: Some(key.kind.to_string()),
            default: key.default().map(|default| default.to_string()),
            text,
            ..Self::default()
        })
    }

    /// Whether it is a key or a code.
    pub fn is_known(&self) -> bool {
        self.about != UNKNOWN
    }

    /// What is no key and no code.
    pub fn unknown(name: Option<&str>, text: String) -> Self {
        Self {
            about: UNKNOWN,
            name: name.map(str::to_owned),
            text,
            ..Self::default()
        }
    }
}

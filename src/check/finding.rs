//! One check and its result.

use super::{Wording, remedy};
use crate::language::Language;
use crate::station::Station;
use core::fmt;

/// Result of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    /// The check passed.
    Ok,
    /// Only the station's computer can show it.
    Unchecked,
    /// The station runs with it, but it may be unintended.
    Warn,
    /// The station does not run with it, or runs incorrectly.
    Wrong,
}

/// One check and its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The result.
    pub grade: Grade,
    /// What was checked, and what was found.
    pub text: String,
    /// The recipe that it is about, by its place, and the text with the keys that recipes share.
    of_recipe: Option<(usize, String)>,
}

impl Finding {
    /// A check that passed.
    pub fn ok(text: impl Into<String>) -> Self {
        Self {
            grade: Grade::Ok,
            text: text.into(),
            of_recipe: None,
        }
    }

    /// What was not checked, because only the station's computer can show it.
    pub fn unchecked(text: impl Into<String>) -> Self {
        Self {
            grade: Grade::Unchecked,
            text: text.into(),
            of_recipe: None,
        }
    }

    /// A possibly unintended setting with which the station runs.
    pub fn warn(text: impl Into<String>) -> Self {
        Self {
            grade: Grade::Warn,
            text: text.into(),
            of_recipe: None,
        }
    }

    /// A problem that must be fixed.
    pub fn wrong(text: impl Into<String>) -> Self {
        Self {
            grade: Grade::Wrong,
            text: text.into(),
            of_recipe: None,
        }
    }

    /// The same finding about the recipe at this place, with the recipe's own keys.
    pub(super) fn with_own_keys(self, station: &Station, place: usize) -> Self {
        Self {
            grade: self.grade,
            text: station.with_own_keys(place, &self.text),
            of_recipe: Some((place, self.text)),
        }
    }

    /// The same finding; a warning or error says what to do, if need be what its key suggests.
    #[must_use]
    pub fn advised(self) -> Self {
        if matches!(self.grade, Grade::Ok | Grade::Unchecked) {
            return self;
        }
        Self {
            text: remedy::advised(&self.text),
            of_recipe: self
                .of_recipe
                .map(|(place, text)| (place, remedy::advised(&text))),
            ..self
        }
    }

    /// The text in a language. Allocates.
    pub fn worded(&self, wording: &Wording, station: &Station) -> String {
        match &self.of_recipe {
            Some((place, text)) => station.with_own_keys(*place, &wording.of(text)),
            None => wording.of(&self.text),
        }
    }

    /// Whether it must be fixed.
    pub fn is_wrong(&self) -> bool {
        self.grade == Grade::Wrong
    }
}

impl Grade {
    /// The word in front of a finding, as wide as the others of its language.
    pub const fn word(self, language: Language) -> &'static str {
        match self {
            Self::Ok => language.choose("ok   ", "正常"),
            Self::Unchecked => language.choose("later", "未查"),
            Self::Warn => language.choose("warn ", "警告"),
            Self::Wrong => language.choose("WRONG", "错误"),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  {}", self.grade.word(Language::English), self.text)
    }
}

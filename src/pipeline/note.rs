//! What became of each part of a pipeline.

use core::fmt;

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is in the station file.
    Taken,
    /// The station does without it.
    Left,
    /// The integrator must still fill it in, or look at it.
    Open,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What became of it.
    pub fate: Fate,
    /// A key of the station file, or an element and its property.
    pub subject: String,
    /// What was done and why.
    pub text: String,
}

impl Fate {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Left => "left",
            Self::Open => "open",
        }
    }
}

impl Note {
    pub(super) fn taken(subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(Fate::Taken, subject, text)
    }

    pub(super) fn left(subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(Fate::Left, subject, text)
    }

    pub(super) fn open(subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(Fate::Open, subject, text)
    }

    fn new(fate: Fate, subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            fate,
            subject: subject.into(),
            text: text.into(),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fate = self.fate.word();
        write!(f, "{fate:<5}  {}: {}", self.subject, self.text)
    }
}

//! A problem of a station file, with what to change.

use core::fmt;

/// One thing to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line of the file, from 1; 0 where a key is missing.
    pub line: u32,
    /// The key, such as `gate.delay_ms`; empty for the file as a whole.
    pub key: String,
    /// The present value, and what is allowed.
    pub text: String,
}

impl Problem {
    /// A problem with the value of `key`. `text` gives the value and what is allowed.
    pub fn new(line: u32, key: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            line,
            key: key.into(),
            text: text.into(),
        }
    }
}

/// `line 12: gate.delay_ms: is 70000; allowed: 1 to 60000`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.text)
    }
}

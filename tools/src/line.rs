//! A verdict as the station prints it: `#000002 REJECT   812 ms  blob of 380 px ...  part.png`.

use std::fmt;

/// One printed verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The whole line.
    text: String,
}

impl Line {
    /// The line, if it is a verdict.
    pub fn parse(text: &str) -> Option<Self> {
        text.starts_with('#').then(|| Self {
            text: text.to_owned(),
        })
    }

    /// `PASS`, `REJECT` or `FAULT`.
    pub fn kind(&self) -> &str {
        self.text.split_whitespace().nth(1).unwrap_or_default()
    }

    /// The text after the time.
    pub fn reason(&self) -> &str {
        self.text
            .split_once(" ms  ")
            .map_or("", |(_, reason)| reason)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

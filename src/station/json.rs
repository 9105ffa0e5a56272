//! Flattens JSON to a list of values with their paths and lines.
//!
//! The typed reader (`serde-json-core`) stops at the first error and does not say where it is. An
//! integrator who fixes a station file needs every problem with its key and line. So this module
//! flattens the file, and `shape` compares the result with the list of keys. It runs once, at
//! start, and may allocate.

use super::escapes;
use core::fmt;

/// Deepest nesting. No valid station file nests deeper.
const DEPTH_MAX: usize = 8;

/// One value of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Path, such as `recipe.classes[0].score_min`; empty for the whole file. A key that could be
    /// taken for a path, because it is empty or contains `.`, `[` or `]`, keeps its quotes.
    pub path: String,
    /// Line of the first character, from 1.
    pub line: u32,
    /// The value.
    pub value: Value,
}

/// A value as the file gives it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `{...}`. Its members are separate entries.
    Object,
    /// `[...]` with this number of elements, which are separate entries.
    Array(usize),
    /// A string without its quotes, with escapes decoded.
    Text(String),
    /// A number as written.
    Number(String),
    /// `true` or `false`.
    Boolean(bool),
    /// `null`.
    Null,
}

/// The value as messages show it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object => f.write_str("a section"),
            Self::Array(length) => write!(f, "a list of {length}"),
            Self::Text(text) => write!(f, "\"{text}\""),
            Self::Number(text) => f.write_str(text),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Null => f.write_str("null"),
        }
    }
}

/// Why the text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Line at which reading stopped, from 1.
    pub line: u32,
    /// What was expected there.
    pub expected: &'static str,
}

/// Flattens `text`. The first entry is the whole file. Members follow their object.
///
/// # Errors
/// The first place at which the text is not JSON.
pub fn flatten(text: &str) -> Result<Vec<Entry>, SyntaxError> {
    let mut scanner = Scanner {
        rest: text,
        line: 1,
        entries: Vec::new(),
    };
    scanner.value(String::new(), 0)?;
    scanner.space();
    if scanner.rest.is_empty() {
        Ok(scanner.entries)
    } else {
        Err(scanner.error("the end of the file"))
    }
}

struct Scanner<'a> {
    rest: &'a str,
    line: u32,
    entries: Vec<Entry>,
}

impl Scanner<'_> {
    fn error(&self, expected: &'static str) -> SyntaxError {
        SyntaxError {
            line: self.line,
            expected,
        }
    }

    fn space(&mut self) {
        let end = self
            .rest
            .find(|c| !matches!(c, ' ' | '\t' | '\r' | '\n'))
            .unwrap_or(self.rest.len());
        let (skipped, rest) = self.rest.split_at(end);
        let newlines = skipped.bytes().filter(|byte| *byte == b'\n').count();
        self.line = self
            .line
            .saturating_add(u32::try_from(newlines).unwrap_or(u32::MAX));
        self.rest = rest;
    }

    /// Skips space and then `symbol`, if it is next. Returns whether it was.
    fn take(&mut self, symbol: char) -> bool {
        self.space();
        match self.rest.strip_prefix(symbol) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, path: String, depth: usize) -> Result<(), SyntaxError> {
        if depth > DEPTH_MAX {
            return Err(self.error("less nesting"));
        }
        self.space();
        let line = self.line;
        let index = self.entries.len();
        self.entries.push(Entry {
            path: path.clone(),
            line,
            value: Value::Null,
        });
        let value = match self.rest.bytes().next() {
            Some(b'{') => self.object(&path, depth)?,
            Some(b'[') => self.array(&path, depth)?,
            Some(b'"') => Value::Text(self.string()?),
            _ => self.word()?,
        };
        if let Some(entry) = self.entries.get_mut(index) {
            entry.value = value;
        }
        Ok(())
    }

    fn object(&mut self, path: &str, depth: usize) -> Result<Value, SyntaxError> {
        self.take('{');
        if self.take('}') {
            return Ok(Value::Object);
        }
        loop {
            self.space();
            let mut key = self.string()?;
            if key.is_empty() || key.contains(['.', '[', ']']) {
                key = format!("\"{key}\"");
            }
            if !self.take(':') {
                return Err(self.error("':' after a key"));
            }
            let member = if path.is_empty() {
                key
            } else {
                format!("{path}.{key}")
            };
            self.value(member, depth + 1)?;
            if self.take('}') {
                return Ok(Value::Object);
            }
            if !self.take(',') {
                return Err(self.error("',' or '}'"));
            }
        }
    }

    fn array(&mut self, path: &str, depth: usize) -> Result<Value, SyntaxError> {
        self.take('[');
        if self.take(']') {
            return Ok(Value::Array(0));
        }
        let mut length = 0;
        loop {
            self.value(format!("{path}[{length}]"), depth + 1)?;
            length += 1;
            if self.take(']') {
                return Ok(Value::Array(length));
            }
            if !self.take(',') {
                return Err(self.error("',' or ']'"));
            }
        }
    }

    fn string(&mut self) -> Result<String, SyntaxError> {
        let Some(rest) = self.rest.strip_prefix('"') else {
            return Err(self.error("a string in double quotes"));
        };
        let (text, after) = escapes::string(rest).map_err(|expected| self.error(expected))?;
        self.rest = after;
        Ok(text)
    }

    fn word(&mut self) -> Result<Value, SyntaxError> {
        let end = self
            .rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        let value = match word {
            "true" => Value::Boolean(true),
            "false" => Value::Boolean(false),
            "null" => Value::Null,
            _ if is_number(word) => Value::Number(word.to_owned()),
            _ => return Err(self.error("a value")),
        };
        self.rest = rest;
        Ok(value)
    }
}

/// Whether `word` is a number in JSON's grammar: no leading zero, no plus sign, digits on both
/// sides of a point.
fn is_number(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_have_the_paths_and_lines_of_the_file() {
        let entries = flatten("{\n \"a\": {\"b\": [1,\n -2.5e3]},\n\"c\": \"x\"}").unwrap();
        let seen: Vec<_> = entries
            .iter()
            .map(|entry| (entry.path.as_str(), entry.line, entry.value.to_string()))
            .collect();
        assert_eq!(
            seen,
            [
                ("", 1, "a section".to_owned()),
                ("a", 2, "a section".to_owned()),
                ("a.b", 2, "a list of 2".to_owned()),
                ("a.b[0]", 2, "1".to_owned()),
                ("a.b[1]", 3, "-2.5e3".to_owned()),
                ("c", 4, "\"x\"".to_owned()),
            ]
        );
    }

    #[test]
    fn text_that_is_not_json_is_refused_with_its_line() {
        for (text, line) in [
            ("", 1),
            ("{\"a\":1", 1),
            ("{\"a\" 1}", 1),
            ("{\n\"a\": 01}", 2),
            ("{\n\n\"a\": .5}", 3),
            ("{\"a\": 1}\n\nx", 3),
            ("{\"a\": \"b\\n\"}", 1),
            ("{\"a\": \"b}", 1),
            ("{\"a\":\n \"\\ud800\"}", 2),
            ("{'a': 1}", 1),
            ("{\"a\": tru}", 1),
            ("[[[[[[[[[[1]]]]]]]]]]", 1),
            ("{\"a\": 1,}", 1),
        ] {
            let error = flatten(text).expect_err(text);
            assert_eq!(error.line, line, "{text}: {error:?}");
        }
    }
}

//! The tokens of protobuf's text format, without extensions. Source: "Text Format Language
//! Specification" in the protobuf documentation.

use super::AippError;

/// One token. It borrows its text from the file, so that messages can quote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name or a word: a key, `true`, an enumeration value.
    Word(&'a str),
    /// A number without its sign.
    Number(&'a str),
    /// A string with its quotes.
    Text(&'a str),
    /// A mark: `: { } < > [ ] , ; -`, or any other character.
    Mark(&'a str),
}

impl<'a> Token<'a> {
    /// Its text in the file.
    pub(super) fn text(self) -> &'a str {
        let (Self::Word(text) | Self::Number(text) | Self::Text(text) | Self::Mark(text)) = self;
        text
    }
}

/// The tokens of a text. The next one can be looked at before it is taken.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            line: 1,
        }
    }

    /// The next token and its line, without taking it; `None` at the end.
    pub(super) fn peek(&mut self) -> Option<(usize, Token<'a>)> {
        self.skip();
        let first = self.rest.chars().next()?;
        let length = |is_part: fn(char) -> bool| {
            self.rest
                .find(|c: char| !is_part(c))
                .unwrap_or(self.rest.len())
        };
        let is_number = first.is_ascii_digit()
            || (first == '.' && self.rest[1..].starts_with(|c: char| c.is_ascii_digit()));
        let token = if first.is_ascii_alphabetic() || first == '_' {
            Token::Word(&self.rest[..length(|c| c.is_ascii_alphanumeric() || c == '_')])
        } else if is_number {
            Token::Number(&self.rest[..number_length(self.rest)])
        } else if matches!(first, '"' | '\'') {
            Token::Text(&self.rest[..text_length(self.rest, first)])
        } else {
            Token::Mark(&self.rest[..first.len_utf8()])
        };
        Some((self.line, token))
    }

    /// Takes the next token and its line.
    pub(super) fn next(&mut self) -> Option<(usize, Token<'a>)> {
        let found = self.peek()?;
        self.rest = &self.rest[found.1.text().len()..];
        Some(found)
    }

    /// Takes the next token if it is this mark.
    pub(super) fn take(&mut self, mark: &str) -> bool {
        let found = self
            .peek()
            .is_some_and(|(_, token)| token == Token::Mark(mark));
        if found {
            self.next();
        }
        found
    }

    /// Skips blanks and comments.
    fn skip(&mut self) {
        loop {
            let blanks = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c');
            let trimmed = self.rest.trim_start_matches(blanks);
            let skipped = &self.rest[..self.rest.len() - trimmed.len()];
            self.line += skipped.matches('\n').count();
            self.rest = trimmed;
            if !self.rest.starts_with('#') {
                return;
            }
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            self.rest = &self.rest[end..];
        }
    }
}

/// Length in bytes of the number at the start of the text, including letters directly after it.
fn number_length(text: &str) -> usize {
    let mut before = ' ';
    let is_hex = text.starts_with("0x") || text.starts_with("0X");
    let end = text.find(|c: char| {
        let sign = matches!(c, '+' | '-') && matches!(before, 'e' | 'E') && !is_hex;
        before = c;
        !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_') || sign)
    });
    end.unwrap_or(text.len())
}

/// Length in bytes of the string at the start of the text: up to its closing quote, or up to the
/// end of the line if it has none.
fn text_length(text: &str, quote: char) -> usize {
    let mut escaped = true;
    for (index, c) in text.char_indices() {
        if c == '\n' {
            return index;
        }
        if c == quote && !escaped {
            return index + 1;
        }
        // The opening quote does not close the string.
        escaped = index > 0 && c == '\\' && !escaped;
    }
    text.len()
}

/// An integer as protobuf reads it: decimal, hexadecimal after `0x`, octal after a leading zero.
pub(super) fn integer(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (digits, radix) =
        if let Some(digits) = digits.strip_prefix("0x").or(digits.strip_prefix("0X")) {
            (digits, 16)
        } else if let Some(digits) = digits.strip_prefix('0').filter(|digits| !digits.is_empty()) {
            (digits, 8)
        } else {
            (digits, 10)
        };
    if !digits.bytes().all(|digit| digit.is_ascii_alphanumeric()) {
        return None;
    }
    i64::from_str_radix(digits, radix).ok()?.checked_mul(sign)
}

/// Whether an integer has a leading zero, which makes it octal.
pub(super) fn has_leading_zero(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.len() > 1
        && digits.starts_with('0')
        && digits.bytes().all(|digit| digit.is_ascii_digit())
}

/// A number as protobuf reads a float: decimal, rounded through a double, with an optional final
/// `f`. Hexadecimal and octal numbers are refused.
pub(super) fn float(text: &str) -> Option<f32> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let digits = unsigned.strip_suffix(['f', 'F']).unwrap_or(unsigned);
    let is_decimal = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    let mut bytes = digits.bytes();
    let is_octal =
        bytes.next() == Some(b'0') && bytes.next().is_some_and(|second| second.is_ascii_digit());
    if !is_decimal || is_octal || digits.starts_with(['+', '-']) {
        return None;
    }
    let number: f64 = digits.parse().ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "rounding is what protobuf does"
    )]
    let number = number as f32;
    Some(if text.len() == unsigned.len() {
        number
    } else {
        -number
    })
}

pub(super) fn syntax(line: usize, found: &str, expected: &'static str) -> AippError {
    AippError::Syntax {
        line,
        found: found.to_owned(),
        expected,
    }
}

pub(super) fn ended(expected: &'static str) -> AippError {
    AippError::Ended { expected }
}

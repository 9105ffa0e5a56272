//! The block of an AIPP configuration in protobuf text format: its keys and values, and values as
//! numbers.

use std::collections::BTreeMap;

use super::tokens::{Token, Tokens, ended, float, has_leading_zero, integer, syntax};
use super::{AippError, CHANNELS};

/// The byte order mark that some editors write at the start of a UTF-8 file.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Keys and values of the single `aipp_op` block, each with its line.
pub(super) struct Block<'a> {
    values: BTreeMap<&'a str, (usize, String)>,
}

/// The keys of the grammar.
#[derive(Clone, Copy)]
pub(super) struct Keys {
    /// Whether this key exists.
    pub(super) known: fn(&str) -> bool,
    /// Whether this key takes a list of values.
    pub(super) repeated: fn(&str) -> bool,
}

impl<'a> Block<'a> {
    /// Reads the whole text.
    pub(super) fn read(text: &'a str, keys: Keys) -> Result<Self, AippError> {
        if text.starts_with(BYTE_ORDER_MARK) {
            return Err(AippError::ByteOrderMark);
        }
        let mut tokens = Tokens::new(text);
        let expected = "`aipp_op {`";
        match tokens.next().ok_or_else(|| ended(expected))? {
            (_, Token::Word("aipp_op")) => {}
            (line, found) => return Err(syntax(line, found.text(), expected)),
        }
        tokens.take(":");
        let is_list = tokens.take("[");
        let block = Self::of_message(&mut tokens, keys)?;
        if is_list && !tokens.take("]") {
            return Err(Self::unexpected(
                &mut tokens,
                "`]` after the block: one picture input per model",
            ));
        }
        separator(&mut tokens);
        match tokens.next() {
            None => Ok(block),
            Some((line, Token::Word("aipp_op"))) => Err(AippError::Unsupported {
                line,
                key: "aipp_op".to_owned(),
                value: "second block".to_owned(),
                instead: "one picture input per model: keep one block",
            }),
            Some((line, found)) => Err(syntax(line, found.text(), "nothing after the block")),
        }
    }

    /// Reads `{ ... }` or `< ... >`.
    fn of_message(tokens: &mut Tokens<'a>, keys: Keys) -> Result<Self, AippError> {
        let end = if tokens.take("{") {
            "}"
        } else if tokens.take("<") {
            ">"
        } else {
            return Err(Self::unexpected(tokens, "`{` after aipp_op"));
        };
        let mut values = BTreeMap::new();
        while !tokens.take(end) {
            let (line, key) = match tokens.next().ok_or_else(|| ended("the end of aipp_op"))? {
                (line, Token::Word(key)) => (line, key),
                (line, found) => {
                    return Err(syntax(line, found.text(), "a key or the block's end"));
                }
            };
            if !tokens.take(":") {
                return Err(Self::unexpected(tokens, "`:` after the key"));
            }
            let value = value(tokens, (keys.repeated)(key))?;
            separator(tokens);
            if !(keys.known)(key) {
                return Err(AippError::UnknownKey {
                    line,
                    key: key.to_owned(),
                });
            }
            if values.insert(key, (line, value)).is_some() {
                return Err(AippError::Repeated {
                    line,
                    key: key.to_owned(),
                });
            }
        }
        Ok(Self { values })
    }

    /// The syntax error for the next token.
    fn unexpected(tokens: &mut Tokens<'a>, expected: &'static str) -> AippError {
        match tokens.next() {
            Some((line, found)) => syntax(line, found.text(), expected),
            None => ended(expected),
        }
    }

    /// Whether the key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// The value of a key.
    pub(super) fn word(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(|(_, value)| value.as_str())
    }

    /// The value of an enumeration, which the file may give by its number.
    pub(super) fn choice(&self, key: &str, words: &[&'static str]) -> Option<&str> {
        let word = self.word(key)?;
        let number = integer(word).and_then(|number| usize::try_from(number).ok());
        Some(
            number
                .and_then(|number| words.get(number))
                .copied()
                .unwrap_or(word),
        )
    }

    pub(super) fn switch(&self, key: &str) -> Result<bool, AippError> {
        let Some(word) = self.word(key) else {
            return Ok(false);
        };
        match (word, integer(word)) {
            ("false" | "False" | "f", _) | (_, Some(0)) => Ok(false),
            ("true" | "True" | "t", _) | (_, Some(1)) => Ok(true),
            _ => Err(self.value(key, "true or false")),
        }
    }

    pub(super) fn integer(
        &self,
        key: &str,
        max: usize,
        allowed: &'static str,
    ) -> Result<Option<usize>, AippError> {
        let Some(text) = self.word(key) else {
            return Ok(None);
        };
        let number = integer(text).and_then(|number| usize::try_from(number).ok());
        let number = number.filter(|number| *number <= max);
        number
            .map(Some)
            .ok_or_else(|| self.wrong_integer(key, allowed))
    }

    /// The error for an invalid integer. If a leading zero is the reason, the message says so.
    fn wrong_integer(&self, key: &str, allowed: &'static str) -> AippError {
        match self.word(key) {
            Some(text) if has_leading_zero(text) => self.value(
                key,
                "without its leading zero, which makes a number octal in this format (010 is 8)",
            ),
            _ => self.value(key, allowed),
        }
    }

    pub(super) fn byte(&self, key: &str) -> Result<u8, AippError> {
        let number = self.integer(key, 255, "a whole number, 0 to 255")?;
        Ok(number
            .and_then(|number| u8::try_from(number).ok())
            .unwrap_or(0))
    }

    pub(super) fn factor(&self, key: &str) -> Result<i32, AippError> {
        let Some(text) = self.word(key) else {
            return Ok(0);
        };
        let range = -32677..=32676;
        let number = integer(text).and_then(|number| i32::try_from(number).ok());
        let number = number.filter(|number| range.contains(number));
        number.ok_or_else(|| self.wrong_integer(key, "a whole number, -32677 to 32676"))
    }

    /// A picture size in pixels, `min` to 4096; 0 gives `None`, the size of the model input.
    pub(super) fn size(&self, key: &str, min: usize) -> Result<Option<usize>, AippError> {
        let allowed = if min == 2 {
            "0 or 2 to 4096"
        } else {
            "0 to 4096"
        };
        match self.integer(key, 4096, allowed)? {
            None | Some(0) => Ok(None),
            Some(size) if size >= min => Ok(Some(size)),
            Some(_) => Err(self.value(key, allowed)),
        }
    }

    pub(super) fn number(
        &self,
        key: &str,
        range: std::ops::RangeInclusive<f32>,
        allowed: &'static str,
    ) -> Result<Option<f32>, AippError> {
        let Some(text) = self.word(key) else {
            return Ok(None);
        };
        let number = float(text).filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| self.value(key, allowed))
    }

    pub(super) fn channels<T: Copy + Default>(
        &self,
        keys: [&str; CHANNELS],
        read: impl Fn(&str) -> Result<T, AippError>,
    ) -> Result<[T; CHANNELS], AippError> {
        let mut channels = [T::default(); CHANNELS];
        for (channel, key) in channels.iter_mut().zip(keys) {
            *channel = read(key)?;
        }
        Ok(channels)
    }

    pub(super) fn value(&self, key: &str, allowed: &'static str) -> AippError {
        let (line, value) = self.values.get(key).cloned().unwrap_or_default();
        AippError::Value {
            line,
            key: key.to_owned(),
            value,
            allowed,
        }
    }

    pub(super) fn unsupported(&self, key: &str, instead: &'static str) -> AippError {
        let (line, value) = self.values.get(key).cloned().unwrap_or_default();
        AippError::Unsupported {
            line,
            key: key.to_owned(),
            value,
            instead,
        }
    }
}

/// Reads one value. A key that takes a list may have a list of one value.
fn value(tokens: &mut Tokens<'_>, repeated: bool) -> Result<String, AippError> {
    let is_list = repeated && tokens.take("[");
    let sign = if tokens.take("-") { "-" } else { "" };
    let text = match tokens.next().ok_or_else(|| ended("a value"))? {
        (_, Token::Word(text) | Token::Number(text)) => format!("{sign}{text}"),
        (line, Token::Text(text)) if sign.is_empty() => {
            if text.len() < 2 || !text.ends_with(['"', '\'']) {
                return Err(syntax(line, text, "the closing quote of the text"));
            }
            let mut whole = text.to_owned();
            // Adjacent strings are one string.
            while let Some((_, Token::Text(more))) = tokens.peek() {
                whole += more;
                tokens.next();
            }
            whole
        }
        (line, found) => return Err(syntax(line, found.text(), "a value")),
    };
    match is_list && !tokens.take("]") {
        true => Err(Block::unexpected(tokens, "`]`: a list of one value")),
        false => Ok(text),
    }
}

/// Skips the optional comma or semicolon after a value or a block.
fn separator(tokens: &mut Tokens<'_>) {
    let _ = tokens.take(",") || tokens.take(";");
}

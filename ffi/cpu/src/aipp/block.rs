//! The one block of an AIPP configuration, in protobuf text format: keys, values, and values as numbers.

use std::collections::BTreeMap;

use super::tokens::{ended, expect, is_word, syntax, tokens};
use super::{AippError, CHANNELS};

/// Keys and values of the one `aipp_op` block, each with its line.
pub(super) struct Block<'a> {
    values: BTreeMap<&'a str, (usize, &'a str)>,
}

impl<'a> Block<'a> {
    /// Reads the text; `known` says whether there is a key of this name.
    pub(super) fn read(text: &'a str, known: fn(&str) -> bool) -> Result<Self, AippError> {
        let mut tokens = tokens(text);
        expect(tokens.next(), "aipp_op", "`aipp_op {`")?;
        expect(tokens.next(), "{", "`{` after aipp_op")?;
        let mut values = BTreeMap::new();
        loop {
            let (line, key) = tokens
                .next()
                .ok_or_else(|| ended("`}` at the end of aipp_op"))?;
            if key == "}" {
                break;
            }
            if !is_word(key) {
                return Err(syntax(line, key, "a key or `}`"));
            }
            expect(tokens.next(), ":", "`:` after the key")?;
            let (value_line, value) = tokens.next().ok_or_else(|| ended("a value"))?;
            if matches!(value, ":" | "{" | "}") {
                return Err(syntax(value_line, value, "a value"));
            }
            if !known(key) {
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
        match tokens.next() {
            None => Ok(Self { values }),
            Some((line, "aipp_op")) => Err(AippError::Unsupported {
                line,
                key: "aipp_op".to_owned(),
                value: "second block".to_owned(),
                instead: "one picture input a model: keep one block",
            }),
            Some((line, found)) => Err(syntax(line, found, "nothing after the block")),
        }
    }

    /// Whether the key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// The value of a key.
    pub(super) fn word(&self, key: &str) -> Option<&'a str> {
        self.values.get(key).map(|(_, value)| *value)
    }

    pub(super) fn switch(&self, key: &str) -> Result<bool, AippError> {
        match self.values.get(key) {
            None | Some((_, "false" | "False" | "f" | "0")) => Ok(false),
            Some((_, "true" | "True" | "t" | "1")) => Ok(true),
            Some(_) => Err(self.value(key, "true or false")),
        }
    }

    pub(super) fn integer(
        &self,
        key: &str,
        max: usize,
        allowed: &'static str,
    ) -> Result<Option<usize>, AippError> {
        let Some((_, text)) = self.values.get(key) else {
            return Ok(None);
        };
        let number = text.parse().ok().filter(|number: &usize| *number <= max);
        number.map(Some).ok_or_else(|| self.value(key, allowed))
    }

    pub(super) fn byte(&self, key: &str) -> Result<u8, AippError> {
        let number = self.integer(key, 255, "a whole number, 0 to 255")?;
        Ok(number
            .and_then(|number| u8::try_from(number).ok())
            .unwrap_or(0))
    }

    pub(super) fn factor(&self, key: &str) -> Result<i32, AippError> {
        let Some((_, text)) = self.values.get(key) else {
            return Ok(0);
        };
        let range = -32677..=32676;
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| self.value(key, "a whole number, -32677 to 32676"))
    }

    /// A picture size in pixels, `min` to 4096; 0 is "as the model".
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
        let Some((_, text)) = self.values.get(key) else {
            return Ok(None);
        };
        let number = text.parse().ok().filter(|number| range.contains(number));
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
        let (line, value) = self.values.get(key).copied().unwrap_or_default();
        AippError::Value {
            line,
            key: key.to_owned(),
            value: value.to_owned(),
            allowed,
        }
    }

    pub(super) fn unsupported(&self, key: &str, instead: &'static str) -> AippError {
        let (line, value) = self.values.get(key).copied().unwrap_or_default();
        AippError::Unsupported {
            line,
            key: key.to_owned(),
            value: value.to_owned(),
            instead,
        }
    }
}

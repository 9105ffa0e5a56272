//! The languages of the operator's screen and of `sluice check`.

use serde::Deserialize;

/// A language that the operator reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese, in simplified characters.
    Chinese,
}

impl Language {
    /// The language that a station file asks for, even if it is not valid JSON. English if it asks
    /// for none.
    pub fn of_station_file(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        let mut values = text.split("\"language\"").skip(1);
        let is_chinese = values.any(|after| {
            let value = after.trim_start().strip_prefix(':');
            value.is_some_and(|value| value.trim_start().starts_with("\"chinese\""))
        });
        if is_chinese {
            Self::Chinese
        } else {
            Self::English
        }
    }

    /// The text of this language.
    pub const fn choose(self, english: &'static str, chinese: &'static str) -> &'static str {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn the_language_is_known_before_the_file_is_valid() {
        for (text, language) in [
            (&b"{}"[..], Language::English),
            (
                b"{ \"station\": { \"language\": \"chinese\", ",
                Language::Chinese,
            ),
            (b"\"language\"\n:\n\"chinese\"", Language::Chinese),
            (b"\"language\": \"english\"", Language::English),
            (b"\"language\": chinese", Language::English),
            (b"\xff\"language\":\"chinese\"", Language::Chinese),
        ] {
            assert_eq!(Language::of_station_file(text), language);
        }
    }
}

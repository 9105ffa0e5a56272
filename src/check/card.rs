//! The model's card: how the model was trained.
//!
//! It is the Markdown file beside the model, `NAME.md` for `NAME.onnx` or `NAME.om`. A fact is a
//! table row, such as `| channel order | BGR |`, in any spacing and case, bold or not.

use crate::bounded::file;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The longest card of a model.
const CARD_BYTES_MAX: u64 = 1024 * 1024;

/// The card of a model, which may not exist.
#[derive(Debug)]
pub struct Card {
    /// Where it is, or would be.
    pub place: PathBuf,
    /// In lower case; empty without a card.
    text: String,
}

impl Card {
    /// Reads the card beside a model.
    ///
    /// # Errors
    /// It exists and cannot be read; it may say that a key is wrong. `key` is that key.
    pub fn read(model: &str, key: &str) -> Result<Self, String> {
        let place = Path::new(model).with_extension("md");
        let text = match file::read(&place, CARD_BYTES_MAX) {
            // Only the rows matter, and they are ASCII, so the encoding of the rest does not.
            Ok(bytes) => String::from_utf8_lossy(&bytes).to_lowercase(),
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => {
                return Err(format!(
                    "{key}: the model's card {} cannot be read, so nothing is compared: {error}; make it readable or remove it",
                    place.display()
                ));
            }
        };
        Ok(Self { place, text })
    }

    #[cfg(test)]
    pub fn of(text: &str) -> Self {
        Self {
            place: PathBuf::new(),
            text: text.to_lowercase(),
        }
    }

    /// What follows the name of a row, in lower case. The name is in lower case, with single
    /// spaces.
    pub fn row(&self, name: &str) -> Option<&str> {
        self.text.lines().find_map(|line| {
            let (found, row) = line.trim().trim_start_matches('|').split_once('|')?;
            let found = found.trim_matches(|c: char| "*`:".contains(c) || c.is_whitespace());
            found.split_whitespace().eq(name.split(' ')).then_some(row)
        })
    }
}

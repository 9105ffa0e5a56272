//! Which page a page in another language translates, and whether that page changed since.
//!
//! A translation has the line `<!-- translates FILE BLOB -->`. BLOB is the beginning of the name that
//! Git gives the content of the original.

use crate::text::Source;
use std::path::{Path, PathBuf};

/// How many digits of the name a page has at least.
const DIGITS_MIN: usize = 12;

/// The line of a translation that says what it translates.
#[derive(Debug, PartialEq, Eq)]
pub struct Mark {
    /// Line number, from 1.
    pub line: usize,
    /// The original, by its path from the workspace's folder.
    pub original: PathBuf,
    /// The beginning of the name of its content.
    pub blob: String,
}

/// Whether a page must say what it translates.
pub fn is_translation(file: &Path) -> bool {
    let name = file.to_string_lossy();
    name.starts_with("docs/zh/") || name.ends_with(".zh.md")
}

/// The mark of a page. An error says what is wrong with it, or that it is missing.
pub fn mark(source: &Source) -> Result<Mark, (usize, String)> {
    for (index, text) in source.text.lines().enumerate() {
        let Some(rest) = text.strip_prefix("<!-- translates ") else {
            continue;
        };
        let line = index + 1;
        let words: Vec<&str> = rest.trim_end_matches("-->").split_whitespace().collect();
        let [original, blob] = words.as_slice() else {
            return Err((line, "not `<!-- translates FILE BLOB -->`".to_owned()));
        };
        if blob.len() < DIGITS_MIN || !blob.chars().all(|c| c.is_ascii_hexdigit()) {
            return Err((
                line,
                format!("{blob}: not {DIGITS_MIN} digits of a blob's name"),
            ));
        }
        return Ok(Mark {
            line,
            original: original.into(),
            blob: (*blob).to_owned(),
        });
    }
    Err((
        0,
        "does not say what it translates: `<!-- translates FILE BLOB -->`".to_owned(),
    ))
}

impl Mark {
    /// What a reader of the translation must know, if the original has another content now, whose
    /// name is `blob`.
    pub fn note(&self, blob: &str) -> Option<String> {
        let original = self.original.display();
        (!blob.starts_with(&self.blob)).then(|| {
            format!(
                "{original} changed since; compare with `git diff {} {}`, translate, and write {}",
                self.blob,
                &blob[..DIGITS_MIN.min(blob.len())],
                &blob[..DIGITS_MIN.min(blob.len())]
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Mark, Source, is_translation, mark};
    use std::path::Path;

    fn read(text: &str) -> Result<Mark, (usize, String)> {
        mark(&Source {
            file: "docs/zh/a.md".into(),
            text: text.to_owned(),
        })
    }

    #[test]
    fn a_translation_says_what_it_translates() {
        let mark = read("# A\n\n<!-- translates docs/a.md 0123456789ab -->\n").unwrap();
        assert_eq!(
            (mark.line, mark.original.as_path()),
            (3, Path::new("docs/a.md"))
        );
        assert_eq!(mark.note("0123456789abcdef"), None);
        assert!(
            mark.note("1123456789abcdef")
                .unwrap()
                .contains("docs/a.md changed since")
        );
    }

    #[test]
    fn a_mark_that_is_missing_or_wrong_is_named() {
        assert_eq!(read("# A\n").unwrap_err().0, 0);
        for wrong in ["docs/a.md", "docs/a.md 0123", "docs/a.md 0123456789xy", ""] {
            let error = read(&format!("\n<!-- translates {wrong} -->\n")).unwrap_err();
            assert_eq!(error.0, 2, "{wrong}");
        }
    }

    #[test]
    fn pages_in_chinese_are_translations() {
        for file in ["README.zh.md", "docs/zh/safety.md"] {
            assert!(is_translation(Path::new(file)), "{file}");
        }
        assert!(!is_translation(Path::new("docs/safety.md")));
    }
}

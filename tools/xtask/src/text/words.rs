//! Words that the project does not use, and comments that are too wide.

use super::Source;
use super::comments::comments;
use std::path::PathBuf;

/// The widest that a line with a comment may be, in characters.
pub const WIDTH_MAX: usize = 100;

/// One place to fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Path from the workspace's folder.
    pub file: PathBuf,
    /// Line number, from 1.
    pub line: usize,
    /// What is wrong there: the phrase or `width`.
    pub what: String,
}

/// A phrase of the list, in words of lower case.
type Phrase = Vec<String>;

fn phrases() -> Vec<Phrase> {
    let list = include_str!("../../words.txt")
        .lines()
        .filter(|line| !line.starts_with('#'));
    let phrases = list.filter_map(|line| line.split_once(" = "));
    phrases
        .map(|(phrase, _)| phrase.split(' ').map(str::to_owned).collect())
        .collect()
}

/// Finds the words of `words.txt` and comments wider than [`WIDTH_MAX`].
///
/// This crate is left out, and `docs/words.md`: they name the words. So is what a tool writes.
pub fn places(sources: &[Source]) -> Vec<Place> {
    let phrases = phrases();
    let mut places = Vec::new();
    for source in sources {
        let name = source.file.to_string_lossy();
        let is_listing = name.starts_with("tools/xtask/") || name == "docs/words.md";
        if is_listing || ["Cargo.lock", "ffi/src/bindings.rs"].contains(&name.as_ref()) {
            continue;
        }
        let found = words(&source.text);
        for phrase in &phrases {
            let place = |line| Place {
                file: source.file.clone(),
                line,
                what: phrase.join(" "),
            };
            places.extend(lines(&found, phrase).map(place));
        }
        for comment in comments(source) {
            // An address cannot be broken.
            if comment.width > WIDTH_MAX && !comment.text().contains("://") {
                let what = format!("width {}", comment.width);
                places.push(Place {
                    file: source.file.clone(),
                    line: comment.line,
                    what,
                });
            }
        }
    }
    places
}

struct Word<'a> {
    /// As it is in the text.
    whole: &'a str,
    /// The words of an identifier, in lower case.
    parts: Vec<String>,
    line: usize,
    /// Whether only white space and comment marks are between this word and the previous one.
    follows: bool,
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    for (index, content) in text.lines().enumerate() {
        // A phrase may go on in the next line of a comment.
        let mut follows = true;
        let content = content.trim_start();
        let content = content.trim_start_matches(['/', '#', '!', '*', '>']);
        let is_inner = |c: char| c.is_alphanumeric() || c == '_' || c == '\'';
        for (start, piece) in pieces(content, is_inner) {
            if piece.starts_with(is_inner) {
                words.push(Word {
                    whole: piece,
                    parts: parts(piece),
                    line: index + 1,
                    follows,
                });
                follows = true;
            } else if start > 0 || !piece.trim().is_empty() {
                follows = piece.chars().all(char::is_whitespace);
            }
        }
        if !follows {
            // A mark at the end of the line: no phrase goes on behind it.
            words.push(Word {
                whole: "",
                parts: Vec::new(),
                line: index + 1,
                follows,
            });
        }
    }
    words
}

/// Cuts a line where `is_inner` changes.
fn pieces(text: &str, is_inner: impl Fn(char) -> bool) -> Vec<(usize, &str)> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, character) in text.char_indices() {
        let first = text[start..].chars().next();
        if first.is_some_and(|first| is_inner(first) != is_inner(character)) {
            pieces.push((start, &text[start..at]));
            start = at;
        }
    }
    if start < text.len() {
        pieces.push((start, &text[start..]));
    }
    pieces
}

/// The words of an identifier, `snake_case` or `CamelCase`, in lower case.
fn parts(identifier: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut was_lower = false;
    for character in identifier.chars() {
        if character == '_' || (was_lower && character.is_uppercase()) {
            parts.push(String::new());
        }
        if character != '_' {
            let last = parts.len() - 1;
            parts[last].extend(character.to_lowercase());
        }
        was_lower = character.is_lowercase();
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The lines where a phrase begins.
///
/// A single word may be a part of an identifier. In a phrase only the first word may have a capital
/// letter: `is None` is code.
fn lines<'a>(words: &'a [Word], phrase: &'a Phrase) -> impl Iterator<Item = usize> + 'a {
    let starts = words
        .iter()
        .enumerate()
        .filter(move |(index, word)| match phrase.as_slice() {
            [single] => word.parts.contains(single),
            [first, others @ ..] => {
                let next = words[index + 1..].iter();
                word.whole.eq_ignore_ascii_case(first)
                    && next.len() >= others.len()
                    && next
                        .zip(others)
                        .all(|(word, other)| word.follows && word.whole == other)
            }
            [] => false,
        });
    starts.map(|(_, word)| word.line)
}

#[cfg(test)]
mod tests {
    use super::{Source, places};

    fn found(text: &str) -> Vec<(usize, String)> {
        let source = Source {
            file: "a.rs".into(),
            text: text.to_owned(),
        };
        places(&[source])
            .into_iter()
            .map(|place| (place.line, place.what))
            .collect()
    }

    #[test]
    fn words_are_found_in_text_and_in_identifiers() {
        let text = "// Nobody\nlet wake_bell = 1;\nstruct RestlessLine;\n";
        let expected = [(1, "nobody"), (2, "bell"), (3, "restless")];
        let expected = expected.map(|(line, what)| (line, what.to_owned()));
        assert_eq!(found(text), expected);
    }

    #[test]
    fn words_inside_longer_ones_are_not_found() {
        assert_eq!(found("// heartbeats, mushroom, doorbells\n"), []);
    }

    #[test]
    fn a_phrase_is_found_over_the_end_of_a_line_but_not_over_marks() {
        assert_eq!(
            found("// that it is\n    // none at all\n"),
            [(1, "is none".to_owned())]
        );
        for text in [
            "x.is_none()",
            "// as it is. None of",
            "// is, none",
            "// is.\n// None",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn wide_comments_are_found_and_wide_code_is_not() {
        let wide = "x".repeat(101);
        assert_eq!(found(&format!("let {wide};\n")), []);
        assert_eq!(found(&format!("// {}\n", &wide[..97])), []);
        assert_eq!(
            found(&format!("\n// {}\n", &wide[..98])),
            [(2, "width 101".to_owned())]
        );
        assert_eq!(found(&format!("// https://{wide}\n")), []);
    }
}
